"""How hard a text is to take in: syllables, words, and the US school grade it asks for."""

from __future__ import annotations

import re

from assistant.settings.spoken import normalised

_VOWELS = re.compile(r"[aeiouy]+")
FEWEST_WORDS = 3


def words(text: str) -> list[str]:
    """The words of a text, normalised."""
    return normalised(text).split()


def syllables(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, without a silent final e. At least 1."""
    letters = word.lower().partition("'")[0]
    groups = len(_VOWELS.findall(letters))
    silent_e = letters.endswith("e") and not letters.endswith(("le", "ee", "ye")) and groups > 1
    silent_ed = letters.endswith("ed") and not letters.endswith(("ted", "ded")) and groups > 1
    silent_es = (
        letters.endswith("es")
        and not letters.endswith(("ses", "ces", "zes", "ches", "shes", "xes", "ges"))
        and groups > 1
    )
    two_in_a_row = len(re.findall(r"io(?!n)|ia|eo(?!p)|uie|iet", letters))
    return max(1, groups - silent_e - silent_ed - silent_es + two_in_a_row)


def grade(sentences: tuple[str, ...]) -> float:
    """The Flesch-Kincaid grade (Kincaid 1975): 0.39 words per sentence + 11.8 syllables per word - 15.59, at least 0.

    The formula was made for passages: fewer than three words are no passage, and count as grade 0.
    """
    found = [word for sentence in sentences for word in words(sentence)]
    if len(found) < FEWEST_WORDS:
        return 0.0
    per_word = sum(syllables(word) for word in found) / len(found)
    return max(0.0, 0.39 * len(found) / len(sentences) + 11.8 * per_word - 15.59)
