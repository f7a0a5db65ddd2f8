"""Every state with every intent, every press and no answer at all: each pair has an answer, and it is the right one."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import CALM, HOME, State
from assistant.dialogue.turns import ON_INTENT, ON_PRESS, ON_TIMEOUT, Turn, half_heard_is_asked_about, listened_for
from assistant.messages import Chime, Intent, Light, Listen, Press, Silence, Speak
from dialogue.couples import AT_HOME, Couple, in_state, lines, state_of

NEVER_STEERED_BY = {Intent.YES, Intent.NO}  # only a question makes them mean something

# Where a turn leads; one that is not here leaves the state as it is.
LEADS_TO = {
    Turn.START_PAUSE: State.OPENING,
    Turn.DROP_QUESTION: State.LISTENING,
    Turn.UNDO: State.LISTENING,
    Turn.SILENT_EXIT: State.LISTENING,
    Turn.MORE_TIME: State.EXTENDED,
    Turn.START_ASKING: State.ASK_FIRST,
    Turn.TALK: State.OFFERING,
    Turn.SET_TIME: State.SETTING_TIME,
    Turn.SETTLED: State.CLOSE_OUT,
    Turn.LATER_TODAY: State.CLOSE_OUT,
    Turn.TOMORROW: State.CLOSE_OUT,
    Turn.LET_GO: State.CLOSE_OUT,
    Turn.GUIDE: State.GUIDED,
    Turn.LEAVE_US: State.RECONVENED,
    Turn.WRAP_UP: State.ASK_SETTLED,
    Turn.MUTE: State.MUTED,
    Turn.UNMUTE: State.LISTENING,
    Turn.SHORTEN: State.LISTENING,
    Turn.REHEARSE: State.REHEARSING,
    Turn.REFLECT: State.REFLECTING,
    Turn.AGREEMENT: State.AGREEING,
    Turn.FORGET: State.FORGETTING,
}


def expected_after(state: State, turn: Turn) -> State:
    if turn in {Turn.READY, Turn.NOT_YET}:
        if state is State.ASK_FIRST:
            return State.ASK_SECOND
        # The first one did not answer, so that the second answer decides: away, or longer.
        return State.WAITING if turn is Turn.READY else State.EXTENDED
    return LEADS_TO.get(turn, state)


def test_the_tables_know_every_state() -> None:
    assert set(ON_INTENT) == set(ON_PRESS) == set(ON_TIMEOUT) == set(State)
    assert {turn for table in (ON_INTENT, ON_PRESS) for row in table.values() for turn in row.values()} == set(Turn)


@pytest.mark.parametrize("state", State)
def test_whatever_is_said_does_what_the_table_says_or_nothing(state: State) -> None:
    for intent in Intent:
        couple = in_state(state)
        turn = ON_INTENT[state].get(intent)
        commands = couple.says(intent)
        if turn is None:
            assert commands == [], f"{intent} means nothing in {state}"
            assert couple.state is state
        else:
            assert couple.state is expected_after(state, turn), f"{intent} in {state}"


@pytest.mark.parametrize("state", State)
def test_the_button_does_what_the_table_says(state: State) -> None:
    for press in (Press.SHORT, Press.DOUBLE, Press.HOLD):
        couple = in_state(state)
        turn = ON_PRESS[state].get(press)
        commands = couple.presses(press)
        if turn is None:
            assert commands == [], f"{press} means nothing in {state}"
            assert couple.state is state
        else:
            assert couple.state is expected_after(state, turn), f"{press} in {state}"


@pytest.mark.parametrize(("state", "comes"), ON_TIMEOUT.items())
def test_every_state_but_home_ends_by_itself(state: State, comes: State | None) -> None:
    couple = in_state(state)
    end = couple.now + 3600.0
    while couple.state is state and couple.now < end:
        couple.wait(0.5, step=0.5)
    assert couple.state is (comes or state)
    assert (comes is None) == (state in HOME)


@pytest.mark.parametrize("state", State)
def test_a_half_heard_pause_is_asked_about_wherever_one_can_be_called(state: State) -> None:
    couple = in_state(state)
    callable_here = Intent.PAUSE in ON_INTENT[state] and state not in (State.WAITING, *CALM)
    couple.says(Intent.PAUSE, sure=False)
    if state is State.ASKING:
        assert couple.state is State.OPENING, "half heard twice is heard"
    else:
        assert couple.state is (State.ASKING if callable_here else state)
        assert half_heard_is_asked_about(state) == callable_here
        for _ in range(100):
            couple.wait(0.1)
        assert couple.state in {state, ON_TIMEOUT[state]}, "without a yes it goes back"


def test_only_what_the_table_has_is_listened_for() -> None:
    for state in State:
        couple = in_state(state)
        listening = [c.intents for _, c in couple.done if isinstance(c, Listen)][-1:] or [AT_HOME]
        assert listening == [listened_for(state, end_asked=False)], state
        assert (NEVER_STEERED_BY & listening[0] != set()) == (state is State.ASKING)


@pytest.mark.parametrize("state", [state for state in State if state not in HOME])
@pytest.mark.parametrize("by_hand", [True, False])
def test_the_silent_way_out_is_silent_from_everywhere(state: State, by_hand: bool) -> None:
    couple = in_state(state)
    if by_hand:
        commands = couple.presses(Press.HOLD)
    elif Intent.SILENT_EXIT in ON_INTENT[state]:
        commands = couple.says(Intent.SILENT_EXIT)
    else:
        assert state in {State.ASKING, State.RECONVENED}, "there is nothing to get out of"
        return
    assert couple.state is State.LISTENING
    assert any(isinstance(command, Silence) for command in commands)
    assert not any(isinstance(command, Speak | Chime) for command in commands)
    after = couple.wait(3000.0, step=1.0)
    assert not any(isinstance(command, Speak | Chime | Light) for command in after)


def test_a_whole_pause_with_the_button_alone_while_nothing_can_be_heard() -> None:
    couple = Couple()
    couple.presses(Press.HOLD)  # the microphone is off: not one word counts
    couple.until_silent()
    assert state_of(couple.session) is State.MUTED
    couple.presses(Press.SHORT)
    couple.until(State.BODY)
    couple.presses(Press.DOUBLE)
    couple.until(State.ASK_FIRST)
    for press in (Press.SHORT, Press.DOUBLE):  # one is ready, the other is not
        couple.until_silent()
        couple.presses(press)
    assert state_of(couple.session) is State.EXTENDED
    couple.until(State.ASK_FIRST)
    for _ in range(2):
        couple.until_silent()
        couple.presses(Press.SHORT)
    assert state_of(couple.session) is State.OFFERING
    couple.presses(Press.DOUBLE)
    assert state_of(couple.session) is State.RECONVENED
    couple.wait(60.0)
    couple.presses(Press.DOUBLE)
    couple.until_silent()
    couple.presses(Press.SHORT)
    assert state_of(couple.session) is State.CLOSE_OUT
    couple.until(State.MUTED)
    assert all(command.intents == frozenset() for at, command in couple.done if isinstance(command, Listen) and at > 0)
    assert lines([command for _, command in couple.done])[-2:] == ["closing_settled", "quiet_end"]


def touched_then(couple: Couple, seconds: float, press: Press) -> None:
    """The finger comes down now; what it meant is clear later."""
    couple.session.press(Press.TOUCH, couple.now)
    couple.wait(seconds)
    couple.session.press(press, couple.now)


def test_a_press_means_what_it_meant_where_the_finger_came_down() -> None:
    late_undo = in_state(State.OPENING)
    late_undo.wait(19.8 - (late_undo.now - 5.0))
    touched_then(late_undo, 0.6, Press.SHORT)
    assert not late_undo.session.quiet, "too late to take it back, and nobody asked for quiet"

    out_of_the_question = in_state(State.ASKING)
    out_of_the_question.wait(5.0)
    touched_then(out_of_the_question, 3.0, Press.HOLD)
    assert state_of(out_of_the_question.session) is State.LISTENING
    assert not out_of_the_question.session.muted, "a way out is no switch"


def test_an_answer_by_button_counts_for_the_one_who_was_asked() -> None:
    couple = in_state(State.ASK_FIRST)
    couple.until_silent()
    almost = couple.now
    while state_of(couple.session) is State.ASK_FIRST:
        almost = couple.now
        couple.wait(0.5, step=0.5)
    again = in_state(State.ASK_FIRST)
    again.wait(almost - again.now - 0.1)
    assert state_of(again.session) is State.ASK_FIRST
    touched_then(again, 0.7, Press.SHORT)
    assert state_of(again.session) is State.ASK_SECOND
    again.until_silent()
    again.presses(Press.SHORT)
    assert state_of(again.session) is State.OFFERING, "both are here"
