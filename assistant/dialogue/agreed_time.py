"""The agreed time: it begins, it can be made longer at most so many times, and it waits when nobody comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from assistant.dialogue.account import Account
from assistant.dialogue.endings import Endings
from assistant.dialogue.flow import Event, State
from assistant.dialogue.lines import EMERGENCY_LINES
from assistant.dialogue.plan_runner import PlanRunner
from assistant.dialogue.ready_check import ReadyCheck
from assistant.dialogue.stage import Stage
from assistant.messages import Chime, Countdown, Cue
from assistant.settings.agreement import Agreement
from assistant.settings.script import Script, Step

SAME_WISH_SECONDS = 60.0


class AgreedTime:
    """``enter``: moves the flow on, forgets what was planned, listens. ``endings``: what comes after it.

    ``account``: counts how often it was made longer. ``end_asked``: whether an answer to "is the pause over?" is waited
    for.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        script: Script,
        agreement: Agreement,
        plans: PlanRunner,
        enter: Callable[[Event], State],
        endings: Endings,
        account: Account,
        end_asked: Callable[[], bool],
    ) -> None:
        self._stage, self._script, self._agreement, self._plans = stage, script, agreement, plans
        self._enter, self._endings, self._end_asked = enter, endings, end_asked
        self._account = account
        self.ready = ReadyCheck(
            stage=stage, reply_seconds=script.timing.reply_seconds, enter=enter, outcome=self._both_asked
        )
        self.ends_at = 0.0
        self._plan_seconds = self._given_up_at = 0.0
        self._running = False
        self._extended_at = float("-inf")

    @property
    def _can_be_longer(self) -> bool:
        return self._account.extensions < self._script.timing.most_extensions

    @property
    def plan_seconds(self) -> float:
        """How long the time that is being kept is altogether, or was."""
        return self._plan_seconds

    @property
    def given_up_at(self) -> float:
        """From when on nobody is waited for any more."""
        return self._given_up_at

    def begin(self) -> None:
        """The chime, the opening, and all that the script plans."""
        self._extended_at = float("-inf")
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
        self._account.extensions += 1
        self._extended_at = self._stage.now
        self._begin_budget(minutes)
        self._follow(self._script.extension, minutes, opening="ten_more")

    def extend(self) -> bool:
        """Somebody asked for more time before they were asked: what is left, and as much more. False: there is none."""
        if self._stage.now - self._extended_at < SAME_WISH_SECONDS:
            self._stage.give(Chime(Cue.LISTEN))  # both of them said so
            return True
        if not self._can_be_longer:
            return False
        stage, minutes = self._stage, self._script.timing.extension_minutes
        left = max(0.0, self.ends_at - stage.now)
        self._account.extensions += 1
        self._extended_at = stage.now
        self._enter(Event.MORE_TIME)
        stage.end_row()
        stage.hush()
        if left:
            stage.budget.extend(60.0 * minutes)
        else:
            self._begin_budget(minutes)
        self._follow(self._script.extension, left / 60 + minutes, opening="longer")
        return True

    def go_on(self, *, left_seconds: float, plan_seconds: float, talk_seconds: float) -> None:
        """The time goes on where another run of the program was cut off."""
        stage = self._stage
        steps = self._script.extension if self._account.extensions else self._script.pause
        stage.budget.go_on(talk_seconds, set_apart=self._for_an_emergency())
        self._keep(plan_seconds, left_seconds)
        said = self._plans.take_up(steps, plan_seconds / 60, since_seconds=plan_seconds - left_seconds)
        self._then_ask(said)

    def call_back(self, *, over_since_seconds: float, after_seconds: float) -> None:
        """The time has been over for so long; so many seconds from now, both are asked."""
        self.ends_at = self._stage.now - over_since_seconds
        self._stage.at(self._stage.now + after_seconds, self._ask_both)

    def wait_on(self, *, over_since_seconds: float, give_up_seconds: float) -> None:
        """Go on waiting for somebody, with the reminders that are still to come."""
        self.ends_at = self._stage.now - over_since_seconds
        self._remind(self._stage.now + give_up_seconds)

    def has_ended(self, *, left_seconds: float) -> None:
        """In another run of the program; ``left_seconds``: until then, below zero because it is over."""
        self.ends_at = self._stage.now + left_seconds

    def _follow(self, steps: Sequence[Step], minutes: float, *, opening: str | None = None) -> None:
        stage = self._stage
        self._keep(60 * minutes, 60 * minutes)
        if opening is not None:
            stage.say(stage.line(opening))
        self._then_ask(self._plans.follow(steps, minutes))

    def _keep(self, plan_seconds: float, left_seconds: float) -> None:
        self._plan_seconds, self.ends_at, self._running = plan_seconds, self._stage.now + left_seconds, True
        self._stage.give(Countdown(self.ends_at))

    def _then_ask(self, said: float) -> None:
        self._stage.at(self.ends_at, self._over)
        self._stage.at(said + self._script.timing.walk_back_seconds, self._ask_both)

    def _begin_budget(self, minutes: int) -> None:
        self._stage.budget.begin(60.0 * minutes, set_apart=self._for_an_emergency())

    def _for_an_emergency(self) -> float:
        return max(self._stage.seconds(self._stage.line(name)) for name in EMERGENCY_LINES)

    def _ask_both(self) -> None:
        if self._end_asked():
            self._stage.at(self._stage.now + 1.0, self._ask_both)
        else:
            self.ready.start()

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
        # Whoever has just been here may come again.
        self._remind(max(stage.now + timing.no_show_seconds[0], self.ends_at + timing.give_up_seconds))

    def _remind(self, give_up_at: float) -> None:
        stage, timing = self._stage, self._script.timing
        for name, wait in zip(("still_open", "say_we_are_back"), timing.no_show_seconds, strict=True):
            # A reminder whose time fell into the asking is left out rather than said late.
            if self.ends_at + wait > stage.now:
                stage.at(self.ends_at + wait, partial(stage.say, stage.line(name)))
        self._given_up_at = give_up_at
        stage.at(give_up_at, self._endings.give_up)
