"""The agreement by voice, as whole conversations: kept, changed, refused, left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings

from assistant.agreeing.read_back import read_back
from assistant.calm.agreement_draft import AgreementDraft
from assistant.calm.agreement_talk import AgreementTalk
from assistant.dialogue.flow import HOME, State
from assistant.messages import Intent, Press, Speak
from assistant.records import Agreed, CalmTalk
from assistant.settings.agreement import Agreement, TriggerPlan
from assistant.settings.agreement_checks import agreement_with
from calm.calm_days import CalmDay, material
from calm.happenings import HAPPENINGS, Happening, whatever_happens

YES, NO = Intent.YES, Intent.NO
Answer = Intent | str | None
"""A yes or a no, a pause phrase, or nothing at all."""

BEFORE = {"agree_ask": "ask", "agree_change": "change", "agree_right": "right"}
PARTS = (
    *("pause_words", "minutes", "places", "children", "ritual", "check_in"),
    *("trigger_plans", "talk", "quiet", "reassurance", "history"),
)
ASKED_ABOUT = {**BEFORE, **{f"agree_{part}": part for part in PARTS}}
OWN_PLAN = TriggerPlan(when="the phone rings at supper", say="It can ring, we eat")


class Agreeing(CalmDay):
    """A day on which the agreement is talked through; whatever is read back has to have been rendered ahead."""

    def __init__(self, *, too_soon: bool | None = False, **agreement: object) -> None:
        self.made_of = made_of = material(**agreement)

        def talk(now: float) -> AgreementTalk:
            return AgreementTalk(material=made_of, now=now, read_back=self.read, too_soon=too_soon)

        super().__init__(made_of=made_of, talks={CalmTalk.AGREEMENT: talk})
        draft = AgreementDraft(
            agreement=made_of.agreement,
            choices=made_of.calm.choices,
            read_back=self.read,
            lengths=tuple(made_of.script.minutes_in_words),
            pause_phrases=made_of.phrases.pause.phrases,
        )
        self._prepared |= frozenset(draft.everything())
        self.asked: dict[str, list[str]] = {}
        self.says(Intent.AGREEMENT)

    def read(self, agreement: Agreement) -> Sequence[str]:
        return read_back(agreement, self.made_of.script, themes=self.made_of.reflection.themes)

    def live(self, **answers: Sequence[Answer]) -> None:
        """Until it is over: these answers to what is asked about each part, then yes, and no to the look back."""
        coming = {about: list(of_it) for about, of_it in answers.items()}
        said = 0
        while self.is_asked():
            about = next(ASKED_ABOUT[line] for line in reversed(self.lines) if line in ASKED_ABOUT)
            self.asked.setdefault(about, []).append(" ".join(self.sentences[said:]))
            said = len(self.lines)
            answer = coming[about].pop(0) if coming.get(about) else NO if about == "history" else YES
            if isinstance(answer, str) and not isinstance(answer, Intent):
                self.says(Intent.PAUSE, phrase=answer, score=-0.1)
            elif answer is not None:
                self.says(answer)
            else:
                self.until_asked_again_or_gone()
        assert not any(coming.values()), f"nobody asked for {coming}"

    def is_asked(self) -> bool:
        """Let time pass until somebody is to answer; False when it is over."""
        end = self.now + 120
        while self.state is State.AGREEING and self.now < end:
            self.wait(0.25, step=0.25)
            if self.listening.intents & {Intent.YES, Intent.PAUSE} and not self.companion.speaking:
                self.wait(1.25, step=0.25)  # the breath between two lines
                if (self.listening.practising or YES in self.listening.intents) and not self.companion.speaking:
                    return self.state is State.AGREEING
        assert self.state in HOME
        return False

    def until_asked_again_or_gone(self) -> None:
        said = len(self.lines)
        while self.state is State.AGREEING and len(self.lines) == said:
            self.wait(0.25, step=0.25)

    @property
    def changes(self) -> list[dict[str, object]]:
        return [dict(command.changes) for command in self.given(Agreed) if isinstance(command, Agreed)]


def agrees(before: Mapping[str, object], **answers: Sequence[Answer]) -> dict[str, object]:
    """What they have changed in the end: it can be used, and was read back before both said yes."""
    day = Agreeing(**before)  # type: ignore[arg-type]
    day.live(**answers)
    if not day.changes:
        assert day.lines[-1] == "agree_nothing_new"
        return {}
    [changes] = day.changes
    made_of = day.made_of
    after = agreement_with(
        made_of.agreement,
        changes,
        script=made_of.script,
        phrases=made_of.phrases,
        reflection=made_of.reflection,
    )
    right = day.lines.index("agree_right")
    assert " ".join(day.read(after)) in " ".join(day.sentences[:right])
    assert day.lines[-3:] == ["agree_right", "agree_right", "agree_done"]
    return changes


def test_it_is_read_and_stays() -> None:
    day = Agreeing(places=("the kitchen", "the bedroom"), ritual="a long hug", themes=("needs",))
    day.live(change=[NO])
    assert day.lines[:3] == ["agree_ask", "agree_what_i_am", "agree_who_may"]
    assert day.lines[-2:] == ["agree_change", "agree_nothing_new"]
    said = [command for command in day.given(Speak) if isinstance(command, Speak) and command.line == "agreement"]
    assert [sentence for command in said for sentence in command.sentences] == list(day.read(day.made_of.agreement))
    assert not day.changes


def test_it_says_what_it_is() -> None:
    day = Agreeing()
    day.live(change=[NO])
    assert day.sentences[1:3] == [
        "I am a timer with a voice. I am not a therapist, and I can't call anyone. I do not record.",
        "Either of you can start a pause. Either of you can leave a room, or the house, any time.",
    ]


def test_all_is_gone_through_in_minutes_and_nothing_was_to_be_changed() -> None:
    day = Agreeing(
        places=("the hall", "the garden"), reassurance=("I am here", "We will talk"), trigger_plans=(OWN_PLAN,)
    )
    day.live()
    assert tuple(day.asked) == ("ask", "change", *PARTS)
    assert day.asked["places"] == [
        "Where you go. One place to go is the hall. The other place is the garden. Is that right for you both?"
    ]
    assert day.lines[-1] == "agree_nothing_new"
    assert not day.changes
    assert day.now < 420


def test_a_length_is_chosen() -> None:
    day = Agreeing()
    day.live(minutes=[NO, NO, YES])
    assert day.asked["minutes"] == [
        "How long a pause lasts. It lasts ten minutes. Is that right for you both?",
        "It lasts fifteen minutes. Would you both like that?",
        "It lasts twenty minutes.",
    ]
    assert day.asked["right"][0].endswith("Alex, is that right? Say yes, or no.")
    assert day.asked["right"][1] == "Sam, is that right? Say yes, or no."
    assert day.changes == [{"minutes": 20}]


@pytest.mark.parametrize(
    ("before", "answers", "changes"),
    [
        ({}, {"places": [NO, YES]}, {"places": ("the kitchen", "the bedroom")}),
        ({"places": ("the hall", "the garden")}, {"places": [NO, NO, NO, NO, NO, YES]}, {"places": ()}),
        ({}, {"children": [NO, NO, YES]}, {"children": "Alex"}),
        ({"children": "one of you"}, {"children": [NO, NO, NO, YES]}, {"children": ""}),
        ({}, {"ritual": [NO, NO, YES]}, {"ritual": "a cup of tea together"}),
        ({}, {"check_in": [NO, NO, NO, YES]}, {"check_in": "weekly"}),
        ({}, {"talk": [NO, NO, YES]}, {"talk": "almost_none"}),
        ({}, {"quiet": [NO, YES]}, {"quiet": True}),
        ({"quiet": True}, {"quiet": [NO, YES]}, {"quiet": False}),
        ({}, {"history": [YES, YES]}, {"history": True}),
        ({}, {"history": [YES, NO]}, {}),
        ({"history": True}, {"history": [NO, YES]}, {"history": False}),
        ({}, {"minutes": [NO, YES], "quiet": [NO, YES]}, {"minutes": 15, "quiet": True}),
    ],
)
def test_each_part_can_be_changed(
    before: dict[str, object], answers: dict[str, Sequence[Answer]], changes: dict[str, object]
) -> None:
    assert agrees(before, **answers) == changes


def test_a_line_from_each_or_from_none() -> None:
    taken = {"reassurance": ("We are on the same side", "I will come back to you")}
    assert agrees({}, reassurance=[NO, NO, YES, YES]) == taken
    before = {"reassurance": ("I am here", "We will talk")}
    assert agrees(before, reassurance=[NO, YES, YES]) == {}, "their own lines are offered first"
    assert agrees(before, reassurance=[NO, YES, *[NO] * 5]) == {"reassurance": ()}


def test_plans_are_taken_one_by_one() -> None:
    shipped = material().calm.choices.trigger_plans
    assert agrees({}, trigger_plans=[NO, NO, YES, YES]) == {"trigger_plans": tuple(map(dict, shipped[1:]))}
    kept = agrees({"trigger_plans": (OWN_PLAN,)}, trigger_plans=[NO, YES, NO, NO, YES])
    assert kept == {"trigger_plans": (dict(OWN_PLAN), dict(shipped[2]))}


def test_pause_words_are_said_heard_and_wanted() -> None:
    words = ["i need a pause", YES, "time out", YES]
    assert agrees({}, pause_words=[NO, *words, NO]) == {"pause_words": ("i need a pause", "time out")}
    four = [*words, YES, "can we pause", YES, "let's take a pause", YES]
    assert agrees({}, pause_words=[NO, *four])["pause_words"] == (
        *("i need a pause", "time out"),
        *("can we pause", "let's take a pause"),
    )


def test_a_word_that_is_not_wanted_not_heard_or_there_already_is_asked_for_again() -> None:
    day = Agreeing()
    day.live(pause_words=[NO, "let's pause", NO, None, "time out", YES, "time out", "can we pause", YES, NO])
    assert day.changes[0]["pause_words"] == ("time out", "can we pause")
    assert {"agree_not_heard", "agree_taken"} <= set(day.lines)
    assert "I heard: Let's pause. Shall we use that?" in day.sentences


def test_a_single_word_is_not_enough() -> None:
    day = Agreeing()
    day.live(pause_words=[NO, "time out", YES, None, None, None, NO])
    assert not day.changes
    assert "agree_two_needed" in day.lines


def test_what_is_not_taken_stays_as_it_was() -> None:
    day = Agreeing(ritual="a kiss")
    day.live(ritual=[NO, *[NO] * 5])
    assert "agree_stays" in day.lines
    assert not day.changes


@pytest.mark.parametrize("answers", [[NO], [YES, NO], [None, None], [YES, None, None]])
def test_without_the_yes_of_both_nothing_is_changed(answers: Sequence[Answer]) -> None:
    day = Agreeing()
    day.live(minutes=[NO, YES], right=answers)
    assert not day.changes
    assert day.lines[-1] == "agree_not_done"


def test_it_can_be_left_for_another_day() -> None:
    day = Agreeing()
    for line, answer in (("agree_ask", YES), ("agree_change", YES), ("agree_stay", Intent.LET_GO)):
        day.until_said(line)
        day.says(answer)
    day.until_home()
    assert day.lines[-1] == "agree_not_done"


def test_a_real_pause_in_it_changes_nothing_and_a_word_said_for_the_list_is_no_pause() -> None:
    day = Agreeing()
    for line, answer in (("agree_ask", YES), ("agree_change", YES), ("agree_stay", NO)):
        day.until_said(line)
        day.says(answer)
    day.until_said("agree_say_words")
    day.says(Intent.PAUSE, phrase="time out")
    day.until_said("agree_heard")
    assert "opening" not in day.lines
    day.says(Intent.PAUSE, phrase="time out")
    day.until_said("opening")
    day.until_home(at_most=9000)
    assert not day.changes


@pytest.mark.parametrize(("phrase", "asked"), [("i need a minute", "agree_heard_often"), ("time out", "agree_heard")])
def test_words_that_are_said_in_other_talk_as_well_are_warned_of(phrase: str, asked: str) -> None:
    day = Agreeing()
    for line, answer in (("agree_ask", YES), ("agree_change", YES), ("agree_stay", NO)):
        day.until_said(line)
        day.says(answer)
    day.until_said("agree_say_words")
    day.says(Intent.PAUSE, phrase=phrase)
    day.until_said(asked)


@settings(max_examples=25, deadline=None)
@given(happenings=HAPPENINGS)
def test_whatever_happens_it_comes_home(happenings: Sequence[Happening]) -> None:
    day = Agreeing(ritual="a kiss")
    whatever_happens(day, happenings)
    assert len(day.changes) <= 1 or day.lines.count("agree_done") == len(day.changes)


@pytest.mark.parametrize(
    ("answers", "last"), [([NO], "left"), ([None, None], "nobody_answered")], ids=["no", "nobody there"]
)
def test_another_day(answers: Sequence[Answer], last: str) -> None:
    day = Agreeing()
    day.live(ask=answers)
    assert day.lines[-1] == last


def test_soon_after_a_pause_it_is_read_and_nothing_is_changed() -> None:
    day = Agreeing(too_soon=True)
    day.until_said("agree_ask")
    day.says(YES)
    day.until_home()
    assert day.lines[-2:] == ["agreement", "agree_too_soon"]
    assert "agree_change" not in day.lines


@pytest.mark.parametrize(("answer", "then"), [(YES, "agree_too_soon"), (NO, "agree_change")])
def test_where_no_clock_can_tell_they_are_asked(answer: Intent, then: str) -> None:
    day = Agreeing(too_soon=None)
    day.until_said("agree_ask")
    day.says(YES)
    day.until_said("agree_recent")
    day.says(answer)
    day.until_said(then)


def test_the_button_answers_and_passes_over_the_reading() -> None:
    day = Agreeing()
    day.until_said("agree_ask")
    day.presses(Press.SHORT)
    day.until_said("agree_who_may")
    day.until_said("agreement")
    began = day.now
    day.presses(Press.SHORT)
    day.until_said("agree_change")
    assert day.now - began < 10, "the rest of it was passed over"
    day.presses(Press.DOUBLE)
    day.until_home()
    assert day.lines[-1] == "agree_nothing_new"
