"""Streams of sound whose frames are numbered: at another rate, and the last seconds of one, also between two frames."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, Samples

Floats = npt.NDArray[np.float64]


_REACH = 8  # frames to each side that a value between two frames is made of


class ToHearingRate:
    """Turns 24 kHz into 16 kHz, piece after piece, without keeping anything back (int16 mono)."""

    _CUTOFF_HZ, _BETWEEN_HZ, _TAPS = 7400, 48_000, 47

    def __init__(self) -> None:
        at = np.arange(self._TAPS) - self._TAPS // 2
        share = 2 * self._CUTOFF_HZ / self._BETWEEN_HZ
        low_pass = share * np.sinc(share * at) * np.kaiser(self._TAPS, 6)
        self._low_pass: Floats = 2 * low_pass / low_pass.sum()
        self._last: Floats = np.zeros(self._TAPS - 1)
        self._skip = 0  # of 48 kHz, until the next frame that is kept

    def __call__(self, samples: Samples) -> Samples:
        if not len(samples):
            return samples
        doubled = np.zeros(2 * len(samples))
        doubled[::2] = samples
        stretch = np.concatenate([self._last, doubled])
        self._last = stretch[-(self._TAPS - 1) :]
        smooth = np.convolve(stretch, self._low_pass, "valid")
        kept = smooth[self._skip :: 3]
        self._skip = (self._skip - len(smooth)) % 3
        return _as_int16(kept)


class LastSeconds:
    """The end of a stream, by frame number. ``end``: how many frames have come in all."""

    def __init__(self, seconds: float) -> None:
        self._kept: Samples = np.zeros(round(seconds * HEARING_RATE_HZ), np.int16)
        self.end = 0

    def append(self, samples: Samples) -> None:
        self.end += len(samples)
        newest = samples[-len(self._kept) :]
        self._kept[np.arange(self.end - len(newest), self.end) % len(self._kept)] = newest

    def between(self, first: int, end: int) -> Samples:
        """These frames; zeros where they are not kept any more, or have not come yet."""
        frames = np.arange(first, end)
        known = (frames >= max(0, self.end - len(self._kept))) & (frames < self.end)
        return np.where(known, self._kept[frames % len(self._kept)], 0).astype(np.int16)

    def at(self, first: float, frames: int) -> Samples:
        """So many frames from this place on, which may lie between two frames."""
        whole = math.floor(first)
        stretch = self.between(whole - _REACH + 1, whole + frames + _REACH)
        if first == whole:
            return stretch[_REACH - 1 : _REACH - 1 + frames]
        away = np.arange(1 - _REACH, _REACH + 1) - (first - whole)
        weights = np.sinc(away) * np.cos(np.pi * away / (2 * _REACH + 1)) ** 2
        return _as_int16(np.convolve(stretch, weights[::-1], "valid"))


def _as_int16(wave: Floats) -> Samples:
    return np.clip(np.rint(wave), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
