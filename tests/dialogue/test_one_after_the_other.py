"""Each of you is asked in turn, and speaks in turn: what one means is not taken for the other, and nothing is lost."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import State
from assistant.messages import Blink, Chime, Command, Cue, Intent, Press, Speak
from dialogue.couples import Couple, in_state, lines


def names_asked(commands: list[Command]) -> list[str]:
    return [command.line for command in commands if isinstance(command, Speak) and command.line.startswith("ask_")]


@pytest.mark.parametrize(("press", "answer"), [(Press.SHORT, Intent.READY), (Press.DOUBLE, Intent.NOT_YET)])
def test_a_press_that_was_overtaken_by_a_voice_is_no_answer_of_the_other(press: Press, answer: Intent) -> None:
    couple = in_state(State.ASK_FIRST)
    couple.until_silent()
    couple.session.press(Press.TOUCH, couple.now)
    couple.now += 0.1
    couple.says(answer)
    couple.now += 0.1
    couple.session.press(press, couple.now)
    assert couple.state is State.ASK_SECOND, "who comes second is still to be asked"
    couple.until_silent()
    couple.presses(press)
    assert couple.state is not State.ASK_SECOND, "and a press of their own counts"


def test_a_finger_that_comes_down_in_one_turn_and_up_in_the_next_ends_one_turn_only() -> None:
    by_itself = in_state(State.GUIDED)
    by_itself.until_silent()
    while not lines(by_itself.wait(0.05)):
        pass
    couple = in_state(State.GUIDED)
    couple.wait(by_itself.now - couple.now - 0.2)
    couple.session.press(Press.TOUCH, couple.now)
    assert len(lines(couple.wait(0.4))) == 1, "the next turn begins by itself"
    assert lines(couple.session.press(Press.SHORT, couple.now) + couple.wait(3.0)) == []
    assert len(lines(couple.presses(Press.SHORT) + couple.wait(3.0))) == 1, "but a press made in this turn ends it"


@pytest.mark.parametrize("state", [State.OFFERING, State.ASK_SETTLED])
def test_a_question_nobody_heard_comes_louder_and_with_as_long_to_answer(state: State) -> None:
    couple = in_state(state)
    couple.until_silent()
    couple.wait(10.0)
    again = lines(couple.says(Intent.LOUDER) + couple.until_silent())
    assert len(again) == 1
    couple.wait(10.0)
    assert couple.state is state, "the time to answer begins again"


def test_a_ready_check_nobody_heard_is_asked_once_more_and_not_twice() -> None:
    couple = in_state(State.ASK_FIRST)
    couple.until_silent()
    asked = names_asked(couple.says(Intent.LOUDER) + couple.wait(9.0))
    assert asked == ["ask_first"]


def test_both_said_that_they_need_longer() -> None:
    """One by "not yet", the other a moment later in other words: that is one extension."""
    couple = in_state(State.EXTENDED)
    left = couple.session._conduct.time.ends_at
    assert [command.cue for command in couple.says(Intent.MORE_TIME) if isinstance(command, Chime)] == [Cue.LISTEN]
    assert couple.session._conduct.time.ends_at == left


def test_how_long_it_takes_is_said_as_it_is_now() -> None:
    couple = in_state(State.EXTENDED)
    couple.until_silent()
    couple.wait(480.0)
    again = couple.says(Intent.REPEAT) + couple.wait(1.0)
    assert any(isinstance(command, Blink) for command in again)
    assert "ten_more" not in lines(again)


def test_in_quiet_mode_the_second_is_called_again_by_the_sound_of_the_second() -> None:
    couple = Couple(quiet=True)
    couple.says(Intent.PAUSE)
    couple.until(State.ASK_SECOND)
    again = [command.cue for command in couple.wait(12.0) if isinstance(command, Chime)]
    assert again == [Cue.ASK_SECOND]
