"""The session: what holds whatever the couple does. Whole conversations are in ``tests/conversations``."""

from __future__ import annotations

import itertools

import pytest

from assistant.dialogue.flow import State
from assistant.dialogue.lines import LINES_USED
from assistant.dialogue.session import Session
from assistant.dialogue.turns import listened_for
from assistant.dialogue.wording import Wording
from assistant.messages import Chime, Command, Cue, Hush, Intent, Light, LightState, Listen, Speak
from dialogue.couples import AT_HOME, SCRIPT, SETTINGS, lines, seconds_of, session, state_of


def at_the_first_question() -> tuple[Session, float]:
    paused = session()
    paused.handle(Intent.PAUSE, 0.0)
    now = 600.0
    while paused.state is not State.ASK_FIRST:
        now += 0.03
        paused.tick(now)
    return paused, now + 6


def test_the_chime_comes_in_the_same_breath_as_the_call() -> None:
    commands = session().handle(Intent.PAUSE, 12.0)
    assert any(type(command).__name__ == "Chime" for command in commands)
    assert Light(LightState.PAUSE) in commands


def test_it_begins_by_listening_for_a_pause_only() -> None:
    fresh = Session(
        script=SCRIPT,
        agreement=SETTINGS.agreement,
        reflection=SETTINGS.reflection,
        wording=Wording(SCRIPT, SETTINGS.agreement, SETTINGS.reflection),
        seconds_of=seconds_of,
    )
    assert fresh.begin(0.0) == [Listen(AT_HOME), Light(LightState.LISTENING)]


def test_steps_that_were_missed_while_nothing_ticked_happen_in_order() -> None:
    # The machine may have been busy: nothing is skipped, and the pause ends when it should.
    late = session()
    late.handle(Intent.PAUSE, 0.0)
    said = lines(late.tick(599.0))
    assert said[0] == "opening"
    assert said[-1] == "half_minute"
    assert late.state is State.RETURN_CUE
    assert lines(late.tick(602.0)) == ["time_is_done"]


def test_an_undone_pause_leaves_nothing_behind() -> None:
    undone, untouched = session(), session()
    undone.handle(Intent.PAUSE, 1.0)
    undone.tick(14.9)
    commands = undone.handle(Intent.UNDO, 15.0)
    assert Hush() in commands
    assert lines(commands) == ["carry_on"]
    assert undone.state is State.LISTENING
    assert lines(undone.tick(4000.0)) == []
    # The next pause is the same as if the first had not been: the same order of names, no extension used.
    assert undone.handle(Intent.PAUSE, 5000.0) == untouched.handle(Intent.PAUSE, 5000.0)
    assert lines(undone.tick(5602.0)) == lines(untouched.tick(5602.0))


def test_the_names_change_order_from_pause_to_pause() -> None:
    twice = session()
    openings = []
    for start in (0.0, 10_000.0):
        twice.handle(Intent.PAUSE, start)
        openings.append(next(c for c in twice.tick(start + 2) if isinstance(c, Speak)).sentences[2])
        twice.tick(start + 9_000)  # nobody comes
    assert openings == ["Alex and Sam, please stop here.", "Sam and Alex, please stop here."]


def test_both_are_asked_whatever_the_first_one_says() -> None:
    for answer in (Intent.READY, Intent.NOT_YET):
        asked, now = at_the_first_question()
        commands = asked.handle(answer, now)
        assert asked.state is State.ASK_SECOND
        assert lines(commands) == ["ask_second"]


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (Intent.READY, Intent.READY, State.OFFERING),
        (Intent.READY, Intent.NOT_YET, State.EXTENDED),
        (Intent.NOT_YET, Intent.READY, State.EXTENDED),
        (Intent.NOT_YET, Intent.NOT_YET, State.EXTENDED),
        (Intent.READY, None, State.WAITING),
        (None, Intent.READY, State.WAITING),
        (None, None, State.WAITING),
        (Intent.NOT_YET, None, State.EXTENDED),
        (None, Intent.NOT_YET, State.EXTENDED),
    ],
)
def test_any_not_yet_wins_and_silence_is_nobody(first: Intent | None, second: Intent | None, state: State) -> None:
    asked, now = at_the_first_question()
    for answer, turn in ((first, State.ASK_FIRST), (second, State.ASK_SECOND)):
        assert asked.state is turn
        if answer is not None:
            now += 6
            asked.handle(answer, now)
        while asked.state is turn:
            now += 0.5
            asked.tick(now)
    assert asked.state is state


