"""From "both are ready" to the last word: the offer of a guide, the talk, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from assistant.dialogue.account import Account
from assistant.dialogue.flow import Event, State
from assistant.dialogue.guided_talk import GuidedTalk
from assistant.dialogue.lines import CLOSING_LINES
from assistant.dialogue.stage import Stage
from assistant.dialogue.turns import Turn
from assistant.messages import Chime, Cue
from assistant.records import Ending
from assistant.settings.agreement import Agreement
from assistant.settings.script import Script

PAUSES_OF_A_LONG_EVENING = 3
ENDING_OF = {
    Turn.SETTLED: Ending.SETTLED,
    Turn.LATER_TODAY: Ending.LATER_TODAY,
    Turn.TOMORROW: Ending.TOMORROW,
    Turn.LET_GO: Ending.LET_GO,
}


class Endings:
    """``enter``: moves the flow on, forgets what was planned, listens. ``go_home``: the pause is over.

    ``account``: is told how.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        script: Script,
        agreement: Agreement,
        enter: Callable[[Event], State],
        go_home: Callable[[], None],
        account: Account,
    ) -> None:
        self._stage, self._timing, self._agreement = stage, script.timing, agreement
        self._enter, self._go_home, self._account = enter, go_home, account
        self._talk_until = 0.0
        self._guided = GuidedTalk(stage=stage, steps=script.guide, over=self.ask_settled)

    def doings(self) -> dict[Turn, Callable[[], None]]:
        """What is done here, by the turns of `turns`."""
        return {
            Turn.TALK: lambda: self.offer(Event.TALK),
            Turn.SET_TIME: self.set_time,
            Turn.GUIDE: self.guide,
            Turn.LEAVE_US: self.leave_them_to_it,
            Turn.NEXT_TURN: self._guided.next,
            Turn.WRAP_UP: self.ask_settled,
            Turn.SHORTEN: self._finish,
            **{turn: partial(self.close, turn) for turn in CLOSING_LINES},
        }

    def ask_again(self, state: State) -> None:
        """The question of this state once more, with as long to answer."""
        again = {
            State.CHOOSING: self.ask_choice,
            State.SETTING_TIME: self.ask_time,
            State.OFFERING: self._ask_offer,
            State.ASK_SETTLED: self._ask_whether_settled,
        }[state]
        self._stage.forget_plans()
        self._stage.hush()
        again()

    # --- the talk -----------------------------------------------------------------------------------------------------

    def offer(self, event: Event) -> None:
        """They talk again: shall Breather guide the first minutes? Nobody has to answer."""
        self._enter(event)
        self._stage.hush()
        self._ask_offer("both_ready" if event is Event.BOTH_READY else "talk_again")

    def _ask_offer(self, line: str = "talk_again") -> None:
        stage, asked = self._stage, self._stage.say(self._stage.line(line))
        if self._account.pauses_this_evening >= PAUSES_OF_A_LONG_EVENING:
            asked = stage.say(stage.line("third_today"), pause_before=asked - stage.now)
        stage.at(asked + self._timing.offer_seconds, self.leave_them_to_it)

    def leave_them_to_it(self) -> None:
        """They talk by themselves; for a while "settled" and the like are still understood."""
        self._enter(Event.LEAVE_US)
        self._stage.hush()
        self._stage.say(self._stage.line("reconvened"))
        self.wait_while_they_talk()

    @property
    def guided_step(self) -> int:
        """How far the guided talk has come, if there is one."""
        return self._guided.step

    @property
    def talk_until(self) -> float:
        """Until when they are listened to while they talk."""
        return self._talk_until

    def wait_while_they_talk(self, seconds: float | None = None) -> None:
        """So long "settled" and the like are understood; None: as long as the script says."""
        self._talk_until = self._stage.now + (self._timing.talk_seconds if seconds is None else seconds)
        self._stage.at(self._talk_until, self._over)

    def guide(self) -> None:
        self._enter(Event.GUIDE)
        self._guided.start()

    # --- how it ends --------------------------------------------------------------------------------------------------

    def ask_settled(self) -> None:
        """Is this settled? Whoever still talks need not answer."""
        self._enter(Event.TIME_TO_SETTLE)
        self._stage.hush()
        self._ask_whether_settled()

    def _ask_whether_settled(self) -> None:
        asked = self._stage.say(self._stage.line("ask_settled"))
        self._stage.at(asked + self._timing.settle_seconds, self._still_talking)

    def _still_talking(self) -> None:
        self._enter(Event.STILL_TALKING)
        self.wait_while_they_talk()

    def choose(self) -> None:
        """No more minutes can be added: talk, set a time, or let it go."""
        self._enter(Event.NOT_YET_AGAIN)
        self.ask_choice()

    def ask_choice(self) -> None:
        asked = self._stage.say(self._stage.line("choose"))
        self._stage.at(asked + self._timing.choice_seconds, lambda: self._close("nothing_chosen"))

    def set_time(self) -> None:
        self._enter(Event.SET_TIME)
        self._stage.hush()
        self.ask_time()

    def ask_time(self) -> None:
        asked = self._stage.say(self._stage.line("choose_time"))
        self._stage.at(asked + self._timing.set_time_seconds, lambda: self._close("nothing_chosen"))

    def close(self, turn: Turn) -> None:
        """Settled, later today, tomorrow, or let go for today."""
        self._account.ends(ENDING_OF[turn])
        reconnect = turn is not Turn.LET_GO and bool(self._agreement.ritual)
        self._close(CLOSING_LINES[turn], *(["ritual"] if reconnect else []), "quiet_end")

    def end(self) -> None:
        """The pause is over before its time, because somebody said so twice."""
        self._account.ends(Ending.ENDED_EARLY)
        self._close("ended", event=Event.END)

    def _close(self, *lines: str, event: Event = Event.CLOSE) -> None:
        stage = self._stage
        self._enter(event)
        stage.hush()
        said = stage.now
        for number, line in enumerate(lines):
            gap = self._timing.line_gap_seconds if number else 0.0
            said = stage.say(stage.line(line), pause_before=said - stage.now + gap)
        stage.at(said, self._over)

    def _finish(self) -> None:
        """The last words are left out."""
        self._stage.hush()
        self._over()

    def give_up(self) -> None:
        """Nobody came: one note, and nobody is mentioned."""
        self._account.ends(Ending.NOBODY_CAME)
        self._stage.give(Chime(Cue.CLOSE))
        self._over()

    def _over(self) -> None:
        self._enter(Event.OVER)
        self._go_home()
