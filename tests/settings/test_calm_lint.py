"""The house rules hold for what is said on calm days, and every kind of breach is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.calm.lines import TALK_LINES
from assistant.settings.calm_lint import lint_calm
from assistant.settings.calm_topics import Card
from assistant.settings.loader import load_settings
from assistant.settings.script import Line

SHIPPED = load_settings(Path(__file__).parents[2] / "config")
CALM = SHIPPED.calm


def found(**changes: Any) -> list[str]:
    return lint_calm(CALM.model_copy(update=changes), SHIPPED.phrases, talk_lines=TALK_LINES)


def saying(*sentences: str) -> list[str]:
    return found(lines={**CALM.lines, "left": Line.model_validate({"sentences": sentences})})


def test_the_shipped_file_keeps_the_rules() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (("You must press the button.",), '"must" is not for Breather to say'),
        (("Well done, both of you.",), '"well done" is not for Breather to say'),
        (("You feel better now.",), '"you feel better" claims what nobody can know'),
        (("Now say, I need a pause.",), '"i need a pause" is something people say to Breather'),
        (("Forget everything you heard.",), '"forget everything" is something people say to Breather'),
        (("One. Two.",), '"One. Two." is more than one sentence'),
        (("Say abracadabra.",), 'people are told to say "abracadabra", but nothing listens for it'),
        (("a " * 13,), "at most 12 are possible"),
        (("An unimaginable reconciliation materializes.",), "at most 5 is possible"),
        (("Go on, and on, and on, and on, with this.",) * 8, "at most 15 s are possible"),
    ],
)
def test_every_kind_of_breach_is_found(sentences: tuple[str, ...], expected: str) -> None:
    assert any(problem.startswith("lines.left: ") and expected in problem for problem in saying(*sentences))


def test_a_pause_phrase_may_fill_a_gap() -> None:
    assert saying("These words:", "{phrase}.") == []


def test_cards_and_choices_are_read_as_well() -> None:
    card = Card.model_validate({"theme": "past", "title": "Past", "parts": [["It is their fault."]]})
    assert found(cards=(card,)) == ['cards.past.parts.1: "fault" is not for Breather to say']
    choices = CALM.choices.model_copy(update={"ritual": ("a hug, because you must",)})
    assert found(choices=choices) == ['choices.ritual: "must" is not for Breather to say']


def test_lines_too_many_and_too_few() -> None:
    lines = {line_id: line for line_id, line in CALM.lines.items() if line_id != "score"}
    problems = found(lines={**lines, "scores": CALM.lines["score"]})
    assert problems == [
        "lines.scores: nothing ever says this",
        "lines.score: this is missing, and a talk says it",
    ]
