"""A recogniser in a process of its own.

Two reasons. Recognising takes up to a third of a second on a Pi 4, in which the main loop could neither keep time nor
notice a button. And ordinary damage to a model makes Vosk abort the whole process. The two ends talk through pipes:
sound goes in, hypotheses come out, in memory only.

This is the program's end of the conversation; the child's is `assistant.hearing.recognizer_service`.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

import assistant.errors
from assistant.errors import ModelBrokenError, RecognizerDiedError
from assistant.hearing.backlog import Backlog
from assistant.hearing.notices import Notice
from assistant.hearing.piped_child import start_piped
from assistant.ports import Hypothesis
from assistant.sound import Samples

MOST_WAITING_BYTES = 50_000  # what the child may be behind: 1.5 s of sound
LATE_SECONDS = 2.0  # without an answer: half a second more than the above, because a look takes time
HUNG_BLOCKS = 334  # 10 s of talk without one answer: the child will not answer any more
MOST_RESTARTS = 3
CLOSING_SECONDS = 0.5
REPLY_SECONDS = 30.0  # waiting for one answer, where answers are waited for: long, because a Pi may be busy


class RecognizerProcess:
    """A `Recognizer` that runs elsewhere.

    ``module``, ``arguments``: what the child runs (``python -m module arguments``); it must call `serve`.
    ``wait``: wait for each answer, so that a recording is always heard in the same way; live, answers come when they
    come, through `poll` or the next call, and no call waits for the child. When the child dies or hangs while
    listening, it is started again, at most three times; then `RecognizerDiedError` is raised.
    ``on_notice``: is told what the child says about itself.

    An answer that comes when another utterance has begun is only in `belated` (`assistant.hearing.backlog.Elsewhere`).
    """

    def __init__(
        self,
        *,
        module: str,
        arguments: Sequence[str],
        wait: bool,
        on_notice: Callable[[Notice], None] = lambda _: None,
    ) -> None:
        # -P: a file of the folder we happen to run in must not pass for a module of Python's.
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._wait = wait
        self._on_notice = on_notice
        self._backlog = Backlog()
        self._belated: list[tuple[int, Sequence[Hypothesis]]] = []
        self._answered = 0
        self._forgotten = 0
        self._restarts = 0
        self._wanted: tuple[list[str], list[str]] = ([], [])  # phrases, decoys
        self._missed = False
        self._losing = False
        self._in_vain = 0
        self.dropped_blocks = 0
        self._start()

    @property
    def process_id(self) -> int:
        """For whoever measures memory and processor time."""
        return self._child.pid

    @property
    def listening(self) -> bool:
        """Whether what is said now is going to be heard: not while the model loads, nor while sound is lost."""
        return self._ready and not self._losing and self._backlog.waits_seconds < LATE_SECONDS

    @property
    def caught_up(self) -> bool:
        """Whether all that was asked is answered, as far as `poll` has seen."""
        return not self._backlog.size

    def wait_until_ready(self, timeout_seconds: float) -> None:
        """Wait for the model to be loaded.

        Raises what the child raised, `ModelBrokenError` when it died of the model, `RecognizerDiedError` when it took
        too long.
        """
        self._take_until(lambda: self._ready, timeout_seconds)

    def check_phrases(self, phrases: Sequence[str], timeout_seconds: float) -> None:
        """Wait for the model to look all these phrases up. Raises `VocabularyError`, and as `wait_until_ready`."""
        self._send("listen_for", list(phrases), [])
        serial = self._backlog.serial
        self._take_until(lambda: self._answered >= serial, timeout_seconds)

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        self._wanted = (list(phrases), list(decoys))
        self._ask("listen_for", *self._wanted)

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        return self._ask("accept", samples.tobytes())

    def lull(self) -> Sequence[Hypothesis]:
        return self._ask("lull")

    def finish(self) -> Sequence[Hypothesis]:
        return self._ask("finish")

    def reset(self) -> None:
        self._ask("reset")
        self._forgotten = self._backlog.serial
        self._belated.clear()

    def poll(self) -> Sequence[Hypothesis]:
        found: list[Hypothesis] = []
        try:
            while self._answers.poll(0):
                found += self._take_one()
        except (EOFError, OSError):
            self._start_again()
        return found

    def belated(self) -> Sequence[tuple[int, Sequence[Hypothesis]]]:
        belated, self._belated = self._belated, []
        return [(self._backlog.utterance - utterance, found) for utterance, found in belated]

    def close(self) -> None:
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()
        try:
            self._child.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _take_until(self, done: Callable[[], bool], timeout_seconds: float) -> None:
        """Wait at start-up, where a death is the model's fault and nobody is waiting to be heard."""
        deadline = time.monotonic() + timeout_seconds
        while not done():
            try:
                if not self._answers.poll(max(0.0, deadline - time.monotonic())):
                    raise RecognizerDiedError(
                        f"The recogniser was not ready within {timeout_seconds:.0f} s",
                        remedy="Close other programs, or choose a smaller model.",
                    )
                self._take_one()
            except (EOFError, OSError) as error:
                code = self._child.wait()
                how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
                raise ModelBrokenError(
                    f"The recogniser died of its model ({how})",
                    where=self._command[-1],
                    remedy="Run `breather setup` for a fresh copy, or name another model.",
                ) from error

    def _start(self) -> None:
        self._child, we_write, we_read = start_piped(self._command)
        self._requests = Connection(we_write, readable=False)
        self._answers = Connection(we_read, writable=False)
        self._ready = False
        self._answered = self._backlog.serial
        self._backlog.clear()
        self._missed = self._losing = False
        self._in_vain = 0

    def _start_again(self) -> None:
        self._child.kill()  # it may hang, and nobody can wait now
        self.close()
        self._restarts += 1
        if self._restarts > MOST_RESTARTS:
            raise RecognizerDiedError(
                f"The recogniser's process ended {self._restarts} times", remedy="Run `breather check`."
            )
        self._start()
        self._ask("listen_for", *self._wanted)

    def _ask(self, request: str, *arguments: object) -> Sequence[Hypothesis]:
        self._backlog.follow(request)
        if not self._wait and self._backlog.size > MOST_WAITING_BYTES:
            return self._skip(request)
        if self._missed:
            self._missed = False
            self._send("reset")
            self._send("listen_for", *self._wanted)
        self._send(request, *arguments)
        return self._until_answered() if self._wait else self.poll()

    def _send(self, request: str, *arguments: object) -> None:
        self._backlog.serial += 1
        message = pickle.dumps((self._backlog.serial, request, arguments))
        self._backlog.sent(len(message))
        with contextlib.suppress(OSError):  # a child that has died says why, or the end of its answers does
            self._requests.send_bytes(message)

    def _skip(self, request: str) -> Sequence[Hypothesis]:
        """Ask nothing, because the child is too far behind."""
        found = self.poll()
        if request == "accept":
            self.dropped_blocks += 1
            self._in_vain += 1
            self._losing = True
            if self._ready and self._in_vain > HUNG_BLOCKS:
                self._start_again()
        elif request != "lull":
            self._missed = True  # the utterance is over, or the phrases are others: it has to know before it goes on
        return found

    def _until_answered(self) -> Sequence[Hypothesis]:
        found: list[Hypothesis] = []
        try:
            while self._answered < self._backlog.serial:
                if not self._answers.poll(REPLY_SECONDS):
                    raise EOFError
                found += self._take_one()
        except (EOFError, OSError):
            self._start_again()
        return found

    def _take_one(self) -> Sequence[Hypothesis]:
        kind, serial, value = self._answers.recv()
        if kind == "error":
            name, what, where, remedy = value
            raise getattr(assistant.errors, name)(what, where=where, remedy=remedy)
        if kind == "notice":
            self._on_notice(Notice[value])
            return ()
        if kind == "ready":
            self._ready = True
            return ()
        self._answered = serial
        self._in_vain = 0
        utterance = self._backlog.answered(serial)
        self._losing = self._losing and self._backlog.size > 0  # until it has caught up
        hypotheses: Sequence[Hypothesis] = value if serial > self._forgotten else ()
        if hypotheses and utterance < self._backlog.utterance:
            self._belated.append((utterance, hypotheses))
            return ()
        return hypotheses
