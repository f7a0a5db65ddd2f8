"""One look of a recogniser at the sound, as the trigger weighs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found. ``at``: when; ``began``, ``ended``: where the words stand, on the same clock.

    ``score``: as the recogniser gave it, None where it counts signs. ``enough``: whether it is sure enough to act on.
    ``doubtful``: a pause that is worth a question. ``counts``: whether the next one is then said again.
    """

    at: float
    began: float
    ended: float
    phrase: str
    score: float | None
    enough: bool = False
    doubtful: bool = False
    counts: bool = False

    def same_words_as(self, other: Look) -> bool:
        return self.began < (other.began + other.ended) / 2 < self.ended
