"""The systemd units: what they promise, what systemd says of them, and that Breather can live with it.

The service manager itself is not tried here: that takes a machine that systemd has started.
"""

from __future__ import annotations

import ctypes.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from household import ROOT, Household

from service.confined import calls_allowed

SERVICE = ROOT / "scripts" / "service"
SYSTEM, USER, PINS = (SERVICE / name for name in ("breather.service", "breather.user.service", "gpio.conf"))
CONFINED = Path(__file__).with_name("confined.py")
HIGHEST_EXPOSURE = 1.0

analyze = shutil.which("systemd-analyze")
with_analyze = pytest.mark.skipif(analyze is None, reason="needs systemd-analyze")
with_filter = pytest.mark.skipif(analyze is None or ctypes.util.find_library("seccomp") is None, reason="needs seccomp")


def settings(path: Path) -> dict[str, list[str]]:
    """Every key of a unit, with its values."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", path.read_text("utf-8"), re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def as_installed(tmp_path: Path) -> Path:
    """A folder with both units, and the drop-in for the pins; the program is one that every machine has."""
    for unit in (SYSTEM, USER):
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    (tmp_path / f"{SYSTEM.name}.d").mkdir()
    shutil.copy(PINS, tmp_path / f"{SYSTEM.name}.d")
    return tmp_path


def analyzed(folder: Path, unit: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    whose = ["--user"] if unit == USER else []
    return subprocess.run(
        ["systemd-analyze", *whose, *arguments, str(folder / unit.name)],
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("unit", [SYSTEM, USER], ids=["system", "user"])
def test_there_is_no_network_and_no_need_to_trust_that(unit: Path) -> None:
    found = settings(unit)
    assert found["PrivateNetwork"] == ["yes"]
    assert found["RestrictAddressFamilies"] == ["AF_UNIX"]
    if unit == SYSTEM:
        assert found["IPAddressDeny"] == ["any"]
        assert found["User"] == ["breather"]


@pytest.mark.parametrize("unit", [SYSTEM, USER], ids=["system", "user"])
def test_it_is_started_again_but_for_what_that_cannot_mend(unit: Path) -> None:
    found = settings(unit)
    assert found["Type"] == ["notify"]
    assert found["Restart"] == ["on-failure"]
    assert 5 <= int(found["WatchdogSec"][0]) <= 30
    assert found["StartLimitIntervalSec"] == ["0"], "a microphone may be plugged in tomorrow"
    never = set(map(int, found["RestartPreventExitStatus"][0].split()))
    assert never.isdisjoint({11, 12, 13, 70, 71}), "a device that comes back, and our own mistakes"
    assert {2, 10} <= never, "a command line or settings that cannot be used"


@pytest.mark.parametrize("unit", [SYSTEM, USER], ids=["system", "user"])
def test_sound_that_comes_through_callbacks_is_possible(unit: Path) -> None:
    assert "MemoryDenyWriteExecute" not in settings(unit)


def test_what_is_kept_is_for_the_service_alone() -> None:
    found = settings(SYSTEM)
    assert found["StateDirectoryMode"] == found["ConfigurationDirectoryMode"] == ["0700"]
    assert found["UMask"] == ["0077"]
    assert found["LimitCORE"] == ["0"]
    (command,) = found["ExecStart"]
    assert "--config /etc/breather --cache /var/cache/breather --state /var/lib/breather run" in command


@pytest.mark.parametrize("unit", [SYSTEM, USER], ids=["system", "user"])
def test_a_folder_that_was_cleared_away_does_not_keep_it_from_starting(unit: Path) -> None:
    found = settings(unit)
    assert found["CacheDirectory"] == ["breather"], "systemd makes it again"
    made = {"/etc/breather": "ConfigurationDirectory"}  # by systemd, before it looks for what may be written
    for path in " ".join(found["ReadWritePaths"]).split():
        assert path.startswith("-") or made[path] in found, path


@pytest.mark.parametrize("unit", [SYSTEM, USER], ids=["system", "user"])
def test_what_was_heard_is_not_swapped_to_a_disk(unit: Path) -> None:
    assert settings(unit)["MemorySwapMax"] == ["0"]


@with_analyze
@pytest.mark.parametrize("unit", [SYSTEM, USER], ids=["system", "user"])
def test_systemd_has_no_objection_and_finds_it_safe(as_installed: Path, unit: Path) -> None:
    verified = analyzed(as_installed, unit, "verify")
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    judged = analyzed(as_installed, unit, "security", "--offline=yes", "--no-pager")
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", judged.stdout)
    assert exposure, judged.stdout + judged.stderr
    assert float(exposure[1]) <= HIGHEST_EXPOSURE


@with_filter
def test_a_process_in_the_filter_reaches_no_network() -> None:
    look = (
        "import socket\n"
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):\n"
        "    try: socket.socket(family, socket.SOCK_DGRAM)\n"
        "    except PermissionError: print('refused')\n"
        "socket.socket(socket.AF_UNIX)\n"
    )
    command = [sys.executable, str(CONFINED), str(SYSTEM), sys.executable, "-c", look]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused"] * 4


@with_analyze
def test_both_units_leave_the_same_calls_and_none_that_change_the_machine() -> None:
    allowed = calls_allowed(SYSTEM.read_text("utf-8"))
    assert allowed == calls_allowed(USER.read_text("utf-8"))
    assert allowed.isdisjoint({"mount", "reboot", "settimeofday", "init_module", "ptrace", "setuid", "bpf", "chroot"})


@pytest.mark.hours
@with_filter
def test_a_whole_pause_and_new_sentences_are_possible_in_the_filter(household: Household) -> None:
    for some in sorted(household.prompts.glob("*.wav"))[:20]:
        some.unlink()  # so that the voice has to work as well
    before = (sys.executable, str(CONFINED), str(SYSTEM))
    assert household.run("setup", "--no-download", before=before, seconds=120).returncode == 0
    done = household.run("demo", before=before, seconds=120)
    assert done.returncode == 0, done.stderr
    assert "The ten minutes are done." in done.stdout
    checked = household.run("check", before=before)
    assert "sentences are rendered" in checked.stdout
    assert "takes" in checked.stdout, "the recogniser runs, and can be measured"
