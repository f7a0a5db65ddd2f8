"""Takes one thing after the other, and none a second time before all have had their turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
Lot = Callable[[int], Sequence[int]]
"""Draws an order of so many things: 0 to n - 1, each once. Chance comes from outside, so that tests need none."""


class Rotation(Generic[T]):
    """``groups``: the things of the first group all come before those of the second. ``lot``: their order within."""

    def __init__(self, *groups: Sequence[T], lot: Lot = range) -> None:
        self._groups, self._lot = groups, lot
        self._coming: list[T] = []
        self._last: T | None = None

    def __bool__(self) -> bool:
        return any(self._groups)

    def next(self) -> T:
        """The next one. Raises ValueError when there is nothing at all."""
        if not self:
            raise ValueError("there is nothing to take turns")
        if not self._coming:
            self._coming = [group[index] for group in self._groups for index in self._lot(len(group))]
            if self._coming[0] == self._last and len(self._coming) > 1:
                self._coming.append(self._coming.pop(0))  # not the same twice in a row
        self._last = self._coming.pop(0)
        return self._last
