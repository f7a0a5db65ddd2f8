"""One couple's pause as it happens: intents and the time go in, commands come out.

Pure: no sound, no clock, no thread. `now` is seconds on any clock that only goes forward, and must not decrease from
call to call. Deadlines are kept here, on an agenda; whoever owns the session calls `tick` often enough.

It never learns, keeps or says who called a pause, who asked for more time or who stayed away: the two answers at the
end are compared and forgotten.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from enum import Enum
from itertools import count

from assistant.dialogue.flow import Event, Flow, State
from assistant.dialogue.timeline import laid_out
from assistant.dialogue.wording import Wording
from assistant.messages import (
    Chime,
    Command,
    Cue,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
)
from assistant.settings.agreement import Agreement
from assistant.settings.script import Script, Step

CUE_LEAD_SECONDS = 1.5  # a chime first, then the words, so that neither covers the other

_EVENT_OF_PLANNED_STATE = {
    State.SEPARATING: Event.TIME_TO_PART,
    State.BODY: Event.TIME_FOR_THE_BODY,
    State.MIND: Event.TIME_FOR_THE_MIND,
    State.RETURN_CUE: Event.TIME_TO_RETURN,
}
_CLOSING_LINES = {
    Intent.SETTLED: "closing_settled",
    Intent.LATER_TODAY: "closing_later_today",
    Intent.TOMORROW: "closing_tomorrow",
    Intent.LET_GO: "closing_let_go",
}
LINES_USED = frozenset(
    "ask_first ask_second carry_on choose choose_time nothing_chosen quiet_end reconvened ritual say_we_are_back"
    " separating separating_places still_open".split()
) | frozenset(_CLOSING_LINES.values())
"""The lines this file says by itself; all others come from the plan."""


class _Answer(Enum):
    READY = "ready"
    NOT_YET = "not yet"
    NONE = "none"


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
        self._script, self._agreement, self._wording = script, agreement, wording
        self._seconds_of = seconds_of
        self._flow = Flow()
        self._first = first
        self._quiet = False
        self._extensions = 0
        self._answers: list[_Answer] = []
        self._ended_at = 0.0
        self._now = 0.0
        self._out: list[Command] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    @property
    def state(self) -> State:
        return self._flow.state

    @property
    def quiet(self) -> bool:
        """Whether chimes and light stand for the voice."""
        return self._quiet

    def begin(self, now: float) -> list[Command]:
        """The first commands of all."""
        self._now = now
        self._listen(Intent.PAUSE)
        self._light(LightState.LISTENING)
        return self._taken()

    def tick(self, now: float) -> list[Command]:
        """Whatever is due by `now`."""
        while self._agenda and self._agenda[0][0] <= now:
            due, _, action = heapq.heappop(self._agenda)
            self._now = max(self._now, due)
            action()
        self._now = now
        return self._taken()

    def handle(self, intent: Intent, now: float) -> list[Command]:
        """Somebody wants something. What makes no sense now is let pass, without a word."""
        commands = self.tick(now)
        self._answer_to(intent)
        return commands + self._taken()

    # --- what people say ---------------------------------------------------------------------------------------------

    def _answer_to(self, intent: Intent) -> None:
        state = self.state
        if intent is Intent.PAUSE and self._flow.can(Event.PAUSE_CALLED):
            self._start_pause()
        elif intent is Intent.UNDO and state is State.OPENING:
            self._undo()
        elif intent is Intent.QUIET and state not in {State.LISTENING, State.CLOSE_OUT}:
            self._become_quiet()
        elif intent is Intent.READY and state in {State.RETURN_CUE, State.WAITING} and self._now >= self._ended_at:
            self._start_asking()
        elif intent in {Intent.READY, Intent.NOT_YET} and state in {State.ASK_FIRST, State.ASK_SECOND}:
            self._answered(_Answer.READY if intent is Intent.READY else _Answer.NOT_YET)
        elif state is State.CHOOSING and intent is Intent.TALK:
            self._flow.apply(Event.TALK)
            self._reconvened()
        elif state is State.CHOOSING and intent is Intent.SET_TIME:
            self._set_time()
        elif (
            (state is State.CHOOSING and intent is Intent.LET_GO)
            or (state is State.SETTING_TIME and intent in {Intent.LATER_TODAY, Intent.TOMORROW})
            or (state is State.RECONVENED and intent in {Intent.SETTLED, Intent.LATER_TODAY, Intent.TOMORROW})
        ):
            self._close(_CLOSING_LINES[intent])

    def _start_pause(self) -> None:
        self._enter(Event.PAUSE_CALLED)
        self._quiet = False
        self._extensions = 0
        self._light(LightState.PAUSE)
        self._listen(Intent.UNDO, Intent.QUIET)
        self._follow(self._script.pause, self._agreement.minutes)

    def _undo(self) -> None:
        self._enter(Event.CARRY_ON)
        self._out.append(Hush())
        self._say("carry_on")
        self._listen(Intent.PAUSE)
        self._light(LightState.LISTENING)

    def _become_quiet(self) -> None:
        if not self._quiet:
            self._quiet = True
            self._out += [Hush(), StopTones(), Chime(Cue.LISTEN)]

    # --- the plan ------------------------------------------------------------------------------------------------------

    def _follow(self, steps: Sequence[Step], minutes: int) -> None:
        start = self._now
        self._ended_at = start + 60 * minutes
        for moment in laid_out(steps, minutes):
            self._at(start + moment.second, lambda step=moment.step: self._take(step))
        last = self._seconds("time_is_done" if steps is self._script.pause else "time_is_done_again")
        walk_back = CUE_LEAD_SECONDS + last + self._script.timing.walk_back_seconds
        self._at(self._ended_at, lambda: self._listen(Intent.READY, Intent.QUIET))
        self._at(self._ended_at + walk_back, self._start_asking)

    def _take(self, step: Step) -> None:
        if step.state and State(step.state) in _EVENT_OF_PLANNED_STATE:
            self._flow.apply(_EVENT_OF_PLANNED_STATE[State(step.state)])
            self._listen(Intent.QUIET)
            # The opening is always spoken, so that a false start can be noticed and taken back.
            self._quiet = self._quiet or self._agreement.quiet
        if step.tones == "stop":
            self._out.append(StopTones())
        elif step.tones and not self._quiet:
            breathing = self._script.breathing
            starting = StartTones(breathing.in_seconds, breathing.out_seconds)
            self._out.append(starting if step.tones == "start" else SoftenTones())
        if step.cue:
            self._out.append(Chime(step.cue))
        if step.say:
            line = step.say
            if line == "separating" and self._agreement.places:
                line = "separating_places"
            self._say(line, after_cue=step.cue is not None)

    # --- both partners are asked -----------------------------------------------------------------------------------------

    def _start_asking(self) -> None:
        self._answers = []
        self._enter(Event.TIME_TO_ASK)
        self._light(LightState.ASKING)
        self._ask(again=False)

    def _ask(self, *, again: bool) -> None:
        if again:
            self._out.append(Chime(Cue.LISTEN))
        line = "ask_first" if self.state is State.ASK_FIRST else "ask_second"
        name = self._first if self.state is State.ASK_FIRST else 1 - self._first
        self._listen(Intent.READY, Intent.NOT_YET, Intent.QUIET)
        heard_by = self._say(line, name=name, after_cue=again) + self._script.timing.reply_seconds
        self._at(heard_by, (lambda: self._answered(_Answer.NONE)) if again else (lambda: self._ask(again=True)))

    def _answered(self, answer: _Answer) -> None:
        self._answers.append(answer)
        self._agenda.clear()
        self._out.append(Hush())
        if self.state is State.ASK_FIRST:
            self._enter(Event.FIRST_ASKED)
            self._ask(again=False)
            return
        answers, self._answers = self._answers, []
        if _Answer.NOT_YET in answers:
            self._take_longer()
        elif _Answer.NONE in answers:
            self._wait_for_both()
        else:
            self._enter(Event.BOTH_READY)
            self._reconvened()

    def _take_longer(self) -> None:
        if self._extensions < self._script.timing.most_extensions:
            self._extensions += 1
            self._enter(Event.NOT_YET)
            self._light(LightState.PAUSE)
            self._listen(Intent.QUIET)
            self._follow(self._script.extension, self._script.timing.extension_minutes)
        else:
            self._enter(Event.NOT_YET_AGAIN)
            spoken = self._say("choose")
            self._listen(Intent.TALK, Intent.SET_TIME, Intent.LET_GO, Intent.QUIET)
            self._at(spoken + self._script.timing.choice_seconds, self._nothing_chosen)

    def _wait_for_both(self) -> None:
        self._enter(Event.SOMEBODY_AWAY)
        self._light(LightState.PAUSE)
        self._listen(Intent.READY, Intent.QUIET)
        timing = self._script.timing
        for line, wait in zip(("still_open", "say_we_are_back"), timing.no_show_seconds, strict=True):
            # A reminder that fell into the asking is left out rather than said late.
            if self._ended_at + wait > self._now:
                self._at(self._ended_at + wait, lambda line=line: self._say(line))
        self._at(max(self._now, self._ended_at + timing.give_up_seconds), self._give_up)

    # --- endings -----------------------------------------------------------------------------------------------------------

    def _reconvened(self) -> None:
        self._agenda.clear()
        self._light(LightState.LISTENING)
        self._say("reconvened")
        self._listen(Intent.PAUSE, Intent.SETTLED, Intent.LATER_TODAY, Intent.TOMORROW)
        self._at(self._now + self._script.timing.talk_seconds, self._over)

    def _set_time(self) -> None:
        self._enter(Event.SET_TIME)
        self._out.append(Hush())
        spoken = self._say("choose_time")
        self._listen(Intent.LATER_TODAY, Intent.TOMORROW, Intent.QUIET)
        self._at(spoken + self._script.timing.set_time_seconds, self._nothing_chosen)

    def _nothing_chosen(self) -> None:
        self._close("nothing_chosen")

    def _close(self, line: str) -> None:
        self._enter(Event.CLOSE)
        self._out.append(Hush())
        self._light(LightState.LISTENING)
        self._listen(Intent.PAUSE)
        spoken = self._say(line)
        if line not in {"closing_let_go", "nothing_chosen"} and self._agreement.ritual:
            spoken = self._say("ritual", at=spoken + 1)
        if line != "nothing_chosen":
            spoken = self._say("quiet_end", at=spoken + 1)
        self._at(spoken, self._over)

    def _give_up(self) -> None:
        self._out.append(Chime(Cue.CLOSE))
        self._over()

    def _over(self) -> None:
        self._enter(Event.OVER)
        self._quiet = False
        self._first = 1 - self._first
        self._listen(Intent.PAUSE)
        self._light(LightState.LISTENING)

    # --- the tools of the trade ----------------------------------------------------------------------------------------------

    def _enter(self, event: Event) -> None:
        """Move on, and drop everything that was planned for the state we leave."""
        self._flow.apply(event)
        self._agenda.clear()

    def _at(self, second: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (second, next(self._order), action))

    def _sentences(self, line: str, name: int | None) -> tuple[str, ...]:
        return self._wording.sentences(line, first=self._first, name=name)

    def _seconds(self, line: str) -> float:
        return self._seconds_of(self._sentences(line, None))

    def _say(self, line: str, *, name: int | None = None, after_cue: bool = False, at: float | None = None) -> float:
        """Say a line, now or at a later second, or sound its cue in quiet mode; returns when it will have been said."""
        if self._quiet and line != "carry_on":
            cue = self._script.lines[line].quiet_cue
            if cue and not after_cue:
                self._later(at, Chime(cue))
            return (self._now if at is None else at) + (CUE_LEAD_SECONDS if cue else 0)
        start = (self._now if at is None else at) + (CUE_LEAD_SECONDS if after_cue else 0)
        sentences = self._sentences(line, name)
        self._later(start, Speak(line, sentences))
        return start + self._seconds_of(sentences)

    def _later(self, second: float | None, command: Command) -> None:
        if second is None or second <= self._now:
            self._out.append(command)
        else:
            self._at(second, lambda: self._out.append(command))

    def _listen(self, *intents: Intent) -> None:
        self._out.append(Listen(frozenset(intents)))

    def _light(self, state: LightState) -> None:
        self._out.append(Light(state))

    def _taken(self) -> list[Command]:
        commands, self._out = self._out, []
        return commands
