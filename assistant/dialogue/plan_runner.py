"""Carries out a plan of the script, step by step: the agreed time, or ten minutes more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from assistant.dialogue.flow import Event, Flow, State
from assistant.dialogue.stage import Stage
from assistant.dialogue.timeline import laid_out
from assistant.messages import Chime, Intent, SoftenTones, StartTones, StopTones
from assistant.settings.agreement import Agreement
from assistant.settings.script import Breathing, Step

_EVENT_OF_PLANNED_STATE = {
    State.SEPARATING: Event.TIME_TO_PART,
    State.BODY: Event.TIME_FOR_THE_BODY,
    State.MIND: Event.TIME_FOR_THE_MIND,
    State.RETURN_CUE: Event.TIME_TO_RETURN,
}


class PlanRunner:
    """Puts a plan's steps on the stage's agenda, and does each when it is due."""

    def __init__(self, *, stage: Stage, flow: Flow, agreement: Agreement, breathing: Breathing) -> None:
        self._stage, self._flow, self._agreement, self._breathing = stage, flow, agreement, breathing

    def follow(self, steps: Sequence[Step], minutes: int) -> float:
        """Begin a plan now; returns the second at which its last words will have been said.

        The first step is due at once, so that the chime answers in the same breath as the call.
        """
        stage, start = self._stage, self._stage.now
        for moment in laid_out(steps, minutes):
            stage.at(start + moment.second, partial(self._take, moment.step))
        last_line = next(step.say for step in reversed(steps) if step.say)
        said = start + 60 * minutes + stage.cue_lead_seconds + stage.seconds(last_line)
        stage.run_until(start)
        return said

    def _take(self, step: Step) -> None:
        stage = self._stage
        if step.state and (event := _EVENT_OF_PLANNED_STATE.get(State(step.state))):
            self._flow.apply(event)
            stage.listen(Intent.QUIET)
            # The opening is always spoken, so that a false start can be noticed and taken back.
            stage.quiet = stage.quiet or self._agreement.quiet
        if step.tones == "stop":
            stage.give(StopTones())
        elif step.tones and not stage.quiet:
            starting = StartTones(self._breathing.in_seconds, self._breathing.out_seconds)
            stage.give(starting if step.tones == "start" else SoftenTones())
        if step.cue:
            stage.give(Chime(step.cue))
        if step.say:
            places = step.say == "separating" and self._agreement.places
            stage.say("separating_places" if places else step.say, after_cue=step.cue is not None)
