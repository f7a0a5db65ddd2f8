"""What a restart of the recogniser's process may come across: none of it ends a pause."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import time
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.errors import ModelMissingError, RecognizerDiedError, VocabularyError
from assistant.hearing import restarts
from assistant.hearing.notices import Notice, SoundLost, Told
from assistant.hearing.outbox import HUNG_BLOCKS
from assistant.sound import BLOCK_SECONDS
from hearing.children import AS_TOLD
from hearing.processes import (
    Start,
    answers,
    caught_up,
    gone,
    listens,
    polled,
    slowest,
    sound,
    talk,
    wait_for,
)


def test_where_answers_are_waited_for_an_error_of_the_child_arrives_as_itself(start: Start) -> None:
    process = start()
    with pytest.raises(VocabularyError):
        process.listen_for(["zyzzyva"], [])


@pytest.mark.parametrize("trouble", ["missing", "abort"])
def test_live_a_restart_that_fails_ends_nothing_whatever_it_says(
    start: Start, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(restarts, "WAITS_SECONDS", (0.0, 0.1))
    monkeypatch.setenv(AS_TOLD, "parrot")
    notices: list[Told] = []
    process = start("as told", wait=False, on_notice=notices.append)
    process.listen_for(["a"], [])
    monkeypatch.setenv(AS_TOLD, trouble)
    children = {process.process_id}
    os.kill(process.process_id, signal.SIGKILL)

    def tried_in_vain() -> bool:
        process.poll()
        children.add(process.process_id)
        return len(children) > 2

    wait_for(tried_in_vain)
    assert notices == [Notice.RECOGNIZER_GONE], "said once"
    monkeypatch.setenv(AS_TOLD, "parrot")
    wait_for(lambda: listens(process))
    assert answers(process, lambda: process.accept(sound(6))) == ["6"]
    assert notices == [Notice.RECOGNIZER_GONE, Notice.RECOGNIZER_BACK]


def test_live_an_error_that_comes_later_ends_nothing_either(start: Start) -> None:
    notices: list[Told] = []
    process = start(wait=False, on_notice=notices.append)
    process.listen_for(["zyzzyva"], [])
    wait_for(lambda: not process.poll() and Notice.RECOGNIZER_GONE in notices)
    process.listen_for(["a"], [])
    wait_for(lambda: caught_up(process) and listens(process))
    assert answers(process, process.finish) == ["0 of a"]


def test_live_an_error_of_the_very_first_child_arrives(start: Start) -> None:
    process = start("missing", wait=False, ready=False)
    with pytest.raises(ModelMissingError):
        wait_for(lambda: bool(process.poll()))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("refusing", ["process", "first pipe", "second pipe"])
def test_a_machine_without_room_for_a_restart_is_asked_again_later(
    start: Start, monkeypatch: pytest.MonkeyPatch, refusing: str
) -> None:
    monkeypatch.setattr(restarts, "WAITS_SECONDS", (0.0, 0.05))
    notices: list[Told] = []
    process = start(wait=False, on_notice=notices.append)
    process.listen_for(["a"], [])
    refused: list[float] = []
    pipes: list[tuple[int, int]] = []

    def refuse(*_: object, **__: object) -> tuple[int, int]:
        if refusing == "second pipe" and len(pipes) == len(refused):
            pipes.append(pipe())
            return pipes[-1]
        refused.append(time.monotonic())
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    pipe = os.pipe
    os.kill(process.process_id, signal.SIGKILL)
    wait_for(lambda: gone(process.process_id))
    with monkeypatch.context() as poor:
        poor.setattr(*(subprocess, "Popen") if refusing == "process" else (os, "pipe"), refuse)
        wait_for(lambda: not process.poll() and bool(refused))
        before = open_files()
        wait_for(lambda: not process.poll() and len(refused) > 3)
        assert open_files() == before, "and nothing is left open"
        assert min(later - sooner for sooner, later in pairwise(refused)) > 0.04, "not all the time"
        assert notices == [Notice.RECOGNIZER_GONE]
        assert not process.listening
        process.close()  # as at the end of the program
    wait_for(lambda: listens(process))
    assert answers(process, lambda: process.accept(sound(6))) == ["6"]
    assert notices == [Notice.RECOGNIZER_GONE, Notice.RECOGNIZER_BACK]


def test_a_machine_without_room_for_the_first_one_says_so(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(RecognizerDiedError, match=r"cannot be started \(Resource temporarily unavailable\)\. Close"):
        start()


def test_talk_while_a_restarted_one_loads_is_no_reason_to_give_it_up(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it goes on: the newest second and a half is heard when it is loaded."""
    notices: list[Told] = []
    process = start(wait=False, on_notice=notices.append)
    process.listen_for(["a"], [])
    killed = process.process_id
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not process.poll() and process.process_id != killed)
    loading = process.process_id
    os.kill(loading, signal.SIGSTOP)  # so that it does not load before all was said
    slowest(talk(process, HUNG_BLOCKS + 10))
    process.accept(sound(8))
    os.kill(loading, signal.SIGCONT)
    assert "8" in polled(process, lambda found: "8" in found)
    wait_for(lambda: listens(process) and len(notices) > 2)
    assert process.process_id == loading
    assert notices[:2] == [Notice.RECOGNIZER_GONE, Notice.RECOGNIZER_BACK]
    lost = notices[2]
    assert isinstance(lost, SoundLost)
    assert lost.seconds == pytest.approx((HUNG_BLOCKS + 10) * BLOCK_SECONDS - 1.2, abs=0.5)
