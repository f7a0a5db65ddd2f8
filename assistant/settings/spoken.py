"""Spoken phrases as text: one way of writing them, and where one stands inside another."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator

from assistant.settings.values import shown

MOST_WORDS = 8
MOST_WORDS_NEAR_MISS = 14
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def normalised(text: str) -> str:
    """The one way a phrase is written: lower case, no accents, ASCII apostrophes, no punctuation, single spaces.

    ``"I need a pause!"`` becomes ``"i need a pause"``; a hyphen parts two words. Whatever text it is given, what comes
    out comes out unchanged the second time.
    """
    plain = text
    for _ in range(2):  # folding can give letters that come apart again
        plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = unicodedata.normalize("NFKD", plain)
    letters = []
    for letter in plain:
        if letter.isalnum():
            letters.append(letter)
        elif letter in "'\u2018\u2019\u02bc\u00b4`":
            letters.append("'")
        elif not unicodedata.category(letter).startswith("M"):
            letters.append(" ")
    words = ("".join(letters)).split()
    return " ".join(stripped for word in words if (stripped := word.strip("'")))


def contains(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text as a run of whole words (both normalised)."""
    return bool(phrase) and f" {phrase} " in f" {text} "


def spelled(phrase: str) -> str:
    """A phrase as people write it: "i need a pause" becomes "I need a pause"."""
    words = ["I" if word == "i" else word for word in phrase.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _phrase(most_words: int) -> BeforeValidator:
    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f'{shown(value)} is not a phrase; put it in quotes, "like this"')
        phrase = normalised(value)
        words = phrase.split()
        if not words or len(words) > most_words:
            raise ValueError(f"{shown(value)} has {len(words)} words; 1 to {most_words} are possible")
        if odd := [word for word in words if not _WORD.fullmatch(word)]:
            raise ValueError(f"{shown(value)} has something that is not a word ({shown(odd[0])}); write it in letters")
        return phrase

    return BeforeValidator(check)


Phrase = Annotated[str, _phrase(MOST_WORDS)]
"""Something a person may say to Breather: 1 to 8 words of letters, normalised."""

NearMiss = Annotated[str, _phrase(MOST_WORDS_NEAR_MISS)]
"""Something a person may say without meaning it for Breather: 1 to 14 words of letters, normalised."""
