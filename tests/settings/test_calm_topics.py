"""Learn cards and the choices of an agreement by voice: what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings.calm_topics import Card, Choices, card_problems
from assistant.settings.loader import load_settings
from assistant.settings.plain_words import plain_problems

SETTINGS = load_settings(Path(__file__).parents[2] / "config")
CHOICES = SETTINGS.calm.choices.model_dump()


def card(theme: str = "needs", *sentences: str) -> Card:
    return Card(theme=theme, title="Being understood", parts=((sentences or ("One line.",)),))


def test_the_shipped_ones_hold_together() -> None:
    assert not [*card_problems(SETTINGS.calm.cards, SETTINGS.reflection.themes)]


def test_a_theme_has_one_card_and_a_name() -> None:
    cards = [card("needs"), card("need"), card("needs"), card("past", "Say {name}.")]
    assert dict(card_problems(cards, {"needs": "Being understood", "past": "Past experiences"})) == {
        "cards.2.theme": '"need" is not in [themes] of reflection.en.toml; did you mean "needs"?',
        "cards.3.theme": '"needs" stands here twice; each may have one card',
        "cards.4.parts": "braces have no meaning here; write plain words",
    }
    assert not [*card_problems([card("unknown")], None)], "without themes nothing can be said about them"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("places", [["the kitchen"]], "there is 1 entry; 2 are possible"),
        ("places", [["the hall", "The Hall"]], '"The Hall" stands here twice; each may be there once'),
        ("ritual", [], "there are 0 entries; 1 to 10 are possible"),
        ("ritual", ["a hug", "A hug"], '"A hug" stands here twice; each may be there once'),
        ("reassurance", ["I will <3 you"], '"I will <3 you" has signs that cannot be spoken; use letters and commas'),
    ],
)
def test_a_choice_is_something_an_agreement_can_hold(key: str, value: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Choices.model_validate({**CHOICES, key: value})
    assert sentence in [problem for _, problem in plain_problems(refused.value, Choices)]
