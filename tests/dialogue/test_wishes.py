"""What can be asked for in a pause, beyond what the conversations show."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import State
from assistant.messages import Breath, Chime, Cue, Hush, Intent, Listen, Press, Speak, StartTones, Volume
from dialogue.couples import SCRIPT, SETTINGS, Couple, in_state, lines, seconds_of

REFLECTION = SETTINGS.reflection


def test_quiet_cuts_the_voice_off_in_the_same_breath() -> None:
    couple = in_state(State.SEPARATING)
    couple.wait(2.0)
    assert couple.says(Intent.QUIET)[0] == Hush()
    pressed = in_state(State.SEPARATING)
    pressed.wait(2.0)
    assert pressed.presses(Press.SHORT)[0] == Hush()
    for one in (couple, pressed):
        assert one.session.quiet
        rest = one.until(State.CALLED_BACK)
        assert lines(rest) == []
        assert [c.cue for c in rest if isinstance(c, Chime)] == [Cue.HALF, Cue.SOON, Cue.RETURN]


def test_a_touch_stops_the_voice_before_it_is_clear_what_was_meant() -> None:
    couple = in_state(State.SEPARATING)
    couple.wait(2.0)
    assert couple.session.press(Press.TOUCH, couple.now) == [Hush()]
    assert not couple.session.quiet


def test_the_volume_has_a_floor_and_a_ceiling_and_ends_with_the_pause() -> None:
    couple = Couple(headroom_db=8.0)
    couple.says(Intent.PAUSE)
    couple.wait(1.0)
    couple.says(Intent.QUIET)  # so that no line is repeated
    for intent, offsets in (
        (Intent.SOFTER, [-4, -8, -12, -16, -16]),
        (Intent.LOUDER, [-12, -8, -4, 0, 4, 8, 8]),
    ):
        for offset in offsets:
            couple.wait(1.0)
            assert couple.says(intent) == [Volume(offset), Chime(Cue.LISTEN)]
    assert Volume(0.0) in couple.presses(Press.HOLD)


def test_louder_says_again_what_was_just_said() -> None:
    couple = in_state(State.SEPARATING)
    said = couple.until_silent()
    assert lines(couple.says(Intent.LOUDER) + couple.wait(1.0)) == ["separating"], said


@pytest.mark.parametrize("minutes", [10, 30])
def test_how_long_is_left_is_true_within_half_a_minute(minutes: int) -> None:
    couple = Couple(minutes=minutes)
    couple.says(Intent.PAUSE)
    for at, left in ((30, minutes * 60 - 30), (60 * (minutes - 4), 240), (60 * minutes - 50, 50)):
        couple.wait(at - couple.now, step=0.5)
        couple.until_silent()
        (said,) = [c for c in couple.says(Intent.TIME_LEFT) if isinstance(c, Speak)]
        words = SCRIPT.left_in_words(left - 1)
        assert said.sentences == (f"That leaves {words}.",)
    assert SCRIPT.left_in_words(240) == "about four minutes"
    assert SCRIPT.left_in_words(49) == "about a minute"
    assert SCRIPT.left_in_words(12) == "less than a minute"


def test_at_most_three_questions_in_a_pause_and_the_feeling_comes_first() -> None:
    couple = in_state(State.BODY)
    couple.until_silent()
    asked = []
    for _ in range(5):
        couple.wait(6.0)
        asked += [c for c in couple.says(Intent.QUESTION) + couple.until_silent() if isinstance(c, Speak)]
    questions = [c.sentences for c in asked if c.line == "question"]
    assert questions[0] == REFLECTION.feeling.sentences
    assert len(set(questions)) == len(questions) <= 3
    rest = couple.until(State.CALLED_BACK)
    assert "question" not in lines(rest) or len(questions) < 3


def test_questions_do_not_come_again_before_all_have_been_asked() -> None:
    couple = Couple()
    live = [question.sentences for question in REFLECTION.live_questions(())]
    asked: list[tuple[str, ...]] = []
    while len(asked) < len(live):
        couple.says(Intent.PAUSE)
        asked += [
            c.sentences
            for c in couple.until(State.CALLED_BACK)
            if isinstance(c, Speak) and c.line == "question" and c.sentences != REFLECTION.feeling.sentences
        ]
        couple.presses(Press.HOLD)
    assert sorted(asked[: len(live)]) == sorted(live)


def test_the_couples_themes_come_first() -> None:
    couple = Couple(themes=("needs",))
    couple.says(Intent.PAUSE)
    asked = [c.sentences for c in couple.until(State.CALLED_BACK) if isinstance(c, Speak) and c.line == "question"]
    wanted = {question.sentences for question in REFLECTION.questions if question.theme == "needs"}
    assert set(asked[1:]) <= wanted


def test_nothing_that_is_for_calm_days_is_said_in_a_pause() -> None:
    calm = {question.sentences for question in REFLECTION.questions if question.tier == "calm"}
    live = {question.sentences for question in REFLECTION.live_questions(())}
    assert calm
    assert not calm & live


@pytest.mark.parametrize("pattern", ["long_out", "gentle", "sighs"])
def test_the_voice_breathes_with_the_tones_whatever_the_pattern(pattern: str) -> None:
    couple = Couple(breathing=pattern)
    breath: Breath = REFLECTION.breathing[pattern].breath
    couple.says(Intent.PAUSE)
    couple.wait(170.0)
    (began,) = [at for at, c in couple.done if c == StartTones(breath)]
    said = [(at - began, c.line) for at, c in couple.done if isinstance(c, Speak) and c.line.startswith("breathe_")]
    assert [line for _, line in said] == ["breathe_in", "breathe_out"] * 3
    for after, line in said:
        place = breath.out_at if line == "breathe_out" else 0.0
        assert (after - place) % breath.seconds == pytest.approx(0.0, abs=0.11) or (
            after - place
        ) % breath.seconds == pytest.approx(breath.seconds, abs=0.11)


def test_yes_ends_a_pause_only_when_that_was_asked() -> None:
    couple = in_state(State.MIND)
    couple.until_silent()
    assert couple.says(Intent.YES) == []
    couple.wait(10.0)
    asked = couple.says(Intent.END)
    assert lines(asked + couple.wait(1.0)) == ["ask_end"]
    assert {Intent.YES, Intent.NO} <= [c for c in asked if isinstance(c, Listen)][-1].intents
    couple.wait(seconds_of(SCRIPT.lines["ask_end"].sentences) + 1.0)
    assert lines(couple.says(Intent.YES)) == ["ended"]
    assert couple.state is State.CLOSE_OUT


def test_after_the_seconds_for_an_answer_a_yes_means_nothing() -> None:
    couple = in_state(State.MIND)
    couple.wait(30.0)
    couple.says(Intent.END)
    couple.wait(seconds_of(SCRIPT.lines["ask_end"].sentences) + SCRIPT.timing.confirm_seconds + 1.0)
    last = [c for _, c in couple.done if isinstance(c, Listen)][-1]
    assert not {Intent.YES, Intent.NO} & last.intents
    assert couple.says(Intent.YES) == []
    assert couple.state is State.MIND


@pytest.mark.parametrize("intents", [[Intent.HELP, Intent.NO_BREATH], [Intent.NO_BREATH, Intent.HELP]])
def test_the_emergency_sentences_are_said_whatever_was_said_before(intents: list[Intent]) -> None:
    """The second of them takes its seconds from the lines that keep the time; their chimes still come."""
    couple = in_state(State.BODY)
    couple.until_silent()
    for _ in range(12):  # use up the talk budget
        couple.says(Intent.TIME_LEFT)
        couple.until_silent()
    assert lines(couple.says(Intent.TIME_LEFT)) == []
    for intent in intents:
        assert lines(couple.says(intent)) == [intent.value]
        couple.until_silent()
    rest = couple.until(State.CALLED_BACK)
    assert [c.cue for c in rest if isinstance(c, Chime) and c.cue is not Cue.LISTEN].count(Cue.HALF) == 1
    assert ("two_minutes" in lines(rest)) != (Chime(Cue.SOON) in rest), "in words, or as a chime"


def test_the_emergency_number_is_the_households_own() -> None:
    couple = Couple(emergency_number="one one two")
    couple.says(Intent.PAUSE)
    couple.wait(60.0)
    (said,) = [c for c in couple.says(Intent.HELP) if isinstance(c, Speak)]
    assert said.sentences[-1] == "Call one one two."


def test_the_question_about_the_end_can_be_heard_again_and_still_be_answered() -> None:
    for state in (State.MIND, State.ASK_FIRST):
        couple = in_state(state)
        couple.wait(20.0 if state is State.MIND else 4.0)
        couple.says(Intent.END)
        couple.wait(8.0)
        for again in (Intent.REPEAT, Intent.LOUDER) if state is State.MIND else (Intent.REPEAT,):
            assert "ask_end" in lines(couple.says(again) + couple.wait(6.0)), (state, again)
        assert lines(couple.says(Intent.YES))[-1:] == ["ended"], state
