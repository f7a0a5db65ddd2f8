"""Looks into running processes from outside: which files they have open or mapped, and what of it is new."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY_SECONDS = 0.02
KNOWN = ("pipe:", "anon_inode:", "/dev/null", "/dev/urandom", "/proc/", "[")
STDIO = range(3)


class Watched:
    """A context manager: inside, a process and all that it starts are looked at again and again, by their ids.

    ``written``: files that were open for writing. ``strange``: what no session has: sockets, shared memory, files that
    nobody else can see, and mapped files that are younger than the process, so that something said could be in them.
    """

    def __init__(self, process_id: int) -> None:
        self._first = process_id
        self._began = time.time()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._mapped: set[str] = set()
        self.processes: set[int] = set()
        self.written: set[str] = set()
        self.strange: set[str] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        for path in self._mapped:
            if not path.startswith("/") or not Path(path).exists() or Path(path).stat().st_ctime > self._began:
                self.strange.add(f"mapped: {path}")

    def saw_the_recogniser(self) -> None:
        """Fails where the watching has been in vain."""
        assert len(self.processes) >= 2, "the recogniser's process was not seen"
        assert any("model.bin" in path or "libctranslate2" in path for path in self._mapped), "its memory was not seen"

    def _watch(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            waiting = [self._first]
            while waiting:
                process_id = waiting.pop()
                waiting += children_of(process_id)
                try:
                    self._look(Path("/proc") / str(process_id))
                except OSError:  # it has just ended
                    continue
                self.processes.add(process_id)

    def _look(self, process: Path) -> None:
        for line in (process / "maps").read_text("utf-8", "replace").splitlines():
            _, rights, _, _, inode, *path = line.split(maxsplit=5)
            if inode == "0" or not path:
                continue
            self._mapped.add(path[0])
            if rights[1] == "w" and rights[3] == "s":
                self.strange.add(f"shared: {path[0]}")
        for number in os.listdir(process / "fd"):  # noqa: PTH208 - one look, not one for each
            try:
                target = str((process / "fd" / number).readlink())
                flags = int((process / "fdinfo" / number).read_text().split("flags:")[1].split()[0], 8)
            except FileNotFoundError:  # it has just been closed
                continue
            if target.startswith(KNOWN) or int(number) in STDIO:
                continue
            if not target.startswith("/") or target.startswith(("/memfd:", "/dev/shm")) or "(deleted)" in target:
                self.strange.add(f"open: {target}")
            elif flags & os.O_ACCMODE != os.O_RDONLY:
                self.written.add(target)


def children_of(process_id: int) -> list[int]:
    """Those that any of its threads has started, and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{process_id}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:  # the thread has ended
            continue
    return found
