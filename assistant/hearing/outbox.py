"""What is on its way to a recogniser in another process, and what is held back because it cannot take it yet.

Of sound that cannot be sent, the newest is held and the oldest dropped, because what was said last matters most.
"""

from __future__ import annotations

import pickle
import time

from assistant.hearing.backlog import Backlog, Held, Newest
from assistant.hearing.losses import Losses
from assistant.hearing.piped_child import PipedChild

MOST_WAITING_BYTES = 50_000  # what the child may be behind: 1.5 s of sound
HUNG_BLOCKS = 334  # 10 s of talk without one answer: the child will not answer any more
HUNG_SECONDS = 10.0  # the same for a single question
PING_SECONDS = 5.0  # in silence, one is asked so often: a child that hangs is to be found before somebody needs it


class Outbox:
    """Requests for one child after the other.

    ``wanted``: the phrases and decoys that count now. ``losing``: sound is being lost. ``losses``: how much of it was.
    ``answered``: the number of the last request that was. ``forgotten``: of the last one whose answer is of
    no interest any more.
    """

    def __init__(self, child: PipedChild) -> None:
        self.backlog = Backlog()
        self._newest = Newest()
        self.wanted: tuple[list[str], list[str]] = ([], [])
        self.losses = Losses()
        self.forgotten = 0
        self.connect(child)

    def connect(self, child: PipedChild) -> None:
        """From now on, to this child, which has to be told first what is wanted."""
        self._child = child
        self.backlog.clear()
        self.answered = self.backlog.serial
        self._asked_at = time.monotonic()
        self._in_vain = 0
        self.losing = False
        self._missed = bool(self.answered)  # the very first one is told in any case

    def begin(self) -> None:
        """The child has loaded its model: what was held meanwhile was not asked in vain."""
        self._in_vain = 0

    @property
    def full(self) -> bool:
        """Whether what comes now has to be held."""
        return self._missed or bool(self._newest) or self.backlog.size > MOST_WAITING_BYTES

    @property
    def empty(self) -> bool:
        """Whether all is answered."""
        return not self.backlog.size and not self._newest

    @property
    def in_vain_for_too_long(self) -> bool:
        """Whether the child will not answer any more."""
        return self.backlog.waits_seconds > HUNG_SECONDS or self._in_vain > HUNG_BLOCKS

    def ping(self) -> None:
        """When nothing else was asked for a while, ask for nothing."""
        if self.empty and time.monotonic() - self._asked_at > PING_SECONDS:
            self.send("ping")

    def send(self, request: str, *arguments: object, utterance: int | None = None) -> None:
        """Send it. ``utterance``: the one it belongs to, None for the newest."""
        self.backlog.serial += 1
        message = pickle.dumps((self.backlog.serial, request, arguments))
        self.backlog.sent(len(message), utterance)
        self._asked_at = time.monotonic()
        self._child.send(message)

    def hold(self, request: str, arguments: tuple[object, ...]) -> bool:
        """Keep it for later; returns whether sound was dropped for it."""
        before, dropped = self.losses.pieces, []
        if request in ("accept", "finish"):
            dropped = self._newest.hold(Held(request, arguments, self.backlog.utterance))
            self._in_vain += request == "accept"
        elif request != "lull":  # the phrases are others, or it is to forget: it has to know before it goes on
            dropped, self._missed = self._newest.take(), True
        self.losses.add(dropped)
        if self.losses.pieces == before:
            return False
        self._missed = self.losing = True  # with a hole in it, a sound is no utterance
        return True

    def forget(self) -> None:
        """What was asked so far is of no interest any more."""
        self.forgotten = self.backlog.serial

    def catch_up(self) -> None:
        """Send what has to be known first, and what was held, when there is room for it."""
        if self.backlog.size > MOST_WAITING_BYTES // 4:
            return
        if self._missed:
            self._missed = False
            self.send("reset")
            self.send("listen_for", *self.wanted)
        for each in self._newest.take():
            self.send(each.request, *each.arguments, utterance=each.utterance)

    def is_answered(self, serial: int) -> int:
        """Take note of an answer to it, and so to all before it; returns the utterance it belongs to."""
        self.answered, self._in_vain = serial, 0
        utterance = self.backlog.answered(serial)
        self.losing = self.losing and not self.empty  # until it has caught up
        return utterance
