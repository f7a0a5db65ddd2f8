"""Erasing files for good: first their bytes, then their names.

On a memory card the card itself may keep old blocks for a while; no program can reach those.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from assistant.errors import HistoryError
from assistant.history.folder import refused

_BLOCK_BYTES = 1 << 16


def erase_files(folder: Path, files: Iterable[Path]) -> None:
    """Write over each of them, make it empty and take it away. What cannot be erased does not keep the others.

    Raises `HistoryError` for the first that could not be.
    """
    trouble: HistoryError | None = None
    for file in files:
        try:
            _overwrite(file)
            file.unlink(missing_ok=True)
        except OSError as error:
            trouble = trouble or refused(file, error)
    with suppress(OSError):  # where a folder cannot be synced, its names reach the disk a little later
        _sync(folder)
    if trouble is not None:
        raise trouble


def _overwrite(file: Path) -> None:
    """Zeros all over it, on the disk, before anything of it is given back."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:  # SQLite has just taken it away itself
        return
    try:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= os.write(descriptor, bytes(min(left, _BLOCK_BYTES)))
        os.fsync(descriptor)
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