def test_nobody_can_tell_afterwards_who_was_not_ready() -> None:
    outcomes = []
    for first, second in ((Intent.READY, Intent.NOT_YET), (Intent.NOT_YET, Intent.READY)):
        asked, now = at_the_first_question()
        asked.handle(first, now)
        commands = asked.handle(second, now + 6)
        outcomes.append((commands, asked.tick(now + 6 + 700)))
        assert asked._conduct.ready._answers == []
    assert outcomes[0] == outcomes[1]


def test_the_time_is_right_to_the_step_after_ten_minutes() -> None:
    paused = session()
    start = 1234.56
    paused.handle(Intent.PAUSE, start)
    seen: dict[str, float] = {}
    for tick in itertools.count():
        now = start + tick * 0.03
        for line in lines(paused.tick(now)):
            seen.setdefault(line, now - start)
        if now - start > 610:
            break
    for line, planned in {"opening": 1, "separating": 20, "grounding": 75, "breathing_on": 155, "half": 301.5}.items():
        assert seen[line] == pytest.approx(planned, abs=0.031)
    assert seen["question"] == pytest.approx(312, abs=0.031)
    assert seen["time_is_done"] == pytest.approx(601.5, abs=0.031)


def test_every_line_of_the_script_can_be_said() -> None:
    planned = {step.say for step in (*SCRIPT.pause, *SCRIPT.extension)} | {step.say for step in SCRIPT.guide}
    assert planned | LINES_USED >= SCRIPT.lines.keys()
    assert SCRIPT.lines.keys() >= LINES_USED


# --- half heard -----------------------------------------------------------------------------------------------------


def half_heard(couple: Session, now: float) -> list[Command]:
    return couple.handle(Intent.PAUSE, now, sure=False)


def after(couple: Session, start: float, seconds: float) -> list[Command]:
    """Every command of these seconds, tick by tick."""
    return [command for tick in range(round(seconds / 0.03)) for command in couple.tick(start + 0.03 * (tick + 1))]


def in_the_talk() -> tuple[Session, float]:
    talking, now = at_the_first_question()
    talking.handle(Intent.READY, now)
    talking.handle(Intent.READY, now + 6)
    talking.tick(now + 15)
    talking.handle(Intent.LEAVE_US, now + 15)
    return talking, now + 30


def test_a_half_heard_pause_is_asked_about_with_a_chime_and_a_light() -> None:
    couple = session()
    assert half_heard(couple, 10.0) == [
        Hush(),
        Listen(frozenset({Intent.PAUSE, Intent.YES, Intent.NO})),
        Light(LightState.ASKING),
        Chime(Cue.LISTEN),
    ]
    assert state_of(couple) is State.ASKING
    (question,) = after(couple, 10.0, 3.0)
    assert question == Speak("did_you_say_pause", ("Did you say pause?",))


@pytest.mark.parametrize("answer", [Intent.YES, Intent.PAUSE])
@pytest.mark.parametrize("sure", [True, False])
def test_a_yes_or_a_pause_begins_one_as_if_it_had_been_called(answer: Intent, sure: bool) -> None:
    asked, called = session(), session()
    half_heard(asked, 10.0)
    after(asked, 10.0, 4.0)
    assert asked.handle(answer, 14.0, sure=sure) == called.handle(Intent.PAUSE, 14.0)
    assert after(asked, 14.0, 620.0) == after(called, 14.0, 620.0)


