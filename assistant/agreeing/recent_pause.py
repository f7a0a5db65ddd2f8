"""Was there a pause in the last two hours? One stamp, in ``last_pause``, says so; never whose it was.

The stamp survives a clock that jumps or says 1970: within one run of the machine the time since its start counts, and
the wall clock only across two of them, where it can be true.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

NAME = "last_pause"
QUIET_SECONDS = 2 * 3600.0
LONGEST_PAUSE_SECONDS = 3 * 3600.0
EARLIEST_WALL_SECONDS = 1_767_225_600.0  # 2026-01-01; a clock that says less has not been set
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Recent(Enum):
    """What is known of the last two hours."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


class Clocks(Protocol):
    """``boot``: which run of the machine this is. ``since_boot``: seconds, sleep included. ``wall``: since 1970."""

    @property
    def boot(self) -> str: ...
    def since_boot(self) -> float: ...
    def wall(self) -> float: ...


class SystemClocks:
    """The machine's."""

    @property
    def boot(self) -> str:
        try:
            return _BOOT.read_text("ascii").strip()
        except (OSError, ValueError):
            return ""

    def since_boot(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def wall(self) -> float:
        return time.time()


@dataclass(frozen=True, slots=True)
class _Stamp:
    under_way: bool
    boot: str
    since_boot: float
    wall: float


class LastPause:
    """Keeps the one stamp in a folder. It never raises: no pause may end because a disk is full."""

    def __init__(self, folder: Path, *, clocks: Clocks | None = None) -> None:
        self._path, self._clocks = folder / NAME, clocks or SystemClocks()
        self._before: tuple[bytes, int] | None = None  # what there was when a pause began, and from when
        self._folder_before: tuple[int, int] | None = None
        self._begun = False

    def under_way(self) -> None:
        """A pause has begun, and can no longer be taken back."""
        if not self._begun:
            self._begun, self._before, self._folder_before = True, _content(self._path), _times(self._path.parent)
        self._write(under_way=True)

    def over(self) -> None:
        """The pause has ended."""
        self._begun, self._before, self._folder_before = False, None, None
        self._write(under_way=False)

    def stopped(self) -> None:
        """The program was ended; if a pause was under way, it has ended now."""
        if self._begun:
            self.over()

    def taken_back(self) -> None:
        """The pause leaves no trace: what was here before is here again."""
        if not self._begun:
            return
        before, folder_before = self._before, self._folder_before
        self._begun, self._before, self._folder_before = False, None, None
        with suppress(OSError):
            if before is None:
                self._path.unlink(missing_ok=True)
            else:
                self._replace(before[0])
                os.utime(self._path, ns=(before[1], before[1]))
            if folder_before is None:
                self._path.parent.rmdir()  # only if nothing else is in it
            else:
                os.utime(self._path.parent, ns=folder_before)

    def recent(self) -> Recent:
        """Whether a pause is under way, or ended within two hours. A stamp that is older is removed."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return Recent.NO
        except OSError:
            return Recent.UNKNOWN
        age = self._age(content)
        if age is None:
            return Recent.UNKNOWN
        if age < QUIET_SECONDS:
            return Recent.YES
        self.forget()
        return Recent.NO

    def forget(self) -> None:
        """Remove the stamp: there has been no pause."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _age(self, content: bytes) -> float | None:
        """Seconds since the pause that a stamp tells of, 0 while it is under way; None when nobody can tell."""
        stamp = _read(content)
        if stamp is None:
            return None
        if stamp.boot and stamp.boot == self._clocks.boot:
            age = self._clocks.since_boot() - stamp.since_boot
            if stamp.under_way and 0 <= age < LONGEST_PAUSE_SECONDS:
                return 0.0
            return age if age >= 0 else None
        wall = self._clocks.wall()
        return wall - stamp.wall if EARLIEST_WALL_SECONDS <= stamp.wall <= wall else None

    def _write(self, *, under_way: bool) -> None:
        clocks = self._clocks
        stamp = _Stamp(under_way, clocks.boot, int(clocks.since_boot()), int(clocks.wall()))
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(json.dumps(asdict(stamp)).encode())

    def _replace(self, content: bytes) -> None:
        """Whole or not at all; not forced onto the disk, which could take longer than a sound may be late."""
        beside = self._path.with_name(f"{NAME}.new")
        with suppress(FileNotFoundError):
            beside.unlink()
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(content)
        beside.replace(self._path)


def _read(content: bytes) -> _Stamp | None:
    try:
        values = json.loads(content)
        stamp = _Stamp(**values)
    except (ValueError, TypeError, RecursionError):
        return None
    numbers = all(type(value) in (int, float) for value in (stamp.since_boot, stamp.wall))
    return stamp if numbers and type(stamp.under_way) is bool and isinstance(stamp.boot, str) else None


def _content(path: Path) -> tuple[bytes, int] | None:
    """A file's bytes, and when they were written, in nanoseconds; None where there is none."""
    try:
        return path.read_bytes(), path.stat().st_mtime_ns
    except OSError:
        return None


def _times(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_atime_ns, found.st_mtime_ns
