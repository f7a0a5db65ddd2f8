"""`breather history`: what two people see, and how they erase it."""

from __future__ import annotations

import argparse
import os
import pty
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.commands import asking
from assistant.commands import history as history_command
from assistant.errors import HistoryError, OutputError
from assistant.history.folder import FILE
from history.house import filled

ROOT = Path(__file__).parents[2]
Breather = Callable[..., int]


@pytest.fixture
def breather(tmp_path: Path) -> Breather:
    """The command, with settings and a state folder of its own; returns the exit code."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    parser = argparse.ArgumentParser()
    history_command.add(parser.add_subparsers())
    places = {"config": tmp_path / "config", "cache": tmp_path / "cache", "state": tmp_path / "state"}

    def run(*arguments: str) -> int:
        options = parser.parse_args(["history", *arguments], argparse.Namespace(stop=argparse.Namespace(), **places))
        return int(options.command(options))

    return run


def agree(tmp_path: Path, wanted: str) -> None:
    path = tmp_path / "config" / "agreement.toml"
    text = path.read_text("utf-8")
    assert text.count("history = false") == 1
    path.write_text(text.replace("history = false", wanted), "utf-8")


@pytest.mark.parametrize("arguments", [(), ("--page", "page.html")])
def test_where_nothing_is_wanted_and_nothing_kept(
    breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert breather(*arguments) == 0
    said = capsys.readouterr().out
    assert said.startswith("Nothing is kept of your pauses.\n")
    assert "breather agree" in said
    assert not (tmp_path / "state").exists()
    assert not Path("page.html").exists()


def test_wanted_and_nothing_kept_yet(breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agree(tmp_path, "history = true")
    assert breather() == 0
    assert "No pause has been counted yet." in capsys.readouterr().out
    assert not (tmp_path / "state").exists()


def test_shown_and_written(breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agree(tmp_path, "history = true")
    filled(tmp_path / "state", 6)
    assert breather() == 0
    said = capsys.readouterr().out
    assert "Most pauses were on Friday evenings." in said
    assert "no longer" not in said
    written = tmp_path / "page.html"
    assert breather("--page", str(written)) == 0
    assert str(written) in capsys.readouterr().out
    assert "Most pauses were on Friday evenings." in written.read_text("utf-8")
    assert stat.S_IMODE(written.stat().st_mode) & 0o077 == 0
    with pytest.raises(OutputError):
        breather("--page", str(tmp_path))


def test_no_longer_wanted_but_still_there(
    breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(tmp_path / "state", 6)
    assert breather() == 0
    assert "no longer counted" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["history = maybe", "history = 3"])
def test_broken_settings_hide_and_keep_nothing(
    breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    agree(tmp_path, broken)
    filled(tmp_path / "state", 6)
    assert breather() == 0
    assert "6 pauses." in capsys.readouterr().out
    assert breather("--erase", "--yes-from-both") == 0
    assert breather() == 0
    assert "No pause has been counted yet." in capsys.readouterr().out


def test_a_damaged_one_is_told_on_standard_error(
    breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agree(tmp_path, "history = true")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / FILE).write_text("no database")
    assert breather() == 0
    told = capsys.readouterr()
    assert "No pause has been counted yet." in told.out
    assert told.err.count("\n") == 1
    assert f"{FILE}.unreadable-1" in told.err


# --- erasing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [(True, True), (True, False), (False,)])
def test_both_are_asked(
    breather: Breather,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answers: tuple[bool, ...],
) -> None:
    gone = answers == (True, True)
    filled(tmp_path / "state", 2)
    asked: list[str] = []

    def confirm(sentence: str, *, default: bool) -> bool:
        assert default is False
        asked.append(sentence)
        return answers[len(asked) - 1]

    monkeypatch.setattr(asking, "confirm", confirm)
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert breather("--erase") == 0
    assert asked == [history_command.FIRST, history_command.SECOND][: len(answers)]
    assert list((tmp_path / "state").iterdir()) == [] if gone else (tmp_path / "state" / FILE).exists()
    said = capsys.readouterr().out
    assert FILE in said, "they are shown what will go"
    assert ("All of it is erased." in said) is gone
    assert ("Nothing was erased." in said) is not gone


class _Terminal:
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_nobody_was_asked(
    breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(tmp_path / "state", 2)
    assert breather("--erase") == 2
    assert "--yes-from-both" in capsys.readouterr().err
    assert (tmp_path / "state" / FILE).exists()


def test_nothing_to_erase(breather: Breather, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert breather("--erase") == 0
    assert "nothing to erase" in capsys.readouterr().out
    assert not (tmp_path / "state").exists()


def test_yes_from_both_goes_only_with_erase(breather: Breather, capsys: pytest.CaptureFixture[str]) -> None:
    assert breather("--yes-from-both") == 2
    with pytest.raises(SystemExit):
        breather("--erase", "--page", "x.html")


def test_a_link_is_an_error_of_its_own(breather: Breather, tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to(tmp_path)
    with pytest.raises(HistoryError):
        breather("--erase", "--yes-from-both")


@pytest.mark.long
def test_on_a_terminal_with_typed_answers(tmp_path: Path) -> None:
    state = tmp_path / "state"
    filled(state, 2)
    for keys, gone in (("yn", False), ("yy", True)):
        told = _typed(state, keys)
        assert "First of you" in told
        assert "other of you" in told
        assert state.joinpath(FILE).exists() is not gone, told
    assert list(state.iterdir()) == []


def _typed(state: Path, keys: str) -> str:
    """What a terminal shows when these keys are typed, one at each question."""
    code = (
        "import argparse, pathlib, sys; from assistant.commands import history\n"
        "parser = argparse.ArgumentParser(); history.add(parser.add_subparsers())\n"
        "places = dict(config=None, cache=None, state=pathlib.Path(sys.argv[1]))\n"
        "options = argparse.Namespace(stop=argparse.Namespace(), **places)\n"
        "options = parser.parse_args(['history', '--erase'], options); sys.exit(options.command(options))"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(state)], cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    told, waiting = "", list(keys)
    questions = ["First of you", "other of you"]
    while True:
        try:
            told += os.read(ours, 4096).decode("utf-8", "replace")
        except OSError:  # the program has ended
            break
        if "\x1b[6n" in told:  # where is the cursor?
            told = told.replace("\x1b[6n", "")
            os.write(ours, b"\x1b[1;1R")
        if waiting and questions[-len(waiting)] in told:
            os.write(ours, f"{waiting.pop(0)}\r".encode())
    os.close(ours)
    assert process.wait(10) == 0
    return told
