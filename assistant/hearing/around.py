"""The words around a phrase: does it stand alone, and does a "not" turn it round?

Only words of the same clause count. A recogniser that knows no words gives empty texts; then nothing stands around the
phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.hearing.intent_kinds import EVEN_AFTER_A_STRAY_WORD, TURNED_ROUND_BY_A_NOT
from assistant.messages import Intent
from assistant.ports import Hypothesis

LONGEST_COMMAND_SECONDS = 4.0

# What people put around a short answer without changing it.
SMALL_WORDS = frozenset(
    {
        *("okay", "ok", "yes", "yeah", "yep", "well", "so", "um", "uh", "oh", "right", "and", "then", "now", "please"),
        *("a", "the", "ah", "er"),
        *("i", "i'm", "am", "we", "we're"),
    }
)
NEGATIONS = frozenset(["not", "never", "don't", "isn't", "aren't", "can't", "won't"])
SAYING = frozenset({"say", "says", "said", "saying"})  # Whisper likes a comma after them
VERY_WELL = -0.5  # a "ready" that is misheard as a "not ready" gives -1.2
STRAY_WORDS = 1  # beside a phrase that was heard very well: more likely a mishearing than a word
_CLAUSE_END = re.compile(r"[.?!,;:…]")


def last_clause(text: str) -> str:
    """What stands after the last punctuation mark; and before it, where that tells who says what follows."""
    *earlier, last = _CLAUSE_END.split(text)
    if earlier and text[len(text) - len(last) - 1] in ",:" and SAYING.intersection(_words(earlier[-1])[-1:]):
        last = f"{earlier[-1].strip()} {last.strip()}"
    return last.strip()


def first_clause(text: str) -> str:
    """What stands before the first punctuation mark."""
    return _CLAUSE_END.split(text)[0].strip()


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause a phrase was heard in. Used at once, and never kept.

    ``words``: all of them. ``before``: those before the phrase. ``embedded``: other than small words stand around the
    phrase. ``stray_before``, ``stray_after``: how many of them. ``negated``: it has a "not".
    """

    words: str = field(repr=False)
    before: str = field(repr=False)
    embedded: bool
    stray_before: int
    stray_after: int
    negated: bool


NOTHING_AROUND = Clause(words="", before="", embedded=False, stray_before=0, stray_after=0, negated=False)


def clause_of(hypothesis: Hypothesis) -> Clause:
    """The words that belong together with the phrase."""
    before = last_clause(hypothesis.before)
    # A phrase that ends a sentence ends the thought; what Whisper writes after it is often an echo of its own.
    after = "" if _CLAUSE_END.search(hypothesis.inside[-1:]) else first_clause(hypothesis.after)
    whole = f"{before} {hypothesis.inside} {after}"
    stray_before, stray_after = _stray(before), _stray(after)
    negated = not NEGATIONS.isdisjoint(_words(whole))
    return Clause(
        words=whole,
        before=before,
        embedded=stray_before + stray_after > (STRAY_WORDS if hypothesis.spotted and not negated else 0),
        stray_before=stray_before,
        stray_after=stray_after,
        negated=negated,
    )


def _stray(text: str) -> int:
    return sum(word not in SMALL_WORDS for word in _words(text))


def _words(text: str) -> list[str]:
    return [word.strip('.,?!…"\u201c\u201d').lower().replace("\u2019", "'") for word in text.split()]


def alone(hypothesis: Hypothesis, intent: Intent, clause: Clause) -> bool:
    """Whether this was all that was said. While somebody is still speaking, nobody knows."""
    heard_very_well = hypothesis.signs is None and hypothesis.score >= VERY_WELL
    only_one_before = clause.stray_before <= STRAY_WORDS and not clause.stray_after
    if clause.embedded and not (intent in EVEN_AFTER_A_STRAY_WORD and heard_very_well and only_one_before):
        return False
    if hypothesis.under_way or hypothesis.end_seconds > LONGEST_COMMAND_SECONDS:
        return False
    return not (intent in TURNED_ROUND_BY_A_NOT and clause.negated)
