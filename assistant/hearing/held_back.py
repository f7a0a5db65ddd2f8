"""A "ready" waits until nothing more is said: "I'm ready. No, not yet." means the second, and nobody is in a hurry."""

from __future__ import annotations

from typing import Generic, TypeVar

MOST_SECONDS = 2.4  # where nobody falls silent, because a fan runs

What = TypeVar("What")


class HeldBack(Generic[What]):
    """Holds one thing back, and the second at which it was found."""

    def __init__(self) -> None:
        self._held: What | None = None
        self._since = 0.0

    def forget(self) -> None:
        """It is not wanted, or has been acted on."""
        self._held = None

    @property
    def waiting(self) -> bool:
        """Whether something is held back."""
        return self._held is not None

    def due(self, found: What | None, now: float, *, all_said: bool) -> What | None:
        """What has waited long enough.

        ``found``: what this look wants. ``all_said``: whether nothing more comes.
        """
        if self._held is None:
            self._held, self._since = found, now
        return self._held if all_said or now - self._since >= MOST_SECONDS else None
