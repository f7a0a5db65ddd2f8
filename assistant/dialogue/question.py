"""A pause was only half heard: a soft chime, "did you say pause?", and a few seconds for the answer.

Whatever was under way stands still meanwhile, and goes on as if nothing had been when no pause was meant. Nothing is
said then: one sentence too many is enough.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.flow import Event, State
from assistant.dialogue.lines import DID_YOU_SAY_PAUSE
from assistant.dialogue.stage import Stage
from assistant.messages import Chime, Cue

_BACK = {
    State.LISTENING: Event.NOT_MEANT,
    State.OFFERING: Event.NOT_MEANT_OFFER,
    State.GUIDED: Event.NOT_MEANT_GUIDED,
    State.RECONVENED: Event.NOT_MEANT_TALK_ON,
    State.ASK_SETTLED: Event.NOT_MEANT_SETTLED,
    State.CLOSE_OUT: Event.NOT_MEANT_CLOSE,
}


class Question:
    """Asks once. ``answer_seconds``: how long an answer is waited for. ``move``: moves the flow on and listens."""

    def __init__(self, *, stage: Stage, answer_seconds: float, move: Callable[[Event], None]) -> None:
        self._stage, self._answer_seconds, self._move = stage, answer_seconds, move
        self.asked_in = State.LISTENING
        """The state in which a pause was half heard."""

    def ask(self, state: State) -> None:
        """Ask now, in this state, and go back to it by itself when nobody answers."""
        stage = self._stage
        self.asked_in = state
        stage.agenda.set_aside()
        stage.hush()
        self._move(Event.HALF_HEARD)
        stage.give(Chime(Cue.LISTEN))
        asked = stage.say(stage.line(DID_YOU_SAY_PAUSE), after_cue=True)
        stage.at(asked + self._answer_seconds, self.drop)

    def drop(self) -> None:
        """No pause was meant, or nobody answered: back to where we were, without a word."""
        self._stage.agenda.take_up_again()
        self._move(_BACK[self.asked_in])
