"""A real `breather run` in a virtual room, as a person would start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

READY_SECONDS = 60.0  # generous: the machine may be busy; how long it really takes is measured by `scripts/bench`


class Breather:
    """A context manager: inside, ``breather ARGUMENTS`` runs and has said that it is ready."""

    def __init__(self, *arguments: str, environment: Mapping[str, str], ready: str = "Ready.") -> None:
        self._command: Sequence[str] = [sys.executable, "-m", "assistant.cli", *arguments]
        self._environment = {**os.environ, **environment}
        self._ready = ready
        self._is_ready = threading.Event()
        self.lines: list[str] = []

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._is_ready.wait(READY_SECONDS) or self.process.poll() is not None:
            self.process.kill()
            raise RuntimeError("breather did not become ready: " + "".join(self.lines))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line)
                if self._ready in line:
                    self._is_ready.set()
        self._is_ready.set()


def settings_folder(shipped: Path, folder: Path, **changes: str) -> Path:
    """A copy of the shipped settings with some words replaced; each must occur."""
    folder.mkdir()
    for file in shipped.glob("*.toml"):
        text = file.read_text("utf-8")
        (folder / file.name).write_text(text, "utf-8")
    for name, change in changes.items():
        old, new = change.split(" -> ")
        (path,) = folder.glob(f"{name}*.toml")
        text = path.read_text("utf-8")
        assert old in text, f"{path.name} has no {old!r}"
        path.write_text(text.replace(old, new), "utf-8")
    return folder
