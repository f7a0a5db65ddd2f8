"""scripts/install: settings that somebody changed are theirs, wherever they changed them, and stay what they are."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.installation import ROOT, Installation

EDITED = '[sound]\nmicrophone = "Jabra"\nvolume_db = -8.0\n'


@pytest.fixture
def cloned(fresh: Installation) -> Installation:
    """What is installed from is a git clone."""
    git = ("git", "-c", "user.name=n", "-c", "user.email=e", "-C", str(fresh.clone))
    for command in (("init", "-q"), ("add", "config"), ("commit", "-q", "--no-verify", "-m", "as shipped")):
        subprocess.run([*git, *command], check=True, env=fresh.environment())
    return fresh


def upgraded(installation: Installation, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same from another clone, which ships these settings."""
    shutil.rmtree(installation.clone / ".git", ignore_errors=True)
    installation.release("0.2.0")
    for name, text in settings.items():
        installation.settings(f"{name}.toml", text)
    done = installation.install()
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.hours
def test_what_was_edited_in_the_clone_is_not_lost_with_the_next_one(cloned: Installation) -> None:
    cloned.settings("machine.toml", EDITED)
    done = cloned.install()
    assert "machine.toml was edited in this folder" in done.stdout
    assert (cloned.config / "machine.toml").read_text() == EDITED
    done = upgraded(cloned, machine="# another\n")
    assert (cloned.config / "machine.toml").read_text() == EDITED
    assert (cloned.config / "machine.toml.new").read_text() == "# another\n"
    assert "machine.toml was changed by you" in done.stdout


@pytest.mark.hours
def test_a_newer_edit_in_the_clone_counts_and_one_where_it_runs_counts_more(cloned: Installation) -> None:
    for text in (EDITED, EDITED.replace("-8", "-9")):
        cloned.settings("machine.toml", text)
        assert cloned.install().returncode == 0
        assert (cloned.config / "machine.toml").read_text() == text
    (cloned.config / "machine.toml").write_text("# mine\n")
    cloned.settings("machine.toml", EDITED)
    assert cloned.install().returncode == 0
    assert (cloned.config / "machine.toml").read_text() == "# mine\n"
    assert (cloned.config / "machine.toml.new").read_text() == EDITED


@pytest.mark.hours
def test_what_was_not_edited_in_the_clone_is_replaced_and_nothing_is_said(cloned: Installation) -> None:
    done = cloned.install()
    assert "edited in this folder" not in done.stdout
    assert "no git clone" not in done.stdout
    done = upgraded(cloned, machine="# another\n")
    assert (cloned.config / "machine.toml").read_text() == "# another\n"
    assert "changed by you" not in done.stdout


@pytest.mark.hours
def test_without_git_the_installer_says_what_it_cannot_know(fresh: Installation) -> None:
    done = fresh.install()
    assert "no git clone" in done.stdout
    assert str(fresh.config) in done.stdout


@pytest.mark.hours
def test_a_link_is_somebodys_own_and_is_not_written_through(installed: Installation) -> None:
    elsewhere = installed.folder / "elsewhere"
    elsewhere.write_text("# as shipped\n")
    for link in (installed.config / "script.en.toml", installed.config / ".shipped/script.en.toml"):
        link.unlink()
        link.symlink_to(elsewhere)
    upgraded(installed, **{"script.en": "# better words\n"})
    assert elsewhere.read_text() == "# as shipped\n"
    assert (installed.config / "script.en.toml.new").read_text() == "# better words\n"


@pytest.mark.hours
def test_a_link_that_says_where_from_here_is_followed_on_trial_as_well(installed: Installation) -> None:
    (installed.config / "machine.toml").rename(installed.config.parent / "mine.toml")
    (installed.config / "machine.toml").symlink_to("../mine.toml")
    before = installed.everything()
    assert installed.install(CODE_START="17").returncode == 1
    assert installed.everything() == before


@pytest.fixture
def for_all() -> Iterator[Path]:
    """A folder that every user may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("runuser") is None, reason="needs root, to become somebody else")
@pytest.mark.parametrize("command", ["merge", "put_back"])
def test_a_service_with_a_user_of_its_own_cannot_have_root_write_elsewhere(for_all: Path, command: str) -> None:
    version, settings, before, secret = (for_all / name for name in ("version", "settings", "before", "secret"))
    for folder in (version / "config", settings, before, secret):
        folder.mkdir(parents=True)
    shutil.chown(settings, "nobody")
    own = "# root's own\n" if command == "merge" else "# new\n"  # written over by the one, removed by the other
    for folder in (version / "config", before, settings, secret):
        (folder / "machine.toml").write_text("# new\n" if folder != secret else own)
    script = (
        f"set -euo pipefail; root={ROOT}; for_user=no prefix=''; source $root/scripts/service/places; name_places; "
        f"source $root/scripts/service/versions; program_user=nobody; settings {command} {version} {settings} {before}"
    )
    run = ("bash", "-c", script)
    if command == "merge":
        subprocess.run(run, check=True, timeout=20)
        assert (settings / ".shipped/machine.toml").owner() == "nobody"
        shutil.rmtree(settings / ".shipped")
    (settings / ".shipped").symlink_to(secret)
    subprocess.run(run, capture_output=True, check=False, timeout=20)
    assert [path.name for path in secret.iterdir()] == ["machine.toml"]
    assert (secret / "machine.toml").read_text() == own


def test_nothing_in_the_folders_of_the_service_is_written_by_root() -> None:
    """Root's own hands stay out: no redirection and no command of its own names a folder of the service."""
    own = ("$config", "$cache", "$state", "$trial", "$before", "$work")
    writes = ("cp ", "mv ", "rm ", "ln ", "> ", "mkdir ", "chown ", "sed -i", "tee ")
    for name in ("install", "service/trial", "service/change", "service/versions"):
        for line in (ROOT / "scripts" / name).read_text().splitlines():
            words = line.partition(" # ")[0]
            if any(f'"{folder}' in words for folder in own) and any(write in words for write in writes):
                assert "as_service" in words or "change " in words or "' sh " in words, f"{name}: {line}"


@pytest.mark.hours
def test_a_clone_that_only_its_owner_may_read_is_installed_for_all(fresh: Installation) -> None:
    subprocess.run(["chmod", "-R", "go-rwx", fresh.clone], check=True)
    assert fresh.install().returncode == 0
    (version,) = fresh.program.glob("0.1.0-*")
    for path in version.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & (0o555 if path.is_dir() else 0o444) == (0o555 if path.is_dir() else 0o444), path
        assert not mode & 0o022, path


@pytest.mark.hours
def test_without_the_natural_voice_twice_changes_nothing(fresh: Installation) -> None:
    assert fresh.install("--no-piper").returncode == 0
    before, asked = fresh.everything(), len(fresh.log)
    done = fresh.install()
    assert done.returncode == 0
    assert "already there" in done.stdout
    assert fresh.everything() == before
    assert not any(line.startswith("setup") for line in fresh.log[asked:])
    fresh.release("0.2.0")
    assert fresh.install().returncode == 0
    assert "setup --packages-only --no-piper" in fresh.log
