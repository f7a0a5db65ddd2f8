"""Numbers in words and in digits. People say "ten more minutes", and Whisper writes "10 more minutes"."""

from __future__ import annotations

import re

# From two on: "one" is what Whisper writes, too. A phrase is short, so nobody needs "twenty-five".
_WORDS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_DIGITS = {word: str(number) for number, word in enumerate(_WORDS, 2)}
_DIGITS |= {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
}
_SPELLED = {digits: word for word, digits in _DIGITS.items()}
_RUN_OF_DIGITS = re.compile(r"\d+")


def in_digits(phrase: str) -> str:
    """The phrase with its numbers in digits: "ten more minutes" becomes "10 more minutes"."""
    return " ".join(_DIGITS.get(word, word) for word in phrase.split())


def in_words(text: str) -> str:
    """The text with its numbers in words, as far as they are known: "10" becomes "ten", "2,000" stays."""
    return _RUN_OF_DIGITS.sub(lambda run: _SPELLED.get(run[0], run[0]), text)
