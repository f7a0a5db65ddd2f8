"""The last seconds of an utterance, to cut pieces out of. In memory only, and forgotten with the utterance."""

from __future__ import annotations

from collections import deque

import numpy as np

from assistant.sound import HEARING_RATE_HZ, Samples


class KeptSound:
    """Keeps about the last ``seconds`` of what is appended (int16 mono 16 kHz). Seconds count from the first sample."""

    def __init__(self, seconds: float) -> None:
        self._most = round(seconds * HEARING_RATE_HZ)
        self._pieces: deque[Samples] = deque()
        self._begin = self._end = 0

    @property
    def began_seconds(self) -> float:
        """Where what is kept begins."""
        return self._begin / HEARING_RATE_HZ

    @property
    def ended_seconds(self) -> float:
        """How much has been appended in all."""
        return self._end / HEARING_RATE_HZ

    def append(self, samples: Samples) -> None:
        """More of the utterance."""
        self._pieces.append(samples)
        self._end += len(samples)
        while self._end - self._begin - len(self._pieces[0]) >= self._most:
            self._begin += len(self._pieces.popleft())

    def all(self) -> Samples:
        """Everything that is kept."""
        return np.concatenate([np.zeros(0, np.int16), *self._pieces])

    def between(self, start_seconds: float, end_seconds: float) -> Samples:
        """What is kept of this stretch."""
        first, end = (max(0, round(at * HEARING_RATE_HZ) - self._begin) for at in (start_seconds, end_seconds))
        return self.all()[first:end]

    def clear(self) -> None:
        """The utterance is over."""
        self._pieces.clear()
        self._begin = self._end = 0
