"""Sessions for the tests of the dialogue: the shipped words, and a voice that is as fast as the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.dialogue.flow import CALM, State
from assistant.dialogue.session import Session
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.dialogue.turns import listened_for
from assistant.dialogue.wording import Wording
from assistant.messages import Command, Intent, Press, Speak
from assistant.settings.content_lint import estimated_seconds
from assistant.settings.loader import load_settings

SETTINGS = load_settings(Path(__file__).parents[2] / "config")
SCRIPT = SETTINGS.script
AT_HOME = listened_for(State.LISTENING, end_asked=False)


def seconds_of(sentences: Sequence[str]) -> float:
    """About as long as either of the two voices takes."""
    return estimated_seconds(sentences)


def session(*, headroom_db: float = 0.0, **agreement: object) -> Session:
    """A session that has begun at second 0."""
    made = unbegun(headroom_db=headroom_db, agreement=agreement)
    made.begin(0.0)
    return made


def unbegun(
    *, headroom_db: float = 0.0, resumed: PauseSnapshot | None = None, agreement: Mapping[str, object]
) -> Session:
    """A session that has yet to begin."""
    agreed = SETTINGS.agreement.model_copy(update=agreement)
    return Session(
        script=SCRIPT,
        agreement=agreed,
        reflection=SETTINGS.reflection,
        wording=Wording(SCRIPT, agreed, SETTINGS.reflection),
        seconds_of=seconds_of,
        headroom_db=headroom_db,
        resumed=resumed,
    )


def prepared(**agreement: object) -> frozenset[str]:
    """Every sentence that would have been rendered."""
    agreed = SETTINGS.agreement.model_copy(update=agreement)
    return frozenset(Wording(SCRIPT, agreed, SETTINGS.reflection).everything())


def lines(commands: Sequence[Command]) -> list[str]:
    return [command.line for command in commands if isinstance(command, Speak)]


def state_of(couple: Session) -> State:
    """Where it is now (mypy believes that a property stays as it was)."""
    return couple.state


class Couple:
    """A session, the time in it, and all that it did so far.

    ``resumed``: a pause that goes on; then what was done at the beginning counts as well.
    """

    def __init__(
        self,
        *,
        headroom_db: float = 0.0,
        resumed: PauseSnapshot | None = None,
        begin_at: float = 0.0,
        **agreement: object,
    ) -> None:
        self.session = unbegun(headroom_db=headroom_db, resumed=resumed, agreement=agreement)
        self.now = begin_at
        self.done: list[tuple[float, Command]] = []
        begun = self.session.begin(begin_at)
        if resumed is not None:
            self._take(begun)

    @property
    def state(self) -> State:
        return self.session.state

    def wait(self, seconds: float, *, step: float = 0.05) -> list[Command]:
        """Let time pass; returns what was done meanwhile."""
        end = self.now + seconds
        done: list[Command] = []
        while self.now < end:
            self.now = min(self.now + step, end)
            done += self._take(self.session.tick(self.now))
        return done

    def until(self, state: State, *, at_most: float = 4000.0) -> list[Command]:
        """Let time pass until this state is entered, to half a second."""
        end = self.now + at_most
        done: list[Command] = []
        while self.state is not state and self.now < end:
            done += self.wait(0.5, step=0.5)
        return done

    def until_silent(self, *, at_most: float = 60.0) -> list[Command]:
        """Let what is being said be said."""
        done = self.wait(0.1)
        end = self.now + at_most
        while self.session.speaking and self.now < end:
            done += self.wait(0.1)
        return done

    def says(self, intent: Intent, *, sure: bool = True) -> list[Command]:
        return self._take(self.session.handle(intent, self.now, sure=sure))

    def presses(self, press: Press) -> list[Command]:
        """A press as a finger makes it: the touch first."""
        touched = self._take(self.session.press(Press.TOUCH, self.now))
        return touched + self._take(self.session.press(press, self.now))

    def _take(self, commands: list[Command]) -> list[Command]:
        self.done += [(self.now, command) for command in commands]
        return commands


def in_state(wanted: State) -> Couple:
    """A couple that has come into this state on the usual way."""
    couple = Couple()
    if wanted is State.LISTENING:
        return couple
    if wanted is State.MUTED:
        couple.presses(Press.HOLD)
        couple.until_silent()
        return couple
    couple.now = 5.0
    if wanted in CALM or wanted is State.ASKING:
        couple.says(BEGINS.get(wanted, Intent.PAUSE), sure=wanted in CALM)
        return couple
    couple.says(Intent.PAUSE)
    couple.wait(0.1)
    if wanted in _BEFORE_ANSWERS or wanted is State.WAITING:
        couple.until(wanted)
        return couple
    _after_answers(couple, wanted)
    assert couple.state is wanted
    return couple


def _after_answers(couple: Couple, wanted: State) -> None:
    extensions = {State.EXTENDED: 1, State.CHOOSING: 3, State.SETTING_TIME: 3}.get(wanted, 0)
    for _ in range(extensions):
        _answer(couple, Intent.READY, Intent.NOT_YET)
    if not extensions:
        _answer(couple, Intent.READY, Intent.READY)
    if wanted is State.SETTING_TIME:
        couple.says(Intent.SET_TIME)
    elif wanted in {State.GUIDED, State.ASK_SETTLED}:
        couple.says(Intent.GUIDE)
    elif wanted is State.RECONVENED:
        couple.says(Intent.LEAVE_US)
    elif wanted is State.CLOSE_OUT:
        couple.says(Intent.SETTLED)
    if wanted is State.ASK_SETTLED:
        couple.until(wanted)


BEGINS = {
    State.REHEARSING: Intent.REHEARSE,
    State.REFLECTING: Intent.REFLECT,
    State.AGREEING: Intent.AGREEMENT,
    State.FORGETTING: Intent.FORGET,
}


def _answer(couple: Couple, first: Intent, second: Intent) -> None:
    couple.until(State.ASK_FIRST)
    couple.until_silent()
    couple.says(first)
    couple.until_silent()
    couple.says(second)


_BEFORE_ANSWERS = {
    *(State.OPENING, State.SEPARATING, State.BODY, State.MIND, State.RETURN_CUE, State.CALLED_BACK),
    *(State.ASK_FIRST, State.ASK_SECOND),
}
