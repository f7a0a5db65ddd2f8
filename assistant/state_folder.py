"""Whether the folder for what is kept can be trusted, and what is done when it cannot.

A pause must be possible whatever has become of a folder. So nothing here is an error: where the folder is not safe,
Breather says so once and keeps nothing until somebody has mended it. Where it cannot be written to, it says so too, and
what already stands in it still counts.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

IN_MEMORY = "/dev/shm"  # noqa: S108 - only for a folder of our own in it, under a name that nobody can know
PREFIX = "breather-"
EVERY_USER = ["0", "0", "4294967295"]
MOST_LINKS = 40  # as the system itself follows
REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Problem:
    """``what``: one plain sentence without a full stop. ``where``: the folder. ``remedy``: a whole sentence.

    ``safe``: what stands in the folder may still be read and believed; it only cannot be written to.
    """

    what: str
    where: Path
    remedy: str
    safe: bool

    @property
    def sentence(self) -> str:
        """What is said about it."""
        return f"{self.what}: {self.where}. {self.remedy} Until then, a pause goes on as usual and nothing is kept."


def usable(folder: Path) -> Problem | None:
    """Make the folder, for its owner only, if it is not there; say what is wrong with it. Never raises."""
    if (above := _looked_above(folder)) is not None:
        return above
    try:
        for each in (*reversed(folder.parents), folder):  # with `parents`, only the last would be ours alone
            each.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        # A link that leads nowhere, or to a file, ends here too; what it is says more than that it is there.
        return _looked_at(folder) or _unwritable(folder, error)
    return _looked_at(folder) or _written_to(folder)


@contextmanager
def trusted(folder: Path, *, on_notice: Callable[[str], None]) -> Iterator[Path]:
    """The folder to keep things in: this one, or, where it is not safe, one that is gone when we are.

    ``on_notice``: is told, once, that nothing is kept, and why.
    """
    problem = usable(folder)
    if problem is not None:
        on_notice(problem.sentence)
    if problem is None or problem.safe:
        yield folder
        return
    with _of_our_own() as own:
        yield own


def _looked_at(folder: Path) -> Problem | None:
    """What can be seen without touching it."""
    try:
        found = folder.lstat()
    except OSError:
        return None
    if not stat.S_ISDIR(found.st_mode):
        kind = "a link to somewhere else" if stat.S_ISLNK(found.st_mode) else "no folder"
        return Problem(
            f"What is kept of your pauses needs a folder of its own, and this is {kind}",
            folder,
            "Move it away, or name another folder with --state.",
            safe=False,
        )
    if found.st_uid != os.geteuid():
        return Problem(
            "The folder for what is kept of your pauses belongs to somebody else",
            folder,
            "Start Breather as its owner, or name another folder with --state.",
            safe=False,
        )
    if (others := _others_who_may_write(found)) is not None:
        return Problem(
            f"{others} may write into the folder for what is kept of your pauses",
            folder,
            "Look what is in it, then make it yours alone (chmod 700).",
            safe=False,
        )
    return None


def _looked_above(folder: Path) -> Problem | None:
    """Whoever may write into a folder above it can put another in its place, unless only owners may do that there."""
    owners, seen = _trusted_owners(), set[Path]()
    for parent in _parents(folder.absolute()):
        if parent in seen:
            continue
        seen.add(parent)
        try:
            found = parent.lstat()
        except OSError:
            continue  # it will be made
        in_good_hands = found.st_uid in owners
        if stat.S_ISLNK(found.st_mode):
            others = None if in_good_hands else "Somebody else"
        elif found.st_mode & stat.S_ISVTX and in_good_hands:
            others = None
        else:
            others = _others_who_may_write(found)
        if others is not None:
            return Problem(
                f"{others} may put another folder in the place of the one for what is kept of your pauses, from here",
                parent,
                "Make it yours alone (chmod go-w), or name another folder with --state.",
                safe=False,
            )
    return None


def _parents(folder: Path) -> Iterator[Path]:
    """Every folder above it, and every link on the way there; such as /home, which may lead to another disk."""
    waiting, most = [folder], MOST_LINKS
    while waiting and most:
        most -= 1
        for parent in waiting.pop().parents:
            yield parent
            with suppress(OSError):
                waiting.append(parent.parent / parent.readlink() / "in it")


def _trusted_owners() -> set[int]:
    """Root and we. In a namespace of users, as a service may have one, root is shown as nobody."""
    owners = {0, os.geteuid()}
    with suppress(OSError, ValueError):
        if Path("/proc/self/uid_map").read_text("ascii").split() != EVERY_USER:
            owners.add(int(Path("/proc/sys/kernel/overflowuid").read_text("ascii")))
    return owners


def _others_who_may_write(found: os.stat_result) -> str | None:
    """As the beginning of a sentence; None where nobody else may. Root's group and our own count as ourselves."""
    if found.st_mode & stat.S_IWOTH:
        return "Everybody on this machine"
    if found.st_mode & stat.S_IWGRP and found.st_gid not in (0, os.getegid()):
        return "A group on this machine"
    return None


def _written_to(folder: Path) -> Problem | None:
    """Whether a file can be made in it. It has no name, so nothing is left even if we are killed."""
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        # Some file systems (in a network, or old ones) have only files with names.
        return _unwritable(folder, error) if error.errno in REFUSALS else _named_file(folder)
    return None


def _named_file(folder: Path) -> Problem | None:
    try:
        number, path = tempfile.mkstemp(prefix=f".{PREFIX}", dir=folder)
    except OSError as error:
        return _unwritable(folder, error)
    os.close(number)
    with suppress(OSError):
        Path(path).unlink()
    return None


def _unwritable(folder: Path, error: OSError) -> Problem:
    return Problem(
        f"The folder for what is kept of your pauses cannot be written to ({error.strerror})",
        folder,
        "Look whether the disk is full or write-protected, and whose folder it is.",
        safe=True,
    )


@contextmanager
def _of_our_own() -> Iterator[Path]:
    """A folder in memory where there is one; where nothing can be written at all, a path that refuses everything."""
    for place in (os.environ.get("XDG_RUNTIME_DIR") or IN_MEMORY, IN_MEMORY, None):
        try:
            own = tempfile.TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True)
        except OSError:
            continue
        with own as path:
            yield Path(path)
        return
    yield Path(os.devnull) / "nothing"
