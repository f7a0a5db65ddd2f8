"""What the doctor says of the machine and of the folders."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.checkup import Finding
from assistant.doctor.machine import Machine, listens_now, machine_findings
from assistant.errors import CacheError, HistoryError, OutputError
from assistant.one_instance import alone
from assistant.places import Places, places

UNIFIED = {"sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n"}
OLDER = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\nmemory\t{hierarchy}\t64\t{enabled}\n"
OFF = {"sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n", "proc/cgroups": OLDER.format(hierarchy=0, enabled=0)}
MEMORY = {"proc/meminfo": "MemTotal:        3884000 kB\nMemAvailable:    2100000 kB\n"}


def machine(root: Path, files: dict[str, str] | None = None, *, free_mb: int = 9000) -> Machine:
    for name, text in {**UNIFIED, **MEMORY, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Machine(root=root, today=lambda: date(2026, 11, 24), free_bytes=lambda _: free_mb * 1_000_000)


@pytest.fixture
def home(tmp_path: Path) -> Places:
    return places(config=tmp_path / "own", cache=tmp_path / "cache", state=tmp_path / "state")


def findings(home: Places, here: Machine) -> list[Finding]:
    return list(machine_findings(home, here))


def one(found: list[Finding], words: str) -> Finding:
    (finding,) = [each for each in found if words in each.sentence]
    return finding


def test_a_machine_in_order_has_no_remarks(home: Places, tmp_path: Path) -> None:
    here = machine(tmp_path / "root", {"proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0"})
    found = findings(home, here)
    assert [each for each in found if each.error or each.note] == []
    assert one(found, "Raspberry Pi 5 Model B Rev 1.0, with Python 3")
    assert one(found, "2100 MB of memory are free")
    assert one(found, "The clock is set.")


def test_a_system_of_32_bits(home: Places, tmp_path: Path) -> None:
    found = findings(home, replace(machine(tmp_path / "root"), bits=32))
    assert isinstance(one(found, "32-bit").error, OutputError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(home: Places, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o500)
    assert isinstance(one(findings(home, machine(tmp_path / "root")), "Rendered speech cannot").error, CacheError)


def test_a_file_where_a_folder_should_be(home: Places, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    (tmp_path / "state").write_text("")
    found = findings(home, machine(tmp_path / "root"))
    assert isinstance(one(found, "Rendered speech cannot").error, CacheError)
    assert isinstance(one(found, "this is no folder").error, HistoryError)


@pytest.mark.parametrize(("free_mb", "note", "error"), [(199, True, None), (19, False, CacheError)])
def test_a_disk_that_is_nearly_full_is_told_once(
    home: Places, tmp_path: Path, free_mb: int, note: bool, error: type[CacheError] | None
) -> None:
    finding = one(findings(home, machine(tmp_path / "root", free_mb=free_mb)), f"{free_mb} MB are free")
    assert finding.note is note
    assert type(finding.error) is (error or type(None))


def test_a_clock_that_was_never_set(home: Places, tmp_path: Path) -> None:
    here = replace(machine(tmp_path / "root"), today=lambda: date(1970, 1, 1))
    finding = one(findings(home, here), "not set (it says 1970)")
    assert finding.note
    assert finding.error is None


def test_a_clock_that_the_network_has_set(home: Places, tmp_path: Path) -> None:
    here = machine(tmp_path / "root", {"run/systemd/timesync/synchronized": ""})
    assert one(findings(home, here), "The clock is set, by the network.")


@pytest.mark.parametrize(
    ("files", "counts"),
    [
        (UNIFIED, True),
        (OFF, False),
        ({**OFF, "proc/cgroups": OLDER.format(hierarchy=4, enabled=1)}, True),
        ({"sys/fs/cgroup/cgroup.controllers": ""}, False),
    ],
)
def test_whether_the_services_memory_limit_counts(
    home: Places, tmp_path: Path, files: dict[str, str], counts: bool
) -> None:
    finding = one(findings(home, machine(tmp_path / "root", files)), "memory limit for the service")
    assert finding.note is not counts
    assert ("cgroup_enable=memory" in finding.sentence) is not counts


def test_little_memory(home: Places, tmp_path: Path) -> None:
    here = machine(tmp_path / "root", {"proc/meminfo": "MemAvailable:     120000 kB\n"})
    assert one(findings(home, here), "Only 120 MB of memory are free").note


def test_whether_somebody_listens_already(home: Places) -> None:
    assert not listens_now(home)
    assert not home.state.exists(), "asking leaves nothing behind"
    home.state.mkdir()
    with alone(home.state):
        assert listens_now(home)
    assert not listens_now(home)
