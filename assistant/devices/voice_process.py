"""A voice engine in a process of its own, one sentence at a time, so that its hang or crash cannot take us along.

The parent writes one JSON text per line to the child's standard input; the child answers with one line of JSON and,
after ``{"frames": n, "rate_hz": r}``, n int16 samples. A child that dies or does not answer in time is killed, and the
sentence is tried once more in a fresh one. The child leaves by itself when its standard input is closed.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from assistant.errors import VoiceError
from assistant.sound import AudioClip

ATTEMPTS = 2
GAP_SECONDS_PER_WORD = 0.055
"""Pauses of 0.6 s between the sentences of a line, spread over the words of the shipped script
(``scripts/measure-voices``)."""


def speech_words_per_minute(words_per_minute: float) -> float:
    """How fast the words themselves must come, so that whole lines with their gaps come out at `words_per_minute`."""
    return 60 / (60 / words_per_minute - GAP_SECONDS_PER_WORD)


class _ChildLostError(Exception):
    """The child died, or did not answer in time."""


class VoiceProcess:
    """Runs ``python -m module arguments`` and asks it for sentences.

    ``engine``: its name, for the error messages. ``start_seconds``, ``sentence_seconds``: how long loading the engine
    and rendering one sentence may take. ``remedy``: what to do when the engine does not work.
    """

    def __init__(
        self,
        *,
        engine: str,
        module: str,
        arguments: Sequence[str] = (),
        start_seconds: float,
        sentence_seconds: float,
        remedy: str,
    ) -> None:
        self._engine = engine
        # -P: a file of the folder we happen to run in must not pass for a module of Python's.
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._start_seconds = start_seconds
        self._sentence_seconds = sentence_seconds
        self._remedy = remedy
        self._child: subprocess.Popen[bytes] | None = None
        self._received = b""

    @property
    def process_id(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._child.pid if self._child else None

    def render(self, sentence: str) -> AudioClip:
        """One sentence as the engine says it. Raises `VoiceError`."""
        for _ in range(ATTEMPTS):
            try:
                return self._ask(sentence)
            except _ChildLostError:
                self.close()
            except BaseException:
                self.close()  # after Ctrl-C, say, half an answer may still be on its way
                raise
        raise VoiceError(
            f"The voice stopped answering, {ATTEMPTS} times in a row", where=self._engine, remedy=self._remedy
        )

    def close(self) -> None:
        """End the child, whatever state it is in. May be called twice."""
        child, self._child, self._received = self._child, None, b""
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                # The last request may still lie unsent in the pipe's buffer.
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    def _ask(self, sentence: str) -> AudioClip:
        child = self._child or self._start()
        assert child.stdin
        try:
            child.stdin.write(json.dumps(sentence).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise _ChildLostError from None
        deadline = time.monotonic() + self._sentence_seconds
        answer = self._answer(deadline)
        data = self._receive(deadline, lambda _: 2 * int(answer["frames"]))
        return AudioClip(np.frombuffer(data, "<i2").astype(np.int16), answer["rate_hz"])

    def _start(self) -> subprocess.Popen[bytes]:
        package_root = str(Path(__file__).parents[2])
        search_path = os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH"))))
        self._child = subprocess.Popen(  # noqa: S603 - our own module, run by our own interpreter
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Piper's ONNX Runtime reports to its maker from 1.29 on; the lock stays below, and this says no once more.
            env={**os.environ, "PYTHONPATH": search_path, "ORT_DISABLE_TELEMETRY": "1"},
        )
        self._received = b""
        self._answer(time.monotonic() + self._start_seconds)
        return self._child

    def _answer(self, deadline: float) -> dict[str, Any]:
        """The next line of JSON; a problem the child reports becomes a `VoiceError`."""
        line = self._receive(deadline, lambda received: received.find(b"\n") + 1 or None)
        answer: dict[str, Any] = json.loads(line)
        if "problem" in answer:
            raise VoiceError(answer["problem"], where=self._engine, remedy=self._remedy)
        return answer

    def _receive(self, deadline: float, wanted_bytes: Callable[[bytes], int | None]) -> bytes:
        """Bytes from the child, as many as `wanted_bytes` says once it can tell from what has arrived."""
        assert self._child
        assert self._child.stdout
        pipe = self._child.stdout.fileno()
        while (wanted := wanted_bytes(self._received)) is None or len(self._received) < wanted:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            arrived = os.read(pipe, 1 << 20) if ready else b""
            if not arrived:
                raise _ChildLostError
            self._received += arrived
        taken, self._received = self._received[:wanted], self._received[wanted:]
        return taken


def serve(load: Callable[[], Callable[[str], AudioClip]]) -> None:
    """The child's side: load the engine, then render every sentence that comes until there are no more.

    ``load`` returns the function that renders one sentence; what it raises is reported as the problem.
    """
    # Engines print to standard output as they please; the answers go out where nobody else writes.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        render = load()
    except Exception as error:  # whatever the engine does wrong, the parent says it
        _send(answers, {"problem": f"The voice cannot be started ({_one_line(error)})"})
        return
    _send(answers, {"ready": True})
    for line in sys.stdin.buffer:
        try:
            clip = render(json.loads(line))
        except Exception as error:
            _send(answers, {"problem": f"The voice failed ({_one_line(error)})"})
            return
        _send(answers, {"frames": len(clip.samples), "rate_hz": clip.rate_hz}, clip.samples.astype("<i2").tobytes())


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".!") or type(error).__name__


def _send(answers: IO[bytes], header: dict[str, Any], data: bytes = b"") -> None:
    answers.write(json.dumps(header).encode() + b"\n" + data)
    answers.flush()
