"""The house rules for what is said on calm days, as code: the same as for the script, and where they bend.

A line may ask to press something or to wait; it may still not order about, blame, diagnose or claim. A pause phrase may
be said where it fills a gap, because Breather does not listen while it speaks; nothing else of what people say to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from assistant.settings.calm import Calm
from assistant.settings.content_lint import HIGHEST_MEAN_GRADE, LONGEST_LINE_SECONDS, estimated_seconds, of_wording
from assistant.settings.phrases import Phrases
from assistant.settings.placeholders import filled, placeholders
from assistant.settings.reading import grade

SAMPLE = {
    "first": "Alex",
    "second": "Sam",
    "name": "Alex",
    "phrase": "",
    "count": "twice",
    "theme": "needs",
    "minutes": "thirty minutes",
    "extension": "ten minutes",
    "place_one": "the kitchen",
    "place_two": "the living room",
    "ritual": "a long hug",
    "children": "whoever is nearer",
    "saying": "I will come back to you",
    "when": "a reply comes late",
    "say": "I will call you later",
}
"""What fills the gaps while a line is judged. A phrase is judged nowhere: it is theirs."""

Entry = tuple[str, Sequence[str]]
"""Its key, and its sentences."""


def lint_calm(
    calm: Calm,
    phrases: Phrases,
    *,
    talk_lines: Collection[str],
    seconds: Callable[[Sequence[str]], float] = estimated_seconds,
) -> list[str]:
    """Every breach of the rules, a sentence each; empty when all is well.

    ``phrases``: what people say to Breather. ``talk_lines``: the ids of the lines that the talks say. ``seconds``: how
    long sentences take to say.
    """
    lines = [*_lines(calm)]
    entries = [*lines, *_others(calm)]
    problems = [f"{key}: {breach}" for key, said in entries for breach in _of_wording(said, phrases)]
    for key, said in lines:
        if seconds(said) > LONGEST_LINE_SECONDS:
            problems.append(
                f"{key}: this takes {seconds(said):.1f} s to say; at most {LONGEST_LINE_SECONDS:g} s are possible"
            )
    grades = [grade(tuple(said)) for _, said in entries]
    mean = sum(grades) / len(grades)
    if mean > HIGHEST_MEAN_GRADE:
        problems.append(f"all of it reads like school grade {mean:.1f}; at most {HIGHEST_MEAN_GRADE:g} is possible")
    problems += [f"lines.{line}: nothing ever says this" for line in calm.lines if line not in talk_lines]
    missing = sorted(set(talk_lines) - calm.lines.keys())
    problems += [f"lines.{line}: this is missing, and a talk says it" for line in missing]
    return problems


def _lines(calm: Calm) -> Iterator[Entry]:
    for key, lines in (("lines", calm.lines), ("short_pause.lines", calm.short_pause.lines)):
        for line_id, line in lines.items():
            known = [sentence for sentence in line.sentences if set(placeholders(sentence)) <= SAMPLE.keys()]
            yield f"{key}.{line_id}", tuple(filled(sentence, SAMPLE) for sentence in known)


def _others(calm: Calm) -> Iterator[Entry]:
    for card in calm.cards:
        for number, sentences in enumerate(card.parts, 1):
            yield f"cards.{card.theme}.parts.{number}", sentences
    yield "counts", calm.counts
    choices = calm.choices  # bits of sentences: of each kind, all of them together
    yield "choices.places", [place for pair in choices.places for place in pair]
    yield "choices.ritual", choices.ritual
    yield "choices.children", choices.children
    yield "choices.reassurance", choices.reassurance
    yield "choices.trigger_plans", [text for plan in choices.trigger_plans for text in (plan.when, plan.say)]


def _of_wording(sentences: Sequence[str], phrases: Phrases) -> Iterator[str]:
    for sentence in sentences:
        if re.search(r"[.?!] ", sentence):
            yield f'"{sentence}" is more than one sentence; write each by itself'
    yield from of_wording(tuple(sentences), phrases)
