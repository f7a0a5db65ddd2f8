"""`breather agree` as a couple meets it: on a terminal, with typed keys, and a file on the disk afterwards."""

from __future__ import annotations

import subprocess
import termios
import tomllib
from pathlib import Path
from typing import Any

import pytest
from household import COMMAND, Household

from agreeing.terminal import CTRL_C, DOWN, ENTER, SPACE, UP, TypedInto
from assistant.agreeing.recent_pause import LastPause

YES = "y" + ENTER


@pytest.fixture
def household(tmp_path: Path) -> Household:
    return Household.new(tmp_path / "home")


def options(household: Household, *more: str) -> tuple[str, ...]:
    return ("--config", str(household.folder / "config"), "--state", str(household.folder / "state"), "agree", *more)


def agree(household: Household, *more: str) -> TypedInto:
    return TypedInto(*options(household, "--silent", *more), environment=household.environment)


def without_terminal(household: Household, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options(household, *more)],
        env=household.environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def agreement_of(household: Household) -> dict[str, Any]:
    return tomllib.loads((household.folder / "config" / "agreement.toml").read_text("utf-8"))


def versions(household: Household) -> list[str]:
    return sorted(path.name for path in (household.folder / "config" / "agreements").glob("*"))


def untouched(household: Household) -> bool:
    shipped = (Path(__file__).parents[2] / "config" / "agreement.toml").read_text("utf-8")
    return (household.folder / "config" / "agreement.toml").read_text("utf-8") == shipped and not versions(household)


def test_a_whole_agreement_with_typed_keys(household: Household) -> None:
    with agree(household) as couple:
        couple.answer("calm time", YES)
        couple.answer("first of you", "🙂" + ENTER)
        couple.until("something that is not a letter")
        couple.answer("first of you", "a" * 200 + ENTER)
        couple.until("at most 40 are possible")
        couple.answer("first of you", "Zoë" + ENTER)
        couple.answer("second of you", "Zoë" + ENTER)
        couple.until("Add a letter or a nickname")
        couple.answer("second of you", "Zoë B" + ENTER)
        # take back the second and third of four, and take the fifth: three are left
        couple.answer("start a pause", DOWN + SPACE + DOWN + SPACE + DOWN + DOWN + SPACE + ENTER)
        couple.answer("How long", DOWN + DOWN + ENTER)
        couple.answer("Where do you", UP + UP + UP + UP + UP + ENTER)
        couple.answer("near the children")
        couple.answer("come close", UP + ENTER)
        couple.answer("In a few words", "soup, and a walk" + ENTER)
        couple.answer("sit down together", UP + UP + UP + ENTER)
        couple.answer("reply comes late", UP + UP + ENTER)
        couple.answer("plan is canceled")
        couple.answer("tone of voice")
        couple.answer("Another moment")
        couple.answer("How much")
        couple.answer("chimes and light", YES)
        couple.answer("Zoë, a line")
        couple.answer("Zoë B, a line")
        couple.answer("questions in a pause", DOWN + SPACE + ENTER)
        couple.answer("Zoë, shall I count", YES)
        couple.answer("Zoë B, shall I count", YES)
        couple.answer("shall I name")
        couple.until("Zoë and Zoë B, this is what you agree on.")
        couple.until("It lasts twenty minutes.")
        couple.answer("Zoë, is that right for you?", YES)
        couple.answer("Zoë B, is that right for you?", YES)
        couple.until("version 1 of your agreement")
        couple.until("start it again")
        assert couple.ended() == 0
    agreement = agreement_of(household)
    assert agreement["names"] == ["Zoë", "Zoë B"]
    assert agreement["pause_words"] == ["I need a pause", "time out", "I need a time out"]
    assert agreement["minutes"] == 20
    assert agreement["places"] == ["the kitchen", "the bedroom"]
    assert agreement["ritual"] == "soup, and a walk"
    assert agreement["check_in"] == "weekly"
    assert agreement["trigger_plans"] == [
        {"when": "a reply comes late", "say": "I am busy now, and will call you later"}
    ]
    assert agreement["quiet"] is True
    assert agreement["themes"] == ["attachment"]
    assert agreement["history"] is True
    assert versions(household) == ["0001.toml"]


