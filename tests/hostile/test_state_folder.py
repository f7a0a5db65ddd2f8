"""The folder for what is kept: for its owner alone. One that cannot be trusted is left alone, and a pause goes on."""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from household import ROOT, Household

from assistant.agreeing.versions import agree_on
from assistant.commands.leading import listening_alone
from assistant.history.store import History
from assistant.keeping.keeper import Keeper
from assistant.places import places
from assistant.records import Ending, PauseOver, PauseUnderWay
from assistant.settings.loader import load_settings
from assistant.state_folder import PREFIX, trusted, usable
from hostile.strangers import give_to_another_group

SETTLED = PauseOver(10, 0, Ending.SETTLED)
EVENING = datetime(2026, 11, 20, 20, 15)


def test_it_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "breather"
    assert usable(folder) is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []
    before = folder.stat().st_mtime_ns
    assert usable(folder) is None
    assert folder.stat().st_mtime_ns == before, "looking leaves no trace"


def links_elsewhere(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    folder.symlink_to(folder.parent / "elsewhere")


def links_nowhere(folder: Path) -> None:
    folder.symlink_to(folder.parent / "nowhere")


def is_a_file(folder: Path) -> None:
    folder.write_text("a file")


def everybody_may_write(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


def a_group_may_write(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o770)
    give_to_another_group(folder)


UNSAFE = {
    links_elsewhere: "a link to somewhere else",
    links_nowhere: "a link to somewhere else",
    is_a_file: "no folder",
    everybody_may_write: "Everybody on this machine may write into",
    a_group_may_write: "A group on this machine may write into",
}


@pytest.mark.parametrize(("made", "told"), UNSAFE.items(), ids=[each.__name__ for each in UNSAFE])
def test_one_that_cannot_be_trusted_is_refused(tmp_path: Path, made: Callable[[Path], None], told: str) -> None:
    made(tmp_path / "state")
    problem = usable(tmp_path / "state")
    assert problem is not None
    assert not problem.safe
    assert told in problem.what
    assert str(tmp_path / "state") in problem.sentence


def test_a_group_of_our_own_may_write(tmp_path: Path) -> None:
    """As where everybody has a group of their own, and new files belong to it."""
    tmp_path.chmod(0o770)
    os.chown(tmp_path, -1, os.getegid())
    assert usable(tmp_path / "state") is None
    (tmp_path / "state").chmod(0o770)
    assert usable(tmp_path / "state") is None


def test_somebody_elses_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody_else = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody_else)
    problem = usable(tmp_path)
    assert problem is not None
    assert not problem.safe
    assert "belongs to somebody else" in problem.what


@pytest.fixture
def protected() -> Iterator[Path]:
    """A folder that we may read and not change, even when root runs the tests."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.chown(folder, 65_534, 65_534)
        os.seteuid(65_534)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_protected_one_is_kept_for_what_stands_in_it(protected: Path) -> None:
    problem = usable(protected)
    assert problem is not None
    assert problem.safe
    assert "cannot be written to (Permission denied)" in problem.sentence
    notices: list[str] = []
    with trusted(protected, on_notice=notices.append) as folder:
        assert folder == protected
    assert notices == [problem.sentence]


def test_one_that_cannot_be_made_is_told(protected: Path) -> None:
    problem = usable(protected / "state")
    assert problem is not None
    assert problem.safe
    with trusted(protected / "state", on_notice=lambda _: None) as folder:
        assert folder == protected / "state"


def test_a_file_system_without_nameless_files_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def knows_no_such_files(path: object, flags: int, *rest: object, **more: object) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(95, "Operation not supported")
        return opened(path, flags, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", knows_no_such_files)
    assert usable(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("made", [links_elsewhere, everybody_may_write])
def test_a_pause_goes_on_and_nothing_is_kept(tmp_path: Path, made: Callable[[Path], None]) -> None:
    """As `breather run` does it: what the program keeps meanwhile is gone with it."""
    state = tmp_path / "state"
    made(state)
    notices: list[str] = []
    settings = load_settings(ROOT / "config")
    settings = replace(settings, agreement=settings.agreement.model_copy(update={"history": True}))
    with trusted(state, on_notice=notices.append) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        where = replace(places(state=folder), own=tmp_path / "own")
        agree_on(where.own, settings.agreement, today=EVENING.date())
        keeper = Keeper(settings, where, on_notice=notices.append, clock=lambda: EVENING)
        assert keeper.keep(PauseUnderWay())
        assert keeper.keep(SETTLED)
        assert len(History(folder, on_notice=notices.append).pauses()) == 1
    assert len(notices) == 1
    assert "Until then, a pause goes on as usual and nothing is kept." in notices[0]
    assert not folder.exists()
    others = [path.name for path in tmp_path.rglob("*") if path.is_file() and tmp_path / "own" not in path.parents]
    assert others == []


def test_where_nothing_can_be_written_at_all_a_pause_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    everybody_may_write(tmp_path / "state")
    notices: list[str] = []
    with trusted(tmp_path / "state", on_notice=notices.append) as folder:
        keeper = Keeper(load_settings(ROOT / "config"), places(state=folder), on_notice=notices.append)
        assert keeper.keep(PauseUnderWay())
        assert keeper.keep(SETTLED)
    assert len(notices) == 1
    assert list((tmp_path / "state").iterdir()) == []


def test_the_command_says_it_once_and_goes_on(household: Household) -> None:
    """There is no microphone here, and that is what ends it: not the folder."""
    state = household.places.state
    state.mkdir(parents=True)
    state.chmod(0o777)
    done = household.run("run")
    first, *rest = done.stderr.splitlines()
    assert first.startswith(
        f"Everybody on this machine may write into the folder for what is kept of your pauses: {state}"
    )
    assert done.returncode in {11, 14}
    assert len(rest) == 1
    assert list(state.iterdir()) == []
    left = [path for path in (household.folder / "tmp").iterdir() if path.name.startswith(PREFIX)]
    assert [path.stat().st_size for path in left] == [0], "the lock alone, which means nothing"


def test_the_options_name_the_folder_that_is_used(household: Household, capsys: pytest.CaptureFixture[str]) -> None:
    state = household.places.state
    options = argparse.Namespace(config=household.places.config, cache=None, state=state)
    with listening_alone(options):
        assert options.state == state
    everybody_may_write(state.with_name("open"))
    options.state = state.with_name("open")
    with listening_alone(options):
        assert options.state != state.with_name("open")
    assert capsys.readouterr().err.count("\n") == 1
