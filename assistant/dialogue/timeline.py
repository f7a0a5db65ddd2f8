"""A plan of the script laid out in seconds for the length the couple agreed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.settings.script import Step


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a plan, ``second`` seconds after the plan began."""

    second: float
    step: Step

    def said_at(self, cue_lead_seconds: float) -> float:
        """When its words begin: after its chime, if it has one."""
        return self.second + (cue_lead_seconds if self.step.cue else 0.0)


def laid_out(steps: Sequence[Step], minutes: int) -> tuple[Moment, ...]:
    """The steps with their seconds, in the order of time; steps of one second keep the order of the script."""
    moments = [Moment(step.second(60 * minutes), step) for step in steps]
    return tuple(sorted(moments, key=lambda moment: moment.second))
