"""Carries out a plan of the script, step by step: the agreed time, or ten minutes more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from assistant.dialogue.breathing_guide import BreathingGuide
from assistant.dialogue.flow import Event, Flow, State
from assistant.dialogue.lines import BREATHING_LINES
from assistant.dialogue.reflection import Thoughts
from assistant.dialogue.stage import Line, Stage
from assistant.dialogue.timeline import Moment, laid_out
from assistant.messages import Chime
from assistant.settings.agreement import Agreement
from assistant.settings.script import Step

_EVENT_OF_PLANNED_STATE = {
    State.SEPARATING: Event.TIME_TO_PART,
    State.BODY: Event.TIME_FOR_THE_BODY,
    State.MIND: Event.TIME_FOR_THE_MIND,
    State.RETURN_CUE: Event.TIME_TO_RETURN,
}


class PlanRunner:
    """Puts a plan's steps on the stage's agenda, and does each when it is due.

    ``parting_seconds``: when they are sent to different rooms. ``entered``: is told of a new state.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        flow: Flow,
        agreement: Agreement,
        breathing: BreathingGuide,
        thoughts: Thoughts,
        parting_seconds: float,
        entered: Callable[[], None],
    ) -> None:
        self._stage, self._flow, self._agreement = stage, flow, agreement
        self._breathing, self._thoughts, self._entered = breathing, thoughts, entered
        self._parting_seconds = parting_seconds
        self.exercises_wanted = True
        """False when somebody said that this exercise is not for them: the plan leaves the others out."""

    def follow(self, steps: Sequence[Step], minutes: float) -> float:
        """Begin a plan now; returns the second at which its last words will have been said.

        The first step is due at once, so that the chime answers in the same breath as the call.
        """
        said = self._put_on_the_agenda(steps, minutes, self._stage.now, laid_out(steps, minutes))
        self._stage.agenda.run_until(self._stage.now)
        return said

    def take_up(self, steps: Sequence[Step], minutes: float, *, since_seconds: float) -> float:
        """Go on with a plan that began so many seconds ago; what came before now is left out.

        The tones that sounded sound again. Which state that makes, the plan says, and not who remembers an older one.
        """
        moments = laid_out(steps, minutes)
        past = [moment.step for moment in moments if moment.second <= since_seconds]
        states = [State(step.state) for step in past if step.state]
        self._flow.begin_in(states[-1] if states else State.OPENING if steps[0].state else State.EXTENDED)
        self._take_up_tones([step.tones for step in past if step.tones])
        to_come = [moment for moment in moments if moment.second > since_seconds]
        return self._put_on_the_agenda(steps, minutes, self._stage.now - since_seconds, to_come)

    def _take_up_tones(self, tones: Sequence[str]) -> None:
        wanted = self._breathing.wanted and self.exercises_wanted and not self._stage.quiet
        if wanted and tones and tones[-1] != "stop":
            self._breathing.start_as_planned()
            if tones[-1] == "soften":
                self._breathing.soften()

    def _put_on_the_agenda(
        self, steps: Sequence[Step], minutes: float, start: float, moments: Sequence[Moment]
    ) -> float:
        stage = self._stage
        stage.budget.keep_free(self._essential(start, start + 60 * minutes, moments))
        for moment in moments:
            stage.at(start + moment.second, partial(self._take, moment.step))
        last_line = next(step.say for step in reversed(steps) if step.say)
        return start + 60 * minutes + stage.cue_lead_seconds + stage.seconds(stage.line(last_line))

    def time_is_over(self) -> None:
        """Not a step of the plan, because every plan ends so; and so does whatever somebody asked for."""
        self._breathing.stop()
        self._stage.end_row()
        self._flow.apply(Event.TIME_IS_OVER)
        self._entered()

    def _essential(self, start: float, end: float, moments: Iterable[Moment]) -> Iterable[tuple[float, float]]:
        """What will have to be said before the time is over, and how long each takes."""
        for moment in moments:
            second = start + moment.said_at(self._stage.cue_lead_seconds)
            if moment.step.say and second < end and self._is_said(moment.step):
                line = self._line(moment.step)
                if line.essential:
                    yield second, self._stage.seconds(line)

    def _is_said(self, step: Step) -> bool:
        """Whether its words are wanted, and the agreement has what they need."""
        return step.has_words_at(self._agreement.talk) and (not step.say or self._stage.has(step.say))

    def _line(self, step: Step) -> Line:
        assert step.say is not None
        places = step.say == "separating" and self._agreement.places
        line = self._stage.line("separating_places" if places else step.say)
        # What has a cue of its own keeps the time; so does the way back, and all that is said before they part.
        until_they_part = step.anchor == "start" and step.at <= self._parting_seconds
        return replace(line, essential=line.cue is not None or step.anchor == "end" or until_they_part)

    def _take(self, step: Step) -> None:
        stage = self._stage
        if step.state and (event := _EVENT_OF_PLANNED_STATE.get(State(step.state))):
            self._flow.apply(event)
            self._entered()
            # The opening is always spoken, so that a false start can be noticed and taken back.
            stage.quiet = stage.quiet or self._agreement.quiet
        self._sound(step)
        if step.say:
            self._say(step)
        if step.question and self._is_said(step):
            self._ask(step)

    def _sound(self, step: Step) -> None:
        if step.tones == "start" and self._breathing.wanted and self.exercises_wanted and not self._stage.quiet:
            self._breathing.start_as_planned()
        elif step.tones == "soften":
            self._breathing.soften()
        elif step.tones == "stop":
            self._breathing.stop()
        if step.breaths and self._is_said(step):
            self._breathing.coach(step.breaths)
        if step.cue:
            self._stage.give(Chime(step.cue))

    def _say(self, step: Step) -> None:
        if not self._is_said(step):
            cue = self._stage.cue_of(step.say) if step.say else None
            if cue is not None and step.cue is None:
                self._stage.give(Chime(cue))
            return
        line = self._line(step)
        exercise = self._flow.state is State.BODY and not line.essential
        # Somebody asked for something else to do, and is in the middle of it.
        if exercise and (not self.exercises_wanted or self._stage.now < self._stage.row_until):
            return
        if step.say in BREATHING_LINES and not self._breathing.wanted:
            return
        self._stage.say(line, after_cue=step.cue is not None)

    def _ask(self, step: Step) -> None:
        if self._stage.quiet:
            return
        if (wait := self._stage.row_until) > self._stage.now:
            self._stage.at(wait + 1.0, partial(self._ask, step))
        elif (line := self._thoughts.planned_question(first=step.question == "feeling")) is not None:
            self._stage.say(line)
