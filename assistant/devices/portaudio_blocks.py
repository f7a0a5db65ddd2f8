"""Blocks of sound on their way to and from PortAudio: channels, rates, and whether they still come."""

from __future__ import annotations

import time

import numpy as np
import soxr

from assistant.ports import Render
from assistant.sound import SPEAKING_BLOCK_FRAMES, SPEAKING_RATE_HZ, Samples

LARGEST_DEAD_CHANGE = 1  # of 32768, within a block

NOTHING: Samples = np.zeros(0, np.int16)


class Flow:
    """When a stream last moved. ``moving``: whether it ever did."""

    __slots__ = ("_last", "moving")

    def __init__(self) -> None:
        self._last, self.moving = 0.0, False

    def begin(self) -> None:
        self._last = time.monotonic()

    def pulse(self) -> None:
        self._last, self.moving = time.monotonic(), True

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self._last


def as_one_channel(samples: Samples) -> Samples:
    """The mean of two channels, shape ``(frames, 2)``; or one of them where the other is dead.

    A dead one gives nothing but zeros, or one and the same number. Half of it would cost the other one 6 dB.
    """
    alive = np.ptp(samples.astype(np.int32), axis=0) > LARGEST_DEAD_CHANGE
    kept = samples[:, alive] if alive.any() else samples
    mono: Samples = kept.mean(axis=1).astype(np.int16)
    return mono


class Playing:
    """Turns what `render` gives, 720 frames at a time, into the bytes that the device wants."""

    def __init__(self, render: Render, *, rate_hz: int, channels: int) -> None:
        self._render, self._rate_hz, self._channels = render, rate_hz, channels
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what is on its way, with a new resampler."""
        self._pending = NOTHING  # the device's rate
        self._resampler = (
            soxr.ResampleStream(SPEAKING_RATE_HZ, self._rate_hz, 1, dtype="int16")
            if self._rate_hz != SPEAKING_RATE_HZ
            else None
        )

    def next(self, frames: int) -> bytes:
        while len(self._pending) < frames:
            samples = self._render(SPEAKING_BLOCK_FRAMES)
            if len(samples) != SPEAKING_BLOCK_FRAMES:
                raise ValueError(f"{SPEAKING_BLOCK_FRAMES} frames were asked for, {len(samples)} came")
            if self._resampler is not None:
                samples = self._resampler.resample_chunk(samples)
            self._pending = np.concatenate([self._pending, samples])
        now, self._pending = np.split(self._pending, [frames])
        return (np.repeat(now, 2) if self._channels == 2 else now).tobytes()
