"""What the tests of a recogniser in another process ask of it, and do to it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.ports import Hypothesis
from assistant.sound import HEARING_BLOCK_FRAMES, Samples

PATIENCE_SECONDS = 30.0
AT_ONCE_SECONDS = 1.0  # on a busy machine; whoever waits for a child that is `Stopped` waits five

Start = Callable[..., RecognizerProcess]
"""Starts a child of `hearing.children`; see the fixture `start`."""


def sound(first: int, frames: int = HEARING_BLOCK_FRAMES) -> Samples:
    samples = np.zeros(frames, np.int16)
    samples[:1] = first
    return samples


def phrases(found: Sequence[Hypothesis]) -> list[str]:
    return [hypothesis.phrase for hypothesis in found]


def polled(process: RecognizerProcess, enough: Callable[[list[str]], bool]) -> list[str]:
    """What comes through `poll` until it is enough."""
    found: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not enough(found):
        assert time.monotonic() < deadline, f"only {found} came"
        found += phrases(process.poll())
        time.sleep(0.005)
    return found


def answers(process: RecognizerProcess, ask: Callable[[], Sequence[Hypothesis]]) -> list[str]:
    """What is answered, at once or through `poll`."""
    return phrases(ask()) or polled(process, bool)


def gone(process_id: int) -> bool:
    """Whether there is no such process any more, or only its remains."""
    try:
        return (Path("/proc") / str(process_id) / "stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def listens(process: RecognizerProcess) -> bool:
    """As it is at this moment, after it has been asked."""
    process.poll()
    return process.listening


class Stopped:
    """Holds a process, and lets go of it after a while: then a caller that waits for it fails, and the tests go on."""

    def __init__(self, process_id: int) -> None:
        self._process_id = process_id
        self._timer = threading.Timer(5.0, self.release)

    def __enter__(self) -> Stopped:
        os.kill(self._process_id, signal.SIGSTOP)
        self._timer.start()
        return self

    def release(self) -> None:
        if not gone(self._process_id):
            os.kill(self._process_id, signal.SIGCONT)

    def __exit__(self, *reason: object) -> None:
        self._timer.cancel()
        self._timer.join()
        self.release()


def slowest(calls: Sequence[Callable[[], object]]) -> float:
    """How long the slowest of these calls takes, seconds."""
    longest = 0.0
    for call in calls:
        began = time.monotonic()
        call()
        longest = max(longest, time.monotonic() - began)
    return longest


def talk(process: RecognizerProcess, blocks: int) -> list[Callable[[], object]]:
    """What one utterance asks, as the ears do: it begins with the 0.3 s before it."""
    opening = [lambda: process.accept(sound(9, 10 * HEARING_BLOCK_FRAMES))]
    return [*opening, *[lambda: process.accept(sound(9))] * blocks, process.lull, process.finish]


def caught_up(process: RecognizerProcess, *, reset: bool = True) -> bool:
    """Whether the child takes sound again; what it was given for it is forgotten."""
    before = process.dropped_blocks
    process.accept(sound(0))
    if reset:
        process.reset()
    return process.dropped_blocks == before
