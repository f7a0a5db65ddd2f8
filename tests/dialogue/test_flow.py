"""The table: what leads where, and that every state has a way home."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import CALM, FROM_NEARLY_EVERYWHERE, MOVES, Event, Flow, State, mermaid

CALM_BEGINNINGS = {Event.REHEARSE, Event.REFLECT, Event.AGREE, Event.FORGET}
FROM_HOME = {Event.PAUSE_CALLED, Event.HALF_HEARD, Event.MUTE} | CALM_BEGINNINGS
HAPPY_PATH = [
    (Event.PAUSE_CALLED, State.OPENING),
    (Event.TIME_TO_PART, State.SEPARATING),
    (Event.TIME_FOR_THE_BODY, State.BODY),
    (Event.TIME_FOR_THE_MIND, State.MIND),
    (Event.TIME_TO_RETURN, State.RETURN_CUE),
    (Event.TIME_IS_OVER, State.CALLED_BACK),
    (Event.TIME_TO_ASK, State.ASK_FIRST),
    (Event.FIRST_ASKED, State.ASK_SECOND),
    (Event.BOTH_READY, State.OFFERING),
    (Event.GUIDE, State.GUIDED),
    (Event.TIME_TO_SETTLE, State.ASK_SETTLED),
    (Event.CLOSE, State.CLOSE_OUT),
    (Event.OVER, State.LISTENING),
]


def test_a_pause_from_beginning_to_end() -> None:
    flow = Flow()
    assert flow.state is State.LISTENING
    for event, state in HAPPY_PATH:
        assert flow.can(event)
        flow.apply(event)
        assert flow.state is state


def test_what_the_table_does_not_have_is_refused_and_changes_nothing() -> None:
    flow = Flow()
    for event in Event:
        if event not in FROM_HOME:
            assert not flow.can(event)
            with pytest.raises(ValueError, match="listening"):
                flow.apply(event)
            assert flow.state is State.LISTENING


@pytest.mark.parametrize("start", [State.LISTENING, State.GUIDED, State.RECONVENED, State.CLOSE_OUT])
def test_a_question_leads_back_to_where_it_was_asked_or_into_a_pause(start: State) -> None:
    callable_in = next(move.sources for move in MOVES if move.event is Event.PAUSE_CALLED)
    (asked,) = [move for move in MOVES if move.event is Event.HALF_HEARD]
    by_voice = set(callable_in) - {State.MUTED, State.WAITING, *CALM}  # there, only the button, or only when it is sure
    assert {*asked.sources, State.ASKING} == by_voice, "asked wherever a pause can be called"
    assert start in {move.target for move in MOVES if State.ASKING in move.sources}


def test_an_event_leads_from_a_state_to_one_place_only() -> None:
    pairs = [(source, move.event) for move in MOVES for source in move.sources]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("start", State)
def test_every_state_can_be_reached_and_left_for_listening(start: State) -> None:
    assert start in _reachable(State.LISTENING)
    assert State.LISTENING in _reachable(start)


def test_only_the_opening_can_be_taken_back() -> None:
    (move,) = [move for move in MOVES if move.event is Event.CARRY_ON]
    assert move.sources == (State.OPENING,)


def test_the_diagram_shows_every_move_but_those_from_everywhere() -> None:
    lines = {line.strip() for line in mermaid().splitlines()}
    for move in MOVES:
        for source in move.sources if move.event not in FROM_NEARLY_EVERYWHERE else ():
            assert f"{source.value} --> {move.target.value}: {move.event.value}" in lines


def _reachable(start: State) -> set[State]:
    found = {start}
    while True:
        more = {move.target for move in MOVES if found.intersection(move.sources)} - found
        if not more:
            return found
        found |= more
