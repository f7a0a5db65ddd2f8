"""What a recogniser elsewhere was asked and has not answered yet, and which utterance each answer belongs to."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.ports import Hypothesis


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

    def sent(self, size: int) -> None:
        """The request numbered `serial` is on its way."""
        self._waiting.append(_Request(self.serial, size, time.monotonic(), self.utterance))

    def answered(self, serial: int) -> int:
        """Take note that this request, and what came before it, is answered; returns its utterance."""
        utterance = self.utterance
        while self._waiting and self._waiting[0].serial <= serial:
            utterance = self._waiting.popleft().utterance
        return utterance

    def clear(self) -> None:
        """Nobody is going to answer any more."""
        self._waiting.clear()
