"""An utterance that is there as a whole, for a recogniser: block by block, as the ears would hand it over."""

from __future__ import annotations

from assistant.ports import Hypothesis, Recognizer
from assistant.sound import HEARING_BLOCK_FRAMES, Samples


def found_in(recognizer: Recognizer, samples: Samples) -> list[Hypothesis]:
    """All that it finds. ``samples``: int16 mono 16 kHz. ``recognizer``: waits for its answers."""
    found = list(recognizer.poll())
    for first in range(0, len(samples), HEARING_BLOCK_FRAMES):
        found += recognizer.accept(samples[first : first + HEARING_BLOCK_FRAMES])
    return [*found, *recognizer.lull(), *recognizer.finish()]