def test_ctrl_c_changes_nothing_and_gives_the_terminal_back(household: Household) -> None:
    with agree(household) as couple:
        before = termios.tcgetattr(couple.slave)
        couple.answer("calm time", YES)
        couple.answer("first of you", "Zoë" + ENTER)
        couple.answer("second of you", "Al" + CTRL_C)
        assert couple.ended() == 130
        assert couple.seen.rstrip().endswith("Nothing was changed.")
        assert termios.tcgetattr(couple.slave) == before
    assert untouched(household)


@pytest.mark.long
def test_sigterm_in_a_question_gives_the_terminal_back(household: Household) -> None:
    with agree(household) as couple:
        before = termios.tcgetattr(couple.slave)
        couple.answer("calm time", YES)
        couple.until("first of you")
        couple.terminate()
        assert couple.ended() == 0
        assert termios.tcgetattr(couple.slave) == before
    assert untouched(household)


@pytest.mark.long
def test_one_no_and_then_as_it_was(household: Household) -> None:
    household.change("agreement.toml", "minutes = 10 ", "minutes = 15 ")
    with agree(household, "--confirm") as couple:
        couple.answer("calm time", YES)
        couple.answer("Alex, is that right", YES)
        couple.answer("Sam, is that right", "n" + ENTER)
        couple.until("Nothing was changed.")
        assert couple.ended() == 0
    assert not versions(household)
    with agree(household) as couple:
        couple.answer("calm time", "n" + ENTER)
        couple.until("another day is better")
        assert couple.ended() == 0
    assert not versions(household)


@pytest.mark.long
def test_a_change_in_the_file_counts_when_both_confirm_it(household: Household) -> None:
    with agree(household, "--confirm") as couple:
        couple.answer("calm time", YES)
        couple.answer("Alex, is that right", YES)
        couple.answer("Sam, is that right", YES)
        couple.until("version 1")
        assert couple.ended() == 0
    household.change("agreement.toml", "minutes = 10 ", "minutes = 30 ")
    shown = without_terminal(household, "--show")
    assert shown.returncode == 0
    assert "It lasts ten minutes." in shown.stdout
    assert "breather agree --confirm" in shown.stderr
    with agree(household, "--confirm") as couple:
        couple.until("Minutes of a pause: 10, from now on 30")
        couple.answer("calm time", YES)
        couple.answer("Alex, is that right", YES)
        couple.answer("Sam, is that right", YES)
        couple.until("version 2")
        assert couple.ended() == 0
    shown = without_terminal(household, "--show")
    assert "It lasts thirty minutes." in shown.stdout
    assert "Kept so far: 2 versions." in shown.stdout
    assert shown.stderr == ""
    with agree(household, "--confirm") as couple:
        couple.until("There is nothing to confirm.")
        assert couple.ended() == 0


@pytest.mark.long
def test_nothing_changes_within_two_hours_of_a_pause(household: Household) -> None:
    state = household.folder / "state"
    LastPause(state).over()
    with agree(household) as couple:
        assert couple.ended() == 52
        assert "There was a pause in the last two hours" in couple.seen
    (state / "last_pause").write_text("half a st")
    with agree(household) as couple:
        couple.answer("Has there been a pause in the last two hours?", YES)
        assert couple.ended() == 52
    with agree(household) as couple:
        couple.answer("Has there been a pause in the last two hours?", "n" + ENTER)
        couple.answer("calm time", CTRL_C)
        assert couple.ended() == 130
    assert not (state / "last_pause").exists()
    assert untouched(household)


@pytest.mark.long
def test_a_pause_that_begins_meanwhile_is_noticed(household: Household) -> None:
    with agree(household, "--confirm") as couple:
        couple.answer("calm time", YES)
        couple.until("Alex, is that right")
        LastPause(household.folder / "state").under_way()
        couple.answer("", YES)
        couple.answer("Sam, is that right", YES)
        assert couple.ended() == 52
    assert untouched(household)


@pytest.mark.long
def test_a_phrase_the_models_language_does_not_have(household: Household) -> None:
    household.change("agreement.toml", "own_pause_words = []", 'own_pause_words = ["잠깐 멈춰 줘"]')
    household.change("agreement.toml", '    "time out",\n', '    "잠깐 멈춰 줘",\n')
    with agree(household, "--confirm") as couple:
        couple.answer("calm time", YES)
        couple.until("I listen for English words only")
        couple.until("Nothing was changed.")
        assert couple.ended() == 0
    assert not versions(household)


@pytest.mark.long
def test_without_a_terminal_it_says_so(household: Household) -> None:
    done = without_terminal(household)
    assert done.returncode == 50
    assert "no terminal" in done.stderr
    assert not list(household.here.iterdir())
