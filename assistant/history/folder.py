"""The folder in which counts of pauses are kept: made for us alone, one process at a time, nothing behind a link."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from assistant.errors import HistoryBusyError, HistoryError

FILE = "history.sqlite3"
COMPANIONS = ("-journal", "-wal", "-shm")  # what SQLite may put beside it
OURS = (f"{FILE}*", "journal*")
"""Everything that may be kept of pauses: the counts with what was set aside, and a pause under way.

Not the stamp of the last pause (`assistant.agreeing.recent_pause`): it goes by itself after two hours, and until then
the agreement rests because of it.
"""

PATIENCE_SECONDS = 2.0
ASK_AGAIN_SECONDS = 0.01


def made(folder: Path) -> None:
    """Make the folder if it is not there, for its owner only. Raises `HistoryError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refused(folder, error) from None


def there(folder: Path) -> bool:
    """There is such a folder. Raises `HistoryError` where it is a link, or no folder."""
    mode = _mode(folder)
    if mode is None:
        return False
    if not stat.S_ISDIR(mode):
        raise HistoryError(
            "What is kept of your pauses needs a folder of its own, and this is a link or a file",
            where=folder,
            remedy="Move it away, or name another folder with --state.",
        )
    return True


def plain(file: Path) -> bool:
    """There is such a file. Raises `HistoryError` where it is a link, or no file."""
    mode = _mode(file)
    if mode is None:
        return False
    if not stat.S_ISREG(mode):
        raise HistoryError(
            "This belongs to the history of your pauses, but it is a link or no file at all, so it is left alone",
            where=file,
            remedy="Move it away and try again.",
        )
    return True


def kept(folder: Path) -> list[Path]:
    """Every file of ours in the folder, by name. Raises `HistoryError` where it cannot be read."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - pathlib's way says nothing of a folder that it may not read
    except OSError as error:
        raise refused(folder, error) from None
    return sorted(folder / name for name in names if any(fnmatchcase(name, pattern) for pattern in OURS))


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else of ours is at work in the folder meanwhile. Raises `HistoryBusyError` after two seconds.

    The lock is on the folder, so that it needs no file, and holds while a file takes another's place.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise refused(folder, error) from None
    try:
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        while not _locked(descriptor):
            if time.monotonic() > patience_ends:
                raise busy(folder)
            time.sleep(ASK_AGAIN_SECONDS)
        yield
    finally:
        os.close(descriptor)


def busy(where: Path) -> HistoryBusyError:
    """The error for what another program holds."""
    return HistoryBusyError(
        "Another program is using the history of your pauses", where=where, remedy="Try again in a moment."
    )


def refused(where: Path, error: OSError) -> HistoryError:
    """The error for what the system does not allow."""
    return HistoryError(
        f"The history of your pauses cannot be used ({error.strerror})",
        where=where,
        remedy="Look whether the disk is full or write-protected, and whose folder it is.",
    )


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(path, error) from None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some disks in a network know no such lock. SQLite's own is all there is then.
        return error.errno not in {errno.EWOULDBLOCK, errno.EINTR}
    return True
