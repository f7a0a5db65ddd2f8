"""Things to come, each at its second."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count


class Agenda:
    """Actions planned for seconds on the session's clock; ``now`` is how far it has come."""

    def __init__(self) -> None:
        self.now = 0.0
        self._heap: list[tuple[float, int, Callable[[], object]]] = []  # when, in which order, what
        self._order = count()
        self._aside: tuple[float, list[tuple[float, int, Callable[[], object]]]] | None = None

    def run_until(self, now: float) -> None:
        """Do whatever is due by `now`, each thing at its own second."""
        while self._heap and self._heap[0][0] <= now:
            due, _, action = heapq.heappop(self._heap)
            self.now = max(self.now, due)
            action()
        self.now = max(self.now, now)

    def at(self, second: float, action: Callable[[], object]) -> None:
        """Plan something; things of one second happen in the order they were planned in."""
        heapq.heappush(self._heap, (second, next(self._order), action))

    def forget(self) -> None:
        """Nothing that was planned will happen, nor what was set aside."""
        self._heap.clear()
        self._aside = None

    def set_aside(self) -> None:
        """Let everything stand still until `take_up_again`."""
        self._aside = (self.now, self._heap)
        self._heap = []

    def take_up_again(self) -> float:
        """Go on with what was set aside, and drop what was planned since; returns how long it stood still."""
        assert self._aside is not None
        since, heap = self._aside
        stood_still = self.now - since
        self.forget()
        self._heap = [(second + stood_still, order, action) for second, order, action in heap]
        return stood_still
