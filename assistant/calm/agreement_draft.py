"""What an agreement could become by voice: for each of its parts the values that are offered, and how each is said.

How a value is said comes from the reading back of the whole agreement, so that nothing is said in two ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from assistant.settings.agreement import CHECK_INS, TALK_LEVELS, Agreement
from assistant.settings.calm_topics import Choices

ReadBack = Callable[[Agreement], Sequence[str]]
"""An agreement in sentences; each holds the words of one part only."""

FEWEST_PAUSE_WORDS, MOST_PAUSE_WORDS = 2, 4
MOST_PLANS = 8


class AgreementDraft:
    """``lengths``: minutes. ``pause_phrases``: all that may be chosen, normalised."""

    def __init__(
        self,
        *,
        agreement: Agreement,
        choices: Choices,
        read_back: ReadBack,
        lengths: Sequence[int],
        pause_phrases: Sequence[str],
    ) -> None:
        self._before, self.agreement = agreement, agreement
        self._read_back, self._pause_phrases = read_back, pause_phrases
        self.plans = choices.trigger_plans
        self.reassurance = choices.reassurance
        self._offered: Mapping[str, Sequence[object]] = {
            "minutes": sorted(lengths),
            "places": [*choices.places, ()],
            "ritual": [*choices.ritual, ""],
            "children": [*choices.children, *agreement.names, ""],
            "talk": TALK_LEVELS,
            "quiet": [True, False],
            "check_in": [*(each for each in CHECK_INS if each != "none"), "none"],
        }

    def change(self, part: str, value: object) -> None:
        """Write this into the draft."""
        self.agreement = self.agreement.model_copy(update={part: value})

    def options(self, part: str) -> tuple[object, ...]:
        """What could be taken instead of what is agreed on."""
        now = getattr(self.agreement, part)
        return tuple(value for value in self._offered[part] if value != now)

    def now(self, part: str) -> object:
        """What is agreed on so far."""
        value: object = getattr(self.agreement, part)
        return value

    def said(self, part: str, value: object) -> tuple[str, ...]:
        """How a value of this part is read back; nothing where it is left out."""
        without = Counter(self._with(part, self._another(part, value)))
        said = []
        for sentence in self._with(part, value):
            if without[sentence]:  # it belongs to another part
                without[sentence] -= 1
            else:
                said.append(sentence)
        return tuple(said)

    def read(self) -> tuple[str, ...]:
        """The whole of it."""
        return tuple(self._read_back(self.agreement))

    @property
    def changes(self) -> dict[str, object]:
        """What is not as it was, by its keys in agreement.toml, as plain values."""
        before, after = self._before.model_dump(), self.agreement.model_dump()
        return {key: value for key, value in after.items() if value != before[key]}

    def everything(self) -> tuple[str, ...]:
        """Every sentence that any draft can be read back with, each once."""
        variants: list[tuple[str, object]] = [
            (part, value) for part, values in self._offered.items() for value in (self.now(part), *values)
        ]
        variants += [("trigger_plans", (plan,)) for plan in self.plans]
        variants += [("reassurance", (line, line)) for line in self.reassurance]
        variants += [("history", value) for value in (True, False)]
        for phrase in self._pause_phrases:
            other = self._pause_phrases[phrase == self._pause_phrases[0]]
            variants += [("pause_words", (phrase, other)), ("pause_words", (other, phrase))]
        said = chain(self.read(), *(self._with(part, value) for part, value in variants))
        return tuple(dict.fromkeys(said))

    def _with(self, part: str, value: object) -> Sequence[str]:
        return self._read_back(self.agreement.model_copy(update={part: value}))

    def _another(self, part: str, value: object) -> object:
        """Any other value; one that is left out when read back, where there is such a one."""
        if part in ("trigger_plans", "reassurance"):
            return ()
        if part == "history":
            return not value
        if part == "pause_words":
            assert isinstance(value, Sequence)
            others = tuple(phrase for phrase in self._pause_phrases if phrase not in value)
            return others[:1] or value[-1:]
        return next(other for other in reversed(self._offered[part]) if other != value)
