"""How much may be said in a pause: a fifth of it, and what was asked for comes before what was planned.

Lines that keep the time ("half", "two minutes left") are essential: their seconds are kept free for them. So are those
of one sentence for an emergency. Everything else has to fit into what is left; and when there is a second emergency and
no room, it is the lines that keep the time that give way, to their chimes.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST_OF_A_PAUSE = 0.20


class TalkBudget:
    """Counts the seconds of speech in one pause. Without a pause everything is allowed.

    ``share``: how much of it may be talk; inf for any amount.
    """

    def __init__(self, *, share: float = MOST_OF_A_PAUSE) -> None:
        self._share = share
        self._limit: float | None = None
        self._spent = 0.0
        self._essential: list[tuple[float, float]] = []
        self._set_apart = 0.0

    def begin(self, seconds: float, *, set_apart: float) -> None:
        """A pause of so many seconds begins. ``set_apart``: seconds for the first emergency."""
        self._limit, self._spent, self._essential = self._share * seconds, 0.0, []
        self._set_apart = set_apart

    @property
    def left_seconds(self) -> float:
        """How much may still be said; 0 without a pause, when nobody counts."""
        return 0.0 if self._limit is None else max(0.0, self._limit - self._spent)

    def go_on(self, left_seconds: float, *, set_apart: float) -> None:
        """A pause goes on in which so many seconds may still be said."""
        self._limit, self._spent, self._essential = left_seconds, 0.0, []
        self._set_apart = set_apart

    def extend(self, seconds: float) -> None:
        """The pause that is running becomes so many seconds longer; its plan is made anew."""
        self._limit = (self._limit or 0.0) + self._share * seconds
        self._essential = []

    def end(self) -> None:
        """The pause is over."""
        self._limit = None

    def keep_free(self, essential: Iterable[tuple[float, float]]) -> None:
        """These lines will have to be said: their second, and how long each takes."""
        self._essential = list(essential)

    def allows(self, seconds: float, now: float) -> bool:
        """Whether there is room for something that does not have to be said."""
        if self._limit is None:
            return True
        to_come = sum(length for second, length in self._essential if second > now)
        return self._spent + to_come + self._set_apart + seconds <= self._limit

    def make_room(self, seconds: float, now: float) -> bool:
        """Whether something for an emergency can be said, at the cost of what was kept free."""
        self._set_apart = 0.0
        if not self.allows(seconds, now):
            self._essential = []
        return self.allows(seconds, now)

    def spend(self, seconds: float) -> None:
        """So much was said; a negative number when something was cut short."""
        self._spent += seconds
