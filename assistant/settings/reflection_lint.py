"""The house rules for the reflection file, as code: the same as for the script, and which of them bend where.

* A live question is asked in the middle of an argument: all rules hold, and above all nobody is asked "why".
* A calm question is for another day: it may ask "why".
* Kind words, starters and answers are in the couple's own voice. There "I feel" is no machine that claims feelings, and
  to say that oneself was wrong, or is sorry, accuses nobody.
* An exercise of the body says how to stay out of it. None asks for shut eyes or a held breath: to some people, either
  is what they are afraid of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from assistant.settings.content_lint import (
    BANNED,
    CLAIMS,
    HIGHEST_GRADE,
    HIGHEST_MEAN_GRADE,
    MOST_WORDS_IN_A_SENTENCE,
    estimated_seconds,
)
from assistant.settings.phrases import Phrases
from assistant.settings.reading import grade, words
from assistant.settings.reflection import Exercise, Reflection
from assistant.settings.spoken import contains, normalised

LONGEST_TALK_SECONDS = 20.0
"""Of one exercise, all its steps together."""

MAY_BE_ASKED_ON_A_CALM_DAY = frozenset({"why"})
# fmt: off
MAY_BE_SAID_OF_ONESELF = frozenset(
    {
        "i feel", "i think", "i hope", "i understand", "i know how", "i am sorry", "i'm sorry", "sorry", "wrong",
    }
)
NOT_IN_AN_EXERCISE = (
    "close your eyes", "shut your eyes", "eyes closed", "eyes shut", "hold your breath", "hold the breath",
    "keep your breath", "deep breath", "breathe deeply",
)
WAYS_OUT = (
    "as far as feels right", "as far as is comfortable", "as gently as you like", "if you like",
    "look around instead", "or look around", "or just look around",
)
# fmt: on

Entry = tuple[str, Sequence[str], Collection[str]]
"""Its key, its sentences, and those banned words that it may have all the same."""


def lint_reflection(
    reflection: Reflection, phrases: Phrases, *, seconds: Callable[[Sequence[str]], float] = estimated_seconds
) -> list[str]:
    """Every breach of the rules, a sentence each; empty when all is well.

    ``phrases``: what people say to Breather. ``seconds``: how long sentences take to say.
    """
    entries = [*_entries(reflection)]
    problems = [f"{key}: {breach}" for key, said, free in entries for breach in _of_wording(said, free, phrases)]
    for exercise in reflection.exercises:
        problems += [f"exercises.{exercise.id}: {breach}" for breach in _of_exercise(exercise, seconds)]
    grades = [grade(tuple(said)) for _, said, _ in entries]
    mean = sum(grades) / len(grades)
    if mean > HIGHEST_MEAN_GRADE:
        problems.append(f"all of it reads like school grade {mean:.1f}; at most {HIGHEST_MEAN_GRADE:g} is possible")
    return problems


def _entries(reflection: Reflection) -> Iterator[Entry]:
    for question in reflection.questions:
        free = MAY_BE_ASKED_ON_A_CALM_DAY if question.tier == "calm" else frozenset()
        yield f"questions.{question.id}", question.sentences, free
    for key, listed in (
        ("kind_words", reflection.kind_words),
        ("starters", reflection.starters),
        ("answers", reflection.answers),
    ):
        yield from ((f"{key}.{number}", (one,), MAY_BE_SAID_OF_ONESELF) for number, one in enumerate(listed, 1))
    for exercise in reflection.exercises:
        for count, step in enumerate(exercise.steps, 1):
            yield f"exercises.{exercise.id}.steps.{count}", step.sentences, ()


def _of_wording(sentences: Sequence[str], free: Collection[str], phrases: Phrases) -> Iterator[str]:
    for sentence in sentences:
        if len(words(sentence)) > MOST_WORDS_IN_A_SENTENCE:
            yield f'"{sentence}" has {len(words(sentence))} words; at most {MOST_WORDS_IN_A_SENTENCE} are possible'
        if re.search(r"[.?!] ", sentence):
            yield f'"{sentence}" is more than one sentence; write each by itself'
    if grade(tuple(sentences)) > HIGHEST_GRADE:
        yield f"this reads like school grade {grade(tuple(sentences)):.1f}; at most {HIGHEST_GRADE:g} is possible"
    text = normalised(" ".join(sentences))
    for word in BANNED:
        if word not in free and contains(text, word):
            yield f'"{word}" is not for Breather to say'
    yield from (f'"{claim}" claims what nobody can know' for claim in CLAIMS if contains(text, claim))
    for phrase in phrases.never_to_say:
        if contains(text, phrase):
            yield f'"{phrase}" is something people say to Breather, so Breather may not say it'


def _of_exercise(exercise: Exercise, seconds: Callable[[Sequence[str]], float]) -> Iterator[str]:
    text = normalised(" ".join(sentence for step in exercise.steps for sentence in step.sentences))
    yield from (f'"{asked}" is too much to ask' for asked in NOT_IN_AN_EXERCISE if contains(text, asked))
    if exercise.kind == "body" and not any(contains(text, way) for way in WAYS_OUT):
        yield 'it has to say how to stay out of it, such as "or look around instead"'
    talk = [seconds(step.sentences) for step in exercise.steps]
    if sum(talk) > LONGEST_TALK_SECONDS:
        yield f"{sum(talk):.1f} s of it is talk; at most {LONGEST_TALK_SECONDS:g} s are possible"
    ends = [*(step.at for step in exercise.steps[1:]), exercise.seconds]
    for number, (step, took, end) in enumerate(zip(exercise.steps, talk, ends, strict=True), 1):
        if step.at + took > end:
            yield f"step {number} is still being said when its time is over, at {end:g} s"
