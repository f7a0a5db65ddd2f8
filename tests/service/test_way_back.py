"""scripts/install: whatever goes wrong or is cut off, there is a version that works, and a way to the one before."""

from __future__ import annotations

import fcntl
import signal

import pytest

from service.installation import Installation


@pytest.fixture
def upgraded(installed: Installation) -> Installation:
    """Version 0.2.0 runs, and 0.1.0 is kept."""
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# better words\n")
    assert installed.install().returncode == 0
    return installed


def folder_of(installation: Installation, number: str) -> str:
    (found,) = (path.name for path in installation.program.glob(f"{number}-*"))
    return found


def test_an_old_version_that_does_not_start_is_not_gone_back_to(upgraded: Installation) -> None:
    (upgraded.program / folder_of(upgraded, "0.1.0") / "config/broken.toml").write_text("")
    before = upgraded.everything()
    for _ in range(2):
        done = upgraded.install("--roll-back")
        assert done.returncode == 1, done.stdout
        assert "goes on as before" in done.stderr
        assert upgraded.current == "0.2.0"
        assert upgraded.everything() == before


@pytest.mark.hours
@pytest.mark.parametrize("trouble", ["CODE_SETUP", "CODE_CHECK", "CODE_DOCTOR"])
def test_an_old_version_is_tried_before_it_counts(upgraded: Installation, trouble: str) -> None:
    before, asked = upgraded.everything(), len(upgraded.log)
    done = upgraded.install("--roll-back", **{trouble: "10"})
    assert done.returncode == 1
    assert "goes on as before" in done.stderr
    assert upgraded.everything() == before
    assert not any("restart" in line for line in upgraded.log[asked:])


@pytest.mark.hours
def test_nobody_goes_back_while_somebody_installs(upgraded: Installation) -> None:
    before = upgraded.everything()
    with (upgraded.program / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = upgraded.install("--roll-back")
    assert done.returncode == 1
    assert "under way" in done.stderr
    assert upgraded.everything() == before


def test_the_version_that_runs_is_not_taken_away_by_installing_it_again(installed: Installation) -> None:
    before, asked = installed.everything(), len(installed.log)
    done = installed.install(CODE_START="17")
    assert done.returncode == 1
    assert "does not start" in done.stdout
    assert "stays in place and enabled" in done.stderr
    assert "goes on as before" not in done.stderr
    assert installed.everything() == before
    assert not any("disable" in line for line in installed.log[asked:])


@pytest.mark.hours
def test_when_neither_starts_that_is_what_is_said(installed: Installation) -> None:
    installed.release("0.2.0")
    done = installed.install(CODE_START="17")
    assert done.returncode == 1
    assert "does not start either" in done.stderr
    assert (installed.current, installed.versions) == ("0.1.0", ["0.1.0"])


@pytest.mark.hours
def test_a_first_version_that_does_not_start_leaves_no_command_and_no_unit(fresh: Installation) -> None:
    assert fresh.install(CODE_START="70").returncode == 1
    assert not fresh.unit.exists()
    assert not (fresh.home / ".local/bin/breather").exists()
    assert fresh.sentences == []


@pytest.mark.parametrize("by", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.hours)])
def test_an_interruption_while_it_starts_puts_everything_back(installed: Installation, by: signal.Signals) -> None:
    before = installed.everything()
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# other words\n")
    code, said = installed.interrupted("restart", by, START_SECONDS="30")
    assert code == 130, said
    assert "is in place again" in said
    assert "nothing was changed" not in said
    assert installed.everything() == before
    assert installed.log[-1] == "systemctl --user restart --no-block breather.service"


@pytest.mark.hours
def test_a_first_installation_that_is_interrupted_while_it_starts(fresh: Installation) -> None:
    code, said = fresh.interrupted("restart", signal.SIGINT, START_SECONDS="30")
    assert code == 130
    assert "nothing is installed" in said
    assert fresh.versions == []
    assert not fresh.unit.exists()
    assert any("disable --now" in line for line in fresh.log)


@pytest.mark.hours
def test_a_change_that_fails_half_way_is_undone(installed: Installation) -> None:
    before = installed.everything()
    installed.unit.with_suffix(".service.part").mkdir()
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# other words\n")
    done = installed.install()
    assert done.returncode != 0
    assert "failed half-way; version 0.1.0" in done.stderr
    assert installed.everything() == before


@pytest.mark.hours
def test_there_is_a_way_back_when_the_power_goes_while_it_starts(installed: Installation) -> None:
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# other words\n")
    installed.interrupted("restart", signal.SIGKILL, START_SECONDS="30")
    assert installed.current == "0.2.0"
    done = installed.install("--roll-back")
    assert done.returncode == 0, done.stderr
    assert installed.current == "0.1.0"
    assert (installed.config / "script.en.toml").read_text() == "# as shipped\n"
    assert list((installed.home / ".cache/breather").glob(".trial")) == []


@pytest.mark.hours
@pytest.mark.parametrize("trouble", ["CODE_CHECK", "CODE_PACKAGES"])
def test_the_version_before_is_still_there_when_it_was_tried_and_failed(upgraded: Installation, trouble: str) -> None:
    upgraded.release("0.1.0")
    upgraded.settings("script.en.toml", "# as shipped\n")
    for arguments in ((), ("--no-piper",)):  # as it is, and with packages changed
        assert upgraded.install(
            *arguments, **{trouble: "10" if trouble == "CODE_CHECK" or arguments else "0"}
        ).returncode in (0, 1)
        if upgraded.current == "0.1.0":
            assert upgraded.install("--roll-back").returncode == 0
        assert (upgraded.current, upgraded.versions) == ("0.2.0", ["0.1.0", "0.2.0"])
    assert upgraded.install("--roll-back").returncode == 0
    assert upgraded.current == "0.1.0"
