"""Ten and 10 are the same to whoever listens."""

from __future__ import annotations

import pytest

from assistant.hearing.candidates import letters
from assistant.hearing.numbers import in_digits, in_words


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("ten more minutes", "10 more minutes"),
        ("take five", "take 5"),
        ("two or twenty", "2 or 20"),
        ("give me sixty", "give me 60"),
    ],
)
def test_there_and_back(words: str, digits: str) -> None:
    assert in_digits(words) == digits
    assert in_words(digits) == words
    assert letters(words) == letters(f"{digits.capitalize()}.")


@pytest.mark.parametrize("text", ["one moment", "often", "tennis", "i need a pause", ""])
def test_what_is_no_number_stays(text: str) -> None:
    assert in_digits(text) == text
    assert in_words(text) == text


@pytest.mark.parametrize("text", ["110", "1", "2025", "007"])
def test_what_no_phrase_has_stays_in_digits(text: str) -> None:
    assert in_words(text) == text
