"""Agreements for tests, a couple that answers from a list, and agreements of every kind."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st

from assistant.agreeing.asker import Rules
from assistant.agreeing.phrase_risk import english_letters
from assistant.agreeing.wizard import make_agreement
from assistant.settings.agreement import CHECK_INS, TALK_LEVELS, Agreement
from assistant.settings.agreement_checks import offered_by
from assistant.settings.calm_topics import Choices
from assistant.settings.phrases import Phrases
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script

T = TypeVar("T")
CONFIG = Path(__file__).parents[2] / "config"


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((CONFIG / name).read_text("utf-8"))


SCRIPT = Script.model_validate(_table("script.en.toml"))
PHRASES = Phrases.model_validate(_table("phrases.en.toml"))
REFLECTION = Reflection.model_validate(_table("reflection.en.toml"))
CHOICES = Choices.model_validate(_table("calm.en.toml")["choices"])
RULES = Rules(SCRIPT, PHRASES, REFLECTION, CHOICES, english_letters)
SHIPPED = Agreement.model_validate(_table("agreement.toml"))


class Answers:
    """An `Asker` whose couple says what a list says, question by question; Enter where the list says nothing.

    ``answers``: (a part of the question, the answer), in the order they are used. An answer that the check refuses is
    followed by the next one for the same question. Labels, not values, choose from what is offered.
    """

    def __init__(self, *answers: tuple[str, Any]) -> None:
        self._answers = list(answers)
        self.told: list[str] = []
        self.refused: list[str] = []
        self.asked: list[str] = []

    @property
    def left(self) -> list[tuple[str, Any]]:
        return self._answers

    def _next(self, question: str, default: Any) -> Any:
        if self._answers and self._answers[0][0] in question:
            return self._answers.pop(0)[1]
        return default

    def tell(self, *sentences: str) -> None:
        self.told += sentences

    def select(self, question: str, choices: Sequence[tuple[str, T]], default: T | None = None) -> T:
        self.asked.append(question)
        labels = dict(choices)
        assert len(labels) == len(choices), "two choices look the same"
        answer = self._next(question, None)
        if answer is None:
            return next((value for _, value in choices if value == default), choices[0][1])
        return next(value for label, value in choices if answer in label)

    def checkbox(
        self,
        question: str,
        choices: Sequence[tuple[str, T]],
        chosen: Collection[T] = (),
        *,
        check: Callable[[Sequence[T]], str | None] = lambda _: None,
    ) -> list[T]:
        self.asked.append(question)
        while True:
            answer = self._next(question, None)
            marked = (
                [value for _, value in choices if value in chosen]
                if answer is None
                else [value for label, value in choices if label in answer]
            )
            problem = check(marked)
            if problem is None:
                return marked
            self.refused.append(problem)
            assert answer is not None, problem

    def text(self, question: str, *, default: str = "", check: Callable[[str], str | None] = lambda _: None) -> str:
        self.asked.append(question)
        while True:
            answer = self._next(question, None)
            typed = default if answer is None else answer
            problem = check(typed)
            if problem is None:
                return str(typed)
            self.refused.append(problem)
            assert answer is not None, problem

    def confirm(self, sentence: str, *, default: bool) -> bool:
        self.asked.append(sentence)
        return bool(self._next(sentence, default))


YES = (("Alex, is that", True), ("Sam, is that", True))


def make(couple: Answers, today: Agreement = SHIPPED, *, agreed_before: bool = False) -> Agreement | None:
    def silent(_sentences: Sequence[str]) -> None: ...

    return make_agreement(couple, today, RULES, agreed_before=agreed_before, read_aloud=silent)


def made(*answers: tuple[str, Any], today: Agreement = SHIPPED) -> tuple[Agreement, Answers]:
    couple = Answers(*answers)
    agreement = make(couple, today)
    assert agreement is not None
    assert not couple.left, "a question was not asked"
    return agreement, couple


# --- agreements of every kind ----------------------------------------------------------------------------------------
_letters = st.characters(categories=("Lu", "Ll", "Lo", "Mn"))
_sayable = st.one_of(_letters, st.sampled_from(" -',.&\u2019"), st.characters(categories=["Nd"]))
_texts = st.text(_sayable, max_size=40)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Valid ones, with what else the files offer taken into account."""

    def some(texts: st.SearchStrategy[Any], counts: Sequence[int]) -> Any:
        size = draw(st.sampled_from(counts))
        return draw(st.lists(texts, min_size=size, max_size=size))

    phrases = draw(st.lists(st.sampled_from(PHRASES.pause.phrases), min_size=1, max_size=8, unique=True))
    own = draw(st.sampled_from([[], ["we both need some air"], ["Red light, my love!", "it's getting loud in here"]]))
    table = {
        "names": [draw(st.text(_letters, min_size=1, max_size=12)) for _ in range(2)],
        "minutes": draw(st.sampled_from(sorted(SCRIPT.minutes_in_words))),
        "pause_words": phrases[:5] + own,
        "own_pause_words": own,
        "places": some(_texts, (0, 2)),
        "ritual": draw(_texts),
        "quiet": draw(st.booleans()),
        "themes": draw(st.lists(st.sampled_from(sorted(REFLECTION.themes)), unique=True)),
        "breathing": draw(st.sampled_from(["long_out", "gentle", "sighs"])),
        "emergency_number": draw(st.sampled_from(["", "one one two", "112"])),
        "children": draw(_texts),
        "talk": draw(st.sampled_from(TALK_LEVELS)),
        "reassurance": some(_texts, (0, 2)),
        "trigger_plans": [{"when": draw(_texts), "say": draw(_texts)} for _ in range(draw(st.integers(0, 2)))],
        "check_in": draw(st.sampled_from(CHECK_INS)),
        "history": draw(st.booleans()),
    }
    offered = offered_by(SCRIPT, PHRASES, REFLECTION, own_words=("we both need some air", "red light my love"))
    # A wrong text only costs a field, or the example would seldom be of any use.
    for key in ("places", "ritual", "children", "reassurance", "trigger_plans", "names", "emergency_number"):
        try:
            Agreement.model_validate({**SHIPPED.model_dump(), key: table[key]}, context=offered)
        except ValueError:
            table[key] = SHIPPED.model_dump()[key]
    return Agreement.model_validate(table)
