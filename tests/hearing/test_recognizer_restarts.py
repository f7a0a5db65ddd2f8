"""What becomes of a recogniser in another process that dies, hangs, loads slowly or cannot keep up."""

from __future__ import annotations

import os
import signal
import time

import pytest

from assistant.errors import RecognizerDiedError
from assistant.hearing import outbox, recognizer_process, restarts
from assistant.hearing.notices import Notice, SoundLost, Told
from assistant.hearing.outbox import HUNG_BLOCKS
from assistant.hearing.recognizer_process import MOST_RESTARTS
from assistant.sound import BLOCK_SECONDS
from hearing.children import ABORT, FAULT, KILLED
from hearing.processes import (
    AT_ONCE_SECONDS,
    Start,
    Stopped,
    answers,
    caught_up,
    gone,
    listens,
    phrases,
    polled,
    slowest,
    sound,
    talk,
    wait_for,
)


@pytest.mark.parametrize("deadly", [ABORT, KILLED, FAULT])
def test_where_answers_are_waited_for_a_child_that_dies_is_started_again_three_times(start: Start, deadly: int) -> None:
    process = start(wait=True)
    process.listen_for(["a"], [])
    children = [process.process_id]
    for _ in range(MOST_RESTARTS):
        process.accept(sound(deadly))
        wait_for(lambda: not process.poll() and process.process_id != children[-1])
        children.append(process.process_id)
        assert answers(process, lambda: process.accept(sound(4))) == ["4"]
        assert answers(process, process.finish) == ["1 of a"], "it listens for the same, and the utterance begins anew"
    assert len(set(children)) == MOST_RESTARTS + 1
    with pytest.raises(RecognizerDiedError, match=r"ended 4 times.*breather check"):
        wait_for(lambda: bool(process.accept(sound(deadly))))
    assert all(gone(child) for child in children)


def test_live_it_is_started_again_for_ever_at_longer_and_longer_intervals(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restarts, "WAITS_SECONDS", (0.0, 0.1, 0.3))
    notices: list[Notice] = []
    process = start(wait=False, on_notice=notices.append)
    process.listen_for(["a"], [])
    children, gaps = [process.process_id], []
    for _ in range(MOST_RESTARTS + 2):
        process.accept(sound(KILLED))
        wait_for(lambda: not process.poll() and not process.listening)
        died = time.monotonic()
        wait_for(lambda: not process.poll() and process.process_id != children[-1])
        gaps.append(time.monotonic() - died)
        children.append(process.process_id)
        assert answers(process, lambda: process.accept(sound(4))) == ["4"]
        assert answers(process, process.finish) == ["1 of a"], "it listens for the same, and the utterance begins anew"
    assert gaps[0] < 0.25
    assert min(gaps[2:]) > 0.2
    assert notices == [Notice.RECOGNIZER_GONE, Notice.RECOGNIZER_BACK] * (MOST_RESTARTS + 2)
    wait_for(lambda: not process.poll() and all(gone(child) for child in children[:-1]))


def test_after_a_good_while_a_restart_comes_at_once_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "WAITS_SECONDS", (0.0, 60.0))
    monkeypatch.setattr(restarts, "WELL_AFTER_SECONDS", 0.0)
    process = start(wait=False)
    for _ in range(3):
        killed = process.process_id
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda before=killed: not process.poll() and process.process_id != before)  # type: ignore[misc]
        wait_for(lambda: listens(process))


def test_what_is_said_while_it_is_started_again_is_heard_then(start: Start) -> None:
    process = start(wait=False)
    process.listen_for(["a"], [])
    os.kill(process.process_id, signal.SIGKILL)
    wait_for(lambda: not process.poll() and not process.listening)
    found = [*phrases(process.accept(sound(7))), *phrases(process.finish())]
    assert polled(process, lambda more: len([*found, *more]) == 2) == ["7", "1 of a"]
    assert process.dropped_blocks == 0


def test_a_child_that_hangs_while_nobody_talks_is_found_and_replaced(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PING_SECONDS", 0.2)
    monkeypatch.setattr(outbox, "HUNG_SECONDS", 0.6)
    monkeypatch.setattr(recognizer_process, "LATE_SECONDS", 0.3)
    notices: list[Notice] = []
    process = start(wait=False, on_notice=notices.append)
    hung = process.process_id
    with Stopped(hung):
        wait_for(lambda: not listens(process))
        wait_for(lambda: not process.poll() and process.process_id != hung)
        wait_for(lambda: listens(process))
    assert notices == [Notice.RECOGNIZER_GONE, Notice.RECOGNIZER_BACK]


def test_one_that_only_waits_is_not_taken_for_one_that_hangs(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PING_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "HUNG_SECONDS", 2.0)
    process = start(wait=False)
    child = process.process_id
    until = time.monotonic() + 0.5
    wait_for(lambda: not process.poll() and time.monotonic() > until)
    assert process.process_id == child
    assert process.listening


def test_a_child_that_was_killed_between_two_utterances_is_replaced(start: Start) -> None:
    process = start()
    process.listen_for(["a"], [])
    os.kill(process.process_id, signal.SIGKILL)
    wait_for(lambda: gone(process.process_id))
    process.accept(sound(0))
    process.reset()
    process.accept(sound(0))
    assert phrases(process.finish()) == ["1 of a"]


def test_a_child_that_never_goes_on_is_replaced_while_the_caller_goes_on(start: Start) -> None:
    process = start(wait=False)
    process.listen_for(["a"], [])
    hung = process.process_id
    with Stopped(hung):
        assert slowest(talk(process, HUNG_BLOCKS - 1)) < AT_ONCE_SECONDS
        assert process.process_id == hung
        assert slowest(talk(process, 2 * HUNG_BLOCKS)) < AT_ONCE_SECONDS
        wait_for(lambda: gone(hung))
        assert process.process_id != hung
        wait_for(lambda: caught_up(process))
    assert answers(process, lambda: process.accept(sound(6))) == ["6"]
    assert answers(process, process.finish) == ["1 of a"]


def test_a_slow_start_is_not_taken_for_a_hang(start: Start) -> None:
    process = start("hang", wait=False, ready=False)
    loading = process.process_id
    assert slowest(talk(process, 3 * HUNG_BLOCKS)) < AT_ONCE_SECONDS
    assert process.process_id == loading


def test_when_it_is_too_slow_the_newest_is_heard_and_how_much_was_lost_is_told(start: Start) -> None:
    notices: list[Told] = []
    process = start(wait=False, on_notice=notices.append)
    process.listen_for(["a"], [])
    with Stopped(process.process_id):
        slowest(talk(process, 150))
        process.accept(sound(8))
        process.finish()
        slowest(talk(process, 150))
        process.accept(sound(6))
        assert process.dropped_blocks > 100
        assert not process.listening
    assert "6" in polled(process, lambda found: "6" in found), "what was said last"
    wait_for(lambda: listens(process) and len(notices) > 1)
    slow, lost = notices
    assert slow is Notice.RECOGNIZER_SLOW
    assert isinstance(lost, SoundLost)
    assert lost.seconds >= process.dropped_blocks * BLOCK_SECONDS
