"""How hard a text is to take in: syllables, words, and the US school grade it asks for."""

from __future__ import annotations

import re

from assistant.settings.spoken import normalised

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(
    r"(?<![aeiouy])(?<!(?<![aeiouyl])l)e$"  # breathe, but not: agree, value, little
    r"|(?<![aeiouytd])(?<!(?<![aeiouyl])l)ed$"  # called, but not: agreed, rested, settled
    r"|(?<![aeiouyscxzg])(?<!ch)(?<!sh)(?<!(?<![aeiouyl])l)es$"  # minutes, but not: possibilities, places, touches
)
_TWO_IN_A_ROW = re.compile(r"io(?!n)|ia|eo(?!p)|uie|iet")  # radio, quiet
FEWEST_WORDS = 3


def words(text: str) -> list[str]:
    """The words of a text, normalised."""
    return normalised(text).split()


def syllables(word: str) -> int:
    """About how many syllables an English word has, at least 1: its groups of vowels, less a mute ending."""
    letters = word.lower().partition("'")[0]
    groups = len(_VOWELS.findall(letters))
    mute = groups > 1 and _SILENT_END.search(letters) is not None
    return max(1, groups - mute + len(_TWO_IN_A_ROW.findall(letters)))


def grade(sentences: tuple[str, ...]) -> float:
    """The Flesch-Kincaid grade (Kincaid 1975): 0.39 words per sentence + 11.8 syllables per word - 15.59, at least 0.

    The formula was made for passages: fewer than three words are no passage, and count as grade 0.
    """
    found = [word for sentence in sentences for word in words(sentence)]
    if len(found) < FEWEST_WORDS:
        return 0.0
    per_word = sum(syllables(word) for word in found) / len(found)
    return max(0.0, 0.39 * len(found) / len(sentences) + 11.8 * per_word - 15.59)
