"""What is said on calm days, as this couple will hear it: names, phrases and counts filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from assistant.settings.agreement import Agreement
from assistant.settings.calm import Calm
from assistant.settings.phrases import Phrases
from assistant.settings.placeholders import filled, placeholders, values_for
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script
from assistant.settings.spoken import spelled

Values = Mapping[str, str]


class CalmWording:
    """Every sentence that can be said in a talk of a calm day."""

    def __init__(
        self, calm: Calm, script: Script, agreement: Agreement, phrases: Phrases, reflection: Reflection
    ) -> None:
        self._calm, self._script, self._agreement = calm, script, agreement
        self._phrases, self._reflection = phrases, reflection

    def sentences(self, line: str, *, first: int = 0, name: int | None = None, **gaps: str) -> tuple[str, ...]:
        """The line's sentences, ready to be spoken.

        ``first``: 0 or 1, whose name comes first. ``name``: 0 or 1, who is spoken to. ``gaps``: what else is filled in,
        by the names of the placeholders. Raises KeyError when there is no such line, ValueError when something to fill
        in is missing.
        """
        values = {**values_for(self._script, self._agreement, first=first, name=name), **gaps}
        said = self._calm.lines[line].sentences
        try:
            return tuple(filled(sentence, values) for sentence in said)
        except KeyError as error:
            raise ValueError(f"the line {line} needs {{{error.args[0]}}}, which is not given") from None

    def count(self, times: int) -> str:
        """How "so many times" is said."""
        return self._calm.counts[times]

    def everything(self) -> tuple[str, ...]:
        """Every sentence that can ever be said, each once: this is what is rendered ahead.

        Left out: what the short pause of a rehearsal says (`assistant.calm.short_pause`), and the agreement read back.
        """
        lines = (
            sentence
            for line in self._calm.lines.values()
            for written in line.sentences
            for sentence in self._versions(written)
        )
        calm = (
            sentence
            for question in self._reflection.questions
            if question.tier == "calm"
            for sentence in question.sentences
        )
        cards = (sentence for card in self._calm.cards for sentence in card.sentences)
        return tuple(dict.fromkeys([*lines, *calm, *cards]))

    def _versions(self, written: str) -> Iterator[str]:
        """One sentence with all that can stand in its gaps."""
        gaps = set(placeholders(written))
        groups = [values for names, values in self._fillings() if gaps & names]
        for chosen in product(*groups):
            yield filled(written, {gap: value for values in chosen for gap, value in values.items()})

    def _fillings(self) -> Iterator[tuple[set[str], Sequence[Values]]]:
        """What can stand in each gap, and in those that belong together."""
        names, choices, agreement = self._agreement.names, self._calm.choices, self._agreement
        lengths = self._script.minutes_in_words
        yield {"first", "second"}, [{"first": names[one], "second": names[1 - one]} for one in (0, 1)]
        yield {"name"}, [{"name": name} for name in names]
        yield {"phrase"}, [{"phrase": spelled(phrase)} for phrase in self._phrases.pause.phrases]
        yield {"count"}, [{"count": count} for count in self._calm.counts]
        yield {"theme"}, [{"theme": theme} for theme in self._reflection.themes.values()]
        yield {"minutes"}, [{"minutes": words.whole} for words in lengths.values()]
        yield {"extension"}, [{"extension": lengths[self._script.timing.extension_minutes].whole}]
        places = [*choices.places, *([agreement.places] if agreement.places else [])]
        yield {"place_one", "place_two"}, [{"place_one": one, "place_two": two} for one, two in places]
        yield {"ritual"}, _each("ritual", [*choices.ritual, agreement.ritual])
        yield {"children"}, _each("children", [*choices.children, agreement.children])
        yield {"saying"}, _each("saying", [*choices.reassurance, *agreement.reassurance])
        plans = [*choices.trigger_plans, *agreement.trigger_plans]
        yield {"when", "say"}, [{"when": plan.when, "say": plan.say} for plan in plans]


def _each(gap: str, values: Sequence[str]) -> list[Values]:
    return [{gap: value} for value in dict.fromkeys(values) if value]
