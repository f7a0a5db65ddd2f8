"""Waiting for an answer that may never come."""

from __future__ import annotations

import threading

import pytest

from assistant.devices.patience import Errand, within


def test_an_answer_in_time_is_the_answer() -> None:
    assert within(5, lambda: "yes") == "yes"
    assert within(5, lambda: None) is None


def test_an_error_in_time_is_raised_where_the_question_was_asked() -> None:
    def refuse() -> None:
        raise OSError("no library")

    with pytest.raises(OSError, match="no library"):
        within(5, refuse)


def test_an_answer_that_comes_too_late_is_given_back() -> None:
    answered, given_back = threading.Event(), threading.Event()
    late: list[str] = []

    def give_back(answer: str) -> None:
        late.append(answer)
        given_back.set()

    def slowly() -> str:
        answered.wait(5)
        return "stream"

    with pytest.raises(TimeoutError):
        within(0.01, slowly, too_late=give_back)
    assert late == []
    answered.set()
    assert given_back.wait(5)
    assert late == ["stream"]


def test_an_answer_in_time_is_not_given_back() -> None:
    late: list[str] = []
    assert within(5, lambda: "stream", too_late=late.append) == "stream"
    assert late == []


def test_an_errand_is_looked_in_on_and_nobody_waits() -> None:
    let_go = threading.Event()
    errand = Errand(lambda: let_go.wait(5))
    assert not errand.done
    assert not errand.wait(0.01)
    let_go.set()
    assert errand.wait(5)
    assert errand.done


def test_what_an_errand_raises_is_its_own_affair() -> None:
    def fail() -> None:
        raise OSError("nobody home")

    assert Errand(fail).wait(5)


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread can be started, as at the limit that a service manager has set."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)


@pytest.mark.usefixtures("crowded")
def test_without_a_thread_to_spare_an_errand_is_over_before_it_has_begun() -> None:
    errand = Errand(lambda: pytest.fail("there is nobody to do it"))
    assert errand.done
    assert errand.wait(5)


@pytest.mark.usefixtures("crowded")
def test_without_a_thread_to_spare_whoever_asks_waits() -> None:
    def refuse() -> None:
        raise OSError("no library")

    assert within(0.01, lambda: "yes") == "yes"
    with pytest.raises(OSError, match="no library"):
        within(0.01, refuse)
