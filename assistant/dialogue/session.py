"""One couple's pause as it happens: intents and the time go in, commands come out.

Pure: no sound, no clock, no thread. `now` is seconds on any clock that only goes forward. Deadlines are kept on the
stage's agenda; whoever owns the session calls `tick` often enough.

It never learns, keeps or says who called a pause, who asked for more time or who stayed away: the two answers at the
end are compared and forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from assistant.dialogue.flow import Event, Flow, State
from assistant.dialogue.lines import CLOSING_LINES
from assistant.dialogue.plan_runner import PlanRunner
from assistant.dialogue.question import Question
from assistant.dialogue.stage import Stage
from assistant.dialogue.wording import Wording
from assistant.messages import Chime, Command, Cue, Hush, Intent, LightState, StopTones
from assistant.settings.agreement import Agreement
from assistant.settings.script import Script, Step


class Session:
    """The dialogue with one couple, for as long as the program runs.

    ``seconds_of``: how long these sentences take to say. ``first``: whose name comes first in the first pause (0 or 1;
    the order then alternates, so that nobody is always first).
    """

    def __init__(
        self,
        *,
        script: Script,
        agreement: Agreement,
        wording: Wording,
        seconds_of: Callable[[Sequence[str]], float],
        first: int = 0,
    ) -> None:
        self._script, self._agreement, self._timing = script, agreement, script.timing
        self._flow = Flow()
        self._stage = Stage(script=script, wording=wording, seconds_of=seconds_of, first=first)
        self._plans = PlanRunner(stage=self._stage, flow=self._flow, agreement=agreement, breathing=script.breathing)
        self._question = Question(stage=self._stage, flow=self._flow, answer_seconds=self._timing.answer_seconds)
        self._extensions = 0
        self._answers: list[Intent | None] = []
        self._ended_at = 0.0

    @property
    def state(self) -> State:
        return self._flow.state

    @property
    def quiet(self) -> bool:
        """Whether chimes and light stand for the voice."""
        return self._stage.quiet

    def begin(self, now: float) -> list[Command]:
        """The first commands of all."""
        self._stage.run_until(now)
        self._listen_for_a_pause()
        return self._stage.taken()

    def tick(self, now: float) -> list[Command]:
        """Whatever is due by `now`."""
        self._stage.run_until(now)
        return self._stage.taken()

    def handle(self, intent: Intent, now: float, *, sure: bool = True) -> list[Command]:
        """Somebody wants something. What makes no sense now is let pass, without a word.

        ``sure``: otherwise it was only half heard; a pause is asked about then, and everything else let pass.
        """
        self._stage.run_until(now)
        match self.state, intent:
            case State.ASKING, (Intent.PAUSE | Intent.YES):  # half heard twice is heard
                self._start_pause()
            case State.ASKING, Intent.NO:
                self._question.drop()
            case ((State.LISTENING | State.RECONVENED | State.CLOSE_OUT), Intent.PAUSE):
                self._start_pause() if sure else self._question.ask()
            case _ if not sure:
                pass
            case State.OPENING, Intent.UNDO:
                self._undo()
            case ((State.LISTENING | State.ASKING | State.RECONVENED | State.CLOSE_OUT), Intent.QUIET):
                pass
            case _, Intent.QUIET:
                self._become_quiet()
            case ((State.RETURN_CUE | State.WAITING), Intent.READY) if now >= self._ended_at:
                self._start_asking()
            case ((State.ASK_FIRST | State.ASK_SECOND), (Intent.READY | Intent.NOT_YET)):
                self._answered(intent)
            case State.CHOOSING, Intent.TALK:
                self._reconvene(Event.TALK)
            case State.CHOOSING, Intent.SET_TIME:
                self._set_time()
            case (
                (State.CHOOSING, Intent.LET_GO)
                | (State.SETTING_TIME, (Intent.LATER_TODAY | Intent.TOMORROW))
                | (State.RECONVENED, (Intent.SETTLED | Intent.LATER_TODAY | Intent.TOMORROW))
            ):
                self._close(CLOSING_LINES[intent])
        return self._stage.taken()

    # --- beginning ----------------------------------------------------------------------------------------------------

    def _listen_for_a_pause(self) -> None:
        self._stage.listen(Intent.PAUSE)
        self._stage.light(LightState.LISTENING)

    def _start_pause(self) -> None:
        called_in = self._question.asked_in if self.state is State.ASKING else self.state
        if called_in is not State.LISTENING:
            self._swap_names()  # the pause before has not been closed yet
        self._enter(Event.PAUSE_CALLED)
        self._stage.quiet = False
        self._extensions = 0
        self._stage.give(Hush())
        self._stage.listen(Intent.UNDO, Intent.QUIET)
        self._follow(self._script.pause, self._agreement.minutes)

    def _undo(self) -> None:
        self._enter(Event.CARRY_ON)
        self._stage.quiet = False
        self._stage.give(Hush())
        self._stage.say("carry_on")
        self._listen_for_a_pause()

    def _become_quiet(self) -> None:
        if not self._stage.quiet:
            self._stage.quiet = True
            self._stage.give(Hush(), StopTones(), Chime(Cue.LISTEN))

    def _follow(self, steps: Sequence[Step], minutes: int) -> None:
        stage = self._stage
        stage.light(LightState.PAUSE)
        self._ended_at = stage.now + 60 * minutes
        said = self._plans.follow(steps, minutes)
        stage.at(self._ended_at, lambda: stage.listen(Intent.READY, Intent.QUIET))
        stage.at(said + self._timing.walk_back_seconds, self._start_asking)

    # --- both partners are asked --------------------------------------------------------------------------------------

    def _start_asking(self) -> None:
        self._answers = []
        self._enter(Event.TIME_TO_ASK)
        self._stage.give(Hush())
        self._stage.light(LightState.ASKING)
        self._ask(again=False)

    def _ask(self, *, again: bool) -> None:
        stage = self._stage
        if again:
            stage.give(Chime(Cue.LISTEN))
        line, name = ("ask_first", stage.first) if self.state is State.ASK_FIRST else ("ask_second", 1 - stage.first)
        stage.listen(Intent.READY, Intent.NOT_YET, Intent.QUIET)
        asked = stage.say(line, name=name, after_cue=again)
        give_up = (lambda: self._answered(None)) if again else (lambda: self._ask(again=True))
        stage.at(asked + self._timing.reply_seconds, give_up)

    def _answered(self, answer: Intent | None) -> None:
        self._answers.append(answer)
        self._stage.give(Hush())
        if self.state is State.ASK_FIRST:
            self._enter(Event.FIRST_ASKED)
            self._ask(again=False)
            return
        answers, self._answers = self._answers, []
        if Intent.NOT_YET in answers:
            self._take_longer()
        elif None in answers:
            self._wait_for_both()
        else:
            self._reconvene(Event.BOTH_READY)

    def _take_longer(self) -> None:
        if self._extensions < self._timing.most_extensions:
            self._extensions += 1
            self._enter(Event.NOT_YET)
            self._stage.listen(Intent.QUIET)
            self._follow(self._script.extension, self._timing.extension_minutes)
        else:
            self._enter(Event.NOT_YET_AGAIN)
            asked = self._stage.say("choose")
            self._stage.listen(Intent.TALK, Intent.SET_TIME, Intent.LET_GO, Intent.QUIET)
            self._stage.at(asked + self._timing.choice_seconds, lambda: self._close("nothing_chosen"))

    def _wait_for_both(self) -> None:
        stage = self._stage
        self._enter(Event.SOMEBODY_AWAY)
        stage.light(LightState.PAUSE)
        stage.listen(Intent.READY, Intent.QUIET)
        for line, wait in zip(("still_open", "say_we_are_back"), self._timing.no_show_seconds, strict=True):
            # A reminder whose time fell into the asking is left out rather than said late.
            if self._ended_at + wait > stage.now:
                stage.at(self._ended_at + wait, partial(stage.say, line))
        stage.at(max(stage.now, self._ended_at + self._timing.give_up_seconds), self._give_up)

    # --- endings ------------------------------------------------------------------------------------------------------

    def _reconvene(self, event: Event) -> None:
        self._enter(event)
        self._stage.give(Hush())
        self._stage.light(LightState.LISTENING)
        self._stage.say("reconvened")
        self._stage.listen(Intent.PAUSE, Intent.SETTLED, Intent.LATER_TODAY, Intent.TOMORROW)
        self._stage.at(self._stage.now + self._timing.talk_seconds, self._over)

    def _set_time(self) -> None:
        self._enter(Event.SET_TIME)
        self._stage.give(Hush())
        asked = self._stage.say("choose_time")
        self._stage.listen(Intent.LATER_TODAY, Intent.TOMORROW, Intent.QUIET)
        self._stage.at(asked + self._timing.set_time_seconds, lambda: self._close("nothing_chosen"))

    def _close(self, line: str) -> None:
        self._enter(Event.CLOSE)
        self._stage.give(Hush())
        self._listen_for_a_pause()
        lines = [line]
        if line not in {"nothing_chosen", "closing_let_go"} and self._agreement.ritual:
            lines.append("ritual")
        if line != "nothing_chosen":
            lines.append("quiet_end")
        said = self._stage.now
        for each in lines:
            gap = 0.0 if each == line else self._timing.line_gap_seconds
            said = self._stage.say(each, pause_before=said - self._stage.now + gap)
        self._stage.at(said, self._over)

    def _give_up(self) -> None:
        self._stage.give(Chime(Cue.CLOSE))
        self._over()

    def _over(self) -> None:
        self._enter(Event.OVER)
        self._stage.quiet = False
        self._swap_names()
        self._listen_for_a_pause()

    def _swap_names(self) -> None:
        self._stage.first = 1 - self._stage.first

    def _enter(self, event: Event) -> None:
        """Move on, and drop everything that was planned for the state we leave."""
        self._flow.apply(event)
        self._stage.forget_plans()
