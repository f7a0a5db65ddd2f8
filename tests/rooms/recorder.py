"""Records what a room's loudspeaker plays, and knows when."""

from __future__ import annotations

import subprocess
import threading
import time
from types import TracebackType
from typing import IO, Self

import numpy as np

from assistant.sound import SPEAKING_RATE_HZ, AudioClip, Samples


class Recorder:
    """A context manager: inside, everything is recorded (24 kHz int16 mono).

    ``began_seconds``: the monotonic second of the first sample, right to about ±0.05 s.
    """

    def __init__(self, parec: list[str], environment: dict[str, str]) -> None:
        self._command = [*parec, "--raw", "--format=s16le", f"--rate={SPEAKING_RATE_HZ}", "--channels=1"]
        self._environment = environment
        self._data = bytearray()
        self.began_seconds = 0.0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, env=self._environment, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdout is not None
        first_sound = threading.Event()
        self._thread = threading.Thread(target=self._collect, args=(self._process.stdout, first_sound), daemon=True)
        self._thread.start()
        if not first_sound.wait(5):
            self.__exit__(None, None, None)
            raise RuntimeError("parec records nothing")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(5)
        self._thread.join(5)
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def clip(self) -> AudioClip:
        """All that has been recorded so far."""
        data = bytes(self._data)
        return AudioClip(np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16), SPEAKING_RATE_HZ)

    def between(self, begin_seconds: float, end_seconds: float) -> Samples:
        """What was played between two monotonic seconds."""
        begin, end = (round((at - self.began_seconds) * SPEAKING_RATE_HZ) for at in (begin_seconds, end_seconds))
        return self.clip.samples[max(0, begin) : max(0, end)]

    def _collect(self, stream: IO[bytes], first_sound: threading.Event) -> None:
        while data := stream.read(9600):
            if not self._data:
                self.began_seconds = time.monotonic() - len(data) / 2 / SPEAKING_RATE_HZ
            self._data += data
            first_sound.set()
