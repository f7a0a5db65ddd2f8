"""After a power cut: what has to be known of a pause, and how it goes on from there.

The time without power does not count. In the agreed time it goes on with what is left of it; what was planned for
before that moment is left out. Who was being called back, or waited for, still is, and both are asked from the first.
Who was talking goes on talking, and is listened to.
"""

from __future__ import annotations

from assistant.dialogue.conduct import Conduct
from assistant.dialogue.flow import CALM, COMING_BACK, HOME, State
from assistant.dialogue.lines import BACK, BACK_IN_TIME, BACK_TO_THE_TALK
from assistant.dialogue.snapshot import AGREED_TIME, CHOICES, PauseSnapshot
from assistant.messages import Chime, Cue
from assistant.settings.script import Script

BREATH_SECONDS = 1.0  # between "I am back" and a question


def snapshot_of(conduct: Conduct) -> PauseSnapshot | None:
    """The pause as it stands now; None where there is none."""
    state = conduct.question.asked_in if conduct.state is State.ASKING else conduct.state
    if state in (*HOME, *CALM):
        return None
    now, account, wishes = conduct.stage.now, conduct.account, conduct.wishes
    ends_at = {State.WAITING: conduct.time.given_up_at, State.RECONVENED: conduct.endings.talk_until}.get(state, now)
    return PauseSnapshot(
        state=state,
        left_seconds=conduct.time.ends_at - now,
        plan_seconds=conduct.time.plan_seconds,
        part_seconds=max(0.0, ends_at - now),
        talk_seconds=conduct.stage.budget.left_seconds,
        since_begin_seconds=account.since_begin_seconds,
        pauses=account.pauses_this_evening,
        minutes=account.minutes,
        extensions=account.extensions,
        ending=account.ending,
        first=conduct.stage.first,
        quiet=conduct.stage.quiet,
        muted=conduct.stage.muted,
        exercises=wishes.exercises,
        volume_db=wishes.volume_db,
        restarts=account.restarts,
    )


class Resuming:
    """Lets a pause go on. ``conduct``: one with which nothing has begun yet."""

    def __init__(self, *, conduct: Conduct, script: Script) -> None:
        self._conduct, self._script = conduct, script

    def resume(self, saved: PauseSnapshot) -> None:
        """Go on with this pause from now."""
        conduct, stage = self._conduct, self._conduct.stage
        stage.first, stage.quiet, stage.muted = saved.first, saved.quiet, saved.muted
        conduct.account.go_on(saved)
        if not saved.goes_on:
            conduct.go_home()
            return
        conduct.wishes.go_on(volume_db=saved.volume_db, exercises=saved.exercises)
        if saved.state in AGREED_TIME and saved.left_seconds > 0:
            self._in_the_agreed_time(saved)
        elif saved.state in (*AGREED_TIME, *COMING_BACK):
            self._coming_back(saved)
        elif saved.state in CHOICES:
            self._choosing(saved)
        else:
            self._in_the_talk(saved)
        conduct.listen(anew=True)
        if conduct.state is not State.OPENING:
            conduct.account.under_way()

    def _in_the_agreed_time(self, saved: PauseSnapshot) -> None:
        """It says how long is left, or blinks it, and keeps the time."""
        conduct = self._conduct
        # Before the talk is counted again, because it has to be said in any case.
        self._say(BACK_IN_TIME, left=self._script.left_in_words(saved.left_seconds))
        conduct.time.go_on(
            left_seconds=saved.left_seconds, plan_seconds=saved.plan_seconds, talk_seconds=saved.talk_seconds
        )
        conduct.wishes.blink_time()

    def _coming_back(self, saved: PauseSnapshot) -> None:
        """Whoever was asked already is asked again: half of two answers is none."""
        conduct = self._conduct
        waiting = saved.state is State.WAITING
        conduct.flow.begin_in(State.WAITING if waiting else State.CALLED_BACK)
        over = self._say(BACK) - conduct.stage.now
        if waiting:
            conduct.time.wait_on(over_since_seconds=-saved.left_seconds, give_up_seconds=saved.part_seconds)
        else:
            asked = saved.state in (State.ASK_FIRST, State.ASK_SECOND)
            pause = BREATH_SECONDS if asked else self._script.timing.walk_back_seconds
            conduct.time.call_back(after_seconds=over + pause, over_since_seconds=max(0.0, -saved.left_seconds))

    def _choosing(self, saved: PauseSnapshot) -> None:
        conduct = self._conduct
        conduct.time.has_ended(left_seconds=saved.left_seconds)
        conduct.flow.begin_in(saved.state)
        self._say(BACK)
        (conduct.endings.ask_choice if saved.state is State.CHOOSING else conduct.endings.ask_time)()

    def _in_the_talk(self, saved: PauseSnapshot) -> None:
        """Nobody who talks is interrupted; whoever waited for the next turn is told how it goes on."""
        conduct = self._conduct
        conduct.time.has_ended(left_seconds=saved.left_seconds)
        conduct.flow.begin_in(State.RECONVENED)
        if saved.state is State.RECONVENED:
            conduct.stage.give(Chime(Cue.LISTEN))
            conduct.endings.wait_while_they_talk(saved.part_seconds)
        else:
            self._say(BACK_TO_THE_TALK)
            conduct.endings.wait_while_they_talk()

    def _say(self, line: str, *, left: str | None = None) -> float:
        stage = self._conduct.stage
        return stage.say(stage.line(line, left=left))
