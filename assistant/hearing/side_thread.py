"""A thread for work that may take too long: whoever asks waits for so long and no longer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class NoAnswerError(Exception):
    """There is no answer. ``slow``: it did not come in time; otherwise the question itself failed.

    What the failure said is not kept, because nobody can tell what a library puts into its messages.
    """

    def __init__(self, *, slow: bool) -> None:
        super().__init__()
        self.slow = slow


class SideThread:
    """Answers one question at a time. It ends with the process, even in the middle of a question."""

    def __init__(self) -> None:
        self._questions: queue.SimpleQueue[tuple[Callable[[], object], queue.SimpleQueue[Any]]] = queue.SimpleQueue()
        self._last: queue.SimpleQueue[Any] | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def ask(self, question: Callable[[], T], *, within_seconds: float) -> T:
        """What `question` returns.

        Raises `NoAnswerError` when it fails, when it takes longer, and at once while it is still busy with an earlier
        question that took too long.
        """
        if self._last is not None and self._last.empty():
            raise NoAnswerError(slow=True)
        answers: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()
        self._questions.put((question, answers))
        try:
            done, answer = answers.get(timeout=within_seconds)
        except queue.Empty:
            self._last = answers
            raise NoAnswerError(slow=True) from None
        self._last = None
        if not done:
            raise NoAnswerError(slow=False)
        given: T = answer
        return given

    def _work(self) -> None:
        while True:
            question, answers = self._questions.get()
            try:
                answers.put((True, question()))
            except Exception:  # whatever went wrong, the thread has to be there for the next question
                answers.put((False, None))
