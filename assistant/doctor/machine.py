"""What a pause needs of the machine beside devices: folders, room on the disk, a clock, memory; a sentence for each."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.checkup import Finding
from assistant.errors import (
    AgreementFileError,
    AlreadyRunningError,
    BreatherError,
    CacheError,
    HistoryError,
    OutputError,
)
from assistant.one_instance import NAME, alone
from assistant.places import Places
from assistant.state_folder import usable

FEW_MB, TOO_FEW_MB = 200, 20
LITTLE_MEMORY_MB = 300  # what it takes while it listens, both processes
CREDIBLE_FROM = date(2026, 1, 1)
MAY_BE_WRITTEN = "Mend its permissions, or name another folder."


@dataclass(frozen=True, slots=True)
class Machine:
    """Where to look. ``root``: what stands before /proc, /sys and /run. ``today``: by the clock on the wall."""

    root: Path = Path("/")
    today: Callable[[], date] = date.today
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    bits: int = 64 if sys.maxsize > 2**32 else 32

    def text(self, path: str) -> str:
        """What a file of the system says; nothing where there is none."""
        with suppress(OSError):
            return (self.root / path).read_text("utf-8", "replace").strip("\0\n ")
        return ""


def machine_findings(places: Places, machine: Machine | None = None) -> Iterator[Finding]:
    """Look at the machine itself, and at the folders of this household."""
    here = machine or Machine()
    yield _system(here)
    yield from _folders(places, here)
    yield _clock(here)
    yield _memory(here)
    yield _memory_limit(here)


def listens_now(places: Places) -> bool:
    """Whether a Breather listens for this household at this moment."""
    if not (places.state / NAME).exists():
        return False  # asking would make the file
    try:
        with alone(places.state):
            return False
    except AlreadyRunningError:
        return True


def _system(machine: Machine) -> Finding:
    board = machine.text("proc/device-tree/model") or platform.machine()
    sentence = f"This machine is {board}, with Python {platform.python_version()}."
    if machine.bits < 64:
        what = f"{sentence.removesuffix('.')}, and a 32-bit system"
        return _wrong(OutputError(what, remedy="Install the 64-bit Raspberry Pi OS."))
    return Finding(sentence)


def _folders(places: Places, machine: Machine) -> Iterator[Finding]:
    looked_at = (
        ("Rendered speech", places.prompts, CacheError),
        ("Your agreement", places.own, AgreementFileError),
    )
    for what, folder, kind in looked_at:
        nearest = _nearest(folder)
        if os.access(nearest, os.W_OK | os.X_OK) and nearest.is_dir():
            yield Finding(f"{what} can be written to {folder}.")
        else:
            yield _wrong(kind(f"{what} cannot be written", where=folder, remedy=MAY_BE_WRITTEN))
    problem = usable(places.state)
    if problem is None:
        yield Finding(f"What is kept of pauses can be written to {places.state}.")
    else:
        yield Finding(problem.sentence, HistoryError(problem.what, where=problem.where, remedy=problem.remedy))
    yield from _room_on_disks((places.prompts, places.own, places.state), machine)


def _room_on_disks(folders: Sequence[Path], machine: Machine) -> Iterator[Finding]:
    """The folders whose disks are nearly full; of those on one disk the first."""
    nearest = {_nearest(folder).stat().st_dev: folder for folder in reversed(folders)}
    for folder in nearest.values():
        free_mb = machine.free_bytes(_nearest(folder)) // 1_000_000
        if free_mb < TOO_FEW_MB:
            what = f"The disk is full: {free_mb} MB are free"
            yield _wrong(CacheError(what, where=folder, remedy="Make room on it."))
        elif free_mb < FEW_MB:
            yield Finding(f"Only {free_mb} MB are free on the disk of {folder}.", note=True)


def _nearest(folder: Path) -> Path:
    """The folder, or of those above it the first that is there: it can be made in that one."""
    return next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))


def _clock(machine: Machine) -> Finding:
    today = machine.today()
    if today < CREDIBLE_FROM:
        return Finding(
            f"The clock is not set (it says {today.year}). A pause keeps its time all the same; the light stays dim, "
            "and nothing is counted for the look back.",
            note=True,
        )
    by_network = (machine.root / "run/systemd/timesync/synchronized").exists()
    return Finding("The clock is set, by the network." if by_network else "The clock is set.")


def _memory(machine: Machine) -> Finding:
    lines = [line.split() for line in machine.text("proc/meminfo").splitlines()]
    free_mb = next((int(line[1]) // 1000 for line in lines if line[:1] == ["MemAvailable:"]), None)
    if free_mb is None:
        return Finding("How much memory is free cannot be told here.", note=True)
    if free_mb < LITTLE_MEMORY_MB:
        return Finding(f"Only {free_mb} MB of memory are free; Breather takes about {LITTLE_MEMORY_MB}.", note=True)
    return Finding(f"{free_mb} MB of memory are free.")


def _memory_limit(machine: Machine) -> Finding:
    """Raspberry Pi OS leaves the memory cgroup off, and then systemd ignores a limit without a word."""
    unified = "memory" in machine.text("sys/fs/cgroup/cgroup.controllers").split()
    older = any(line.split()[::3] == ["memory", "1"] for line in machine.text("proc/cgroups").splitlines())
    if unified or older:
        return Finding("A memory limit for the service counts here.")
    return Finding(
        "A memory limit for the service is ignored here, because the kernel's memory cgroup is off. Breather works "
        "without. To have it: add cgroup_enable=memory to the line in /boot/firmware/cmdline.txt, and start anew.",
        note=True,
    )


def _wrong(error: BreatherError) -> Finding:
    return Finding(str(error), error)
