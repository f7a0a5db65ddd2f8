"""How a pause is conducted: the parts of the dialogue put together, and what leads from one to the next."""

from __future__ import annotations

from collections.abc import Callable

from assistant.dialogue.account import Account
from assistant.dialogue.agreed_time import AgreedTime
from assistant.dialogue.breathing_guide import BreathingGuide
from assistant.dialogue.calm_day import CalmDay
from assistant.dialogue.end_question import EndQuestion
from assistant.dialogue.endings import Endings
from assistant.dialogue.flow import CALM, COMING_BACK, HOME, TALKING, Event, Flow, State
from assistant.dialogue.plan_runner import PlanRunner
from assistant.dialogue.question import Question
from assistant.dialogue.reflection import Thoughts
from assistant.dialogue.rotation import Lot
from assistant.dialogue.stage import Stage
from assistant.dialogue.turns import ON_INTENT, Turn, light_of, listened_for
from assistant.dialogue.wishes import Wishes
from assistant.messages import Intent, Silence
from assistant.settings.agreement import Agreement
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script

QUIET_AFTER_HELP_SECONDS = 60.0


class Conduct:
    """What is done at each of the turns of `turns`; see `assistant.dialogue.session.Session` for what it is made of."""

    def __init__(
        self,
        *,
        script: Script,
        agreement: Agreement,
        reflection: Reflection,
        stage: Stage,
        lot: Lot,
        headroom_db: float,
    ) -> None:
        self._timing = script.timing
        self.flow = Flow()
        self.stage = stage
        thoughts = Thoughts(reflection=reflection, agreement=agreement, lot=lot)
        self._breathing = BreathingGuide(stage=stage, breath=reflection.breathing[agreement.breathing].breath)
        self._plans = PlanRunner(
            stage=stage,
            flow=self.flow,
            agreement=agreement,
            breathing=self._breathing,
            thoughts=thoughts,
            parting_seconds=self._timing.undo_seconds,
            entered=self._entered,
        )
        self.wishes = Wishes(
            stage=stage,
            script=script,
            plans=self._plans,
            breathing=self._breathing,
            thoughts=thoughts,
            ends_at=lambda: self.time.ends_at,
            headroom_db=headroom_db,
        )
        self.question = Question(stage=stage, answer_seconds=self._timing.answer_seconds, move=self._move)
        self.account = Account(stage=stage, minutes=agreement.minutes, evening_seconds=self._timing.evening_seconds)
        self.endings = Endings(
            stage=stage,
            script=script,
            agreement=agreement,
            enter=self._enter,
            go_home=self.go_home,
            account=self.account,
        )
        self.time = AgreedTime(
            stage=stage,
            script=script,
            agreement=agreement,
            plans=self._plans,
            enter=self._enter,
            endings=self.endings,
            account=self.account,
            end_asked=lambda: self._end_question.waiting,
        )
        self.ready = self.time.ready
        self.calm_day = CalmDay(stage=stage, enter=self._enter, be_home=self.be_home)
        self._end_question = EndQuestion(
            stage=stage, seconds=self._timing.confirm_seconds, listen=self.listen, end=self._end, goes_on=self._goes_on
        )
        self.do = self._doings()

    @property
    def state(self) -> State:
        return self.flow.state

    def _doings(self) -> dict[Turn, Callable[[], None]]:
        return {
            **self.wishes.doings(),
            **self.endings.doings(),
            **self.calm_day.doings(),
            Turn.START_PAUSE: self._start_pause,
            Turn.DROP_QUESTION: self.question.drop,
            Turn.UNDO: self._undo,
            Turn.ASK_AGAIN: self._ask_again,
            Turn.CHOICES: lambda: self.wishes.choices("choices_back" if self.state in COMING_BACK else "choices"),
            Turn.ASK_END: self._ask_end,
            Turn.YES_END: self._end_question.yes,
            Turn.NO_END: self._end_question.no,
            Turn.SILENT_EXIT: self._leave_silently,
            Turn.MORE_TIME: self._more_time,
            Turn.LOUDER: self._louder,
            Turn.HELP: lambda: self._in_need(self.wishes.help),
            Turn.NO_BREATH: lambda: self._in_need(self.wishes.no_breath),
            Turn.START_ASKING: self.ready.start,
            Turn.READY: lambda: self.ready.answered(Intent.READY),
            Turn.NOT_YET: lambda: self.ready.answered(Intent.NOT_YET),
            Turn.MUTE: lambda: self._switch_microphone(off=True),
            Turn.UNMUTE: lambda: self._switch_microphone(off=False),
        }

    # --- beginning ----------------------------------------------------------------------------------------------------

    def _start_pause(self) -> None:
        called_in = self.question.asked_in if self.state is State.ASKING else self.state
        if called_in not in (*HOME, *CALM):
            self._swap_names()  # the pause before has not been closed yet
        self.account.begin()
        self._enter(Event.PAUSE_CALLED)
        self.stage.quiet, self.stage.last = False, None
        self.stage.hush()
        self.wishes.begin()
        self.time.begin()

    def _undo(self) -> None:
        self._enter(Event.CARRY_ON)
        self.stage.hush()
        self.account.drop(as_if_never_begun=True)
        self.stage.say(self.stage.line("carry_on"))
        self.stage.quiet = False
        self.be_home()

    # --- while it goes on ---------------------------------------------------------------------------------------------

    def _more_time(self) -> None:
        if self.time.extend():
            return
        (self.endings.choose if self.state in COMING_BACK else self.wishes.no_more_time)()

    def _ask_again(self) -> None:
        if self._end_question.waiting:  # that is what was not caught
            self._end_question.drop()
            self._ask_end()
        elif self.state in COMING_BACK:
            self.stage.hush()
            self.ready.ask_once_more()
        else:
            self.endings.ask_again(self.state)

    def _louder(self) -> None:
        """Somebody who did not hear a question gets it once more, and as long to answer."""
        if ON_INTENT[self.state].get(Intent.REPEAT) is Turn.ASK_AGAIN:
            self.wishes.turn_up()
            self._ask_again()
        else:
            self.wishes.louder()

    def _in_need(self, wish: Callable[[], None]) -> None:
        """Say it; if one of them is being asked whether they are ready, the question comes again after some quiet."""
        wish()
        if self.state in (State.ASK_FIRST, State.ASK_SECOND):
            self._end_question.drop()
            self.ready.ask_once_more(after_seconds=QUIET_AFTER_HELP_SECONDS)

    def _ask_end(self) -> None:
        if self.state in (State.ASK_FIRST, State.ASK_SECOND) and not self._end_question.waiting:
            self.stage.forget_plans()  # one question at a time
            self.stage.hush()
        self._end_question.ask()

    def _end(self) -> None:
        self.endings.end()
        self.time.stop()

    def _goes_on(self) -> None:
        if self.state in (State.ASK_FIRST, State.ASK_SECOND):
            self.ready.ask_once_more()

    # --- home ---------------------------------------------------------------------------------------------------------

    def _leave_silently(self) -> None:
        """No sound, no line; the next pause is as if a pause that was left like this had not been."""
        over = self.state in TALKING  # the pause itself
        if over:
            self._swap_names()
        self.account.drop(as_if_never_begun=not over and self.state not in (State.ASKING, *CALM))
        self._breathing.reset()
        self.stage.give(Silence())
        self._enter(Event.SILENT_EXIT)
        self.stage.hush()
        self.stage.quiet = False
        self.be_home()

    def _switch_microphone(self, *, off: bool) -> None:
        self.stage.muted = off
        self._enter(Event.MUTE if off else Event.UNMUTE)
        self.stage.say(self.stage.line("muted" if off else "unmuted"))

    # --- from state to state ------------------------------------------------------------------------------------------

    def go_home(self) -> None:
        """The pause is over."""
        self.account.close()
        self._swap_names()
        self.stage.quiet = False
        self.be_home()

    def be_home(self) -> None:
        self.wishes.reset_volume()
        self.time.stop()
        self.stage.last = None
        if self.stage.muted and self.state is not State.MUTED:
            self.flow.apply(Event.MUTE)
        self.listen()

    def _swap_names(self) -> None:
        self.stage.first = 1 - self.stage.first

    def _enter(self, event: Event) -> State:
        """Move on, and drop everything that was planned for the state we leave."""
        self._end_question.drop()
        self._breathing.stop()
        self.stage.forget_plans()
        self._move(event)
        return self.state

    def _move(self, event: Event) -> None:
        """Move on; what was planned stays. What was being said was meant for what was before."""
        self.flow.apply(event)
        self.listen(anew=True)

    def _entered(self) -> None:
        """A plan has led on."""
        self.listen()
        if self.state is State.SEPARATING:
            self.account.under_way()

    def listen(self, *, anew: bool = False) -> None:
        """Listen for what means something here, and show it."""
        self.stage.listen(listened_for(self.state, end_asked=self._end_question.waiting), anew=anew)
        self.stage.light(light_of(self.state, end_asked=self._end_question.waiting, muted=self.stage.muted))
