"""Both partners are asked, one after the other, whether they are ready to talk.

The two answers are compared and forgotten; nothing learns, keeps or says who was not ready or stayed away.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.flow import Event, State
from assistant.dialogue.stage import Stage
from assistant.messages import Chime, Cue, Intent

Outcome = Callable[[Event], None]


class ReadyCheck:
    """``enter``: moves the flow on and listens. ``outcome``: what comes of it, as one of three events."""

    def __init__(
        self, *, stage: Stage, reply_seconds: float, enter: Callable[[Event], State], outcome: Outcome
    ) -> None:
        self._stage, self._reply_seconds = stage, reply_seconds
        self._enter, self._outcome = enter, outcome
        self._answers: list[Intent | None] = []
        self._second = False

    def start(self) -> None:
        """Ask the first of them."""
        self._answers, self._second = [], False
        self._enter(Event.TIME_TO_ASK)
        self._stage.hush()
        self.ask(again=False)

    def ask(self, *, again: bool, last: bool = False) -> None:
        """Ask the one whose turn it is. ``again``: after a chime. ``last``: who does not answer now is not here."""
        stage = self._stage
        name = "ask_second" if self._second else "ask_first"
        line = stage.line(name, asked=1 - stage.first if self._second else stage.first)
        chimed = again and not stage.quiet  # in quiet mode the line has a sound of its own, which tells the two apart
        if chimed:
            stage.give(Chime(Cue.LISTEN))
        asked = stage.say(line, after_cue=chimed)
        give_up = (lambda: self.answered(None)) if last else (lambda: self.ask(again=True, last=True))
        stage.at(asked + self._reply_seconds, give_up)

    def ask_once_more(self, *, after_seconds: float = 0.0) -> None:
        """Somebody did not catch the question, or was busy: the same again, with as long to answer."""
        self._stage.forget_plans()
        self._stage.at(self._stage.now + after_seconds, lambda: self.ask(again=False))

    def wait_for_the_finger(self) -> None:
        """Somebody has touched the button: what they mean by it is the answer to this question, not to the next."""
        self._stage.forget_plans()
        self._stage.at(self._stage.now + self._reply_seconds, lambda: self.answered(None))

    def answered(self, answer: Intent | None) -> None:
        """The one who was asked is ready, not ready, or (None) not here."""
        self._answers.append(answer)
        self._stage.hush()
        if not self._second:
            self._second = True
            self._enter(Event.FIRST_ASKED)
            self.ask(again=False)
            return
        answers, self._answers = self._answers, []
        if Intent.NOT_YET in answers:
            self._outcome(Event.NOT_YET)
        else:
            self._outcome(Event.SOMEBODY_AWAY if None in answers else Event.BOTH_READY)
