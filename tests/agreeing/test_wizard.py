"""The questions, asked of couples that answer from a list."""

from __future__ import annotations

from agreeing.couples import CHOICES, PHRASES, REFLECTION, RULES, SHIPPED, YES, Answers, made, make
from assistant.agreeing import offers
from assistant.agreeing.asker import Draft
from assistant.settings.agreement import TriggerPlan
from assistant.settings.agreement_checks import offered_by, problem_of
from assistant.settings.content_lint import BANNED, CLAIMS
from assistant.settings.reading import grade
from assistant.settings.spoken import contains, normalised


def test_enter_all_the_way_keeps_what_there_is() -> None:
    everything = SHIPPED.model_copy(
        update={
            "own_pause_words": ("we both need some air",),
            "pause_words": ("i need a pause", "we both need some air", "i need a break"),
            "minutes": 30,
            "places": ("the shed", "the bath"),
            "ritual": "soup",
            "quiet": True,
            "themes": ("needs", "past"),
            "emergency_number": "one two three",
            "children": "grandma",
            "talk": "some",
            "reassurance": ("I am here", "Me too"),
            "trigger_plans": (
                TriggerPlan(when="a reply comes late", say="All is well"),
                TriggerPlan(when="mother calls", say="Tea first"),
            ),
            "check_in": "daily",
            "history": True,
        }
    )
    agreement, couple = made(*YES, today=everything)
    assert agreement == everything
    assert not couple.refused


def test_a_whole_agreement() -> None:
    agreement, couple = made(
        ("calm time", True),
        ("first of you", "Zoë"),
        ("second of you", "Mikołaj"),
        ("Which words", ["I need a pause", "Time out", "Let's use the pause rule"]),
        ("How long", "Twenty"),
        ("Where do you", "Two other"),
        ("One place", "the garden"),
        ("The other place", "the hall"),
        ("near the children", "Mikołaj"),
        ("come close again", "tea"),
        ("sit down together", "Twice"),
        ("a reply comes late", "I am busy"),
        ("a plan is canceled", "Something else"),
        ("We say", "We find another day"),
        ("Another moment", True),
        ("When …", "when the door slams"),
        ("… we say", "Was that the wind"),
        ("How much", "A little"),
        ("with chimes and light only", True),
        ("Zoë, a line", "same side"),
        ("Mikołaj, a line", "My own"),
        ("Your line", "I am still yours"),
        ("questions in a pause", ["What I need", "Appreciation"]),
        ("Zoë, shall I count", True),
        ("Mikołaj, shall I count", True),
        ("shall I name", "One one two"),
        ("Zoë, is that right", True),
        ("Mikołaj, is that right", True),
    )
    assert agreement == SHIPPED.model_copy(
        update={
            "names": ("Zoë", "Mikołaj"),
            "pause_words": ("i need a pause", "time out", "let's use the pause rule"),
            "minutes": 20,
            "places": ("the garden", "the hall"),
            "children": "Mikołaj",
            "ritual": "a cup of tea together",
            "check_in": "twice_a_week",
            "trigger_plans": (
                TriggerPlan(when="a reply comes late", say="I am busy now, and will call you later"),
                TriggerPlan(when="a plan is canceled", say="We find another day"),
                TriggerPlan(when="the door slams", say="Was that the wind"),
            ),
            "talk": "some",
            "quiet": True,
            "reassurance": ("We are on the same side", "I am still yours"),
            "themes": ("need_now", "thanks"),
            "history": True,
            "emergency_number": "one one two",
        }
    )
    assert "I am a timer with a voice." in couple.told
    assert "Zoë and Mikołaj, this is what you agree on." in couple.told


def test_one_no_leads_back_to_what_to_change_or_out() -> None:
    agreement, _ = made(
        ("How long", "Fifteen"),
        YES[0],
        ("Sam, is that", False),
        ("What now", "Change something"),
        ("like to change", ["How long a pause is"]),
        ("How long", "Thirty"),
        *YES,
    )
    assert agreement.minutes == 30
    couple = Answers(
        ("How long", "Fifteen"), ("Alex, is that", False), ("Sam, is that", True), ("What now", "Leave it")
    )
    assert make(couple) is None
    assert couple.told[-1] == "Nothing was changed."


def test_a_yes_has_to_be_said() -> None:
    couple = Answers(("What now", "Leave it"))
    assert make(couple) is None, "Enter alone agrees to nothing"


def test_another_day() -> None:
    couple = Answers(("calm time", False))
    assert make(couple) is None
    assert couple.asked == ["Is this a calm time for both of you?"]


def test_only_some_questions_for_those_who_know_them() -> None:
    couple = Answers(
        ("would you like to do", "Change a few"), ("like to change", ["Quiet pauses"]), ("chimes", True), *YES
    )
    agreement = make(couple, agreed_before=True)
    assert agreement == SHIPPED.model_copy(update={"quiet": True})
    assert len(couple.asked) == 6


def test_both_want_it_counted_or_it_is_not() -> None:
    for answers, counted in (((True, True), True), ((True, False), False), ((False, True), False)):
        agreement, couple = made(("Alex, shall I", answers[0]), ("Sam, shall I", answers[1]), *YES)
        assert agreement.history is counted
        assert len([question for question in couple.asked if "shall I count" in question]) == 2


def test_a_line_from_both_or_none() -> None:
    agreement, couple = made(("Alex, a line", "same side"), *YES)
    assert agreement.reassurance == ()
    assert any("both of you" in sentence for sentence in couple.told)


def test_everything_that_is_offered_is_possible() -> None:
    offered = offered_by(RULES.script, PHRASES, REFLECTION)
    tries: list[tuple[str, object]] = [
        *(("places", pair) for pair in CHOICES.places),
        *(("children", text) for text in CHOICES.children),
        *(("ritual", text) for text in CHOICES.ritual),
        *(("emergency_number", text) for text in offers.EMERGENCY_NUMBERS),
        *(("reassurance", (text, text)) for text in CHOICES.reassurance),
        *(("check_in", value) for _, value in offers.CHECK_INS),
        *(("talk", value) for _, value in offers.TALK),
        *(("trigger_plans", [plan.model_dump()]) for plan in CHOICES.trigger_plans),
    ]
    assert {key: problem for key, value in tries if (problem := problem_of(SHIPPED, key, value, offered))} == {}


def test_what_is_offered_and_said_is_plain_and_kind() -> None:
    couple = Answers(*YES)
    make(couple)
    sayings = [plan.say for plan in CHOICES.trigger_plans]
    texts = (*offers.WHAT_I_AM, *CHOICES.ritual, *CHOICES.reassurance, *sayings, *couple.told, *couple.asked)
    together = normalised(" . ".join(texts))
    assert not [word for word in (*BANNED, *CLAIMS) if contains(together, word)]
    assert grade(texts) <= 5


def test_a_draft_keeps_to_itself_until_it_is_asked() -> None:
    draft = Draft(SHIPPED, RULES)
    draft.put("minutes", 15)
    assert (draft.now("minutes"), draft.today.minutes, draft.agreement().minutes) == (15, 10, 15)
