"""What a recogniser elsewhere was asked and has not answered yet, and which utterance each answer belongs to."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from assistant.ports import Hypothesis

MOST_HELD_BYTES = 48_000  # 1.5 s of sound
SMALLEST_BYTES = 960


@runtime_checkable
class Elsewhere(Protocol):
    """A recogniser that does not answer at once, and may be gone for a while.

    What its other methods return belongs to the newest utterance.
    """

    @property
    def listening(self) -> bool:
        """Whether what is said now is going to be heard."""

    @property
    def caught_up(self) -> bool:
        """Whether all that it was asked is answered."""

    def belated(self) -> Sequence[tuple[int, Sequence[Hypothesis]]]:
        """What has become known of earlier utterances since the last call, with how many utterances ago each was."""


@dataclass(frozen=True, slots=True)
class _Request:
    """``at``: when it was asked, monotonic seconds. ``utterance``: the newest one then, counted from 1."""

    serial: int
    size: int
    at: float
    utterance: int


class Backlog:
    """Numbers the requests and the utterances. Keeps numbers only, and no sound."""

    def __init__(self) -> None:
        self.serial = 0
        self.utterance = 0
        self._under_way = False
        self._waiting: deque[_Request] = deque()

    @property
    def size(self) -> int:
        """Bytes that have yet to be answered."""
        return sum(request.size for request in self._waiting)

    @property
    def waits_seconds(self) -> float:
        """How long the oldest request has been waiting for its answer."""
        return time.monotonic() - self._waiting[0].at if self._waiting else 0.0

    def follow(self, request: str) -> None:
        """Count the utterances: one begins with its first sound, and is over when it is finished or forgotten.

        For everything that is wanted, also what is never sent because the other end is too far behind.
        """
        if request == "accept" and not self._under_way:
            self.utterance += 1
        self._under_way = request == "accept" or (self._under_way and request not in ("finish", "reset"))

    def sent(self, size: int, utterance: int | None = None) -> None:
        """The request numbered `serial` is on its way. ``utterance``: the one it belongs to, None for the newest."""
        at = self.utterance if utterance is None else utterance
        self._waiting.append(_Request(self.serial, size, time.monotonic(), at))

    def answered(self, serial: int) -> int:
        """Take note that this request, and what came before it, is answered; returns its utterance."""
        utterance = self.utterance
        while self._waiting and self._waiting[0].serial <= serial:
            utterance = self._waiting.popleft().utterance
        return utterance

    def clear(self) -> None:
        """Nobody is going to answer any more."""
        self._waiting.clear()


@dataclass(frozen=True, slots=True)
class Held:
    """A request that could not be sent yet, and the utterance it belongs to."""

    request: str
    arguments: tuple[object, ...] = field(repr=False)
    utterance: int

    @property
    def size(self) -> int:
        """In bytes; at least a block of sound, so that small ones cannot become very many."""
        return max(SMALLEST_BYTES, *(len(each) for each in self.arguments if isinstance(each, bytes)), 0)


class Newest:
    """The newest of what the other end could not take yet; the oldest is dropped when it becomes too much.

    Sound, in memory only, for a second and a half.
    """

    def __init__(self) -> None:
        self._held: deque[Held] = deque()
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._held)

    def hold(self, held: Held) -> list[Held]:
        """Keep this as well; returns what had to be dropped for it."""
        self._held.append(held)
        self._bytes += held.size
        dropped = []
        while self._bytes > MOST_HELD_BYTES and len(self._held) > 1:
            oldest = self._held.popleft()
            self._bytes -= oldest.size
            dropped.append(oldest)
        return dropped

    def take(self) -> list[Held]:
        """All of it, the oldest first; nothing is held any more."""
        held = list(self._held)
        self._held.clear()
        self._bytes = 0
        return held
