"""Notices that nothing can be heard, whatever is wrong: a device that is deaf must not look as if it could hear."""

from __future__ import annotations

from typing import Protocol

from assistant.sound import Samples

DEAF_AFTER_SECONDS = 1.0  # without a block or a recogniser: it has gone, though it may not have said so


class SilenceDetector(Protocol):
    """Takes the next block; says whether the microphone has given nothing but zeros for a while."""

    def accept(self, samples: Samples) -> bool: ...


class Deafness:
    """No microphone, one that gives only zeros, or no recogniser behind it.

    ``silence``: notices zeros; None where zeros are natural, as in a recording. ``now``: the second at which it begins.
    ``zeros``: whether the microphone has given nothing else for a while.
    """

    def __init__(self, *, silence: SilenceDetector | None, now: float) -> None:
        self._silence = silence
        self._last_block_at = self._last_listening_at = now
        self._deaf = self.zeros = False

    def gap_before(self, now: float) -> bool:
        """Whether what comes now has nothing to do with what came before, because for a while nothing came."""
        return now - self._last_block_at >= DEAF_AFTER_SECONDS

    def notice(self, block: Samples | None, now: float, *, listening: bool) -> bool:
        """One heartbeat; returns whether nothing can be heard. ``listening``: so the recogniser says of itself."""
        if block is not None:
            self._last_block_at = now
        if listening:
            self._last_listening_at = now
        if block is not None and self._silence is not None:
            self.zeros = self._silence.accept(block)
        gone = now - min(self._last_block_at, self._last_listening_at) >= DEAF_AFTER_SECONDS
        self._deaf = self.zeros or gone or (self._deaf and block is None)
        return self._deaf
