"""What is told of a pause for those who look back: how it ended, and how long it was. Nothing of who."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import State
from assistant.messages import Command, Intent, Press
from assistant.records import Ending, PauseOver, PauseUnderWay
from dialogue.couples import Couple, in_state


def told(commands: list[Command]) -> list[PauseUnderWay | PauseOver]:
    return [command for command in commands if isinstance(command, PauseUnderWay | PauseOver)]


def done(couple: Couple) -> list[Command]:
    return [command for _, command in couple.done]


@pytest.mark.parametrize(
    ("state", "said", "ending", "extensions"),
    [
        (State.OFFERING, Intent.SETTLED, Ending.SETTLED, 0),
        (State.RECONVENED, Intent.LATER_TODAY, Ending.LATER_TODAY, 0),
        (State.ASK_SETTLED, Intent.TOMORROW, Ending.TOMORROW, 0),
        (State.CHOOSING, Intent.LET_GO, Ending.LET_GO, 2),
        (State.RECONVENED, None, Ending.LEFT_OPEN, 0),
        (State.CHOOSING, None, Ending.LEFT_OPEN, 2),
        (State.WAITING, None, Ending.NOBODY_CAME, 0),
    ],
)
def test_how_it_ended(state: State, said: Intent | None, ending: Ending, extensions: int) -> None:
    couple = in_state(state)
    if said is not None:
        couple.says(said)
    couple.until(State.LISTENING)
    assert told(done(couple)) == [PauseUnderWay(), PauseOver(10, extensions, ending)]


def test_it_was_ended_before_its_time() -> None:
    couple = in_state(State.BODY)
    couple.until_silent()
    couple.says(Intent.END)
    couple.until_silent()
    couple.says(Intent.YES)
    couple.until(State.LISTENING)
    assert told(done(couple))[-1] == PauseOver(10, 0, Ending.ENDED_EARLY)


def test_ten_more_minutes_are_counted_whoever_wanted_them() -> None:
    couple = in_state(State.MIND)
    couple.says(Intent.MORE_TIME)
    couple.until(State.LISTENING)
    assert told(done(couple))[-1] == PauseOver(10, 1, Ending.NOBODY_CAME)


def test_a_new_pause_closes_the_one_before() -> None:
    couple = in_state(State.RECONVENED)
    couple.says(Intent.PAUSE)
    assert told(done(couple)) == [PauseUnderWay(), PauseOver(10, 0, Ending.LEFT_OPEN)]


def test_what_was_taken_back_has_never_been() -> None:
    couple = in_state(State.OPENING)
    couple.says(Intent.UNDO)
    couple.until_silent()
    assert couple.state is State.LISTENING
    assert told(done(couple)) == []


@pytest.mark.parametrize("state", [State.OPENING, State.BODY, State.ASK_FIRST, State.RECONVENED, State.CLOSE_OUT])
def test_of_a_silent_way_out_nothing_is_told(state: State) -> None:
    couple = in_state(state)
    couple.presses(Press.HOLD)
    couple.wait(3000.0, step=1.0)
    assert not any(isinstance(command, PauseOver) for command in done(couple))
    couple.says(Intent.PAUSE)
    assert not any(isinstance(command, PauseOver) for command in done(couple)), "nor later"
