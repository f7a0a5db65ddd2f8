"""One couple's pause as it happens: intents, presses and the time go in, commands come out.

Pure: no sound, no clock, no thread, no chance. `now` is seconds on any clock that only goes forward. Deadlines are kept
on the stage's agenda; whoever owns the session calls `tick` often enough. What is done when stands in `turns`.

It never learns, keeps or says who called a pause, who asked for more time or who stayed away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.dialogue.agreed_time import AgreedTime
from assistant.dialogue.breathing_guide import BreathingGuide
from assistant.dialogue.end_question import EndQuestion
from assistant.dialogue.endings import Endings
from assistant.dialogue.flow import COMING_BACK, HOME, TALKING, Event, Flow, State
from assistant.dialogue.plan_runner import PlanRunner
from assistant.dialogue.question import Question
from assistant.dialogue.reflection import Thoughts
from assistant.dialogue.rotation import Lot
from assistant.dialogue.stage import Stage
from assistant.dialogue.turns import ON_INTENT, ON_PRESS, Turn, half_heard_is_asked_about, light_of, listened_for
from assistant.dialogue.wishes import Wishes
from assistant.dialogue.wording import Wording
from assistant.messages import Command, Intent, Press, Silence
from assistant.settings.agreement import Agreement
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script


class Session:
    """The dialogue with one couple, for as long as the program runs.

    ``seconds_of``: how long these sentences take to say. ``first``: whose name comes first in the first pause (0 or 1;
    the order then alternates, so that nobody is always first). ``lot``: draws the order of the questions.
    """

    def __init__(
        self,
        *,
        script: Script,
        agreement: Agreement,
        reflection: Reflection,
        wording: Wording,
        seconds_of: Callable[[Sequence[str]], float],
        first: int = 0,
        lot: Lot = range,
    ) -> None:
        self._script, self._agreement, self._timing = script, agreement, script.timing
        self._flow = Flow()
        self._stage = stage = Stage(script=script, wording=wording, seconds_of=seconds_of, first=first)
        thoughts = Thoughts(reflection=reflection, agreement=agreement, lot=lot)
        self._breathing = BreathingGuide(stage=stage, breath=reflection.breathing[agreement.breathing].breath)
        self._plans = PlanRunner(
            stage=stage,
            flow=self._flow,
            agreement=agreement,
            breathing=self._breathing,
            thoughts=thoughts,
            parting_seconds=self._timing.undo_seconds,
            entered=self._listen,
        )
        self._wishes = Wishes(
            stage=stage,
            script=script,
            plans=self._plans,
            breathing=self._breathing,
            thoughts=thoughts,
            ends_at=lambda: self._time.ends_at,
        )
        self._question = Question(stage=stage, answer_seconds=self._timing.answer_seconds, move=self._move)
        self._endings = Endings(
            stage=stage,
            script=script,
            agreement=agreement,
            enter=self._enter,
            go_home=self._go_home,
            pauses_this_evening=lambda: len(self._evening),
        )
        self._time = AgreedTime(
            stage=stage,
            script=script,
            agreement=agreement,
            plans=self._plans,
            enter=self._enter,
            endings=self._endings,
        )
        self._ready = self._time.ready
        self._evening: list[float] = []  # when the pauses of this evening began
        self._end_question = EndQuestion(
            stage=stage, seconds=self._timing.confirm_seconds, listen=self._listen, end=self._endings.end
        )
        self._do = self._doings()

    @property
    def state(self) -> State:
        return self._flow.state

    @property
    def quiet(self) -> bool:
        """Whether chimes and light stand for the voice."""
        return self._stage.quiet

    def begin(self, now: float) -> list[Command]:
        """The first commands of all."""
        self._stage.agenda.run_until(now)
        self._be_home()
        return self._stage.taken()

    def tick(self, now: float) -> list[Command]:
        """Whatever is due by `now`."""
        self._stage.agenda.run_until(now)
        return self._stage.taken()

    def handle(self, intent: Intent, now: float, *, sure: bool = True) -> list[Command]:
        """Somebody wants something. What makes no sense now is let pass, without a word.

        ``sure``: otherwise it was only half heard; a pause is asked about then, and everything else let pass.
        """
        self._stage.agenda.run_until(now)
        turn = ON_INTENT[self.state].get(intent)
        if turn is Turn.START_PAUSE and not sure and half_heard_is_asked_about(self.state):
            self._question.ask(self.state)
        elif turn is not None and (sure or turn is Turn.START_PAUSE):  # half heard twice is heard
            self._do[turn]()
        return self._stage.taken()

    def press(self, press: Press, now: float) -> list[Command]:
        """Somebody pressed the button. A touch stops the voice at once; what was meant by it comes after."""
        self._stage.agenda.run_until(now)
        if press is Press.TOUCH:
            if self._stage.speaking:
                self._wishes.shorten()
        elif (turn := ON_PRESS[self.state].get(press)) is not None:
            self._do[turn]()
        return self._stage.taken()

    def _doings(self) -> dict[Turn, Callable[[], None]]:
        return {
            **self._wishes.doings(),
            **self._endings.doings(),
            Turn.START_PAUSE: self._start_pause,
            Turn.DROP_QUESTION: self._question.drop,
            Turn.UNDO: self._undo,
            Turn.ASK_AGAIN: self._ask_again,
            Turn.CHOICES: lambda: self._wishes.choices("choices_back" if self.state in COMING_BACK else "choices"),
            Turn.ASK_END: self._end_question.ask,
            Turn.YES_END: self._end_question.yes,
            Turn.NO_END: self._end_question.drop,
            Turn.SILENT_EXIT: self._leave_silently,
            Turn.MORE_TIME: lambda: None if self._time.extend() else self._wishes.no_more_time(),
            Turn.START_ASKING: self._ready.start,
            Turn.READY: lambda: self._ready.answered(Intent.READY),
            Turn.NOT_YET: lambda: self._ready.answered(Intent.NOT_YET),
            Turn.MUTE: lambda: self._switch_microphone(off=True),
            Turn.UNMUTE: lambda: self._switch_microphone(off=False),
        }

    # --- beginning ----------------------------------------------------------------------------------------------------

    def _start_pause(self) -> None:
        called_in = self._question.asked_in if self.state is State.ASKING else self.state
        if called_in not in HOME:
            self._swap_names()  # the pause before has not been closed yet
        self._enter(Event.PAUSE_CALLED)
        stage = self._stage
        stage.quiet, stage.last = False, None
        stage.hush()
        self._wishes.begin()
        self._evening = [began for began in self._evening if stage.now - began < self._timing.evening_seconds]
        self._evening.append(stage.now)
        self._time.begin()

    def _undo(self) -> None:
        self._enter(Event.CARRY_ON)
        self._stage.hush()
        self._evening.pop()
        self._stage.say(self._stage.line("carry_on"))
        self._stage.quiet = False
        self._be_home()

    def _ask_again(self) -> None:
        if self.state in COMING_BACK:
            self._ready.ask_once_more()
        else:
            self._endings.ask_again(self.state)

    # --- home ---------------------------------------------------------------------------------------------------------

    def _leave_silently(self) -> None:
        """No sound, no line, no trace; the next pause is as if this one had not been."""
        if self.state not in (State.ASKING, *TALKING):
            self._evening.pop()
        self._breathing.reset()
        self._stage.give(Silence())
        self._enter(Event.SILENT_EXIT)
        self._stage.hush()
        self._stage.quiet = False
        self._be_home()

    def _switch_microphone(self, *, off: bool) -> None:
        self._stage.muted = off
        self._enter(Event.MUTE if off else Event.UNMUTE)
        self._stage.say(self._stage.line("muted" if off else "unmuted"))

    # --- from state to state ------------------------------------------------------------------------------------------

    def _go_home(self) -> None:
        self._swap_names()
        self._stage.quiet = False
        self._be_home()

    def _be_home(self) -> None:
        self._wishes.reset_volume()
        self._time.stop()
        self._stage.last = None
        if self._stage.muted and self.state is not State.MUTED:
            self._flow.apply(Event.MUTE)
        self._listen()

    def _swap_names(self) -> None:
        self._stage.first = 1 - self._stage.first

    def _enter(self, event: Event) -> State:
        """Move on, and drop everything that was planned for the state we leave."""
        self._end_question.drop()
        self._breathing.stop()
        self._stage.forget_plans()
        self._move(event)
        return self.state

    def _move(self, event: Event) -> None:
        """Move on; what was planned stays. What was being said was meant for what was before."""
        self._flow.apply(event)
        self._listen(anew=True)

    def _listen(self, *, anew: bool = False) -> None:
        """Listen for what means something here, and show it."""
        self._stage.listen(listened_for(self.state, end_asked=self._end_question.waiting), anew=anew)
        self._stage.light(light_of(self.state, muted=self._stage.muted))
