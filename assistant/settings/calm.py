"""What is said on calm days: the rehearsal, the weekly look back, the agreement (``config/calm.en.toml``)."""

from __future__ import annotations

from typing import Annotated, Literal

from assistant.settings.calm_topics import Cards, Choices
from assistant.settings.script import Lines, MinutesInWords, Plan
from assistant.settings.values import Table, how_many, number, text

GAPS = (
    "first",
    "second",
    "name",
    "phrase",
    "count",
    "theme",
    "minutes",
    "extension",
    "place_one",
    "place_two",
    "ritual",
    "children",
    "saying",
    "when",
    "say",
)
"""The placeholders that the lines of this file may have."""

Words = Annotated[str, text(longest=40)]
Counts = Annotated[tuple[Words, ...], how_many(4)]


class CalmTiming(Table):
    """How long the talks of a calm day wait, in seconds."""

    gap_seconds: Annotated[float, number(0.2, 5)]
    answer_seconds: Annotated[float, number(4, 60)]
    practice_seconds: Annotated[float, number(4, 30)]
    button_seconds: Annotated[float, number(4, 60)]
    erase_seconds: Annotated[float, number(5, 120)]
    think_seconds: Annotated[float, number(5, 300)]
    share_seconds: Annotated[float, number(5, 300)]
    longest_seconds: Annotated[float, number(300, 1800)]


class ShortPause(Table):
    """The pause of a rehearsal: the script's, with plans, waits and some lines of its own.

    ``minutes``: how long it is, and ``words``: how that is said. ``extension_minutes``: how long "ten more" are here.
    ``plan`` and ``extension`` take the place of the script's; so does each of the ``lines``, by its id.
    """

    minutes: Annotated[float, number(0.5, 5)]
    words: MinutesInWords
    extension_minutes: Annotated[float, number(0.1, 5)]
    undo_seconds: Annotated[float, number(0, 60)]
    walk_back_seconds: Annotated[float, number(0, 60)]
    reply_seconds: Annotated[float, number(3, 60)]
    plan: Plan
    extension: Plan
    lines: Lines


class Calm(Table):
    """The whole file. What its parts demand of one another is checked in `assistant.settings.calm_parts`.

    ``counts``: how "none, one, two or three times" is said. ``lines``: by their ids. ``cards``: to learn from.
    ``choices``: what an agreement can be made of by voice.
    """

    language: Literal["en"]
    timing: CalmTiming
    counts: Counts
    short_pause: ShortPause
    lines: Lines
    cards: Cards
    choices: Choices
