"""Breathing tones, and a voice that breathes the first few breaths along."""

from __future__ import annotations

from functools import partial

from assistant.dialogue.stage import Stage
from assistant.dialogue.timeline import coached
from assistant.messages import Breath, SoftenTones, StartTones, StopTones

ROUND_BREATHS = 3
ROUND_SECONDS, ROUND_SOFT_SECONDS = 120.0, 60.0
"""A round that somebody asked for: so long altogether, and softer from then on."""


class BreathingGuide:
    """``breath``: the pattern the couple chose."""

    def __init__(self, *, stage: Stage, breath: Breath) -> None:
        self._stage, self._breath = stage, breath
        self._began: float | None = None
        self._planned = False  # the plan began the tones, and ends them
        self._round = object()
        self.wanted = True
        """False when somebody has stopped the tones: the plan does not bring them back."""

    def reset(self) -> None:
        """Another pause, another chance."""
        self._began, self._planned, self.wanted, self._round = None, False, True, object()

    def start_as_planned(self) -> None:
        """Let the tones begin, and go on until the plan ends them."""
        self._planned, self._round = True, object()
        self._start()

    def _start(self) -> None:
        """With an in-breath; tones that sound already go on."""
        if self._began is None:
            self._began = self._stage.now
            self._stage.give(StartTones(self._breath))

    def soften(self) -> None:
        if self._began is not None:
            self._stage.give(SoftenTones())

    def stop(self) -> None:
        """Let the tones fade away, and say nothing more to them."""
        self._round = object()
        self._planned = False
        if self._began is not None:
            self._began = None
            self._stage.give(StopTones())

    def refuse(self) -> None:
        """Somebody does not want them: stop, and do not begin again by yourself."""
        self.wanted = False
        self.stop()

    def coach(self, breaths: int) -> None:
        """Say "in" and "out" to the next breaths; tones that have just begun are heard once without words."""
        if self._began is None:
            return
        self._round = this = object()
        for second, line in coached(self._began, self._stage.now, self._breath, breaths):
            self._stage.at(second, partial(self._say, this, line))

    def give_a_round(self) -> None:
        """Somebody asked to breathe: a few breaths with the voice, then tones alone, softer and softer."""
        self.wanted = True
        self._start()
        self.coach(ROUND_BREATHS)
        if not self._planned:
            this, now = self._round, self._stage.now
            self._stage.at(now + ROUND_SOFT_SECONDS, lambda: self.soften() if self._round is this else None)
            self._stage.at(now + ROUND_SECONDS, lambda: self.stop() if self._round is this else None)

    def _say(self, this: object, line: str) -> None:
        if self._round is this:
            self._stage.say_in_time(self._stage.line(line, essential=False))
