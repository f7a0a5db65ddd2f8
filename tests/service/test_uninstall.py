"""scripts/uninstall: the program goes; what is the couple's own goes only when they say so."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from service.installation import Installation


def kept(installation: Installation) -> Installation:
    (installation.config / "agreement.toml").write_text("ours\n")
    (installation.state / "history.sqlite3").write_text("counts\n")
    return installation


def test_without_a_terminal_agreement_and_counts_stay(installed: Installation) -> None:
    done = kept(installed).run("uninstall", "--user")
    assert done.returncode == 0, done.stderr
    assert (installed.config / "agreement.toml").exists()
    assert (installed.state / "history.sqlite3").exists()
    assert not installed.program.exists()
    assert not installed.unit.exists()
    assert not (installed.home / ".local/bin/breather").exists()
    assert not (installed.home / ".cache/breather").exists()
    assert "systemctl --user disable --now breather.service" in installed.log
    assert "no terminal to ask" in done.stdout


@pytest.mark.hours
def test_on_a_terminal_each_is_asked_about(installed: Installation) -> None:
    kept(installed)
    terminal, other = pty.openpty()
    process = subprocess.Popen(
        [installed.clone / "scripts/uninstall", "--user"],
        env=installed.environment(),
        stdin=other,
        stdout=other,
        stderr=other,
    )
    os.close(other)
    os.write(terminal, b"n\ny\n")
    assert process.wait(20) == 0
    said = os.read(terminal, 65536).decode()
    os.close(terminal)
    assert "Erase your agreement" in said
    assert "Erase what is kept of your pauses" in said
    assert (installed.config / "agreement.toml").exists()
    assert not installed.state.exists()


@pytest.mark.hours
def test_a_dry_run_of_going_changes_nothing(installed: Installation) -> None:
    before = kept(installed).everything()
    done = installed.run("uninstall", "--user", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "Nothing was changed" in done.stdout
    assert installed.everything() == before


@pytest.mark.hours
def test_a_second_time_there_is_nothing_to_remove(fresh: Installation) -> None:
    done = fresh.run("uninstall", "--user", "--everything")
    assert done.returncode == 0, done.stderr
    assert "not installed here" in done.stdout


@pytest.mark.parametrize("place", ["config", pytest.param("state", marks=pytest.mark.hours)])
def test_what_a_link_leads_to_is_not_said_to_be_gone(installed: Installation, place: str) -> None:
    folder = installed.config if place == "config" else installed.state
    elsewhere = installed.folder / "elsewhere"
    kept(installed)
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    done = installed.run("uninstall", "--user", "--everything")
    assert done.returncode == 1
    assert f"a link to it: {elsewhere}" in done.stdout
    assert "Not all of it is gone" in done.stderr
    assert list(elsewhere.iterdir())


@pytest.mark.hours
def test_an_agreement_that_is_a_link_is_named_as_well(installed: Installation) -> None:
    elsewhere = installed.folder / "ours.toml"
    elsewhere.write_text("ours\n")
    (installed.config / "agreement.toml").symlink_to(elsewhere)
    done = installed.run("uninstall", "--user", "--everything")
    assert done.returncode == 1
    assert f"a link to it: {elsewhere}" in done.stdout
    assert not installed.config.exists()
