"""Does the reflection file hold together? Its questions, exercises and breathing, each checked against the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pydantic import TypeAdapter

from assistant.settings.partly import part
from assistant.settings.reflection import (
    Answers,
    Exercise,
    Exercises,
    Id,
    KindWords,
    Pattern,
    Patterns,
    Question,
    Questions,
    Starters,
    Themes,
)
from assistant.settings.values import did_you_mean, shown

FEWEST_LIVE_QUESTIONS = 3
"""A pause asks as many."""
LONGEST_LIVE_REST_SECONDS = 2.0
"""A longer rest after the out-breath is a breath held."""

Problems = Iterator[tuple[str, str]]
"""The key, counted from 1 in lists, and a sentence."""

_ID: TypeAdapter[str] = TypeAdapter(Id)
_KIND_WORDS: TypeAdapter[tuple[str, ...]] = TypeAdapter(KindWords)
_STARTERS: TypeAdapter[tuple[str, ...]] = TypeAdapter(Starters)
_ANSWERS: TypeAdapter[tuple[str, ...]] = TypeAdapter(Answers)
_THEMES: TypeAdapter[dict[str, str]] = TypeAdapter(Themes)
_QUESTIONS: TypeAdapter[tuple[Question, ...]] = TypeAdapter(Questions)
_EXERCISES: TypeAdapter[tuple[Exercise, ...]] = TypeAdapter(Exercises)
_PATTERNS: TypeAdapter[dict[str, Pattern]] = TypeAdapter(Patterns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectionParts:
    """The parts of the file; None where a part could not be read, so that the others are checked all the same."""

    feeling_question: str | None
    kind_words: Sequence[str] | None
    starters: Sequence[str] | None
    answers: Sequence[str] | None
    themes: Mapping[str, str] | None
    questions: Sequence[Question] | None
    exercises: Sequence[Exercise] | None
    breathing: Mapping[str, Pattern] | None

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> ReflectionParts:
        """What can be read of the file's table."""
        return cls(
            feeling_question=part(_ID, table, "feeling_question"),
            kind_words=part(_KIND_WORDS, table, "kind_words"),
            starters=part(_STARTERS, table, "starters"),
            answers=part(_ANSWERS, table, "answers"),
            themes=part(_THEMES, table, "themes"),
            questions=part(_QUESTIONS, table, "questions"),
            exercises=part(_EXERCISES, table, "exercises"),
            breathing=part(_PATTERNS, table, "breathing"),
        )

    @property
    def live_patterns(self) -> tuple[str, ...]:
        """The ids of the breathing a couple can choose for its pauses."""
        return tuple(name for name, pattern in (self.breathing or {}).items() if pattern.tier == "live")


def reflection_problems(parts: ReflectionParts) -> Problems:
    """Everything that does not fit together, as (key, sentence)."""
    if parts.questions is not None:
        yield from _questions(parts.questions, parts.themes)
        if parts.feeling_question is not None:
            yield from _feeling(parts.feeling_question, parts.questions)
    if parts.exercises is not None:
        yield from _exercises(parts.exercises)
    if parts.breathing is not None:
        if not parts.live_patterns:
            yield "breathing", 'there is none with tier = "live"; a pause needs one'
        for name in parts.live_patterns:
            yield from _live_pattern(f"breathing.{name}", parts.breathing[name])
    for key, texts in _texts(parts):
        if any("{" in text or "}" in text for text in texts):
            yield key, "braces have no meaning here; write plain words"


def _questions(questions: Sequence[Question], themes: Mapping[str, str] | None) -> Problems:
    yield from _repeated("questions", [question.id for question in questions])
    for number, question in enumerate(questions, 1):
        if themes is not None and question.theme not in themes:
            hint = did_you_mean(question.theme, themes) or "; give it a name there first"
            yield f"questions.{number}.theme", f"{shown(question.theme)} is not in [themes]{hint}"
    live = sum(question.tier == "live" for question in questions)
    if live < FEWEST_LIVE_QUESTIONS:
        yield "questions", f'{live} of them with tier = "live" are too few; a pause needs {FEWEST_LIVE_QUESTIONS}'


def _feeling(wanted: str, questions: Sequence[Question]) -> Problems:
    tier = next((question.tier for question in questions if question.id == wanted), None)
    if tier is None:
        hint = did_you_mean(wanted, [question.id for question in questions]) or "; choose the id of one"
        yield "feeling_question", f"{shown(wanted)} is not one of the questions{hint}"
    elif tier != "live":
        yield "feeling_question", f'{shown(wanted)} is for calm days; choose one with tier = "live"'


def _exercises(exercises: Sequence[Exercise]) -> Problems:
    yield from _repeated("exercises", [exercise.id for exercise in exercises])
    for kind in ("body", "senses"):
        if not any(exercise.kind == kind for exercise in exercises):
            yield "exercises", f'there is none with kind = "{kind}"; one of each kind is needed'
    for number, exercise in enumerate(exercises, 1):
        last = -1.0
        for count, step in enumerate(exercise.steps, 1):
            key = f"exercises.{number}.steps.{count}.at"
            if step.at <= last:
                yield key, f"{step.at:g} is not later than the step above it, {last:g}; put the steps in order of time"
            if step.at >= exercise.seconds:
                yield key, f"{step.at:g} is outside of the exercise, which takes {exercise.seconds:g} seconds"
            last = step.at


def _live_pattern(key: str, pattern: Pattern) -> Problems:
    if pattern.hold_seconds > 0:
        yield f"{key}.hold_seconds", 'nothing is held in a pause; leave this out, or set tier = "calm"'
    if pattern.rest_seconds > LONGEST_LIVE_REST_SECONDS:
        longest = f"{LONGEST_LIVE_REST_SECONDS:g}"
        yield f"{key}.rest_seconds", f'more than {longest} is long for a pause; use less, or set tier = "calm"'
    if pattern.out_seconds < pattern.in_seconds + pattern.top_up_seconds:
        yield f"{key}.out_seconds", "in a pause, the way out is not shorter than the way in"


def _repeated(key: str, ids: Iterable[str]) -> Problems:
    seen: set[str] = set()
    for number, one in enumerate(ids, 1):
        if one in seen:
            yield f"{key}.{number}.id", f"{shown(one)} stands here twice; each may be there once"
        seen.add(one)


def _texts(parts: ReflectionParts) -> Iterator[tuple[str, Sequence[str]]]:
    """All that can be read or spoken, with its key."""
    lists = {"kind_words": parts.kind_words, "starters": parts.starters, "answers": parts.answers}
    listed = (
        (f"{key}.{number}", (text,)) for key, texts in lists.items() for number, text in enumerate(texts or (), 1)
    )
    themes = ((f"themes.{theme}", (name,)) for theme, name in (parts.themes or {}).items())
    questions = (
        (f"questions.{number}.sentences", question.sentences)
        for number, question in enumerate(parts.questions or (), 1)
    )
    steps = (
        (f"exercises.{number}.steps.{count}.sentences", step.sentences)
        for number, exercise in enumerate(parts.exercises or (), 1)
        for count, step in enumerate(exercise.steps, 1)
    )
    return chain(listed, themes, questions, steps)
