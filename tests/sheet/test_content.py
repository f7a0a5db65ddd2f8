"""What stands on the sheets, without drawing them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest
from sheet_settings import FULL, LONGEST, ROOT, settings

from assistant.dialogue.flow import State
from assistant.dialogue.turns import ON_PRESS, Turn
from assistant.messages import Breath, Press
from assistant.settings.content_lint import BANNED, CLAIMS
from assistant.settings.reading import grade
from assistant.settings.spoken import contains, normalised
from assistant.sheet import fixed_words
from assistant.sheet.content import in_digits, pause_rule, private_page
from assistant.sheet.curves import breath_path
from assistant.sheet.file_names import private_names

NAMES = ["Kim", "Robin"]


def texts(value: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def test_the_rule_is_in_the_couples_own_numbers_words_and_places() -> None:
    page = pause_rule(settings(**FULL, names=NAMES, minutes=20, pause_words=["i need a pause", "time out"]))
    assert page.names == ("Kim", "Robin")
    assert page.rule == ("Either of us can call a pause.", "We stop, go apart for twenty minutes, and come back.")
    assert page.pause_words == ("I need a pause", "Time out")
    apart, quiet, back, close = page.steps
    assert apart.sentences[0] == "One goes to the kitchen, one to the bedroom."
    assert "Whoever is nearer stays near the children." in apart.sentences
    assert quiet.title == "Twenty minutes"
    assert any("ten minutes more" in sentence for sentence in back.sentences)
    assert close.sentences == ("Our own way: a long hug.",)
    assert [(quote.when, quote.words) for quote in page.reassurance] == [
        ("Kim", ("I will come back to you",)),
        ("Robin", ("We are on the same side",)),
    ]
    assert page.plans[0].when == "a reply comes late"
    assert page.check_in.endswith("once a week.")
    assert page.help.endswith("call 112.")


def test_what_was_left_open_is_left_out() -> None:
    page = pause_rule(settings())
    assert (page.reassurance, page.plans, page.check_in) == ((), (), "")
    assert [step.title for step in page.steps] == ["We go apart", "Ten minutes", "We come back"]
    assert not any("children" in text for text in texts(page))
    assert page.help.endswith("call your local emergency number.")


def test_a_quiet_household_is_not_promised_a_voice() -> None:
    assert "Chimes and a light keep the time." in pause_rule(settings(quiet=True)).steps[1].sentences


def test_without_more_minutes_none_are_promised() -> None:
    shipped = settings()
    timing = shipped.script.timing.model_copy(update={"most_extensions": 0})
    page = pause_rule(replace(shipped, script=shipped.script.model_copy(update={"timing": timing})))
    assert "Not yet is fine." in page.steps[2].sentences


def test_what_can_be_said_is_listened_for() -> None:
    page = pause_rule(settings())
    assert len(page.sayings) >= 8
    for saying in page.sayings:
        assert all(settings().phrases.intent_of(words) for words in saying.words)


def test_a_machine_with_a_button_needs_no_keys() -> None:
    shipped = settings()
    assert pause_rule(shipped).keys
    button = shipped.machine.button.model_copy(update={"gpio_pin": 17})
    assert not pause_rule(replace(shipped, machine=shipped.machine.model_copy(update={"button": button}))).keys


def test_the_printed_button_does_what_the_table_of_turns_says() -> None:
    meant = {
        "all is calm": (State.LISTENING, Turn.START_PAUSE, Turn.REHEARSE),
        "just begun": (State.OPENING, Turn.UNDO, Turn.QUIET),
        "in a pause": (State.MIND, Turn.QUIET, Turn.BLINK_TIME),
        "you are asked": (State.ASK_FIRST, Turn.READY, Turn.NOT_YET),
        "time is over": (State.CALLED_BACK, Turn.START_ASKING, Turn.MORE_TIME),
        "with the guide": (State.GUIDED, Turn.NEXT_TURN, Turn.START_PAUSE),
        "by yourselves": (State.RECONVENED, Turn.START_PAUSE, Turn.WRAP_UP),
    }
    assert [when for when, _, _ in fixed_words.BUTTON] == list(meant)
    for state, short, double in meant.values():
        assert (ON_PRESS[state][Press.SHORT], ON_PRESS[state][Press.DOUBLE]) == (short, double)
        assert ON_PRESS[state][Press.HOLD] is (Turn.MUTE if state is State.LISTENING else Turn.SILENT_EXIT)


def test_the_outside_of_a_private_page_names_nobody_and_tells_nothing() -> None:
    page = private_page(settings(**FULL, names=NAMES), who=0)
    outside = " ".join([page.recipes, *texts(page.breaths), *texts(page.exercises)])
    for telling in ("Kim", "Robin", "pause", "partner", "argument", "afraid", "Breather", "call"):
        assert telling.casefold() not in outside.casefold()


def test_nobody_stands_on_the_page_of_the_other() -> None:
    first, second = (private_page(settings(**FULL, names=NAMES), who=who) for who in (0, 1))
    assert (first.name, second.name) == ("Kim", "Robin")
    assert not any("Robin" in text for text in texts(first))
    assert replace(first, name="Robin") == second  # a name is all they differ in


def test_the_questions_are_gentle_and_the_chosen_themes_come_first() -> None:
    reflection = settings().reflection
    tiers = {" ".join(question.sentences): question.tier for question in reflection.questions}
    page = private_page(settings(themes=["my_part", "thanks"]), who=0)
    assert {tiers[question] for question in page.questions} == {"live"}
    assert {tiers[question] for question in page.calm_questions} == {"calm"}
    assert page.questions[0] == " ".join(reflection.feeling.sentences)
    mine = [" ".join(one.sentences) for one in reflection.live_questions(()) if one.theme == "my_part"]
    assert list(page.questions[1 : 1 + len(mine)]) == mine
    themes = {one.theme for one in reflection.questions if " ".join(one.sentences) in page.questions}
    assert themes == {one.theme for one in reflection.questions if one.tier == "live"}


def test_starters_are_printed_without_their_lead() -> None:
    page = private_page(settings(), who=0)
    assert "My part in this, then name it." in page.starters
    assert "Did I get that?" in page.answers
    assert not any(line.startswith("You could") for line in (*page.starters, *page.answers))


def test_who_this_is_not_for_stands_there_word_for_word() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    page = private_page(settings(), who=1)
    assert page.not_for in readme
    assert page.timer in readme


def test_a_number_is_printed_in_digits_only_when_it_is_all_digits() -> None:
    assert in_digits("one one two") == "112"
    assert in_digits("Nine one one") == "911"
    assert in_digits("one one two or nine") == "one one two or nine"
    assert in_digits("") == ""


def test_a_plan_written_with_when_does_not_say_it_twice() -> None:
    plans = [{"when": "When dinner is late", "say": "let's eat first"}]
    (plan,) = pause_rule(settings(trigger_plans=plans)).plans
    assert (plan.when, plan.words) == ("dinner is late", ("Let's eat first",))


@pytest.mark.parametrize(
    ("names", "files"),
    [
        (("Alex", "Sam"), ("for-alex", "for-sam")),
        (("José O'Brien", "Łucja-Øyvind"), ("for-jose-obrien", "for-lucja-oyvind")),
        (("Ana", "Aña"), ("for-ana-1", "for-ana-2")),
        (("Алекс", "美玲"), ("for-1", "for-2")),
        (("Alex", "Саша"), ("for-alex", "for-2")),
    ],
)
def test_files_are_named_by_name_or_else_by_number(names: tuple[str, str], files: tuple[str, str]) -> None:
    assert private_names(names) == files


def test_a_breath_is_drawn_as_long_as_it_is() -> None:
    def ends_at(breath: Breath) -> float:
        return float(re.findall(r"[\d.]+", breath_path(breath))[-2])

    assert ends_at(Breath(in_seconds=4, out_seconds=6)) == pytest.approx(120)  # two of ten seconds
    assert ends_at(Breath(in_seconds=3, out_seconds=4)) == pytest.approx(126)  # three of seven
    assert ends_at(Breath(in_seconds=8, out_seconds=12, hold_seconds=8, rest_seconds=6)) == pytest.approx(126)


def printed_by_us() -> list[str]:
    """All that we chose the words of, but the text for private reading."""
    rule = pause_rule(settings(**FULL))
    rule = replace(rule, names=(), pause_words=(), reassurance=(), plans=(), sayings=())
    private = private_page(settings(), who=0)
    own = [*texts(rule), private.recipes, private.yours_alone, *private.support, *texts(private.breaths), private.help]
    templates = (ROOT / "assistant" / "sheet" / "templates").glob("*.html")
    headings = [text for path in templates for text in re.findall(r"<h\d>([^<{]+)<", path.read_text("utf-8"))]
    return [*own, *headings, *(when for when, _ in fixed_words.SAY_IN_A_PAUSE), *fixed_words.CHECK_IN.values()]


def test_the_words_on_the_sheets_follow_the_house_rules() -> None:
    banned = [word for word in (*BANNED, *CLAIMS) if word != "always"]
    for text in printed_by_us():
        assert not [word for word in banned if contains(normalised(text), word)], text
        assert "always" not in normalised(text), text
    sentences = [tuple(re.split(r"(?<=[.?!:]) ", text)) for text in printed_by_us() if len(text.split()) > 2]
    grades = [grade(parts) for parts in sentences]
    assert sum(grades) / len(grades) <= 3
    too_hard = [parts for parts, hard in zip(sentences, grades, strict=True) if hard > 5]
    assert not [parts for parts in too_hard if "emergency" not in parts[-1]], too_hard


def test_as_much_as_can_be_agreed_is_agreed_in_the_longest_household() -> None:
    longest = settings(**LONGEST).agreement
    assert len(longest.pause_words) == len(longest.trigger_plans) == 8
    assert min(map(len, (*longest.places, *longest.names))) >= 38
