"""Keeps what is to be kept while Breather runs: a stamp of the last pause, counts, agreements, what was practiced.

Whatever goes wrong here is told in a sentence, and no pause ends because of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from assistant.agreeing.recent_pause import LastPause
from assistant.agreeing.versions import agree_on
from assistant.errors import AgreementFileError, BreatherError
from assistant.history.store import History
from assistant.keeping.practice import keep_practice
from assistant.messages import Silence
from assistant.places import Places
from assistant.records import Agreed, Erase, Kept, PauseOver, PauseUnderWay, Practised
from assistant.settings.agreed import version_files
from assistant.settings.agreement_checks import agreement_with
from assistant.settings.loader import Settings

TIDY_EVERY_SECONDS = 600.0


class Keeper:
    """``on_notice``: is told what could not be kept. ``clock``: the time on the wall of this house."""

    def __init__(
        self,
        settings: Settings,
        places: Places,
        *,
        on_notice: Callable[[str], None],
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._settings, self._places = settings, places
        self._agreement = settings.agreement  # as it was last agreed on
        self._version = max(version_files(places.own), default=0)
        self._tidy_at = float("-inf")
        self.settings_changed = False
        """Whether an agreement or a rehearsal has changed them, so that they are to be read again."""
        self._on_notice, self._clock = on_notice, clock
        self._history = History(places.state, on_notice=on_notice)
        self._last_pause = LastPause(places.state)

    def tidy(self, now: float) -> None:
        """Now and then: the stamp of a pause more than two hours ago goes. ``now``: seconds that only go forward."""
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_EVERY_SECONDS
            self._last_pause.recent()

    def resumes(self) -> None:
        """A pause goes on that an earlier run of the program has stamped: the stamp is made anew, and is this one's.

        So it can still be left without a trace.
        """
        self._last_pause.forget()

    def stopped(self) -> None:
        """Somebody at the machine has ended the program: a pause that was under way is over with that."""
        self._last_pause.stopped()

    def keep(self, command: Kept | Silence) -> bool:
        """Keep it, and say whether that went well. Never raises because of a disk."""
        try:
            self._keep(command)
        except BreatherError as error:
            self._on_notice(f"This could not be kept: {error}")
            return False
        return True

    def _keep(self, command: Kept | Silence) -> None:
        match command:
            case PauseUnderWay():
                self._last_pause.under_way()
            case PauseOver():
                self._last_pause.over()
                if self._both_want_it_counted:
                    self._history.add(command, self._clock())
            case Silence():
                self._last_pause.taken_back()
            case Practised():
                act_score = self._settings.machine.hearing.act_score
                keep_practice(self._places.own, command.sayings, act_score=act_score)
                self.settings_changed = True
            case Agreed():
                self._agree(command)
            case Erase():
                self._history.erase()

    @property
    def _both_want_it_counted(self) -> bool:
        """What one of them wrote into the file does not count before both have said yes to it."""
        return self._settings.agreement.history and bool(version_files(self._places.own))

    def _agree(self, agreed: Agreed) -> None:
        """Both have said yes; it is in force from the next start on, and the next change begins from it."""
        settings = self._settings
        if max(version_files(self._places.own), default=0) != self._version:
            raise AgreementFileError(
                "Your agreement was changed in a terminal in the meantime",
                where=self._places.own,
                remedy="Start Breather again; then the new one counts, and can be changed.",
            )
        changed = agreement_with(
            self._agreement,
            agreed.changes,
            script=settings.script,
            phrases=settings.phrases,
            reflection=settings.reflection,
        )
        self._version = agree_on(self._places.own, changed, today=self._clock().date())
        self._agreement, self.settings_changed = changed, True
