"""A pause was only half heard: a soft chime, "did you say pause?", and a few seconds for the answer.

Whatever was under way stands still meanwhile, and goes on as if nothing had been when no pause was meant. Nothing is
said then: one sentence too many is enough.
"""

from __future__ import annotations

from assistant.dialogue.flow import Event, Flow, State
from assistant.dialogue.lines import DID_YOU_SAY_PAUSE
from assistant.dialogue.stage import Stage
from assistant.messages import Chime, Cue, Intent, LightState

_BACK = {
    State.LISTENING: Event.NOT_MEANT,
    State.RECONVENED: Event.NOT_MEANT_TALK_ON,
    State.CLOSE_OUT: Event.NOT_MEANT_CLOSE,
}


class Question:
    """Asks once. ``answer_seconds``: how long an answer is waited for."""

    def __init__(self, *, stage: Stage, flow: Flow, answer_seconds: float) -> None:
        self._stage, self._flow, self._answer_seconds = stage, flow, answer_seconds
        self.asked_in = State.LISTENING
        """The state in which a pause was half heard."""

    def ask(self) -> None:
        """Ask now, and go back by itself when nobody answers."""
        stage = self._stage
        self.asked_in = self._flow.state
        self._flow.apply(Event.HALF_HEARD)
        stage.set_aside()
        stage.light(LightState.ASKING)
        stage.listen(Intent.PAUSE, Intent.YES, Intent.NO)
        stage.give(Chime(Cue.LISTEN))
        asked = stage.say(DID_YOU_SAY_PAUSE, after_cue=True)
        stage.at(asked + self._answer_seconds, self.drop)

    def drop(self) -> None:
        """No pause was meant, or nobody answered: back to where we were, without a word."""
        self._flow.apply(_BACK[self.asked_in])
        self._stage.take_up_again()
        self._stage.light(LightState.LISTENING)
