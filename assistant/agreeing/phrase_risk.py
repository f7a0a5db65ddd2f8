"""How well a phrase serves to start a pause: can it be heard at all, and is it like what people say anyway?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.messages import Intent
from assistant.settings.phrases import COMMON_IN_TALK, Phrases
from assistant.settings.reading import syllables
from assistant.settings.spoken import contains, spelled

TOO_ALIKE = 0.82
"""From here on two phrases sound alike: 1 is the same sound, 0 has nothing in common."""

FEWEST_SYLLABLES = 3

Hears = Callable[[str], str | None]
"""Says of a phrase, in a whole sentence, why the recogniser could never hear it; None when it can."""

# How English letters sound, as far as two phrases can be told apart by it. The order matters.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        *(("'", ""), ("ough", "o"), ("augh", "o"), ("igh", "i"), ("kn", "n"), ("wr", "r"), ("wh", "w"), ("ph", "f")),
        *(("tch", "C"), ("ch", "C"), ("ck", "k"), ("sh", "S"), ("th", "T"), ("qu", "kw"), ("x", "ks"), ("dg", "j")),
        *((r"c(?=[eiy])", "s"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "f"), ("b", "p"), ("d", "t"), ("g", "k")),
        *((r"e\b", ""), (r"[aeiouy]+", "a"), (r"(.)\1+", r"\1")),
    )
]


@dataclass(frozen=True, slots=True)
class Risk:
    """What speaks against a phrase. ``reasons``: whole sentences. ``possible``: it can be heard at all. ``better``: a
    phrase that is heard more surely, None when there is no other.
    """

    phrase: str
    reasons: tuple[str, ...] = ()
    possible: bool = True
    better: str | None = None


def english_letters(phrase: str) -> str | None:
    """A `Hears` for a recogniser of English that knows every word, however it is spelled."""
    if re.fullmatch(r"[a-z' ]+", phrase):
        return None
    return "I listen for English words only, and this has letters that English does not have."


def risk_of(
    phrase: str,
    *,
    phrases: Phrases,
    names: Sequence[str] = (),
    chosen: Sequence[str] = (),
    hears: Hears = english_letters,
) -> Risk:
    """What speaks against starting a pause with this phrase (normalised).

    ``names``: the couple's, normalised. ``chosen``: the pause words they have already, which are not suggested again.
    ``hears``: asks the recogniser.
    """
    deaf = hears(phrase)
    if deaf:
        return Risk(phrase, (deaf,), possible=False, better=_better(phrase, phrases, chosen))
    recommended = phrase in phrases.pause.recommended
    reasons = list(_short(phrase, recommended=recommended))
    if phrase in COMMON_IN_TALK:
        reasons.append("People say this in other talk as well. A pause could start when nobody wants one.")
    if any(contains(phrase, name) or contains(name, phrase) for name in names):
        reasons.append("There is a name in it. A pause could start when one of you is called.")
    if not recommended:  # those were tried against all of this
        reasons += _alike(phrase, phrases)
    if phrase not in (*phrases.pause.recommended, *phrases.pause.more):
        reasons.append("I have not practiced it, so I may miss it more often than my own words.")
    better = _better(phrase, phrases, chosen) if reasons and not recommended else None
    return Risk(phrase, tuple(reasons), better=better)


def likeness(one: str, other: str) -> float:
    """How much two phrases sound alike, from 0 to 1."""
    first, second = _sound(one), _sound(other)
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0


def _sound(phrase: str) -> str:
    for pattern, sound in _SOUNDS:
        phrase = pattern.sub(sound, phrase)
    return phrase.replace(" ", "")


def _short(phrase: str, *, recommended: bool) -> Iterator[str]:
    words = phrase.split()
    if len(words) == 1:
        yield "It is a single word. Those are heard by mistake more often than longer phrases."
    elif sum(syllables(word) for word in words) < FEWEST_SYLLABLES and not recommended:
        yield "It is very short. A longer phrase is heard more surely."


def _alike(phrase: str, phrases: Phrases) -> Iterator[str]:
    meant = {other: intent for intent in Intent for other in phrases.of(intent).phrases if intent is not Intent.PAUSE}
    near_misses = [other for other in phrases.pause.near_misses if not contains(other, phrase)]
    inside = next((other for other in meant if contains(phrase, other) or contains(other, phrase)), None)
    nearest = inside or max(meant, key=lambda other: likeness(phrase, other), default=None)
    if nearest and (inside or likeness(phrase, nearest) >= TOO_ALIKE):
        yield f'It sounds like "{spelled(nearest)}", which I take for something else.'
    nearest = max(near_misses, key=lambda other: likeness(phrase, other), default=None)
    if nearest and likeness(phrase, nearest) >= TOO_ALIKE:
        yield f'It sounds like "{spelled(nearest)}", which people say and mean otherwise.'


def _better(phrase: str, phrases: Phrases, chosen: Sequence[str]) -> str | None:
    """The recommended phrase that is most like this one, and that they do not have yet."""
    free = [
        other
        for other in phrases.pause.recommended
        if other not in chosen and other != phrase and len(other.split()) > 2
    ]
    return max(free, key=lambda other: likeness(phrase, other), default=None)
