"""`breather reflect` as people get it: the whole look back in a terminal, and what it prints without one."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from agreeing.terminal import CTRL_C, DOWN, ENTER, TypedInto
from household import ROOT, Household

from assistant.commands import asking, reflect
from assistant.errors import TerminalNeededError
from assistant.settings.loader import load_settings

SETTINGS = load_settings(ROOT / "config")


@pytest.fixture
def home(tmp_path: Path) -> Household:
    """A home without a voice, which nothing here needs."""
    return Household.new(tmp_path / "home")


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    reflect.add(parser.add_subparsers())
    options = parser.parse_args(["reflect", *arguments])
    options.config, options.cache, options.state = ROOT / "config", None, None
    return int(options.command(options))


def test_the_whole_look_back_and_nothing_is_kept(home: Household) -> None:
    before = home.files()
    with TypedInto("--config", str(home.folder / "config"), "reflect", environment=home.environment) as terminal:
        terminal.answer("What would you like to look at?", DOWN + ENTER)
        terminal.until("nothing is kept")
        for typed in ("", "", "he never listens", "", "", "", ""):
            terminal.answer(reflect.GO_ON, typed + ENTER)
        terminal.until("write one line on paper")
        for column in reflect.COLUMNS:
            terminal.until(column)
        terminal.answer("There is a minute to read about this.", "y" + ENTER)
        terminal.until("When things feel shaky")
        terminal.until("you two are not alone with it")
        terminal.until("counselor")
        terminal.until("breather sheet")
        terminal.until("That is all for this week.")
        assert terminal.ended() == 0
        lines = [line for line in terminal.seen.splitlines() if "?" in line]
    asked = [question for question in SETTINGS.reflection.questions if question.theme == "attachment"]
    shown = [one for one in asked if any(one.sentences[0][:30] in line for line in lines)]
    assert len(shown) == 3
    assert all(question.tier == "calm" for question in shown)
    assert home.files() == before, "nothing was written, neither what was typed nor that there was a look back"


def test_it_can_be_stopped(home: Household) -> None:
    with TypedInto("--config", str(home.folder / "config"), "reflect", environment=home.environment) as terminal:
        terminal.answer("What would you like to look at?", CTRL_C)
        terminal.until("Stopped. No word was kept.")
        assert terminal.ended() == 130


def test_no_theme_gives_a_bit_of_each(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([None, SETTINGS.calm.cards[0]])
    monkeypatch.setattr(asking, "select", lambda *_, **__: next(answers))
    monkeypatch.setattr(asking, "needs_terminal", lambda: None)
    monkeypatch.setattr(asking, "text", lambda *_, **__: "")
    reflect.look_back(SETTINGS)
    out = " ".join(capsys.readouterr().out.split())
    themes = [one.theme for one in SETTINGS.reflection.questions if one.tier == "calm" and one.sentences[0] in out]
    assert len(set(themes)) == len(themes) == 3
    assert " ".join(SETTINGS.calm.cards[0].sentences) in out
    assert not list(answers)


def test_the_look_back_needs_a_terminal() -> None:
    with pytest.raises(TerminalNeededError):
        run()


@pytest.mark.parametrize("card", SETTINGS.calm.cards, ids=lambda card: card.theme)
def test_each_card_can_be_read_without_a_terminal(card: object, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = next(one for one in SETTINGS.calm.cards if one is card)
    assert run("--learn", wanted.theme) == 0
    out = capsys.readouterr().out
    assert wanted.title in out
    assert " ".join(wanted.sentences) in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80


def test_the_cards_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--learn") == 0
    out = capsys.readouterr().out
    assert all(card.theme in out and card.title in out for card in SETTINGS.calm.cards)


def test_a_card_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--learn", "need") == 2
    assert 'did you mean "needs"?' in capsys.readouterr().err
    assert run("--learn", "x" * 2000) == 2
    assert "choose past, " in capsys.readouterr().err


def test_the_notebook_card_is_empty_and_fits_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--card") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= 80
    assert set("".join(lines[3:])) <= set("+-| ")


def test_devices_are_for_the_talk_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--microphone", "desk") == 2
    assert "--aloud" in capsys.readouterr().err
