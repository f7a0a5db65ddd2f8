"""Notices a microphone that is switched off or broken: real ones always hiss a little, a dead one gives the same
number over and over, which is zero where it is muted and anything where its sound card has an offset.
"""

from __future__ import annotations

import numpy as np

from assistant.sound import HEARING_RATE_HZ, Samples

DEAF_AFTER_SECONDS = 3.0
LARGEST_SILENT_CHANGE = 1  # of 32768; muted USB microphones and a lost PulseAudio source gave exact zeros


class SilenceWatch:
    """Says whether the microphone has been deaf for a while. Time is counted in the samples it is given.

    ``rate_hz``: frames per second of what it is given. ``deaf_after_seconds``: how long nothing may change.
    """

    def __init__(self, *, rate_hz: int = HEARING_RATE_HZ, deaf_after_seconds: float = DEAF_AFTER_SECONDS) -> None:
        self._frames_until_deaf = round(deaf_after_seconds * rate_hz)
        self._silent_frames = 0

    @property
    def deaf(self) -> bool:
        return self._silent_frames >= self._frames_until_deaf

    def accept(self, samples: Samples) -> bool:
        """Take the next block; returns whether the microphone is deaf now."""
        usual = np.median(samples) if len(samples) else 0.0
        if len(samples) and np.abs(samples - usual).max() > LARGEST_SILENT_CHANGE:
            self._silent_frames = 0
        else:
            self._silent_frames += len(samples)
        return self.deaf
