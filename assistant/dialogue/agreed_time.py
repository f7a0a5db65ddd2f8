"""The agreed time: it begins, it can be made longer at most so many times, and it waits when nobody comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from assistant.dialogue.endings import Endings
from assistant.dialogue.flow import Event, State
from assistant.dialogue.lines import EMERGENCY_LINES
from assistant.dialogue.plan_runner import PlanRunner
from assistant.dialogue.ready_check import ReadyCheck
from assistant.dialogue.stage import Stage
from assistant.messages import Countdown
from assistant.settings.agreement import Agreement
from assistant.settings.script import Script, Step


class AgreedTime:
    """``enter``: moves the flow on, forgets what was planned, listens. ``endings``: what comes after it."""

    def __init__(
        self,
        *,
        stage: Stage,
        script: Script,
        agreement: Agreement,
        plans: PlanRunner,
        enter: Callable[[Event], State],
        endings: Endings,
    ) -> None:
        self._stage, self._script, self._agreement, self._plans = stage, script, agreement, plans
        self._enter, self._endings = enter, endings
        self.ready = ReadyCheck(
            stage=stage, reply_seconds=script.timing.reply_seconds, enter=enter, outcome=self._both_asked
        )
        self.ends_at = 0.0
        self._running = False
        self._extensions = 0

    @property
    def _can_be_longer(self) -> bool:
        return self._extensions < self._script.timing.most_extensions

    def begin(self) -> None:
        """The chime, the opening, and all that the script plans."""
        self._extensions = 0
        self._begin_budget(self._agreement.minutes)
        self._follow(self._script.pause, self._agreement.minutes)

    def _both_asked(self, outcome: Event) -> None:
        """What comes of the two answers: any "not yet" wins, and nobody learns whose it was."""
        if outcome is Event.BOTH_READY:
            self._endings.offer(outcome)
        elif outcome is Event.SOMEBODY_AWAY:
            self._wait()
        elif self._can_be_longer:
            self._enter(outcome)
            self._extend_after_not_yet()
        else:
            self._endings.choose()

    def _extend_after_not_yet(self) -> None:
        minutes = self._script.timing.extension_minutes
        self._extensions += 1
        self._begin_budget(minutes)
        self._follow(self._script.extension, minutes, opening="ten_more")

    def extend(self) -> bool:
        """Somebody asked for more time before they were asked: what is left, and as much more. False: there is none."""
        if not self._can_be_longer:
            return False
        stage, minutes = self._stage, self._script.timing.extension_minutes
        left = max(0.0, self.ends_at - stage.now)
        self._extensions += 1
        self._enter(Event.MORE_TIME)
        stage.end_row()
        stage.hush()
        if left:
            stage.budget.extend(60.0 * minutes)
        else:
            self._begin_budget(minutes)
        self._follow(self._script.extension, left / 60 + minutes, opening="longer")
        return True

    def _follow(self, steps: Sequence[Step], minutes: float, *, opening: str | None = None) -> None:
        stage = self._stage
        self.ends_at = stage.now + 60 * minutes
        self._running = True
        stage.give(Countdown(self.ends_at))
        if opening is not None:
            stage.say(stage.line(opening))
        said = self._plans.follow(steps, minutes)
        stage.at(self.ends_at, self._over)
        stage.at(said + self._script.timing.walk_back_seconds, self.ready.start)

    def _begin_budget(self, minutes: int) -> None:
        longest = max(self._stage.seconds(self._stage.line(name)) for name in EMERGENCY_LINES)
        self._stage.budget.begin(60.0 * minutes, set_apart=longest)

    def stop(self) -> None:
        """No time is being kept any more."""
        self._stage.budget.end()
        if self._running:
            self._running = False
            self._stage.give(Countdown(None))

    def _over(self) -> None:
        self.stop()
        self._plans.time_is_over()

    def _wait(self) -> None:
        """Not both are here: two soft reminders, then quiet, then the end. Nobody is mentioned."""
        stage, timing = self._stage, self._script.timing
        self._enter(Event.SOMEBODY_AWAY)
        for name, wait in zip(("still_open", "say_we_are_back"), timing.no_show_seconds, strict=True):
            # A reminder whose time fell into the asking is left out rather than said late.
            if self.ends_at + wait > stage.now:
                stage.at(self.ends_at + wait, partial(stage.say, stage.line(name)))
        stage.at(max(stage.now, self.ends_at + timing.give_up_seconds), self._endings.give_up)
