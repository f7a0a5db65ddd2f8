"""What the room gets to hear and see, and when: the session's hands.

Keeps the time, the agenda of things to come, the order of the names, and quiet mode, in which short sounds stand for
the voice.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from itertools import count

from assistant.dialogue.wording import Wording
from assistant.messages import Chime, Command, Intent, Light, LightState, Listen, Speak
from assistant.settings.script import Script

_Agenda = list[tuple[float, int, Callable[[], object]]]  # a heap: when, in which order, what


class Stage:
    """Collects commands and plans later ones.

    ``seconds_of``: how long these sentences take to say. ``first``: whose name comes first (0 or 1).
    """

    def __init__(
        self, *, script: Script, wording: Wording, seconds_of: Callable[[Sequence[str]], float], first: int
    ) -> None:
        self._script, self._wording, self._seconds_of = script, wording, seconds_of
        self.cue_lead_seconds = script.timing.cue_lead_seconds
        self.first = first
        self.quiet = False
        self.now = 0.0
        self._out: list[Command] = []
        self._agenda: _Agenda = []
        self._order = count()
        self._listening: frozenset[Intent] = frozenset()
        self._aside: tuple[float, _Agenda, frozenset[Intent]] | None = None

    def run_until(self, now: float) -> None:
        """Do whatever is due by `now`, each thing at its own second."""
        while self._agenda and self._agenda[0][0] <= now:
            due, _, action = heapq.heappop(self._agenda)
            self.now = max(self.now, due)
            action()
        self.now = max(self.now, now)

    def at(self, second: float, action: Callable[[], object]) -> None:
        """Plan something; things of one second happen in the order they were planned in."""
        heapq.heappush(self._agenda, (second, next(self._order), action))

    def forget_plans(self) -> None:
        """Nothing that was planned will happen, nor what was set aside."""
        self._agenda.clear()
        self._aside = None

    def set_aside(self) -> None:
        """Let everything stand still until `take_up_again`."""
        self._aside = (self.now, self._agenda, self._listening)
        self._agenda = []

    def take_up_again(self) -> None:
        """Go on with what was set aside: each thing as much later as it stood still. Drops what was planned since."""
        assert self._aside is not None
        since, agenda, listening = self._aside
        self.forget_plans()
        self._agenda = [(second + self.now - since, order, action) for second, order, action in agenda]
        self.listen(*listening)

    def give(self, *commands: Command) -> None:
        """Have this done now."""
        self._out += commands

    def taken(self) -> list[Command]:
        """The commands since the last call."""
        if not self._out:  # as in nearly every round
            return []
        commands, self._out = self._out, []
        return commands

    def listen(self, *intents: Intent) -> None:
        """Only these mean something from now on."""
        self._listening = frozenset(intents)
        self.give(Listen(self._listening))

    def light(self, state: LightState) -> None:
        self.give(Light(state))

    def seconds(self, line: str) -> float:
        """How long a line takes to say."""
        return self._seconds_of(self._wording.sentences(line, first=self.first))

    def say(self, line: str, *, name: int | None = None, after_cue: bool = False, pause_before: float = 0.0) -> float:
        """Say a line, or sound its cue in quiet mode; returns the second at which it will have been said.

        ``name``: who is being asked (0 or 1). ``after_cue``: a chime sounds right now, so wait for it; in quiet mode
        that chime is enough. ``pause_before``: seconds of silence before the line.
        """
        start = self.now + pause_before + (self.cue_lead_seconds if after_cue else 0.0)
        if not self.quiet:
            sentences = self._wording.sentences(line, first=self.first, name=name)
            self._later(start, Speak(line, sentences))
            return start + self._seconds_of(sentences)
        cue = self._script.lines[line].quiet_cue
        if cue is None or after_cue:
            return start
        self._later(start, Chime(cue))
        return start + self.cue_lead_seconds

    def _later(self, second: float, command: Command) -> None:
        if second <= self.now:
            self.give(command)
        else:
            self.at(second, lambda: self.give(command))
