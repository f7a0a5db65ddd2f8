"""The pause of a rehearsal: a real session with the same dialogue, but with a plan of one minute.

It ends where the couple would talk again. Nothing of it is told to whoever keeps count of pauses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.dialogue.flow import COOL_DOWN, State
from assistant.dialogue.rotation import Lot
from assistant.dialogue.session import Session
from assistant.dialogue.wording import Wording
from assistant.messages import (
    Command,
    Countdown,
    Heard,
    Hush,
    Intent,
    Listen,
    Press,
    StartTones,
    StopTones,
    Volume,
)
from assistant.records import Kept
from assistant.settings.agreement import Agreement
from assistant.settings.calm import Calm
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script

IN_IT = (State.OPENING, *COOL_DOWN, State.CALLED_BACK, State.ASK_FIRST, State.ASK_SECOND)
"""What is rehearsed; whatever comes after it is left out."""
BESIDE = frozenset({Intent.PAUSE, Intent.SILENT_EXIT, Intent.LET_GO})
"""What is listened for all the while, because this is no real pause."""
AS_MUCH_TALK_AS_IT_TAKES = float("inf")  # everything is shown in one minute, and little of it is quiet


def short_wording(*, script: Script, agreement: Agreement, calm: Calm, reflection: Reflection) -> Wording:
    """What is said in it; `everything` of it has to be rendered ahead."""
    return Wording(_script(script, calm), _agreement(agreement, calm), reflection)


def _agreement(agreement: Agreement, calm: Calm) -> Agreement:
    return agreement.model_copy(update={"minutes": calm.short_pause.minutes, "talk": "full"})


def _script(script: Script, calm: Calm) -> Script:
    short = calm.short_pause
    extension_in_words = script.minutes_in_words[script.timing.extension_minutes]  # as it is in a real pause
    timing = script.timing.model_copy(
        update={
            "undo_seconds": short.undo_seconds,
            "walk_back_seconds": short.walk_back_seconds,
            "reply_seconds": short.reply_seconds,
            "extension_minutes": short.extension_minutes,
            "most_extensions": 1,
        }
    )
    return script.model_copy(
        update={
            "timing": timing,
            "minutes_in_words": {short.minutes: short.words, short.extension_minutes: extension_in_words},
            "pause": short.plan,
            "extension": short.extension,
            "lines": {**script.lines, **short.lines},
        }
    )


class ShortPause:
    """``first``: whose name comes first, 0 or 1. ``seconds_of``, ``lot``: as in a session."""

    def __init__(
        self,
        *,
        script: Script,
        agreement: Agreement,
        calm: Calm,
        reflection: Reflection,
        seconds_of: Callable[[Sequence[str]], float],
        first: int,
        lot: Lot,
    ) -> None:
        self._session = Session(
            script=_script(script, calm),
            agreement=_agreement(agreement, calm),
            reflection=reflection,
            wording=short_wording(script=script, agreement=agreement, calm=calm, reflection=reflection),
            seconds_of=seconds_of,
            first=first,
            lot=lot,
            talk_share=AS_MUCH_TALK_AS_IT_TAKES,
        )
        self._begun = self._over = False
        self._tones = self._counting = False
        self._volume_db = 0.0

    @property
    def over(self) -> bool:
        return self._over

    @property
    def speaking(self) -> bool:
        return self._session.speaking

    @property
    def _ending(self) -> bool:
        return self._begun and self._session.state not in IN_IT

    def tick(self, now: float) -> list[Command]:
        """Whatever is due by `now`; the first time, it begins."""
        if self._ending:
            return self._end(now)
        if not self._begun:
            self._session.begin(now)
            self._begun = True
            return self._passed_on(self._session.handle(Intent.PAUSE, now))
        return self._passed_on(self._session.tick(now))

    def handle(self, heard: Heard, now: float) -> list[Command]:
        """Somebody said something that is not for the real session."""
        if self._ending or not self._begun:
            return []
        return self._passed_on(self._session.handle(heard.intent, now, sure=heard.sure))

    def press(self, press: Press, now: float) -> list[Command]:
        """Somebody pressed the button; in the last words, that leaves them out."""
        if self._ending:
            self._over = self._over or press is Press.TOUCH
            return []
        return self._passed_on(self._session.press(press, now))

    def drop(self) -> list[Command]:
        """It ends here; returns what has to be put away."""
        away: list[Command] = [Hush()] if self._session.speaking else []
        if self._tones:
            away.append(StopTones())
        if self._counting:
            away.append(Countdown(None))
        if self._volume_db:
            away.append(Volume(0.0))
        self._over, self._tones, self._counting, self._volume_db = True, False, False, 0.0
        return away

    def _end(self, now: float) -> list[Command]:
        """The last words are said; what would be planned after them is not."""
        commands = self._session.tick(now) if self._session.speaking else []
        self._over = self._over or not self._session.speaking
        return [] if self._over else self._passed_on(commands)

    def _passed_on(self, commands: Sequence[Command]) -> list[Command]:
        passed: list[Command] = []
        for command in commands:
            match command:
                case Listen():
                    passed.append(Listen(BESIDE if self._ending else command.intents | BESIDE))
                    continue
                case StartTones() | StopTones():
                    self._tones = isinstance(command, StartTones)
                case Countdown():
                    self._counting = command.until is not None
                case Volume():
                    self._volume_db = command.offset_db
            if not isinstance(command, Kept):
                passed.append(command)
        return passed
