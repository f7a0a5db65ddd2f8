"""How much sound was lost on its way to a recogniser elsewhere, and when that is worth a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.hearing.backlog import Held
from assistant.hearing.notices import SoundLost
from assistant.sound import HEARING_RATE_HZ

TELL_EVERY_SECONDS = 60.0
BYTES_PER_SECOND = 2 * HEARING_RATE_HZ


class Losses:
    """Counts, and keeps no sound. ``pieces``: how many pieces of sound were lost so far.

    A loss is told when it is over, and one that goes on after a minute; never more than one sentence a minute.
    """

    def __init__(self) -> None:
        self.pieces = 0
        self._untold_seconds = 0.0
        self._since: float | None = None
        self._told_at = float("-inf")

    def add(self, lost: Sequence[Held]) -> None:
        sounds = [each for each in lost if each.request == "accept"]
        self.pieces += len(sounds)
        self._untold_seconds += sum(each.size for each in sounds) / BYTES_PER_SECOND

    def to_tell(self, now: float, *, over: bool) -> SoundLost | None:
        """What is to be told now. ``now``: monotonic seconds. ``over``: no more is being lost."""
        if not self._untold_seconds:
            return None
        if self._since is None:
            self._since = now
        silent_until = self._told_at if over else max(self._told_at, self._since)
        if now < silent_until + TELL_EVERY_SECONDS:
            return None
        lost = SoundLost(self._untold_seconds)
        self._untold_seconds, self._since, self._told_at = 0.0, None, now
        return lost
