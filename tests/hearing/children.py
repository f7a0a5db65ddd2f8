"""Recognisers for the tests, each in a process of its own: ``python -m hearing.children KIND FD FD``."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.errors import ModelBrokenError, ModelMissingError, VocabularyError
from assistant.hearing.notices import Notice
from assistant.hearing.recognizer_service import serve
from assistant.ports import Hypothesis
from assistant.sound import Samples

ABORT, KILLED, SLOW, FAULT = 7001, 7002, 7003, 7004
"""What the parrot does when a sound begins with such a sample."""

AS_TOLD = "BREATHER_TEST_CHILD"
"""The variable that names what "as told" is when it starts: another child for the first time than for the second."""


class Parrot:
    """Answers each sound whose first sample is not 0 with that number, and a `finish` with how many sounds it had."""

    def __init__(self) -> None:
        self._had = 0
        self._phrases: Sequence[str] = ()

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        if "zyzzyva" in phrases:
            raise VocabularyError("A word is not known", where=Path("model"), remedy="Choose another.")
        self._phrases = phrases

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        for stream in (sys.stdout, sys.stderr):
            stream.write("I need a pause\n")
            stream.flush()
        self._had += 1
        number = int(samples[0]) if len(samples) else 0
        if number == ABORT:
            os.abort()
        if number == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == FAULT:
            raise RuntimeError
        if number == SLOW:
            time.sleep(0.3)
        return (said(str(number)),) if number else ()

    def lull(self) -> Sequence[Hypothesis]:
        return ()

    def finish(self) -> Sequence[Hypothesis]:
        had, self._had = self._had, 0
        return (said(f"{had} of {','.join(self._phrases)}"),)

    def reset(self) -> None:
        self._had = 0

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def close(self) -> None:
        self._had = 0


def said(phrase: str) -> Hypothesis:
    return Hypothesis(phrase=phrase, score=0.0, start_seconds=0.0, end_seconds=0.0)


PAUSE = Hypothesis(phrase="i need a pause", score=-2.4, start_seconds=0.3, end_seconds=1.0, inside="i need a pause")


class SlowAtTheEnd(Parrot):
    """Hears the same phrase at the same second of every utterance, not quite surely, and takes its time over it."""

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        return ()

    def finish(self) -> Sequence[Hypothesis]:
        time.sleep(0.5)
        return (PAUSE,)


class Complaining(Parrot):
    """Complains of each sound."""

    def notices(self) -> Sequence[Notice]:
        return [Notice.VERIFIER_SLOW] * self._had


class Alone(Parrot):
    """One whose second opinion could not be loaded; it says so with its first answer."""

    def __init__(self) -> None:
        super().__init__()
        self._untold = [Notice.VERIFIER_GONE]

    def notices(self) -> Sequence[Notice]:
        untold, self._untold = self._untold, []
        return untold


def _abort() -> Parrot:
    os.abort()


def _exit() -> Parrot:
    sys.exit(3)


def _hang() -> Parrot:
    time.sleep(60)
    return Parrot()


def _broken() -> Parrot:
    raise ModelBrokenError("The model is made of cheese", where=Path("moon"), remedy="Bring bread.")


def _missing() -> Parrot:
    raise ModelMissingError("The model has gone", where=Path("moon"), remedy="Look for it.")


def _as_told() -> Parrot:
    return KINDS[os.environ[AS_TOLD]]()


def _fault() -> Parrot:
    raise RuntimeError("not one of ours")


KINDS: Mapping[str, Callable[[], Parrot]] = {
    "parrot": Parrot,
    "slow at the end": SlowAtTheEnd,
    "complaining": Complaining,
    "alone": Alone,
    "abort": _abort,
    "exit": _exit,
    "hang": _hang,
    "broken": _broken,
    "missing": _missing,
    "fault": _fault,
    "as told": _as_told,
}

if __name__ == "__main__":
    serve(KINDS[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3]))
