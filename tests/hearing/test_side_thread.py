"""Work that may take too long: who waits, who counts the failures, and what is left of it in memory."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest

from assistant.hearing.side_thread import MOST_FAILURES, REST_SECONDS, Helper, NoAnswerError, SideThread

LONG_SECONDS = 20.0


class Thing:
    """Stands for sound in a question, or for words in an answer."""


def gone(thing: weakref.ref[Thing], within_seconds: float = 2.0) -> bool:
    """Whether nothing holds it any more, once the thread has had a moment to let go."""
    until = time.monotonic() + within_seconds
    while thing() is not None and time.monotonic() < until:
        time.sleep(0.01)
        gc.collect()
    return thing() is None


class Slow:
    """A question that is answered when it may be."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.answers: list[weakref.ref[Thing]] = []

    def __call__(self) -> Thing:
        self.may_end.wait(LONG_SECONDS)
        answer = Thing()
        self.answers.append(weakref.ref(answer))
        return answer


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.may_end.set()


def raises(error: Exception) -> object:
    raise error


def no_answer(ask: Callable[..., object], question: Callable[[], object], within_seconds: float) -> tuple[bool, bool]:
    with pytest.raises(NoAnswerError) as caught:
        ask(question, within_seconds=within_seconds)
    return caught.value.slow, caught.value.asked


def until_idle(thread: SideThread | Helper) -> None:
    until = time.monotonic() + 2.0
    while time.monotonic() < until:
        try:
            thread.ask(Thing, within_seconds=LONG_SECONDS)
        except NoAnswerError:
            time.sleep(0.01)
        else:
            return


def test_questions_are_answered_one_after_the_other() -> None:
    thread = SideThread()
    for number in range(2000):  # none may find it busy with the one before
        assert thread.ask(lambda number=number: number, within_seconds=LONG_SECONDS) == number  # type: ignore[misc]


def test_why_there_is_no_answer(slow: Slow) -> None:
    thread = SideThread()
    assert no_answer(thread.ask, lambda: raises(ValueError("marmalade")), LONG_SECONDS) == (False, True)
    assert no_answer(thread.ask, slow, 0.0) == (True, False), "for want of time"
    assert no_answer(thread.ask, slow, 0.05) == (True, True)
    assert no_answer(thread.ask, Thing, LONG_SECONDS) == (True, False), "it is still busy"
    slow.may_end.set()
    until_idle(thread)
    assert len(slow.answers) == 1, "what was not asked is not asked later either"


def test_a_question_and_its_answer_are_forgotten_at_once() -> None:
    thread, thing = SideThread(), Thing()
    answer = thread.ask(lambda sound=thing: [sound], within_seconds=LONG_SECONDS)  # type: ignore[misc]
    left = weakref.ref(thing)
    del thing, answer
    assert gone(left)


def test_so_are_those_of_a_question_that_failed() -> None:
    thread, thing = SideThread(), Thing()
    no_answer(thread.ask, lambda sound=thing: raises(ValueError(sound)), LONG_SECONDS)  # type: ignore[misc]
    left = weakref.ref(thing)
    del thing
    assert gone(left)


def test_and_an_answer_that_came_too_late(slow: Slow) -> None:
    thread, thing = SideThread(), Thing()
    no_answer(thread.ask, lambda sound=thing: (slow(), sound), 0.05)  # type: ignore[misc]
    left = weakref.ref(thing)
    del thing
    slow.may_end.set()
    assert gone(left)
    assert gone(slow.answers[0])


def test_who_fails_too_often_in_a_row_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    helper = Helper()
    for _ in range(MOST_FAILURES - 1):
        no_answer(helper.ask, lambda: raises(ValueError()), LONG_SECONDS)
    helper.ask(Thing, within_seconds=LONG_SECONDS)  # an answer that took no work proves nothing
    assert not helper.rests()
    no_answer(helper.ask, lambda: raises(ValueError()), LONG_SECONDS)
    assert helper.rests()
    later = time.monotonic() + REST_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not helper.rests()
    no_answer(helper.ask, lambda: raises(ValueError()), LONG_SECONDS)
    assert helper.rests(), "until it has answered, one more is enough"


def test_failures_before_an_answer_that_took_work_are_forgotten() -> None:
    helper = Helper()
    for _ in range(MOST_FAILURES):
        no_answer(helper.ask, lambda: raises(ValueError()), LONG_SECONDS)
        helper.proved()
    assert not helper.rests()


def test_a_slow_question_is_one_failure_however_often_somebody_comes_meanwhile(slow: Slow) -> None:
    helper = Helper()
    no_answer(helper.ask, slow, 0.05)
    for _ in range(2 * MOST_FAILURES):
        assert no_answer(helper.ask, Thing, LONG_SECONDS) == (True, False)
    assert not helper.rests()
