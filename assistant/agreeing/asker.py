"""Whoever asks the couple, and the agreement that is being made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from assistant.agreeing.phrase_risk import Hears
from assistant.settings.agreement import Agreement
from assistant.settings.agreement_checks import agreement_with, offered_by, problem_of
from assistant.settings.calm_topics import Choices
from assistant.settings.phrases import Phrases
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script

T = TypeVar("T")


class Asker(Protocol):
    """Asks on a terminal, or plays a couple in a test (see `assistant.commands.asking`)."""

    def tell(self, *sentences: str) -> None: ...
    def select(self, question: str, choices: Sequence[tuple[str, T]], default: T | None = None) -> T: ...
    def checkbox(
        self,
        question: str,
        choices: Sequence[tuple[str, T]],
        chosen: Collection[T] = (),
        *,
        check: Callable[[Sequence[T]], str | None] = ...,
    ) -> list[T]: ...
    def text(self, question: str, *, default: str = "", check: Callable[[str], str | None] = ...) -> str: ...
    def confirm(self, sentence: str, *, default: bool) -> bool: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What an agreement is made of.

    ``choices``: what can be chosen without typing. ``hears``: asks the recogniser about a phrase.
    """

    script: Script
    phrases: Phrases
    reflection: Reflection
    choices: Choices
    hears: Hears


def as_before(chosen: Sequence[str], today: Sequence[str]) -> tuple[str, ...]:
    """What was chosen from a list: what was there today in the order it had, then what is new."""
    return (*(entry for entry in today if entry in chosen), *(entry for entry in chosen if entry not in today))


class Draft:
    """An agreement that is being made. ``today``: the one in force, whose values are kept until others are chosen.

    ``agreed_before``: whether both have ever said yes to it.
    """

    def __init__(self, today: Agreement, rules: Rules, *, agreed_before: bool = True) -> None:
        self.today, self.rules, self.agreed_before = today, rules, agreed_before
        self._changes: dict[str, object] = {}

    def now(self, key: str) -> Any:
        """The value as it stands in the draft."""
        return self._changes.get(key, getattr(self.today, key))

    @property
    def names(self) -> tuple[str, str]:
        """The two names as they stand in the draft."""
        first, second = self.now("names")
        return first, second

    def put(self, key: str, value: object) -> None:
        """Choose a value; whether all of them go together shows in `agreement`."""
        self._changes[key] = value

    def problem(self, key: str, value: object) -> str | None:
        """Why this cannot be the value, as a sentence; None when it can."""
        rules = self.rules
        own = self.now("own_pause_words")
        offered = offered_by(rules.script, rules.phrases, rules.reflection, own_words=own)
        return problem_of(self.today, key, value, offered)

    def agreement(self) -> Agreement:
        """The whole. Raises `ConfigError` with everything that does not go together."""
        rules = self.rules
        return agreement_with(
            self.today, self._changes, script=rules.script, phrases=rules.phrases, reflection=rules.reflection
        )
