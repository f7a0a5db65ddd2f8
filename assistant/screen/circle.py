"""The circle that breathes with the tones: how large and how strong it is at a moment."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assistant.messages import Breath

APPEAR_SECONDS, SOFTEN_SECONDS, VANISH_SECONDS = 3.0, 4.0, 2.0  # as long as the tones take for the same
SOFT = 0.55
BEFORE_TOP_UP = 0.85  # how full the first of two in-breaths makes it


@dataclass(frozen=True, slots=True)
class Look:
    """``size``: 0 when all is breathed out, 1 when all is breathed in. ``strength``: 0 cannot be seen, 1 full."""

    size: float
    strength: float


@dataclass(frozen=True, slots=True)
class _Change:
    """A slow change from one strength to another."""

    began: float
    seconds: float
    start: float
    end: float

    def at(self, now: float) -> float:
        done = min(1.0, max(0.0, (now - self.began) / self.seconds))
        return self.start + (self.end - self.start) * done


class Circle:
    """Follows the orders that the tones get."""

    def __init__(self) -> None:
        self._breath: Breath | None = None
        self._began = 0.0
        self._change = _Change(0.0, 1.0, 0.0, 0.0)

    def start(self, breath: Breath, now: float) -> None:
        """Appear, and begin with an in-breath."""
        self._breath, self._began = breath, now
        self._change = _Change(now, APPEAR_SECONDS, self._strength(now), 1.0)

    def soften(self, now: float) -> None:
        """Become paler."""
        if self._change.end:
            self._change = _Change(now, SOFTEN_SECONDS, self._strength(now), SOFT)

    def stop(self, now: float) -> None:
        """Fade away."""
        self._change = _Change(now, VANISH_SECONDS, self._strength(now), 0.0)

    def cut(self) -> None:
        """Be gone at once."""
        self._breath = None
        self._change = _Change(0.0, 1.0, 0.0, 0.0)

    def look(self, now: float) -> Look | None:
        """How it looks; None when it cannot be seen."""
        if self._breath is None:
            return None
        strength = self._strength(now)
        if self._change.end == strength == 0.0:
            self.cut()
            return None
        return Look(fullness(self._breath, now - self._began), strength)

    def _strength(self, now: float) -> float:
        return self._change.at(now)


def fullness(breath: Breath, seconds: float) -> float:
    """How full the breath is, 0 to 1, so many seconds after the first in-breath began."""
    at = seconds % breath.seconds if breath.seconds > 0 else 0.0
    full = BEFORE_TOP_UP if breath.top_up_seconds > 0 else 1.0
    if at < breath.in_seconds:
        return full * _eased(at / breath.in_seconds)
    if at < breath.in_seconds + breath.top_up_seconds:
        return full + (1 - full) * _eased((at - breath.in_seconds) / breath.top_up_seconds)
    if at < breath.out_at:
        return 1.0
    if at < breath.out_at + breath.out_seconds:
        return 1 - _eased((at - breath.out_at) / breath.out_seconds)
    return 0.0


def _eased(done: float) -> float:
    return 0.5 - 0.5 * math.cos(math.pi * done)
