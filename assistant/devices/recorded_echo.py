"""The way from the loudspeaker to the microphone of a simulated room."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import soxr

from assistant.sound import HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, SPEAKING_RATE_HZ, Samples, gain

Wave = npt.NDArray[np.float64]

LEAST_DELAY_SECONDS = 0.07  # one block, and at most 38 ms that soxr 1.1 holds back at 24 → 16 kHz (measured)


class EchoPath:
    """Turns what is played (24 kHz) into what the microphone hears of it (16 kHz), block after block.

    ``level_db``: how loud, relative to what is played. ``delay_seconds``: how much later; at least 0.07, because the
    rate is changed on the way. ``response``: how the room answers a click, at 16 kHz, from the direct sound on; None
    for the direct sound alone. ``bend``: how much the loudspeaker flattens what is loud, as tanh(bend * x) / bend; 0
    for not at all.
    """

    def __init__(
        self, *, level_db: float, delay_seconds: float = 0.08, response: Wave | None = None, bend: float = 0.0
    ) -> None:
        if delay_seconds < LEAST_DELAY_SECONDS:
            raise ValueError(f"an echo comes after {LEAST_DELAY_SECONDS} s or later, not {delay_seconds} s")
        self._bend = bend
        response = np.ones(1) if response is None else response
        self._size = 1 << math.ceil(math.log2(HEARING_BLOCK_FRAMES + len(response)))
        self._spectrum = np.fft.rfft(response * gain(level_db), self._size)
        self._resampler = soxr.ResampleStream(SPEAKING_RATE_HZ, HEARING_RATE_HZ, 1, dtype="int16")
        self._on_its_way: Samples = np.zeros(round(delay_seconds * HEARING_RATE_HZ), np.int16)
        self._rings: Wave = np.zeros(self._size)

    def heard(self, played: Samples) -> Wave:
        """The next 30 ms at the microphone, as 16-bit values, while these 30 ms are played."""
        self._on_its_way = np.concatenate([self._on_its_way, self._resampler.resample_chunk(played)])
        block, self._on_its_way = np.split(self._on_its_way, [HEARING_BLOCK_FRAMES])
        sound = block.astype(np.float64)
        if self._bend:
            sound = np.tanh(sound * (self._bend / 32_768)) * (32_768 / self._bend)
        self._rings += np.fft.irfft(np.fft.rfft(sound, self._size) * self._spectrum, self._size)
        heard = self._rings[:HEARING_BLOCK_FRAMES].copy()
        self._rings = np.concatenate([self._rings[HEARING_BLOCK_FRAMES:], np.zeros(HEARING_BLOCK_FRAMES)])
        return heard
