"""What the room gets to hear and see, and when: the session's hands.

Keeps the agenda, the order of the names, quiet mode (in which short sounds stand for the voice), and the floor: only
one line is spoken at a time, and whoever comes second waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from assistant.dialogue.agenda import Agenda
from assistant.dialogue.talk_budget import MOST_OF_A_PAUSE, TalkBudget
from assistant.dialogue.wording import Wording
from assistant.messages import Chime, Command, Cue, Hush, Intent, Light, LightState, Listen, Speak
from assistant.settings.script import Script

SOON_SECONDS = 0.5  # between two lines that happen to come together


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say.

    ``cue``: what stands for it in quiet mode. ``essential``: it keeps the time, or is a must. ``repeatable``: "say that
    again" can mean it.
    """

    line: str
    sentences: tuple[str, ...]
    cue: Cue | None = None
    essential: bool = True
    even_in_quiet: bool = False
    repeatable: bool = True


class Stage:
    """Collects commands and plans later ones.

    ``seconds_of``: how long these sentences take to say. ``first``: whose name comes first (0 or 1). ``talk_share``:
    how much of a pause may be talk; inf for any amount.
    """

    def __init__(
        self,
        *,
        script: Script,
        wording: Wording,
        seconds_of: Callable[[Sequence[str]], float],
        first: int,
        talk_share: float = MOST_OF_A_PAUSE,
    ) -> None:
        self._script, self._wording, self._seconds_of = script, wording, seconds_of
        self.cue_lead_seconds = script.timing.cue_lead_seconds
        self.first = first
        self.quiet = self.muted = False
        self.agenda = Agenda()
        self.budget = TalkBudget(share=talk_share)
        self.last: Line | None = None
        """The last line that was spoken, and not one of another pause."""
        self._out: list[Command] = []
        self._intents: frozenset[Intent] = frozenset()
        self._light: LightState | None = None
        self._speaking_until = float("-inf")
        self._floor_until = float("-inf")  # of the last line that is being said, or is going to be
        self._row = object()  # what is being said one after the other; another one takes its place
        self.row_until = float("-inf")
        """When the last of several lines that belong together will be said."""

    @property
    def now(self) -> float:
        return self.agenda.now

    @property
    def speaking(self) -> bool:
        """Whether a line is being spoken, as far as its length is known."""
        return self.now < self._speaking_until

    @property
    def said_until(self) -> float:
        """When the last line was over, or will be."""
        return self._speaking_until

    def at(self, second: float, action: Callable[[], object]) -> None:
        self.agenda.at(second, action)

    def forget_plans(self) -> None:
        """Nothing that was planned will happen."""
        self.agenda.forget()
        self._floor_until = self._speaking_until
        self.end_row()

    def give(self, *commands: Command) -> None:
        """Have this done now."""
        self._out += commands

    def taken(self) -> list[Command]:
        """The commands since the last call."""
        if not self._out:  # as in nearly every round
            return []
        commands, self._out = self._out, []
        return commands

    def listen(self, intents: frozenset[Intent], *, anew: bool = False) -> None:
        """Only these mean something from now on; none does while the microphone is switched off.

        ``anew``: even if they are the same as before, what is just being said is not meant for the next question.
        """
        wanted = frozenset[Intent]() if self.muted else intents
        if anew or wanted != self._intents:
            self._intents = wanted
            self.give(Listen(wanted))

    def light(self, state: LightState) -> None:
        """What the light shows from now on."""
        if state is not self._light:
            self._light = state
            self.give(Light(state))

    def forget_light(self) -> None:
        """Somebody else has used the light meanwhile; it is to be shown anew."""
        self._light = None

    # --- speaking -----------------------------------------------------------------------------------------------------

    def line(self, name: str, *, asked: int | None = None, left: str | None = None, essential: bool = True) -> Line:
        """A line of the script, names and all filled in. ``asked``: who is being asked, 0 or 1."""
        sentences = self._wording.sentences(name, first=self.first, name=asked, left=left)
        return Line(name, sentences, self._script.lines[name].quiet_cue, essential)

    def has(self, name: str) -> bool:
        """Whether the agreement has what this line needs."""
        return self._wording.has(name)

    def cue_of(self, name: str) -> Cue | None:
        """The short sound that can stand for this line."""
        return self._script.lines[name].quiet_cue

    def seconds(self, line: Line) -> float:
        """How long a line takes to say."""
        return self._seconds_of(line.sentences)

    def say(self, line: Line, *, after_cue: bool = False, pause_before: float = 0.0) -> float:
        """Say a line, or sound its cue in quiet mode; returns the second at which it will have been said.

        It waits for what is being spoken. ``after_cue``: a chime sounds right now, so wait for it; in quiet mode that
        chime is enough. ``pause_before``: seconds of silence before the line.
        """
        due = self.now + pause_before + (self.cue_lead_seconds if after_cue else 0.0)
        if self.quiet and not line.even_in_quiet:
            if line.cue is None or after_cue:
                return due
            cue = line.cue
            self._later(due, lambda: self.give(Chime(cue)))
            return due + self.cue_lead_seconds
        start = due if due >= self._floor_until else self._floor_until + SOON_SECONDS
        self._floor_until = start + self.seconds(line)
        self._later(start, partial(self._speak, replace(line, cue=None) if after_cue else line))  # it has sounded
        return start + self.seconds(line)

    def say_in_time(self, line: Line) -> None:
        """Say a line now or not at all, because later it would be wrong."""
        if self.now >= self._floor_until and not self.quiet:
            self.say(replace(line, repeatable=False))

    def say_in_a_row(self, lines: Sequence[tuple[float, Line]]) -> None:
        """Lines that belong together, each so many seconds from now; any other row that is under way ends."""
        self._row = row = object()
        for after, line in lines:
            self._later(self.now + after, partial(self._say_in_row, row, line))
        last, line = lines[-1]
        self.row_until = max(self.now + last, self._floor_until) + self.seconds(line)

    def end_row(self) -> None:
        """Nothing more of the lines that belong together."""
        self._row = object()
        self.row_until = float("-inf")

    def room_for(self, *lines: Line) -> bool:
        """Whether the pause's talk budget has room for these."""
        return self.budget.allows(sum(map(self.seconds, lines)), self.now)

    def forget(self, line: str) -> None:
        """Nobody can have this line said again any more."""
        if self.last is not None and self.last.line == line:
            self.last = None

    def hush(self) -> None:
        """Cut off whatever is being spoken."""
        self.give(Hush())
        self._stopped()

    def _stopped(self) -> None:
        if self.speaking:
            self.budget.spend(self.now - self._speaking_until)
        self._speaking_until = self._floor_until = self.now

    def _later(self, second: float, action: Callable[[], object]) -> None:
        if second <= self.now:
            action()
        else:
            self.at(second, action)

    def _say_in_row(self, row: object, line: Line) -> None:
        if row is self._row:
            self.say(line)

    def _speak(self, line: Line) -> None:
        if self.quiet and not line.even_in_quiet:  # somebody asked for quiet in the meantime
            return
        if not self.room_for(line):
            if line.essential and line.cue is not None:  # its seconds went to an emergency
                self.give(Chime(line.cue))
            return
        if self.speaking:  # what was to come before was cut off, and then somebody asked for something
            self.at(self._speaking_until + SOON_SECONDS, partial(self._speak, line))
            return
        seconds = self.seconds(line)
        self.budget.spend(seconds)
        self._speaking_until = self.now + seconds
        self._floor_until = max(self._floor_until, self._speaking_until)
        if line.repeatable:
            self.last = line
        self.give(Speak(line.line, line.sentences))