def test_an_answer_may_come_before_the_question_is_spoken() -> None:
    couple = session()
    half_heard(couple, 10.0)
    couple.handle(Intent.NO, 10.5)
    assert after(couple, 10.5, 60.0) == []


def test_after_a_no_or_in_silence_it_listens_again_without_a_word() -> None:
    back = [Listen(AT_HOME), Light(LightState.LISTENING)]
    refused, unanswered = session(), session()
    for couple in (refused, unanswered):
        half_heard(couple, 10.0)
    after(refused, 10.0, 4.0)
    assert refused.handle(Intent.NO, 14.0) == back
    # The chime's lead, the three or four words, and the seconds for an answer.
    over = SCRIPT.timing.cue_lead_seconds + seconds_of(("Did you say pause?",)) + SCRIPT.timing.answer_seconds
    assert [type(command) for command in after(unanswered, 10.0, over - 0.1)] == [Speak]
    assert unanswered.state is State.ASKING
    assert after(unanswered, 10.0 + over - 0.1, 0.2) == back
    for couple in (refused, unanswered):
        assert state_of(couple) is State.LISTENING
        assert after(couple, 20.0, 4000.0) == []
        assert couple.handle(Intent.PAUSE, 5000.0) == session().handle(Intent.PAUSE, 5000.0), "no trace"


def test_the_talk_goes_on_as_long_as_it_would_have_and_means_what_it_did() -> None:
    couple, now = in_the_talk()
    half_heard(couple, now)
    commands = after(couple, now, 10.0)
    assert commands[-2] == Listen(listened_for(State.RECONVENED, end_asked=False))
    assert state_of(couple) is State.RECONVENED
    couple.tick(now + SCRIPT.timing.talk_seconds - 60)
    assert state_of(couple) is State.RECONVENED
    couple.tick(now + SCRIPT.timing.talk_seconds + 60)
    assert state_of(couple) is State.LISTENING


def test_a_pause_that_is_asked_about_in_the_talk_changes_the_order_of_the_names_once() -> None:
    asked, now = in_the_talk()
    called, _ = in_the_talk()
    half_heard(asked, now)
    asked.handle(Intent.YES, now + 5)
    called.handle(Intent.PAUSE, now + 5)
    assert after(asked, now + 5, 30.0) == after(called, now + 5, 30.0)


def test_the_last_words_wait_for_the_answer() -> None:
    couple, now = in_the_talk()
    couple.handle(Intent.SETTLED, now)
    said = after(couple, now, 2.8)
    assert (state_of(couple), lines(said)) == (State.CLOSE_OUT, [])
    half_heard(couple, now + 2.8)
    more = after(couple, now + 2.8, 30.0)
    assert lines(more) == ["did_you_say_pause", "quiet_end"]
    assert state_of(couple) is State.LISTENING


def test_in_quiet_mode_the_chime_is_the_question() -> None:
    paused = session(quiet=True)
    paused.handle(Intent.PAUSE, 0.0)
    now = 600.0
    while state_of(paused) is not State.ASK_FIRST:
        now += 0.03
        paused.tick(now)
    paused.handle(Intent.READY, now)
    paused.handle(Intent.READY, now + 3)
    paused.handle(Intent.LEAVE_US, now + 6)
    assert paused.quiet
    assert Chime(Cue.LISTEN) in half_heard(paused, now + 10)
    later = after(paused, now + 10, 10.0)
    assert not any(isinstance(command, Speak | Chime) for command in later)
    assert state_of(paused) is State.RECONVENED


@pytest.mark.parametrize("intent", set(Intent) - {Intent.PAUSE})
def test_only_a_pause_is_asked_about(intent: Intent) -> None:
    for couple, now in ((session(), 5.0), in_the_talk(), at_the_first_question()):
        state = couple.state
        assert couple.handle(intent, now, sure=False) == []
        assert state_of(couple) is state
