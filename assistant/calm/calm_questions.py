"""The questions for calm days, by theme: what there is to choose, and which come next."""

from __future__ import annotations

from assistant.dialogue.rotation import Lot, Rotation
from assistant.settings.agreement import Agreement
from assistant.settings.reflection import Question, Reflection

QUESTIONS_AT_A_TIME = 3


class CalmQuestions:
    """For one couple. No question of a theme comes a second time before all of it have had their turn.

    ``lot``: draws which theme is offered, and which question comes. Themes of the agreement come first, every time.
    """

    def __init__(self, *, reflection: Reflection, agreement: Agreement, lot: Lot = range) -> None:
        calm = [question for question in reflection.questions if question.tier == "calm"]
        there = [theme for theme in reflection.themes if any(question.theme == theme for question in calm)]
        self.chosen = tuple(theme for theme in agreement.themes if theme in there)
        """The themes the couple has chosen."""
        others = [theme for theme in there if theme not in self.chosen]
        self._place = {question.id: place for place, question in enumerate(calm)}
        self._names = reflection.themes
        self._offers = [(Rotation(group, lot=lot), len(group)) for group in (self.chosen, others)]
        self._mixed = Rotation(self.chosen, others, lot=lot)
        self._of_theme = {
            theme: Rotation([question for question in calm if question.theme == theme], lot=lot) for theme in there
        }
        self._how_many = {theme: sum(question.theme == theme for question in calm) for theme in there}

    @property
    def themes(self) -> tuple[str, ...]:
        """Ids of all themes that have a question for a calm day: those of the agreement first."""
        return self.chosen + tuple(theme for theme in self._of_theme if theme not in self.chosen)

    def name(self, theme: str) -> str:
        """What a theme is called."""
        return self._names[theme]

    def offers(self, count: int) -> tuple[str, ...]:
        """The next themes to offer; fewer where there are not so many."""
        offered: list[str] = []
        for group, size in self._offers:
            offered += [group.next() for _ in range(min(size, count - len(offered)))]
        return tuple(offered)

    def of(self, theme: str) -> tuple[Question, ...]:
        """The next questions of a theme, in the order of the file, because some of them follow from others."""
        count = min(QUESTIONS_AT_A_TIME, self._how_many[theme])
        drawn = {question.id: question for question in (self._of_theme[theme].next() for _ in range(count))}
        return tuple(sorted(drawn.values(), key=lambda question: self._place[question.id]))

    def of_several(self) -> tuple[Question, ...]:
        """One question each of a few themes."""
        count = min(QUESTIONS_AT_A_TIME, len(self._of_theme))
        return tuple(self._of_theme[self._mixed.next()].next() for _ in range(count))
