"""Calm days: something is talked through while there is no pause. What, and how, is known to `assistant.calm`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from assistant.dialogue.flow import CALM, Event, State
from assistant.dialogue.stage import Stage
from assistant.dialogue.turns import Turn
from assistant.records import Begin, CalmTalk

LONGEST_SECONDS = 1800.0  # longer than any of them takes; then it is over in any case
_TURNS = {
    Turn.REHEARSE: (Event.REHEARSE, CalmTalk.REHEARSAL),
    Turn.REFLECT: (Event.REFLECT, CalmTalk.REFLECTION),
    Turn.AGREEMENT: (Event.AGREE, CalmTalk.AGREEMENT),
    Turn.FORGET: (Event.FORGET, CalmTalk.FORGETTING),
}


class CalmDay:
    """``enter``: moves the flow on, forgets what was planned, listens. ``be_home``: as after a pause."""

    def __init__(self, *, stage: Stage, enter: Callable[[Event], State], be_home: Callable[[], None]) -> None:
        self._stage, self._enter, self._be_home = stage, enter, be_home

    def doings(self) -> dict[Turn, Callable[[], None]]:
        """What is done here, by the turns of `turns`."""
        return {
            **{turn: partial(self._begin, *what) for turn, what in _TURNS.items()},
            Turn.TO_THE_TALK: lambda: None,  # whoever leads the talk has been told already
        }

    def _begin(self, event: Event, talk: CalmTalk) -> None:
        self._enter(event)
        self._stage.give(Begin(talk))
        self._stage.at(self._stage.now + LONGEST_SECONDS, partial(self.over, State(talk.value)))

    def over(self, state: State) -> None:
        """Talked through, or given up: home again, where the light and the ears are set anew."""
        if state in CALM:
            self._enter(Event.TALKED_THROUGH)
            self._stage.forget_light()
            self._be_home()
