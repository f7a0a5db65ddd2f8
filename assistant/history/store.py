"""The counts of pauses on the disk: one small SQLite file, and only with the consent of both."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from assistant.errors import HistoryError, HistoryNewerError
from assistant.history.erasing import erase_files
from assistant.history.folder import COMPANIONS, FILE, PATIENCE_SECONDS, busy, held, kept, made, plain, refused, there
from assistant.history.pauses import Band, Pause, When, counted
from assistant.records import Ending, PauseOver

VERSION = 1  # goes up with every change of the table, and with every new `Ending`
TABLE = """
CREATE TABLE pause (
  week TEXT CHECK (typeof(week) IN ('text', 'null')),
  weekday INTEGER CHECK ((weekday IS NULL) = (week IS NULL) AND weekday IN (0, 1, 2, 3, 4, 5, 6)),
  band TEXT CHECK ((band IS NULL) = (week IS NULL) AND band IN ('night', 'morning', 'afternoon', 'evening')),
  minutes INTEGER NOT NULL CHECK (typeof(minutes) = 'integer' AND minutes > 0),
  extensions INTEGER NOT NULL CHECK (typeof(extensions) = 'integer' AND extensions >= 0),
  ending TEXT NOT NULL CHECK (typeof(ending) = 'text')
)
"""
MAGIC = b"SQLite format 3\0"
SMALLEST_BYTES = 512  # of a database; one that was only begun has none
_VERSION_AT = 60  # of four bytes, in the file's first hundred
_UNREADABLE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}  # the last: of an unknown format
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class _UnreadableError(Exception):
    """The file is damaged, or it is not ours."""


class History:
    """``folder``: where it is kept. ``on_notice``: is told, in a sentence, that a damaged file was set aside.

    Every call opens the file and closes it again; none takes longer than a little over two seconds. All of them raise
    `HistoryError`, `HistoryBusyError` or `HistoryNewerError`.
    """

    def __init__(self, folder: Path, *, on_notice: Callable[[str], None]) -> None:
        self._folder, self._file, self._on_notice = folder, folder / FILE, on_notice

    def add(self, over: PauseOver, at: datetime | None) -> None:
        """Count a pause that ended at this time on the clock of the house; None when there is no clock.

        Only for those who have both said that they want it. Returns when it is on the disk for good.
        """
        pause = counted(over, at)
        when = (None,) * 3 if pause.when is None else (str(pause.when.week), pause.when.weekday, str(pause.when.band))
        row = (*when, pause.minutes, pause.extensions, str(pause.ending))
        made(self._folder)
        there(self._folder)
        with held(self._folder):
            try:
                self._insert(row)
            except _UnreadableError:
                self._set_aside()
                self._insert(row)
            self._forget_the_hour(pause)

    def _forget_the_hour(self, pause: Pause) -> None:
        """The files are not to tell by their dates what the rows do not: of the time, only the week."""
        week = date(1970, 1, 2) if pause.when is None else pause.when.week
        seconds = datetime(week.year, week.month, week.day).timestamp()  # midnight in this house
        for file in (self._file, *(self._file.with_name(FILE + companion) for companion in COMPANIONS)):
            with suppress(OSError):
                os.utime(file, (seconds, seconds), follow_symlinks=False)

    def pauses(self) -> list[Pause]:
        """All that were counted, in the order in which they were. Makes no file where there is none."""
        if not there(self._folder):
            return []
        with held(self._folder):
            try:
                return self._read()
            except _UnreadableError:
                self._set_aside()
                return []

    def kept(self) -> list[Path]:
        """Every file that is kept of pauses, those set aside among them."""
        return kept(self._folder) if there(self._folder) else []

    def erase(self) -> None:
        """Erase all of it, so that its bytes are gone as well. Nothing in it is looked at, or asked for its version.

        The rows first, for whoever else has the file open; then every byte of every file of ours in the folder.
        """
        if not there(self._folder):
            return
        with held(self._folder):
            files = [file for file in kept(self._folder) if plain(file)]
            if self._file in files:
                self._erase_rows()
            erase_files(self._folder, files)

    def _insert(self, row: tuple[str | int | None, ...]) -> None:
        if not plain(self._file):
            self._begin()
        with self._opened() as connection:
            # No WAL: one file at rest, which can be read on a write-protected disk too, and what is committed is on
            # the card before we go on, whatever the power does. The journal stays where it is: one that came and went
            # would leave old rows all over the card, where no erasing finds them.
            connection.execute("PRAGMA journal_mode = PERSIST")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO pause VALUES (?, ?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")

    def _read(self) -> list[Pause]:
        if not plain(self._file) or not self._file.stat().st_size:  # or one that was only begun
            return []
        with self._opened() as connection:
            return [_pause(row) for row in connection.execute("SELECT * FROM pause ORDER BY rowid")]

    def _begin(self) -> None:
        """An empty file that nobody else may read; to SQLite it is a new database."""
        try:
            os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise refused(self._file, error) from None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The database, in order and of our version. Raises `_UnreadableError` too."""
        self._looked_at()
        try:
            with closing(self._connected()) as connection:
                self._brought_to_version(connection)
                yield connection
        except UnicodeDecodeError:  # SQLite wanted to complain about something it had read
            raise _UnreadableError from None
        except sqlite3.Error as error:
            self._tell(error)

    def _connected(self) -> sqlite3.Connection:
        for companion in COMPANIONS:
            plain(self._file.with_name(FILE + companion))
        address = f"{self._file.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)

    def _looked_at(self) -> None:
        """Before SQLite opens it, which can already change a file that is newer or cut off."""
        try:
            with self._file.open("rb") as file:
                head = file.read(SMALLEST_BYTES)
        except OSError as error:
            raise refused(self._file, error) from None
        if 0 < len(head) < SMALLEST_BYTES:  # SQLite would take it for an empty one, and write over it
            raise _UnreadableError
        if head.startswith(MAGIC) and int.from_bytes(head[_VERSION_AT : _VERSION_AT + 4]) > VERSION:
            raise self._newer()

    def _brought_to_version(self, connection: sqlite3.Connection) -> None:
        [(version,)] = connection.execute("PRAGMA user_version").fetchall()
        if version > VERSION:
            raise self._newer()
        tables = connection.execute("SELECT sql FROM sqlite_master").fetchall()
        if version == 0 and not tables:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(TABLE)
            connection.execute(f"PRAGMA user_version = {VERSION:d}")
            connection.execute("COMMIT")
            return
        in_order = version == VERSION and tables == [(TABLE.strip(),)]
        if not in_order or connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise _UnreadableError

    def _set_aside(self) -> None:
        """Give the damaged file, and what is beside it, a name under which it stays."""
        number = 1
        while (aside := self._file.with_name(f"{FILE}.unreadable-{number}")).exists():
            number += 1
        try:
            for companion in COMPANIONS:
                with suppress(FileNotFoundError):
                    self._file.with_name(FILE + companion).rename(aside.with_name(aside.name + companion))
            self._file.rename(aside)
        except OSError as error:
            raise refused(self._file, error) from None
        self._on_notice(f"The history of your pauses could not be read. It was kept as {aside}, and a new one begins.")

    def _erase_rows(self) -> None:
        """For other programs that have the file open. What cannot be done here is done to the bytes afterwards."""
        try:
            with suppress(UnicodeDecodeError), closing(self._connected()) as connection:
                # In memory, because a journal on the disk would be one more copy of what is to go. With a log (WAL)
                # there is no such journal; it cannot be done away with while another program has the file open.
                with suppress(sqlite3.OperationalError):
                    connection.execute("PRAGMA journal_mode = MEMORY")
                for step in (
                    "PRAGMA secure_delete = ON",
                    "BEGIN EXCLUSIVE",
                    "DELETE FROM pause",
                    "COMMIT",
                    "VACUUM",
                    "PRAGMA wal_checkpoint(TRUNCATE)",
                ):
                    connection.execute(step).fetchall()
        except sqlite3.Error as error:
            if _code(error) in _BUSY:
                raise busy(self._file) from None

    def _newer(self) -> HistoryNewerError:
        return HistoryNewerError(
            "The history of your pauses was written by a newer Breather, and is left as it is",
            where=self._file,
            remedy="Install that newer version again.",
        )

    def _tell(self, error: sqlite3.Error) -> NoReturn:
        code = _code(error)
        if code in _UNREADABLE:
            raise _UnreadableError from None
        if code in _BUSY:
            raise busy(self._file) from None
        what = {
            sqlite3.SQLITE_FULL: "There is no room on the disk for the history of your pauses",
            sqlite3.SQLITE_READONLY: "The history of your pauses is write-protected",
        }.get(code, "The disk refused the history of your pauses")
        remedy = "What was kept before is still there. Look whether the disk is full or write-protected."
        raise HistoryError(what, where=self._file, remedy=remedy) from None


def _pause(row: tuple[str | None, int, str, int, int, str]) -> Pause:
    """A row as it is read. Raises `_UnreadableError`."""
    try:
        week, weekday, band, minutes, extensions, ending = row
        when = None if week is None else When(date.fromisoformat(week), weekday, Band(band))
        return Pause(when=when, minutes=minutes, extensions=extensions, ending=Ending(ending))
    except (TypeError, ValueError):
        raise _UnreadableError from None


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code. What does not come from SQLite itself is about what stands in the file."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF
