"""The first minutes of the talk, if the couple wants a guide: one speaks, one listens, then they swap.

A light note ends each turn, and one short line begins the next. What they say is theirs.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.stage import Stage
from assistant.messages import Chime
from assistant.settings.script import Guide


class GuidedTalk:
    """``steps``: from the script. ``over``: is called when the last one is over."""

    def __init__(self, *, stage: Stage, steps: Guide, over: Callable[[], None]) -> None:
        self._stage, self._steps, self._over = stage, steps, over
        self._step = 0

    @property
    def step(self) -> int:
        """Whose turn it is, as a number that only grows in one talk."""
        return self._step

    def start(self) -> None:
        """Begin with the first step."""
        self._step = -1
        self.next()

    def next(self) -> None:
        """End this turn and begin the next one."""
        stage = self._stage
        stage.forget_plans()
        stage.hush()
        self._step += 1
        if self._step >= len(self._steps):
            self._over()
            return
        step = self._steps[self._step]
        asked = None if step.asks is None else stage.first if step.asks == "one" else 1 - stage.first
        if step.cue:
            stage.give(Chime(step.cue))
        said = stage.say(stage.line(step.say, asked=asked), after_cue=step.cue is not None)
        stage.at(said + step.seconds, self.next)
