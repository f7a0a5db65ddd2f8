"""scripts/install: nothing is lost, and what does not work is not taken."""

from __future__ import annotations

import signal
import stat
import subprocess
from pathlib import Path

import pytest

from service.installation import Installation


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_dry_run_says_it_all_and_changes_nothing(fresh: Installation) -> None:
    done = fresh.install("--dry-run")
    assert done.returncode == 0, done.stderr
    for named in (fresh.program / "0.1.0", fresh.config, fresh.unit, "breather check", "doctor --quick"):
        assert str(named) in done.stdout
    assert fresh.everything() == {}
    assert list(fresh.home.iterdir()) == []


def test_a_first_installation_is_in_place_and_started(installed: Installation) -> None:
    assert installed.current == "0.1.0"
    assert installed.log[0] == "setup --packages-only --piper"
    assert [line for line in installed.log if line.startswith("breather")] == [
        "breather setup",
        "breather check",
        "breather check",  # with the sound cards away, as the service of a person has it
        "breather doctor --quick",
    ]
    assert "systemctl --user restart breather.service" in installed.log
    assert "systemctl --user enable --quiet breather.service" in installed.log
    assert mode(installed.config) == mode(installed.state) == 0o700
    assert (installed.config / "script.en.toml").read_text() == "# as shipped\n"
    assert "Type=notify" in installed.unit.read_text()
    done = subprocess.run(
        [installed.home / ".local/bin/breather", "history"], env=installed.environment(), check=True, timeout=10
    )
    assert done.returncode == 0
    assert installed.log[-1] == "breather history"  # with its folders in front, which the program takes off


@pytest.mark.hours
def test_a_second_time_changes_nothing(installed: Installation) -> None:
    before, asked = installed.everything(), len(installed.log)
    done = installed.install()
    assert done.returncode == 0, done.stderr
    assert "already there" in done.stdout
    assert installed.everything() == before
    assert not any(line.startswith("setup") for line in installed.log[asked:])


@pytest.mark.hours
def test_an_upgrade_brings_what_is_new_and_keeps_what_you_changed(installed: Installation) -> None:
    (installed.config / "machine.toml").write_text('[sound]\nmicrophone = "Jabra"\n')
    (installed.config / "agreement.toml").write_text("ours\n")
    installed.release("0.2.0")
    installed.settings("machine.toml", "# another\n")
    installed.settings("script.en.toml", "# better words\n")
    done = installed.install()
    assert done.returncode == 0, done.stderr
    assert (installed.current, installed.versions) == ("0.2.0", ["0.1.0", "0.2.0"])
    assert (installed.config / "script.en.toml").read_text() == "# better words\n"
    assert (installed.config / "machine.toml").read_text() == '[sound]\nmicrophone = "Jabra"\n'
    assert (installed.config / "machine.toml.new").read_text() == "# another\n"
    assert (installed.config / "agreement.toml").read_text() == "ours\n"
    assert "machine.toml was changed by you" in done.stdout
    installed.release("0.3.0")
    assert installed.install().returncode == 0
    assert (installed.current, installed.versions) == ("0.3.0", ["0.2.0", "0.3.0"]), "one old version is kept"


@pytest.mark.parametrize("trouble", ["CODE_PACKAGES", "CODE_SETUP", "CODE_CHECK", "CODE_DOCTOR"])
@pytest.mark.hours
def test_a_version_that_fails_its_test_is_not_taken(installed: Installation, trouble: str) -> None:
    before, asked = installed.everything(), len(installed.log)
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# other words\n")
    done = installed.install(**{trouble: "21"})
    assert done.returncode == 1
    assert "goes on as before" in done.stderr
    assert installed.everything() == before
    assert not any("restart" in line for line in installed.log[asked:])
    assert list((installed.folder / "tmp").iterdir()) == []


@pytest.mark.hours
def test_a_microphone_that_is_not_plugged_in_is_no_fault_of_the_version(fresh: Installation) -> None:
    done = fresh.install(CODE_CHECK="11", CODE_DOCTOR="11", CODE_START="11")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "starts by itself when that is plugged in" in done.stdout
    assert fresh.current == "0.1.0"


def test_a_version_that_does_not_start_gives_way_to_the_old_one(installed: Installation) -> None:
    (installed.config / "machine.toml").write_text('[sound]\nmicrophone = "Jabra"\n')
    before = installed.everything()
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# other words\n")
    installed.settings("machine.toml", "# another\n")
    installed.settings("broken.toml", "")
    done = installed.install()
    assert done.returncode == 1, done.stdout
    assert "does not start" in done.stdout
    assert installed.current == "0.1.0"
    assert installed.everything() == before
    restarts = [line for line in installed.log if "restart" in line]
    assert len(restarts) == 3, "once each: the first version, the second, the first again"


@pytest.mark.hours
def test_a_first_version_that_does_not_start_is_not_left_running(fresh: Installation) -> None:
    done = fresh.install(CODE_START="70")
    assert done.returncode == 1
    assert "Nothing was installed" in done.stderr
    assert "systemctl --user disable --now breather.service" in fresh.log
    assert fresh.versions == []


@pytest.mark.hours
def test_going_back_by_hand(installed: Installation) -> None:
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# better words\n")
    assert installed.install().returncode == 0
    assert installed.install("--roll-back").returncode == 0
    assert installed.current == "0.1.0"
    assert (installed.config / "script.en.toml").read_text() == "# as shipped\n"
    assert installed.install("--roll-back").returncode == 0
    assert installed.current == "0.2.0"


@pytest.mark.hours
def test_there_is_nothing_to_go_back_to(installed: Installation) -> None:
    done = installed.install("--roll-back")
    assert done.returncode == 1
    assert "no version before" in done.stderr


@pytest.mark.parametrize(("program", "answer"), [("getconf", "32"), ("uname", "armv7l")])
def test_a_system_of_32_bits_is_refused(fresh: Installation, program: str, answer: str) -> None:
    path = fresh.folder / "bin" / program
    path.write_text(f"#!/bin/sh\necho {answer}\n")
    path.chmod(0o755)
    done = fresh.install()
    assert done.returncode == 1
    assert "64-bit Raspberry Pi OS" in done.stderr
    assert fresh.everything() == {}


@pytest.mark.hours
def test_an_interruption_leaves_nothing_half_made(installed: Installation) -> None:
    before = installed.everything()
    installed.release("0.2.0")
    code, said = installed.interrupted("setup", signal.SIGINT, SETUP_SECONDS="30")
    assert code == 130, said
    assert "nothing was changed" in said
    assert installed.everything() == before


@pytest.mark.hours
def test_below_a_folder_of_its_own(fresh: Installation, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    done = fresh.install("--prefix", str(place), "--gpio", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert not place.exists()
    done = fresh.install("--prefix", str(place))
    assert done.returncode == 0, done.stdout + done.stderr
    unit = (place / "etc/systemd/system/breather.service").read_text()
    for folder in ("opt/breather/current/.venv", "etc/breather", "var/cache/breather", "var/lib/breather"):
        assert f"{place}/{folder}" in unit
    assert not any("restart" in line for line in fresh.log)
    assert fresh.everything() == {}
    assert fresh.run("uninstall", "--prefix", str(place), "--everything").returncode == 0
    assert [path for path in place.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("script", ["install", "uninstall"])
@pytest.mark.parametrize("folder", [[], [""]])
def test_no_folder_is_not_the_whole_machine(fresh: Installation, script: str, folder: list[str]) -> None:
    done = fresh.run(script, "--dry-run", "--prefix", *folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"scripts/{script}: --prefix needs a folder.\n"
