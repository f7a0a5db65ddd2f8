"""The session with a couple, and whatever is talked through on a calm day: for the loop, one and the same thing.

Pauses are the session's. It says when a talk begins; from then on the talk leads, but a real pause, the silent way out
and the held button stay with the session, and when it has left the calm state the talk is dropped at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.calm.talk import Talk
from assistant.dialogue.flow import CALM, HOME, State
from assistant.dialogue.session import Session
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.messages import Command, Heard, Intent, Light, Listen, Press
from assistant.records import Begin, CalmTalk

OF_THE_SESSION = frozenset({Intent.PAUSE, Intent.SILENT_EXIT})
_ASKED_FOR_BY = {
    CalmTalk.REHEARSAL: Intent.REHEARSE,
    CalmTalk.REFLECTION: Intent.REFLECT,
    CalmTalk.AGREEMENT: Intent.AGREEMENT,
    CalmTalk.FORGETTING: Intent.FORGET,
}


class Companion:
    """``talks``: makes a talk that begins at that second. ``start_with``: the talk that begins by itself."""

    def __init__(
        self,
        *,
        session: Session,
        talks: Mapping[CalmTalk, Callable[[float], Talk]],
        start_with: CalmTalk | None = None,
    ) -> None:
        self._session, self._talks, self._start_with = session, talks, start_with
        self._talk: Talk | None = None
        self._last: dict[type[Command], Command] = {}  # what the session wants to hear and show
        self._begun = False

    @property
    def state(self) -> State:
        return self._session.state

    @property
    def quiet(self) -> bool:
        """Whether chimes and light stand for the voice."""
        return self._session.quiet

    @property
    def muted(self) -> bool:
        """Whether the microphone is switched off."""
        return self._session.muted

    @property
    def speaking(self) -> bool:
        """Whether a line is being spoken, as far as its length is known."""
        return self._session.speaking or (self._talk is not None and self._talk.speaking)

    def snapshot(self) -> PauseSnapshot | None:
        """The pause as it stands, to be saved; None where there is none."""
        return self._session.snapshot()

    @property
    def finished(self) -> bool:
        """Whether the talk it was to start with is over, and nothing has come of it that still goes on."""
        return self._start_with is not None and self._begun and self._talk is None and self.state in HOME

    def begin(self, now: float) -> list[Command]:
        """The first commands of all."""
        commands = self._taken(self._session.begin(now), now)
        if self._start_with is not None:
            asked = self._session.handle(_ASKED_FOR_BY[self._start_with], now)
            commands += self._taken(asked, now)
            self._begun = True
        return commands

    def tick(self, now: float) -> list[Command]:
        """Whatever is due by `now`."""
        commands = self._taken(self._session.tick(now), now)
        if self._talk is not None:
            commands += self._of_the_talk(self._talk.tick(now), now)
        return commands

    def handle(self, heard: Heard, now: float) -> list[Command]:
        """Somebody wants something."""
        talk = self._talk
        if talk is None or (heard.intent in OF_THE_SESSION and not (heard.intent is Intent.PAUSE and talk.practising)):
            return self._taken(self._session.handle(heard.intent, now, sure=heard.sure), now)
        return self._of_the_talk(talk.handle(heard, now), now)

    def cannot_hear(self, now: float) -> list[Command]:
        """Nothing can be heard, whatever is wrong."""
        return self._taken(self._session.cannot_hear(now), now)

    def not_kept(self, now: float) -> list[Command]:
        """What was just to be kept, or erased, could not be: a talk that is about it says so."""
        return self._of_the_talk(self._talk.not_kept(now), now) if self._talk is not None else []

    def press(self, press: Press, now: float) -> list[Command]:
        """Somebody pressed the button. The session hears of it in any case; what it lets pass is for the talk."""
        talk = self._talk
        commands = self._taken(self._session.press(press, now), now)
        if talk is not None and talk is self._talk and press is not Press.HOLD:
            commands += self._of_the_talk(talk.press(press, now), now)
        return commands

    def _taken(self, commands: list[Command], now: float) -> list[Command]:
        """The session's commands, with what they mean for the talk."""
        for command in commands:
            if isinstance(command, Listen | Light):
                self._last[type(command)] = command
        before: list[Command] = []
        after: list[Command] = []
        if self._talk is not None and self.state not in CALM:
            before = self._talk.drop()
            self._talk = None
            after = self._as_the_session_wants(commands)
        begun = [command.talk for command in commands if isinstance(command, Begin)]
        if begun and self.state in CALM:
            after += self._begin(begun[-1], now)
        return [*before, *commands, *after]

    def _begin(self, talk: CalmTalk, now: float) -> list[Command]:
        if talk not in self._talks:
            return self._home(now)
        self._talk = self._talks[talk](now)
        return self._of_the_talk(self._talk.tick(now), now)

    def _of_the_talk(self, commands: list[Command], now: float) -> list[Command]:
        if self._talk is not None and self._talk.over:
            self._talk = None
            return [*commands, *self._home(now)]
        return commands

    def _home(self, now: float) -> list[Command]:
        home = self._taken(self._session.calm_talk_over(now), now)
        return [*home, *self._as_the_session_wants(home)]

    def _as_the_session_wants(self, commands: list[Command]) -> list[Command]:
        """What the talk listened for and showed is put back, where the session has not done so itself."""
        given = {type(command) for command in commands}
        return [command for kind, command in self._last.items() if kind not in given]
