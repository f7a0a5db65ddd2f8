"""A thread for work that may take too long: whoever asks waits for so long and no longer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

MOST_FAILURES = 3  # in a row; then the helper rests, and until it has answered again one more is enough
REST_SECONDS = 60.0


class NoAnswerError(Exception):
    """There is no answer. ``slow``: it did not come in time; otherwise the question itself failed.

    ``asked``: False where the question was not even asked, for want of time or because of an earlier one that is slow.
    What the failure said is not kept, because nobody can tell what a library puts into its messages.
    """

    def __init__(self, *, slow: bool, asked: bool = True) -> None:
        super().__init__()
        self.slow, self.asked = slow, asked


class SideThread:
    """Answers one question at a time. It ends with the process, even in the middle of a question.

    It keeps neither questions nor answers: there may be sound in the ones, and words in the others.
    """

    def __init__(self) -> None:
        self._questions: queue.SimpleQueue[tuple[Callable[[], object], queue.SimpleQueue[Any]]] = queue.SimpleQueue()
        self._idle = threading.Event()
        self._idle.set()
        threading.Thread(target=self._work, daemon=True).start()

    def ask(self, question: Callable[[], T], *, within_seconds: float) -> T:
        """What `question` returns.

        Raises `NoAnswerError` when it fails, when it takes longer, and at once when there is no time, or while an
        earlier question that took too long is still being worked on.
        """
        if within_seconds <= 0 or not self._idle.is_set():
            raise NoAnswerError(slow=True, asked=False)
        self._idle.clear()
        answers: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()
        self._questions.put((question, answers))
        try:
            done, answer = answers.get(timeout=within_seconds)
        except queue.Empty:
            raise NoAnswerError(slow=True) from None
        if not done:
            raise NoAnswerError(slow=False)
        given: T = answer
        return given

    def _work(self) -> None:
        while True:
            # In a call of its own: what has a name here would stay until the next question comes.
            self._answer(*self._questions.get())

    def _answer(self, question: Callable[[], object], answers: queue.SimpleQueue[Any]) -> None:
        try:
            answer = (True, question())
        except Exception:  # whatever went wrong, the thread has to be there for the next question
            answer = (False, None)
        self._idle.set()  # before the answer is there, because the next question may follow at once
        answers.put(answer)  # where nobody waits any more, it is gone with the queue


class Helper:
    """A side thread that can be done without: when it has failed too often in a row, it rests."""

    def __init__(self) -> None:
        self._thread = SideThread()
        self._failures = 0
        self._rests_until = 0.0

    def rests(self) -> bool:
        """Whether it had better not be asked now."""
        return time.monotonic() < self._rests_until

    def ask(self, question: Callable[[], T], *, within_seconds: float) -> T:
        """As `SideThread.ask`. A slow question counts once, however often somebody comes while it lasts."""
        try:
            return self._thread.ask(question, within_seconds=within_seconds)
        except NoAnswerError as error:
            self._failures += error.asked
            if error.asked and self._failures >= MOST_FAILURES:
                self._rests_until = time.monotonic() + REST_SECONDS
            raise

    def proved(self) -> None:
        """It has just done real work; not every question asks for some."""
        self._failures = 0
