"""The journal on the disk: ``journal`` in the state folder, there only while a pause is under way.

Room for its lines is made ahead, so that bringing one onto a memory card writes one block and no list of blocks, and no
card that fills up meanwhile can stop it. When the room is used up, the oldest lines are written over; the latest one is
the one with the latest time, wherever it stands. What is erased is first made to say that the pause is over, then
written over, then taken away: a power cut in between brings nothing back.

The folder shows no other time of its last change than before, so it does not tell of a pause that was left silently.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.dialogue.flow import State
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.errors import HistoryError
from assistant.journal.machine_run import MachineRun
from assistant.journal.record import HEAD, Saved, last_in, line_of, line_of_the_end

NAME, NEW_NAME = "journal", "journal.new"
ROOM_BYTES = 1 << 16  # for about twenty minutes
MOST_BYTES = 1 << 20  # that are read; ours has never more than its room
END = line_of_the_end()  # there is always room for that
READY_CHECK = (State.ASK_FIRST, State.ASK_SECOND)
_FOR_US = os.O_CLOEXEC | os.O_NOFOLLOW


class Journal:
    """``folder``: where it is. Every method raises `HistoryError` when the disk refuses; the next call tries anew."""

    def __init__(self, folder: Path, *, machine: MachineRun | None = None) -> None:
        self._folder, self._machine = folder, machine or MachineRun()
        self._file: int | None = None
        self._at = 0
        self._asked = False  # whether it holds lines of a ready check
        self._made_folder = False

    def load(self) -> Saved | None:
        """The pause that was under way when the power went; None when there was none, or nothing of it can be read."""
        try:
            with self._folder_opened() as folder, _closing(_existing(folder)) as file:
                return last_in(os.pread(file, MOST_BYTES, 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(error) from None

    @property
    def there(self) -> bool:
        """Whether there is such a file, or one that had not been given its name yet."""
        return any(_is_file(self._folder / name) for name in (NAME, NEW_NAME))

    def save(self, pause: PauseSnapshot, *, surely: bool) -> None:
        """Add a line. ``surely``: return when it is on the disk for good; until then only the kernel has it."""
        line = line_of(Saved(pause, self._machine.name, self._machine.seconds()))
        try:
            if self._file is None or not self._is_still_there(self._file):
                self._begin(HEAD + line)
                self._asked = pause.state in READY_CHECK
                return
            if self._asked and pause.state not in READY_CHECK:
                # Who took how long to answer, and who did not, is over and done with.
                with suppress(OSError):  # on a full disk those lines stay until the pause is over
                    self._begin(HEAD + line)
                    return
            if self._at + len(line) > ROOM_BYTES - len(END):
                self._at = len(HEAD)
            _write(self._file, line, self._at)
            self._at += len(line)
            self._asked = self._asked or pause.state in READY_CHECK
            if surely:
                os.fdatasync(self._file)
        except OSError as error:
            self.close()
            raise self._refused(error) from None

    def erase(self) -> None:
        """There is nothing to go on with any more, and no byte of it is left."""
        try:
            if self._file is not None:  # first, because somebody may have taken its name away meanwhile
                _make_empty(self._file)
            with self._folder_opened() as folder, _times_kept(folder):
                for name in (NAME, NEW_NAME):
                    with suppress(FileNotFoundError), _closing(_existing(folder, name)) as file:
                        if os.fstat(file).st_size:
                            _make_empty(file)
                        os.unlink(name, dir_fd=folder)
                _sync(folder)
            if self._made_folder:
                with suppress(OSError):  # others have put something into it
                    self._folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError as error:
            raise self._refused(error) from None
        finally:
            self.close()

    def close(self) -> None:
        """Leave it as it is."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _begin(self, content: bytes) -> None:
        """A new file, whole before it takes the name; what stood under the name is written over."""
        if not self._folder.exists():
            self._folder.mkdir(mode=0o700, parents=True)
            self._made_folder = True
        with self._folder_opened() as folder, _times_kept(folder):
            with suppress(FileNotFoundError):
                os.unlink(NEW_NAME, dir_fd=folder)
            new = os.open(NEW_NAME, os.O_CREAT | os.O_EXCL | os.O_RDWR | _FOR_US, 0o600, dir_fd=folder)
            try:
                _write(new, content.ljust(ROOM_BYTES, b"\0"), 0)
                os.fsync(new)
                self._replace(folder)
            except OSError:
                os.close(new)
                with suppress(OSError):
                    os.unlink(NEW_NAME, dir_fd=folder)
                raise
        self.close()
        self._file, self._at, self._asked = new, len(content), False

    def _replace(self, folder: int) -> None:
        try:
            old = _existing(folder)
        except FileNotFoundError:
            os.rename(NEW_NAME, NAME, src_dir_fd=folder, dst_dir_fd=folder)
            _sync(folder)
            return
        with _closing(old):
            os.rename(NEW_NAME, NAME, src_dir_fd=folder, dst_dir_fd=folder)
            _sync(folder)
            _make_empty(old)

    def _is_still_there(self, file: int) -> bool:
        """Nobody has erased it meanwhile; then a new one is begun."""
        ours = os.fstat(file)
        try:
            found = (self._folder / NAME).lstat()
        except FileNotFoundError:
            return False
        return os.path.samestat(ours, found) and ours.st_size == ROOM_BYTES

    @contextmanager
    def _folder_opened(self) -> Iterator[int]:
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | _FOR_US)
        try:
            yield folder
        finally:
            os.close(folder)

    def _refused(self, error: OSError) -> HistoryError:
        return HistoryError(
            f"Nothing can be saved for the case of a power cut ({error.strerror})",
            where=self._folder / NAME,
            remedy="A pause is kept all the same. Is the disk full or write-protected, and whose folder is it?",
        )


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _existing(folder: int, name: str = NAME) -> int:
    """The file of this name, for reading and, where that is allowed, writing. A link or a folder is refused."""
    try:
        file = os.open(name, os.O_RDWR | os.O_NONBLOCK | _FOR_US, dir_fd=folder)
    except PermissionError:
        file = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _FOR_US, dir_fd=folder)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        file = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _FOR_US, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileExistsError(errno.EEXIST, "something else has its name")
    return file


def _make_empty(file: int) -> None:
    """First it says that the pause is over, then nothing, then it has no room; each on the disk before the next."""
    size = os.fstat(file).st_size
    with suppress(OSError):
        _write(file, END, len(os.pread(file, MOST_BYTES, 0).rstrip(b"\0")))
        os.fsync(file)
    _write(file, bytes(size), 0)
    os.fsync(file)
    os.ftruncate(file, 0)
    os.fsync(file)


def _write(file: int, content: bytes, at: int) -> None:
    left = memoryview(content)
    while left:
        done = os.pwrite(file, left, at)
        left, at = left[done:], at + done


def _sync(folder: int) -> None:
    with suppress(OSError):  # where a folder cannot be synced, its names reach the disk a little later
        os.fsync(folder)


@contextmanager
def _times_kept(folder: int) -> Iterator[None]:
    before = os.fstat(folder)
    try:
        yield
    finally:
        with suppress(OSError):
            os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))


@contextmanager
def _closing(file: int) -> Iterator[int]:
    try:
        yield file
    finally:
        os.close(file)
