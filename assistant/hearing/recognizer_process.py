"""A recogniser in a process of its own.

Two reasons. Recognising takes up to a third of a second on a Pi 4, in which the main loop could neither keep time nor
notice a button. And ordinary damage to a model makes Vosk abort the whole process. The two ends talk through pipes, in
memory only. This is the program's end of the conversation; the child's is `assistant.hearing.recognizer_service`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import assistant.errors
from assistant.errors import BreatherError, ModelBrokenError, RecognizerDiedError
from assistant.hearing.notices import Notice, Told
from assistant.hearing.outbox import Outbox
from assistant.hearing.piped_child import PipedChild
from assistant.hearing.restarts import Restarts
from assistant.ports import Hypothesis
from assistant.sound import Samples

LATE_SECONDS = 2.0  # without an answer: half a second more than the outbox lets it be behind, because a look takes time
MOST_RESTARTS = 3  # where answers are waited for
REPLY_SECONDS = 30.0  # waiting for one answer, where answers are waited for: long, because a Pi may be busy


class RecognizerProcess:
    """A `Recognizer` that runs elsewhere.

    ``module``, ``arguments``: what the child runs (``python -m module arguments``); it must call `serve`.
    ``wait``: wait for each answer, so that a recording is always heard the same way; live, no call waits, and answers
    come through `poll` or the next call. ``on_notice``: is told what is amiss.

    When the child dies or hangs while listening, it is started again: live, for ever, at longer and longer intervals,
    whatever it died of, because a pause may be under way; where answers are waited for, at most three times, then
    `RecognizerDiedError` is raised. An answer that comes when another utterance has begun is only in `belated` (see
    `backlog.Elsewhere`). Raises `RecognizerDiedError` when the machine has no room for a child at all.
    """

    def __init__(
        self,
        *,
        module: str,
        arguments: Sequence[str],
        wait: bool,
        on_notice: Callable[[Told], None] = lambda _: None,
    ) -> None:
        # -P: a file of the folder we happen to run in must not pass for a module of Python's.
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._wait = wait
        self._on_notice = on_notice
        self._belated: list[tuple[int, Sequence[Hypothesis]]] = []
        self._restarts = Restarts()
        self._was_ready = self._ready = False
        self._told_gone = self._told_slow = False
        self._dying: list[PipedChild] = []
        self._child = self._started()
        self._outbox = Outbox(self._child)

    @property
    def dropped_blocks(self) -> int:
        """How many pieces of sound were never sent, because they came too fast."""
        return self._outbox.losses.pieces

    @property
    def process_id(self) -> int:
        return self._child.pid

    @property
    def listening(self) -> bool:
        """Whether what is said now is going to be heard: not while the model loads, nor while sound is lost."""
        return self._ready and not self._outbox.losing and self._outbox.backlog.waits_seconds < LATE_SECONDS

    @property
    def caught_up(self) -> bool:
        """Whether all that was asked is answered, as far as `poll` has seen."""
        return self._outbox.empty

    def wait_until_ready(self, timeout_seconds: float) -> None:
        """Wait for the model to be loaded.

        Raises what the child raised, `ModelBrokenError` when it died of the model, `RecognizerDiedError` when it took
        too long.
        """
        self._take_until(lambda: self._ready, timeout_seconds)

    def check_phrases(self, phrases: Sequence[str], timeout_seconds: float) -> None:
        """Wait for the model to look all these phrases up. Raises `VocabularyError`, and as `wait_until_ready`."""
        self._outbox.send("listen_for", list(phrases), [])
        serial = self._outbox.backlog.serial
        self._take_until(lambda: self._outbox.answered >= serial, timeout_seconds)

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        self._outbox.wanted = (list(phrases), list(decoys))
        self._ask("listen_for", *self._outbox.wanted)

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        return self._ask("accept", samples.tobytes())

    def lull(self) -> Sequence[Hypothesis]:
        return self._ask("lull")

    def finish(self) -> Sequence[Hypothesis]:
        return self._ask("finish")

    def reset(self) -> None:
        self._ask("reset")
        self._outbox.forget()
        self._belated.clear()

    def poll(self) -> Sequence[Hypothesis]:
        found: list[Hypothesis] = []
        self._see_to_the_child()
        if self._restarts.waiting:
            return found
        try:
            while self._child.answered():
                found += self._take_one()
        except (EOFError, OSError):
            self._lost()
        except BreatherError:
            if self._wait or not self._was_ready:
                raise
            self._lost()  # it could be loaded once; perhaps the disk comes back
        if self._ready and not self._wait:
            self._outbox.catch_up()
        return found

    def belated(self) -> Sequence[tuple[int, Sequence[Hypothesis]]]:
        belated, self._belated, newest = self._belated, [], self._outbox.backlog.utterance
        return [(newest - utterance, found) for utterance, found in belated]

    def close(self) -> None:
        for child in (self._child, *self._dying):
            child.close()

    def _take_until(self, done: Callable[[], bool], timeout_seconds: float) -> None:
        """Wait at start-up, where a death is the model's fault and nobody is waiting to be heard."""
        deadline = time.monotonic() + timeout_seconds
        while not done():
            try:
                if not self._child.answered(max(0.0, deadline - time.monotonic())):
                    what = f"The recogniser was not ready within {timeout_seconds:.0f} s"
                    raise RecognizerDiedError(what, remedy="Close other programs, or choose a smaller model.")
                self._take_one()
            except (EOFError, OSError) as error:
                raise ModelBrokenError(
                    f"The recogniser died of its model ({self._child.end()})",
                    where=self._command[-1],
                    remedy="Run `breather setup` for a fresh copy, or name another model.",
                ) from error

    def _started(self) -> PipedChild:
        """A new child. Raises `RecognizerDiedError` when there is no room for it."""
        try:
            child = PipedChild(self._command)
        except OSError as error:  # no memory, or as many processes or open files as we may have
            self._restarts.failed(time.monotonic())
            what = f"The recogniser's process cannot be started ({error.strerror})"
            raise RecognizerDiedError(what, remedy="Close other programs, or start the machine again.") from error
        self._restarts.started(time.monotonic())
        return child

    def _lost(self) -> None:
        """The child has died or hangs: there will be another, at once or after a while."""
        self._child.kill()  # it may hang, and nobody can wait now
        self._dying.append(self._child)
        self._restarts.lost(time.monotonic())
        self._ready = False
        if self._wait:
            self._child.close()
            if self._restarts.in_a_row > MOST_RESTARTS:
                what = f"The recogniser's process ended {self._restarts.in_a_row} times"
                raise RecognizerDiedError(what, remedy="Run `breather check`.")
            self._child = self._started()
            self._outbox.connect(self._child)
            self._outbox.catch_up()
            self._until_answered()
            return
        if not self._told_gone:
            self._told_gone = True
            self._on_notice(Notice.RECOGNIZER_GONE)
        self._see_to_the_child()

    def _see_to_the_child(self) -> None:
        """Start it when it is time, let it show that it lives, and give up one that does not."""
        self._dying = [child for child in self._dying if not child.gone]
        now = time.monotonic()
        if self._wait:
            return
        if (lost := self._outbox.losses.to_tell(now, over=self.listening)) is not None:
            self._on_notice(lost)
        if self._restarts.waiting:
            if self._restarts.due(now):
                with suppress(RecognizerDiedError):  # then it is tried again later
                    self._child = self._started()
                    self._outbox.connect(self._child)
        elif self._outbox.in_vain_for_too_long if self._ready else self._restarts.loads_for_too_long(now):
            self._lost()
        elif self._ready:
            self._outbox.ping()

    def _ask(self, request: str, *arguments: object) -> Sequence[Hypothesis]:
        self._outbox.backlog.follow(request)
        if self._wait:
            self._outbox.send(request, *arguments)
            return self._until_answered()
        found = self.poll()
        if not self._ready or self._outbox.full:
            if self._outbox.hold(request, arguments) and self._ready and not self._told_slow:
                self._told_slow = True
                self._on_notice(Notice.RECOGNIZER_SLOW)
            return found
        self._outbox.send(request, *arguments)
        return [*found, *self.poll()]

    def _until_answered(self) -> Sequence[Hypothesis]:
        found: list[Hypothesis] = []
        try:
            while self._outbox.answered < self._outbox.backlog.serial:
                if not self._child.answered(REPLY_SECONDS):
                    raise EOFError
                found += self._take_one()
        except (EOFError, OSError):
            self._lost()
        return found

    def _take_one(self) -> Sequence[Hypothesis]:
        kind, serial, value = self._child.receive()
        if kind == "error":
            name, what, where, remedy = value
            raise getattr(assistant.errors, name)(what, where=where, remedy=remedy)
        if kind == "notice":
            self._on_notice(Notice[value])
            return ()
        if kind == "ready":
            self._ready = self._was_ready = True
            self._outbox.begin()
            if self._told_gone:
                self._told_gone = False
                self._on_notice(Notice.RECOGNIZER_BACK)
            return ()
        utterance = self._outbox.is_answered(serial)
        hypotheses: Sequence[Hypothesis] = value if serial > self._outbox.forgotten else ()
        if hypotheses and utterance < self._outbox.backlog.utterance:
            self._belated.append((utterance, hypotheses))
            return ()
        return hypotheses
