"""What is remembered of a pause: how often it was made longer, how it ended, and how many there were this evening.

Never who, never a word. A pause that was taken back, or left silently, is told of to nobody.
"""

from __future__ import annotations

from assistant.dialogue.snapshot import PauseSnapshot
from assistant.dialogue.stage import Stage
from assistant.records import Ending, PauseOver, PauseUnderWay


class Account:
    """``minutes``: the length agreed on. ``evening_seconds``: pauses within so long belong to one evening."""

    def __init__(self, *, stage: Stage, minutes: int, evening_seconds: float) -> None:
        self._stage, self._agreed_minutes, self._evening_seconds = stage, minutes, evening_seconds
        self._evening: list[float] = []  # when the pauses of this evening began
        self._open = False
        self._ending = Ending.LEFT_OPEN
        self.extensions = 0
        """How often this pause was made longer."""
        self.minutes = minutes
        """The length agreed on for it."""
        self.restarts = 0
        """How often it was taken up again after a power cut."""

    @property
    def pauses_this_evening(self) -> int:
        """With the one that is going on, or was the last."""
        return len(self._evening)

    @property
    def since_begin_seconds(self) -> float:
        """Since this pause was called."""
        return self._stage.now - self.began

    @property
    def began(self) -> float:
        """The second at which the last pause did."""
        return self._evening[-1]

    @property
    def ending(self) -> Ending:
        """How it will have ended, as far as is known."""
        return self._ending

    def begin(self) -> None:
        """A pause was called; one before, of which nobody said how it went, is over with that."""
        self.close()
        self._open, self._ending, self.extensions = True, Ending.LEFT_OPEN, 0
        self.minutes, self.restarts = self._agreed_minutes, 0
        now = self._stage.now
        self._evening = [*(began for began in self._evening if now - began < self._evening_seconds), now]

    def go_on(self, saved: PauseSnapshot) -> None:
        """A pause goes on that another run of the program began."""
        self._open, self._ending, self.extensions = True, saved.ending, saved.extensions
        self.minutes, self.restarts = saved.minutes, saved.restarts + 1
        self._evening = [self._stage.now - saved.since_begin_seconds] * saved.pauses

    def under_way(self) -> None:
        """It cannot be taken back any more."""
        self._stage.give(PauseUnderWay())

    def ends(self, ending: Ending) -> None:
        """How it ends, if nothing comes in between."""
        self._ending = ending

    def close(self) -> None:
        """It is over."""
        if self._open:
            self._open = False
            self._stage.give(PauseOver(self.minutes, self.extensions, self._ending))

    def drop(self, *, as_if_never_begun: bool) -> None:
        """It was taken back, or left silently."""
        if as_if_never_begun:
            self._evening.pop()
        self._open = False
