"""Ending a pause early: asked once, "is the pause over for you both?"; a yes, or the same words again, ends it.

The time goes on meanwhile, and without an answer so does the pause. What Breather itself says does not take away from
the seconds for the answer; and nobody is asked two things at once: a ready check waits.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.lines import ASK_END
from assistant.dialogue.stage import Stage

MOST_SECONDS = 40.0  # whatever else is said meanwhile


class EndQuestion:
    """``seconds``: how long a yes is waited for. ``listen``: what means something has changed.

    ``end``: the pause is over. ``goes_on``: it is not.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        seconds: float,
        listen: Callable[[], None],
        end: Callable[[], None],
        goes_on: Callable[[], None],
    ) -> None:
        self._stage, self._seconds, self._listen = stage, seconds, listen
        self._end, self._goes_on = end, goes_on
        self._waiting_since: float | None = None

    @property
    def waiting(self) -> bool:
        """Whether a yes would end the pause."""
        return self._waiting_since is not None

    def ask(self) -> None:
        """Ask; asked while it waits for the answer, that is the answer."""
        if self.waiting:
            self._end()
            return
        stage = self._stage
        stage.end_row()
        asked = stage.say(stage.line(ASK_END))
        self._waiting_since = stage.now
        self._listen()
        stage.at(asked + self._seconds, self._look)

    def yes(self) -> None:
        if self.waiting:
            self._end()

    def no(self) -> None:
        """No, or no answer."""
        if self.waiting:
            self.drop()
            self._goes_on()

    def drop(self) -> None:
        """It does not matter any more."""
        if self.waiting:
            self._waiting_since = None
            self._stage.forget(ASK_END)
            self._listen()

    def _look(self) -> None:
        """Has there been time enough for an answer?"""
        if self._waiting_since is None:
            return
        stage = self._stage
        answer_by = min(stage.said_until + self._seconds, self._waiting_since + MOST_SECONDS)
        if stage.now >= answer_by - 1e-6:
            self.no()
        else:
            stage.at(answer_by, self._look)
