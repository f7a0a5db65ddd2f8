"""Notices a microphone that is switched off: real ones always hiss a little, a muted one gives exact zeros."""

from __future__ import annotations

from assistant.sound import HEARING_RATE_HZ, Samples

DEAF_AFTER_SECONDS = 3.0
HIGHEST_SILENT_SAMPLE = 1  # of 32768; muted USB microphones and a lost PulseAudio source gave exact zeros


class SilenceWatch:
    """Says whether the microphone has been deaf for a while. Time is counted in the samples it is given.

    ``rate_hz``: frames per second of what it is given. ``deaf_after_seconds``: how long zeros may last.
    """

    def __init__(self, *, rate_hz: int = HEARING_RATE_HZ, deaf_after_seconds: float = DEAF_AFTER_SECONDS) -> None:
        self._frames_until_deaf = round(deaf_after_seconds * rate_hz)
        self._silent_frames = 0

    @property
    def deaf(self) -> bool:
        return self._silent_frames >= self._frames_until_deaf

    def accept(self, samples: Samples) -> bool:
        """Take the next block; returns whether the microphone is deaf now."""
        if len(samples) and (samples.max() > HIGHEST_SILENT_SAMPLE or samples.min() < -HIGHEST_SILENT_SAMPLE):
            self._silent_frames = 0
        else:
            self._silent_frames += len(samples)
        return self.deaf
