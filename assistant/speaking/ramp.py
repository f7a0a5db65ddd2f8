"""A gain that moves in a straight line from where it is to where it shall be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class Ramp:
    """Factors for samples, one after the other. ``value``: where it is now."""

    __slots__ = ("_left_frames", "_step", "_target", "value")

    def __init__(self, value: float) -> None:
        self.value = value
        self._target = value
        self._step = 0.0
        self._left_frames = 0

    @property
    def resting(self) -> bool:
        """Whether it has arrived."""
        return not self._left_frames

    def falling_to(self, target: float) -> bool:
        """Whether this is where it is going, or where it rests."""
        return self._target == target

    def go_to(self, target: float, frames: int) -> None:
        """Set out for `target`, to arrive after so many frames; no effect when it is going there already."""
        if target == self._target:
            return
        self._target = target
        self._left_frames = max(1, frames)
        self._step = (target - self.value) / self._left_frames

    def take(self, frames: int) -> npt.NDArray[np.float32] | np.float32:
        """The next so many factors; a single one when it rests."""
        if self.resting:
            return np.float32(self.value)
        moving = min(frames, self._left_frames)
        factors = np.full(frames, self._target, np.float32)
        factors[:moving] = self.value + self._step * np.arange(1, moving + 1, dtype=np.float32)
        self._left_frames -= moving
        self.value = self.value + self._step * moving if self._left_frames else self._target
        return factors
