"""Only one Breather listens in a home: two would both answer, and both keep the same pause.

A lock on a small file says so. The system takes it away from a process that ends, however it ends, so the file itself
means nothing and is left where it is. It lies in the folder for what is kept; where that folder cannot be trusted, at
a place that all processes of this user find.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import AlreadyRunningError

NAME = "running.lock"
OF_A_USER = "breather-{}.lock"
OF_THE_LOGIN = "/run/user/{}"
IN_MEMORY = "/dev/shm"  # noqa: S108 - what is opened there is looked at first


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else listens for what is kept in this folder meanwhile. Raises `AlreadyRunningError` when somebody does.

    Where no such lock can be had, because the disk is write-protected or knows none, it is taken for granted.
    """
    with _locked(_opened(folder / NAME), where=folder):
        yield


@contextmanager
def alone_without_a_folder(where: Path) -> Iterator[None]:
    """Nobody else of this user listens without a folder that can be trusted. Raises `AlreadyRunningError`.

    ``where``: the folder that cannot be trusted, to be named. For the rest see `alone`.
    """
    paths = (folder / OF_A_USER.format(os.geteuid()) for folder in _folders_of_this_user())
    numbers = (number for path in paths if (number := _ours(_opened(path))) is not None)
    with _locked(next(numbers, None), where=where):
        yield


@contextmanager
def _locked(number: int | None, *, where: Path) -> Iterator[None]:
    if number is None:
        yield
        return
    try:
        if _held_by_another(number):
            raise AlreadyRunningError(
                "Breather is already running here", where=where, remedy="Use that one, or end it first."
            )
        yield
    finally:
        os.close(number)


def _folders_of_this_user() -> Iterator[Path]:
    """The usual one is the same with and without the variable. In the last, others may make files as well."""
    for place in (os.environ.get("XDG_RUNTIME_DIR"), OF_THE_LOGIN.format(os.geteuid())):
        if place and _is_our_folder(Path(place)):
            yield Path(place)
    yield Path(IN_MEMORY)


def _is_our_folder(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    only_ours = found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return path.is_absolute() and stat.S_ISDIR(found.st_mode) and only_ours


def _opened(path: Path) -> int | None:
    """The file, made if it is not there; None where it cannot be had. Never through a link; not handed to children."""
    flags = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    for access in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):  # a lock needs no right to write
        try:
            return os.open(path, access | flags, 0o600)
        except OSError:
            continue
    return None


def _ours(number: int | None) -> int | None:
    """The same file, if nobody else can hold it: whoever may open a file may lock it."""
    if number is None:
        return None
    found = os.fstat(number)
    private = found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
    if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and private:
        return number
    os.close(number)
    return None


def _held_by_another(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno == errno.EWOULDBLOCK  # any other: this disk knows no such locks
    return False
