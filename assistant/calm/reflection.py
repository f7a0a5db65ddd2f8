"""The weekly look back by voice: a theme, three questions, something good, another way to read a moment, and a card.

Breather asks and leaves time. What they say to each other is theirs; it listens only for what leads on.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.calm.calm_questions import CalmQuestions
from assistant.calm.talk import Conversation, Material, Passage, Talk
from assistant.dialogue.rotation import Rotation
from assistant.dialogue.stage import Line
from assistant.messages import Chime, Cue, Intent
from assistant.settings.calm_topics import Card
from assistant.settings.reflection import Question

THEMES_OFFERED = 3
CARDS_OFFERED = 2
CARD_GAP_SECONDS = 1.5
NEXT = frozenset({Intent.QUESTION})


class ReflectionTalk(Talk):
    """One look back. ``questions``, ``cards``: go on where the look back before ended."""

    def __init__(self, *, material: Material, now: float, questions: CalmQuestions, cards: Rotation[Card]) -> None:
        self._questions, self._cards = questions, cards
        super().__init__(material=material, now=now)

    def conversation(self) -> Conversation[None]:
        """From "is it a good time" to the last line."""
        if not (yield from self.agreed("reflect_ask")):
            yield from self.say(self.left_line)
            return
        yield from self.say("reflect_how")
        theme = yield from self._theme()
        for question in self._questions_about(theme):
            yield from self._time_for(Line("question", question.sentences), seconds=self.timing.think_seconds)
        for line in ("reflect_good", "reflect_strength", "reflect_moment", "reflect_roots", "reflect_card"):
            yield from self._time_for(self.line(line), seconds=self.timing.share_seconds)
        yield from self._learn(theme)
        yield from self.say("reflect_support", "reflect_first_step", "reflect_end")

    def _theme(self) -> Conversation[str | None]:
        """The first of a few themes that they would like; None for none of them."""
        for number, theme in enumerate(self._questions.offers(THEMES_OFFERED)):
            offer = "reflect_another_theme" if number else "reflect_theme"
            if (yield from self.agreed(self.line(offer, theme=self._questions.name(theme)))):
                return theme
        yield from self.say("reflect_any_theme")
        return None

    def _questions_about(self, theme: str | None) -> Sequence[Question]:
        return self._questions.of(theme) if theme is not None else self._questions.of_several()

    def _time_for(self, line: Line, *, seconds: float) -> Conversation[None]:
        """A light note, the line, and time; "next question" or a press leads on sooner."""
        self.stage.give(Chime(Cue.LISTEN))
        yield Passage(lines=(line,), seconds=seconds, answers=NEXT, after_cue=True)

    def _learn(self, theme: str | None) -> Conversation[None]:
        """Offer a card: the one of the theme, or else a few in turn."""
        of_theme = [card for card in self.material.calm.cards if card.theme == theme]
        offered = of_theme or [self._cards.next() for _ in range(min(CARDS_OFFERED, len(self.material.calm.cards)))]
        for card in offered:
            title = self.line("reflect_learn_title", theme=self._questions.name(card.theme))
            wanted = yield from self.asked(title, "reflect_learn")
            if wanted is None:
                return
            if wanted:
                yield from self._tell(card)
                return

    def _tell(self, card: Card) -> Conversation[None]:
        for part in card.parts:
            led_on = yield Passage(lines=(Line("card", part),), seconds=CARD_GAP_SECONDS)
            if led_on is not None:
                return


class Reflections:
    """Begins one look back after the other, so that questions and cards take turns."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._questions = CalmQuestions(reflection=material.reflection, agreement=material.agreement, lot=material.lot)
        self._cards = Rotation(material.calm.cards, lot=material.lot)

    def __call__(self, now: float) -> ReflectionTalk:
        return ReflectionTalk(material=self._material, now=now, questions=self._questions, cards=self._cards)
