"""What there is to think about, one thing after the other: questions, kind words, exercises, ways to begin."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.dialogue.rotation import Lot, Rotation
from assistant.dialogue.stage import Line
from assistant.settings.agreement import Agreement
from assistant.settings.reflection import Exercise, Question, Reflection

MOST_QUESTIONS = 3
KIND_WORDS_AT_A_TIME, KIND_WORDS_APART_SECONDS = 3, 6.0

Row = Sequence[tuple[float, Line]]
"""Lines that belong together, each with its second from the start."""


class Thoughts:
    """For one couple. Nothing comes a second time before everything of its kind has had its turn.

    ``lot``: draws the order (see `rotation`). Questions of the agreement's themes come before the others.
    """

    def __init__(self, *, reflection: Reflection, agreement: Agreement, lot: Lot) -> None:
        live = reflection.live_questions(())
        chosen = [question for question in live if question.theme in agreement.themes]
        others = [question for question in live if question.theme not in agreement.themes]
        self._feeling = reflection.feeling
        self._questions: Rotation[Question] = Rotation(chosen, others, lot=lot)
        self._kind_words = Rotation(reflection.kind_words, lot=lot)
        self._starters = Rotation(reflection.starters, lot=lot)
        # Outside first: what can be seen and heard suits more people than what the body does.
        senses = [exercise for exercise in reflection.exercises if exercise.kind == "senses"]
        bodily = [exercise for exercise in reflection.exercises if exercise.kind == "body"]
        self._exercises: Rotation[Exercise] = Rotation(senses, bodily, lot=lot)
        self._asked = 0
        self._feeling_asked = False

    def begin(self) -> None:
        """A new pause: questions can be asked again."""
        self._asked, self._feeling_asked = 0, False

    def planned_question(self, *, first: bool) -> Line | None:
        """The next question of the plan; None when enough were asked. ``first``: the one about the feeling."""
        if self._asked >= MOST_QUESTIONS or (first and self._feeling_asked):
            return None
        return self._question(self._feeling if first else self._questions.next())

    def wished_question(self) -> Line | None:
        """A question somebody asked for; the first of a pause is the one about the feeling. None: enough were asked."""
        return self.planned_question(first=not self._feeling_asked)

    def _question(self, question: Question) -> Line:
        self._asked += 1
        self._feeling_asked = self._feeling_asked or question is self._feeling
        return Line("question", question.sentences, essential=False)

    def kind_words(self, before: Line) -> Row:
        """Three of them, after a line that leaves the choice."""
        words = [self._kind_words.next() for _ in range(KIND_WORDS_AT_A_TIME)]
        lines = [before, *(Line("kind_words", (sentence,), essential=False) for sentence in words)]
        return [(number * KIND_WORDS_APART_SECONDS, line) for number, line in enumerate(lines)]

    def exercise(self) -> Row:
        """Another way to come to rest."""
        steps = self._exercises.next().steps
        return [(step.at, Line("exercise", step.sentences, essential=False)) for step in steps]

    def starter(self) -> Line:
        """A way to begin a sentence, for the talk."""
        return Line("starter", (self._starters.next(),), essential=False)
