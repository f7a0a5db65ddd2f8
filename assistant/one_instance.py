"""Only one Breather listens in a home: two would both answer, and both keep the same pause.

A lock on a small file says so. The system takes it away from a process that ends, however it ends, so the file itself
means nothing and is left where it is.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import AlreadyRunningError

NAME = "running.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else listens for what is kept in this folder meanwhile. Raises `AlreadyRunningError` when somebody does.

    Where no such lock can be had, because the disk is write-protected or knows none, it is taken for granted.
    """
    number = _opened(folder / NAME)
    if number is None:
        yield
        return
    try:
        if _held_by_another(number):
            raise AlreadyRunningError(
                "Breather is already running here", where=folder, remedy="Use that one, or end it first."
            )
        yield
    finally:
        os.close(number)


def _opened(path: Path) -> int | None:
    """The file, made if it is not there; None where it cannot be had. Never through a link; not handed to children."""
    flags = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    for access in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):  # a lock needs no right to write
        try:
            return os.open(path, access | flags, 0o600)
        except OSError:
            continue
    return None


def _held_by_another(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno == errno.EWOULDBLOCK  # any other: this disk knows no such locks
    return False
