"""Passes on much later what shows only in a pause: a line of a log has its time, and would tell when there was one."""

from __future__ import annotations

import random
from collections.abc import Callable

EARLIEST_SECONDS, LATEST_SECONDS = 3600.0, 12 * 3600.0


class LateNotices:
    """``on_notice``: is told each sentence once in a while. ``chance``: by how much later, an hour at least."""

    def __init__(self, on_notice: Callable[[str], None], *, chance: random.Random) -> None:
        self._on_notice, self._chance = on_notice, chance
        self._now = 0.0
        self._due: dict[str, float] = {}

    def tell(self, notice: str) -> None:
        """Tell it at some time; it is told once, however often it comes up until then."""
        self._due.setdefault(notice, self._now + self._chance.uniform(EARLIEST_SECONDS, LATEST_SECONDS))

    def tick(self, now: float) -> None:
        """In every round. ``now``: seconds that only go forward."""
        self._now = now
        for notice in [notice for notice, at in self._due.items() if now >= at]:
            del self._due[notice]
            self._on_notice(notice)

    def close(self) -> None:
        """The program ends, for whatever reason: tell what is left."""
        while self._due:
            self._on_notice(self._due.popitem()[0])
