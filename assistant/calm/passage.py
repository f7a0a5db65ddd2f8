"""What a talk of a calm day is made of: something to say with time for an answer, or something that leads a while."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from assistant.dialogue.stage import Line
from assistant.messages import Command, Heard, Intent, Press

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Something to say, and the time for an answer.

    ``seconds``: how long it waits after the words; 0: not at all. ``answers``: what is waited for. ``presses``: what a
    press means here; otherwise a short one leads on, and no other means anything. ``after_cue``: a chime sounds right
    now. ``practising``: a pause phrase said here is for practice. ``in_full``: a press counts only after the words.
    """

    lines: tuple[Line, ...] = ()
    seconds: float = 0.0
    answers: frozenset[Intent] = frozenset()
    presses: Mapping[Press, Intent] = field(default_factory=dict)
    after_cue: bool = False
    practising: bool = False
    in_full: bool = False


class Aside(Protocol):
    """Something that leads for a while in the place of the talk, such as a short pause. It begins at its first tick."""

    @property
    def over(self) -> bool: ...

    @property
    def speaking(self) -> bool: ...

    def tick(self, now: float) -> list[Command]: ...

    def handle(self, heard: Heard, now: float) -> list[Command]: ...

    def press(self, press: Press, now: float) -> list[Command]: ...

    def drop(self) -> list[Command]: ...


Conversation = Generator[Passage | Aside, Heard | None, T]
"""Yields what comes next; gets what was answered, ``Heard(QUIET)`` for "on to the next", None for no answer."""


class UnansweredError(Exception):
    """Nobody answered, twice."""


class NotKeptError(Exception):
    """What was to be kept, or erased, could not be."""


class LeftError(Exception):
    """They would rather leave it for another day."""
