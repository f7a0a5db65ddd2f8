"""The calm file: what has to hold together in it, and every problem told at once, in plain words."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.settings.calm import Calm
from assistant.settings.calm_parts import CalmParts, calm_problems
from assistant.settings.loader import load_settings
from assistant.settings.plain_words import plain_problems

CONFIG = Path(__file__).parents[2] / "config"
SHIPPED = load_settings(CONFIG)
TABLE = tomllib.loads((CONFIG / "calm.en.toml").read_text("utf-8"))

Change = Callable[[dict[str, Any]], object]


def problems(change: Change) -> list[str]:
    """What is wrong with the shipped file after this change."""
    table = copy.deepcopy(TABLE)
    change(table)
    found = []
    try:
        Calm.model_validate(table)
    except ValidationError as error:
        found += [f"{key}: {sentence}" for key, sentence in plain_problems(error, Calm)]
    parts = calm_problems(
        CalmParts.of(table), script_lines=SHIPPED.script.lines, themes=dict(SHIPPED.reflection.themes)
    )
    return found + [f"{key}: {sentence}" for key, sentence in parts]


def line(*sentences: str) -> Change:
    return lambda table: table["lines"].update(left={"sentences": list(sentences)})


def test_the_shipped_file_holds_together() -> None:
    assert problems(lambda _: None) == []


def test_the_short_pause_has_every_cue_and_every_part() -> None:
    plan = SHIPPED.calm.short_pause.plan
    assert [step.state for step in plan if step.state] == ["opening", "separating", "body", "mind", "return_cue"]
    assert [step.cue.value for step in plan if step.cue] == ["start", "half", "soon", "return"]
    assert plan[-1].second(60 * SHIPPED.calm.short_pause.minutes) == 60


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (line("Hello, {frist}."), 'lines.left: {frist} is not a known placeholder; did you mean "first"?'),
        (line("Hello, {weather}."), "lines.left: {weather} is not a known placeholder; choose first, second"),
        (line("Hello, {name."), "lines.left: a brace is open or closed on its own"),
        (line("Hello, {second} and {first}."), "lines.left: both or none: {first} and then {second}"),
        (line("In {place_one}."), "lines.left: both or none: {place_one} and then {place_two}"),
        (line(), "lines.left.sentences: there are 0 entries"),
        (lambda table: table.update(counts=["once"]), "counts: there is 1 entry; 4 are possible"),
        (lambda table: table["timing"].pop("gap_seconds"), "timing.gap_seconds: this is missing"),
        (lambda table: table["timing"].update(answer_seconds=600), "timing.answer_seconds: 600 is not possible"),
        (lambda table: table["timing"].update(anwser_seconds=6), 'did you mean "answer_seconds"?'),
        (lambda table: table["short_pause"].update(undo_seconds=8), "short_pause.undo_seconds: this has to be when"),
        (lambda table: table["short_pause"].update(minutes=2), "short_pause.undo_seconds"),
        (lambda table: table["short_pause"]["plan"].pop(), "short_pause.plan: the last step has to be"),
        (lambda table: table["short_pause"]["plan"].pop(3), "short_pause.plan: the states are"),
        (lambda table: table["short_pause"]["extension"].pop(0), "short_pause.extension: the states are missing"),
        (lambda table: table["short_pause"]["plan"][2].update(at=0.5), "short_pause.plan.3.at: this comes at 0.5 s"),
        (lambda table: table["short_pause"]["plan"][1].update(say="openign"), "short_pause.plan.2.say"),
        (
            lambda table: table["short_pause"]["lines"].update(openign={"sentences": ["Hello."]}),
            'short_pause.lines.openign: "openign" is no line of the script; did you mean "opening"?',
        ),
        (lambda table: table["cards"][0].update(theme="weather"), "cards.1.theme"),
    ],
)
def test_whatever_is_wrong_is_told(change: Change, expected: str) -> None:
    if expected == "short_pause.undo_seconds":
        assert problems(change) == [], "another length is fine, as long as the steps fit into it"
        return
    assert any(expected in problem for problem in problems(change)), problems(change)


def test_all_of_it_at_once() -> None:
    def much(table: dict[str, Any]) -> None:
        table["timing"]["gap_seconds"] = "long"
        line("Hello, {weather}.")(table)
        table["short_pause"]["undo_seconds"] = 8

    assert len(problems(much)) == 3
