"""A plan of the script laid out in seconds for the length the couple agreed on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.dialogue.wording import Wording
from assistant.messages import Breath
from assistant.settings.reflection import Question
from assistant.settings.script import Step


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a plan, ``second`` seconds after the plan began."""

    second: float
    step: Step

    def said_at(self, cue_lead_seconds: float) -> float:
        """When its words begin: after its chime, if it has one."""
        return self.second + (cue_lead_seconds if self.step.cue else 0.0)


def laid_out(steps: Sequence[Step], minutes: float) -> tuple[Moment, ...]:
    """The steps with their seconds, in the order of time; steps of one second keep the order of the script."""
    moments = [Moment(step.second(60 * minutes), step) for step in steps]
    return tuple(sorted(moments, key=lambda moment: moment.second))


def coached(began: float, now: float, breath: Breath, breaths: int) -> Iterator[tuple[float, str]]:
    """When to say "in" and "out" to the next breaths, as (second, line).

    ``began``: when the tones began; their first breath is heard without words.
    """
    gone = round((now - began) / breath.seconds, 6)
    first = began + breath.seconds * max(1, math.ceil(gone))
    for number in range(breaths):
        start = first + number * breath.seconds
        yield start, "breathe_in"
        yield start + breath.out_at, "breathe_out"


@dataclass(frozen=True, slots=True)
class Planned:
    """Something the plan says: the id of its line, when it begins, and its sentences."""

    line: str
    second: float
    sentences: tuple[str, ...]


def planned_speech(
    steps: Sequence[Step],
    minutes: float,
    *,
    wording: Wording,
    cue_lead_seconds: float,
    breath: Breath,
    questions: Sequence[Question],
) -> list[Planned]:
    """All that is said when nobody asks for anything, in the order of time. ``questions``: those that are asked."""
    said: list[Planned] = []
    tones_began = 0.0
    asked = iter(questions)
    for moment in laid_out(steps, minutes):
        step = moment.step
        if step.tones == "start":
            tones_began = moment.second
        for second, line in coached(tones_began, moment.second, breath, step.breaths or 0):
            said.append(Planned(line, second, wording.sentences(line)))
        if step.say and wording.has(step.say):
            said.append(Planned(step.say, moment.said_at(cue_lead_seconds), wording.sentences(step.say)))
        if step.question:
            said.append(Planned("question", moment.second, next(asked).sentences))
    return said
