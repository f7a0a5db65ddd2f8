"""What there is to think about, and to do, in a pause (``config/reflection.en.toml``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator

from assistant.messages import Breath
from assistant.settings.values import Table, how_many, no_repeats, number, shown, text

Tier = Literal["live", "calm"]
"""Live: gentle enough for the middle of an argument. Calm: for other days, and never in a pause."""

Kind = Literal["body", "senses"]
"""What an exercise is about: something the body does, or what can be seen, heard, touched or counted outside of it."""


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", value):
        raise ValueError(f'{shown(value)} is not possible; use small letters, digits, "_" and "-", a letter first')
    return value


Id = Annotated[str, text(longest=40), AfterValidator(_id)]
Name = Annotated[str, text(longest=60)]
Sentence = Annotated[str, text(longest=200)]
Sentences = Annotated[tuple[Sentence, ...], how_many(*range(1, 5))]


class Question(Table):
    """Something to think about; nobody hears the answer. ``theme``: an id of ``[themes]``."""

    id: Id
    theme: Id
    tier: Tier
    sentences: Sentences


class ExerciseStep(Table):
    """What is said at one moment. ``at``: seconds from the start of the exercise."""

    at: Annotated[float, number(0, 300)]
    sentences: Sentences


class Exercise(Table):
    """A way to come to rest. ``seconds``: its whole length; what is left after the last step is quiet."""

    id: Id
    name: Name
    kind: Kind
    seconds: Annotated[float, number(10, 300)]
    steps: Annotated[tuple[ExerciseStep, ...], how_many(*range(1, 21))]


class Pattern(Table):
    """One breath of the tones, in seconds; a part of 0 s is left out."""

    in_seconds: Annotated[float, number(2, 8)]
    top_up_seconds: Annotated[float, number(0, 3)] = 0.0
    hold_seconds: Annotated[float, number(0, 8)] = 0.0
    out_seconds: Annotated[float, number(2, 12)]
    rest_seconds: Annotated[float, number(0, 6)] = 0.0
    tier: Tier = "live"

    @property
    def breath(self) -> Breath:
        """The same as the dialogue speaks of it."""
        return Breath(
            in_seconds=self.in_seconds,
            out_seconds=self.out_seconds,
            top_up_seconds=self.top_up_seconds,
            hold_seconds=self.hold_seconds,
            rest_seconds=self.rest_seconds,
        )


Themes = dict[Id, Name]
Questions = Annotated[tuple[Question, ...], how_many(*range(1, 501))]
Exercises = Annotated[tuple[Exercise, ...], how_many(*range(1, 101))]
Patterns = dict[Id, Pattern]
KindWords = Annotated[tuple[Sentence, ...], how_many(*range(3, 101)), no_repeats()]  # three are said at a time
Starters = Annotated[tuple[Sentence, ...], how_many(*range(1, 101)), no_repeats()]
Answers = Annotated[tuple[Sentence, ...], how_many(*range(101)), no_repeats()]


class Reflection(Table):
    """The whole file. What its parts demand of one another is checked in `assistant.settings.reflection_parts`.

    ``feeling_question``: the id of the question that comes first in every pause. ``kind_words``: in the voice of
    whoever hears them. ``starters``, ``answers``: for the talk afterwards, for the one who speaks and the one who
    listens. ``breathing``: patterns by their id.
    """

    feeling_question: Id
    kind_words: KindWords
    starters: Starters
    answers: Answers = ()
    themes: Themes
    questions: Questions
    exercises: Exercises
    breathing: Patterns

    @property
    def feeling(self) -> Question:
        """The first question of every pause."""
        return next(question for question in self.questions if question.id == self.feeling_question)

    def live_questions(self, themes: Sequence[str]) -> tuple[Question, ...]:
        """What a pause may ask after the feeling question: first these themes in their order, then the rest."""
        rank = {theme: place for place, theme in enumerate(themes)}
        live = (one for one in self.questions if one.tier == "live" and one.id != self.feeling_question)
        return tuple(sorted(live, key=lambda question: rank.get(question.theme, len(rank))))

    def everything_spoken(self) -> tuple[str, ...]:
        """Every sentence that can be said in or after a pause, each once; what is for calm days is left out."""
        asked = [sentence for question in (self.feeling, *self.live_questions(())) for sentence in question.sentences]
        shown_how = [sentence for exercise in self.exercises for step in exercise.steps for sentence in step.sentences]
        return tuple(dict.fromkeys([*asked, *self.kind_words, *self.starters, *shown_how]))
