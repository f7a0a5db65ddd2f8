"""Ending a pause early: asked once, "is the pause over for you both?"; a yes, or the same words again, ends it.

The pause goes on meanwhile, and without an answer it simply goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.stage import Stage


class EndQuestion:
    """``seconds``: how long a yes is waited for. ``listen``: what means something has changed. ``end``: it is over."""

    def __init__(self, *, stage: Stage, seconds: float, listen: Callable[[], None], end: Callable[[], None]) -> None:
        self._stage, self._seconds, self._listen, self._end = stage, seconds, listen, end
        self._until = float("-inf")

    @property
    def waiting(self) -> bool:
        """Whether a yes would end the pause."""
        return self._stage.now < self._until

    def ask(self) -> None:
        """Ask; asked while it waits for the answer, that is the answer."""
        if self.waiting:
            self._end()
            return
        stage = self._stage
        stage.end_row()
        self._until = stage.say(stage.line("ask_end")) + self._seconds
        self._listen()
        stage.at(self._until, self._listen)

    def yes(self) -> None:
        if self.waiting:
            self._end()

    def drop(self) -> None:
        """No; or it does not matter any more."""
        if self.waiting:
            self._until = float("-inf")
            self._listen()
