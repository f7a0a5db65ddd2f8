"""How much a process and its children hold: memory, threads, open files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks.starting import megabytes


@dataclass(frozen=True, slots=True)
class Size:
    """Of a process and all its children together. ``megabytes``: resident, what they share counted once."""

    megabytes: float
    threads: int
    files: int


def size_of(process_id: int) -> Size:
    """What they hold now. A process that ends meanwhile counts as nothing."""
    family = [process_id, *children_of(process_id)]
    return Size(megabytes(process_id), sum(map(_threads, family)), sum(map(_files, family)))


def children_of(process_id: int) -> list[int]:
    """Those that any of its threads has started and that still run; not their own children."""
    found: list[int] = []
    for task in Path(f"/proc/{process_id}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:  # the thread has ended
            continue
    return sorted(set(found))


def _threads(process_id: int) -> int:
    try:
        return len(os.listdir(f"/proc/{process_id}/task"))  # noqa: PTH208 - only how many
    except OSError:
        return 0


def _files(process_id: int) -> int:
    """What we open to look is not counted."""
    try:
        return len(os.listdir(f"/proc/{process_id}/fd")) - (process_id == os.getpid())  # noqa: PTH208
    except OSError:
        return 0
