"""Words that nobody says in a pause, so that one of them anywhere is a leak; and rooms in which they are said."""

from __future__ import annotations

import numpy as np

from assistant.sound import HEARING_RATE_HZ, AudioClip, Samples

SAID = "My grandmother sold the lighthouse."
SAID_IN_THE_PAUSE = "A crocodile ate my clarinet."
CANARIES = ("grandmother", "lighthouse", "light house", "crocodil", "clarinet")
SAID_IN_THE_PAUSE_AT = 56.0  # between two lines of the shipped script, well before the breathing


def words_in(content: bytes | str) -> list[str]:
    """The canaries in it, however it is written: any case, one byte a letter or two."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    data = data.lower()
    return [
        canary
        for canary in CANARIES
        if any(canary.encode(encoding) in data for encoding in ("ascii", "utf-16-le", "utf-16-be"))
    ]


def room(*said: tuple[float, Samples], seconds: float) -> AudioClip:
    """What a microphone hears when these things are said at these seconds, 16 kHz."""
    samples = np.zeros(round(seconds * HEARING_RATE_HZ), np.int16)
    samples[:] = np.random.default_rng(1).normal(0, 8, len(samples)).astype(np.int16)
    for second, voice in said:
        first = round(second * HEARING_RATE_HZ)
        samples[first : first + len(voice)] += voice
    return AudioClip(samples, HEARING_RATE_HZ)
