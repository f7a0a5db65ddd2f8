"""The session: what holds whatever the couple does. Whole conversations are in ``tests/conversations``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.flow import State
from assistant.dialogue.session import LINES_USED, Session
from assistant.dialogue.wording import Wording
from assistant.messages import Command, Hush, Intent, Light, LightState, Listen, Speak
from assistant.settings.loader import load_settings

SETTINGS = load_settings(Path(__file__).parents[2] / "config")
SCRIPT = SETTINGS.script
LONGEST_SECONDS = 60 * 120  # three tens, the waiting, and the talk afterwards


def seconds_of(sentences: Sequence[str]) -> float:
    return sum(len(sentence.split()) for sentence in sentences) * 60 / 115


def session(**agreement: object) -> Session:
    agreed = SETTINGS.agreement.model_copy(update=agreement)
    made = Session(script=SCRIPT, agreement=agreed, wording=Wording(SCRIPT, agreed), seconds_of=seconds_of)
    made.begin(0.0)
    return made


def lines(commands: Sequence[Command]) -> list[str]:
    return [command.line for command in commands if isinstance(command, Speak)]


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
        wording=Wording(SCRIPT, SETTINGS.agreement),
        seconds_of=seconds_of,
    )
    assert fresh.begin(0.0) == [Listen(frozenset({Intent.PAUSE})), Light(LightState.LISTENING)]


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
    assert commands[0] == Hush()
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
        (Intent.READY, Intent.READY, State.RECONVENED),
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
        assert asked._answers == []
    assert outcomes[0] == outcomes[1]


def test_what_means_nothing_now_gets_no_answer() -> None:
    wanted = {
        State.LISTENING: {Intent.PAUSE},
        State.OPENING: {Intent.UNDO, Intent.QUIET},
        State.BODY: {Intent.QUIET},
    }
    for state, intents in wanted.items():
        for intent in set(Intent) - intents:
            other = session()
            if state is not State.LISTENING:
                other.handle(Intent.PAUSE, 0.0)
                other.tick(5.0 if state is State.OPENING else 100.0)
            assert other.state is state
            assert other.handle(intent, 100.0 if state is State.BODY else 5.0) == []
            assert other.state is state


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
    assert seen["question_need"] == pytest.approx(440, abs=0.031)
    assert seen["time_is_done"] == pytest.approx(601.5, abs=0.031)


def test_every_line_of_the_script_can_be_said() -> None:
    planned = {step.say for step in (*SCRIPT.pause, *SCRIPT.extension)}
    assert planned | LINES_USED >= SCRIPT.lines.keys()
    assert SCRIPT.lines.keys() >= LINES_USED


TURNS = st.lists(
    st.tuples(st.sampled_from([*Intent, None]), st.floats(0.01, 400, allow_nan=False)), min_size=1, max_size=60
)


@settings(max_examples=150, deadline=None)
@given(turns=TURNS, quiet=st.booleans(), minutes=st.sampled_from([10, 20]))
def test_whatever_happens_it_never_talks_over_itself_and_comes_home(
    turns: list[tuple[Intent | None, float]], quiet: bool, minutes: int
) -> None:
    couple = session(quiet=quiet, minutes=minutes, ritual="a cup of tea")
    speaking_until, now = 0.0, 0.0
    listening: frozenset[Intent] = frozenset({Intent.PAUSE})

    def take(commands: Sequence[Command], at: float) -> None:
        nonlocal speaking_until, listening
        for command in commands:
            if isinstance(command, Hush):
                speaking_until = at
            elif isinstance(command, Listen):
                listening = command.intents
            elif isinstance(command, Speak):
                assert at >= speaking_until - 0.5, f"{command.line} talks over the line before"
                speaking_until = at + seconds_of(command.sentences)

    for intent, wait in turns:
        end = now + wait
        while now < end:
            now = min(now + 0.25, end)
            take(couple.tick(now), now)
        # Half-duplex: what is said while Breather speaks is not heard, nor what nobody listens for.
        if intent in listening and now >= speaking_until:
            take(couple.handle(intent, now), now)
    end = now + LONGEST_SECONDS
    while now < end:
        now += 1.0
        take(couple.tick(now), now)
    assert couple.state is State.LISTENING
    assert listening == {Intent.PAUSE}
