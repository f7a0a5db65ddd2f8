"""What has to be known of a pause so that it can go on after a power cut: numbers and switches.

Never who, never a word, and no time on any clock: only how many seconds are left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.dialogue.flow import COMING_BACK, COOL_DOWN, State
from assistant.records import Ending

AGREED_TIME = (State.OPENING, *COOL_DOWN)
"""While the time that was agreed on, or more of it, is running."""
CHOICES = (State.CHOOSING, State.SETTING_TIME)


@dataclass(frozen=True, slots=True)
class PauseSnapshot:
    """A pause at one moment.

    ``left_seconds``: to the end of the agreed time; below zero when it is over. ``plan_seconds``: how long that time is
    altogether, as it is being followed. ``part_seconds``: to the moment at which nobody is waited for any more, or the
    talk is not listened to any more. ``talk_seconds``: how long Breather may still talk in this pause.
    ``since_begin_seconds``: since the pause was called. ``pauses``: of this evening, this one included.
    ``minutes``, ``extensions``, ``ending``: as in `PauseOver`. ``first``: whose name comes first, 0 or 1.
    ``exercises``: False when somebody wanted no more tones or exercises. ``restarts``: how often it was taken up again.
    """

    state: State
    left_seconds: float
    plan_seconds: float
    part_seconds: float
    talk_seconds: float
    since_begin_seconds: float
    pauses: int
    minutes: int
    extensions: int
    ending: Ending
    first: int
    quiet: bool
    muted: bool
    exercises: bool
    volume_db: float
    restarts: int

    @property
    def under_way(self) -> bool:
        """Whether it could no longer be taken back."""
        return self.state is not State.OPENING

    @property
    def goes_on(self) -> bool:
        """Whether there is more to come of it than its last words."""
        return self.state is not State.CLOSE_OUT

    @property
    def promised(self) -> bool:
        """Whether a return was promised that has not been kept: the time is running, or they are being called back."""
        return self.state in AGREED_TIME or (self.state in COMING_BACK and self.state is not State.WAITING)

    def as_over(self) -> PauseSnapshot:
        """The same pause, of which only its end has still to be told."""
        ending = Ending.NOBODY_CAME if self.state is State.WAITING else self.ending
        return replace(self, state=State.CLOSE_OUT, ending=ending)

    def differs_from(self, other: PauseSnapshot) -> bool:
        """Whether something else than the time has changed."""
        return self._switches() != other._switches()

    def _switches(self) -> tuple[object, ...]:
        told = self.minutes, self.extensions, self.ending, self.pauses, self.restarts
        return self.state, self.plan_seconds, *told, self.first, self.quiet, self.muted, self.exercises, self.volume_db
