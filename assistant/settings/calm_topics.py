"""What is told and offered on a calm day: the learn cards, and what an agreement can be made of by voice.

Both are tables of ``config/calm.en.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from assistant.settings.agreement import Children, Place, Ritual, Saying, TriggerPlan
from assistant.settings.reflection import Id, Name
from assistant.settings.spoken import normalised
from assistant.settings.values import Table, did_you_mean, how_many, no_repeats, shown, text

Problems = Iterator[tuple[str, str]]
"""The key, counted from 1 in lists, and a sentence."""

Sentence = Annotated[str, text(longest=200)]
Part = Annotated[tuple[Sentence, ...], how_many(*range(1, 6))]
Parts = Annotated[tuple[Part, ...], how_many(*range(1, 9))]
Places = Annotated[tuple[Place, ...], how_many(2), no_repeats(normalised)]


class Card(Table):
    """About a minute on one source of insecurity.

    ``theme``: an id of ``[themes]`` in reflection.en.toml. ``parts``: sentences that belong together; between the
    parts it is quiet for a moment.
    """

    theme: Id
    title: Name
    parts: Parts

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of them, in their order."""
        return tuple(sentence for part in self.parts for sentence in part)


Cards = Annotated[tuple[Card, ...], how_many(*range(1, 31))]


class Choices(Table):
    """What is offered by voice, because no words of anybody's own are kept; the keys are those of the agreement.

    ``places``: pairs. ``reassurance``: lines of which each of them chooses one. What can be chosen of everything else
    is known already: lengths stand in the script, and the pause words in phrases.en.toml.
    """

    places: Annotated[tuple[Places, ...], how_many(*range(1, 11))]
    ritual: Annotated[tuple[Ritual, ...], how_many(*range(1, 11)), no_repeats(normalised)]
    children: Annotated[tuple[Children, ...], how_many(*range(1, 6)), no_repeats(normalised)]
    reassurance: Annotated[tuple[Saying, ...], how_many(*range(1, 11)), no_repeats(normalised)]
    trigger_plans: Annotated[tuple[TriggerPlan, ...], how_many(*range(1, 6))]


def card_problems(cards: Sequence[Card], themes: Mapping[str, str] | None) -> Problems:
    """What does not fit together. ``themes``: of the reflection file; None where they could not be read."""
    seen: set[str] = set()
    for number, card in enumerate(cards, 1):
        if card.theme in seen:
            yield f"cards.{number}.theme", f"{shown(card.theme)} stands here twice; each may have one card"
        seen.add(card.theme)
        if themes is not None and card.theme not in themes:
            hint = did_you_mean(card.theme, themes) or "; give it a name there first"
            yield f"cards.{number}.theme", f"{shown(card.theme)} is not in [themes] of reflection.en.toml{hint}"
        if any("{" in sentence or "}" in sentence for sentence in card.sentences):
            yield f"cards.{number}.parts", "braces have no meaning here; write plain words"
