"""A long evening in which anything may be said and pressed at any time, and what has to hold all the same.

Used by the property test and by ``scripts/bench turns``, which counts how many such hours pass in a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.dialogue.flow import COMING_BACK, COOL_DOWN, HOME, State
from assistant.dialogue.session import Session
from assistant.dialogue.turns import light_of, listened_for
from assistant.messages import (
    Command,
    Countdown,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    Press,
    Silence,
    Speak,
    StartTones,
    StopTones,
)
from dialogue.couples import AT_HOME, prepared, seconds_of, session, state_of

HOME_AGAIN_SECONDS = 60.0 * 150  # three times ten minutes, the waiting, the guided talk, the talk afterwards
MOST_OF_A_PAUSE = 0.20
SAID_EVEN_IN_QUIET = {"help", "no_breath"}

Happening = tuple[Intent | Press | None, bool, float]
"""What somebody says or presses (None: the microphone goes), whether it is heard surely, and the seconds before it."""


@dataclass
class Witness:
    """Watches the commands of a session, and objects. ``step``: how exactly it knows when each one came."""

    step: float = 0.05
    prepared: frozenset[str] = frozenset()
    speaking_until: float = 0.0
    listening: frozenset[Intent] = AT_HOME
    light: LightState = LightState.LISTENING
    quiet: bool = False
    tones: bool = False
    kept_until: float | None = None
    most: float = 0.0
    spoken: float = 0.0
    said: list[str] = field(default_factory=list)

    def take(self, commands: Sequence[Command], now: float) -> None:
        for command in commands:
            match command:
                case Hush() | Silence():
                    self.spoken -= max(0.0, self.speaking_until - now)
                    self.speaking_until = min(self.speaking_until, now)
                    self.tones = self.tones and isinstance(command, Hush)
                case Listen():
                    self.listening = command.intents
                case Light():
                    self.light = command.state
                case StartTones():
                    self.tones = True
                case StopTones():
                    self.tones = False
                case Countdown():
                    self._keeps_time(command.until, now)
                case Speak():
                    self._speaks(command, now)

    def agrees_with(self, couple: Session) -> None:
        """What was shown and listened for is what belongs to the state, at every moment."""
        state, muted = couple.state, couple.muted
        usual = light_of(state, end_asked=False, muted=muted)
        assert self.light in {usual, light_of(state, end_asked=True, muted=muted)}, f"{self.light} in {state}"
        if muted:
            assert not self.listening
        else:
            rest = {Intent.YES, Intent.NO} if state in (State.OPENING, *COOL_DOWN, *COMING_BACK) else set()
            assert self.listening - rest == listened_for(state, end_asked=False) - rest, state
        if state in HOME:
            assert not couple.quiet
            assert self.kept_until is None
        if state not in (State.OPENING, *COOL_DOWN):
            assert not self.tones, f"tones in {state}"

    def _keeps_time(self, until: float | None, now: float) -> None:
        if until is None:
            assert self.spoken <= self.most + 1e-6, f"{self.spoken:.1f} s were said, {self.most:.1f} s are possible"
        elif self.kept_until is None or until < self.kept_until:
            self.most, self.spoken = MOST_OF_A_PAUSE * (until - now), 0.0
        else:
            self.most += MOST_OF_A_PAUSE * (until - self.kept_until)
        self.kept_until = until

    def _speaks(self, command: Speak, now: float) -> None:
        assert now >= self.speaking_until - self.step, f"{command.line} talks over the line before"
        assert not self.quiet or command.line in SAID_EVEN_IN_QUIET, f"{command.line} was said in quiet mode"
        seconds = seconds_of(command.sentences)
        self.speaking_until = now + seconds
        self.spoken += seconds
        self.said.append(command.line)
        assert set(command.sentences) <= self.prepared, f"{command.line} was never prepared"


def live_through(happenings: Iterable[Happening], *, step: float = 0.1, **agreement: object) -> float:
    """Let it happen, and then nothing more until all is over; returns how many seconds went by.

    Raises AssertionError when it talks over itself, says too much, speaks in quiet mode, or does not come home.
    """
    agreement = {"ritual": "a cup of tea", **agreement}
    couple = session(**agreement)  # type: ignore[arg-type]
    witness = Witness(step=step, prepared=prepared(**agreement))
    now = 0.0

    def wait(seconds: float, step: float) -> None:
        nonlocal now
        end = now + seconds
        while now < end:
            now = min(now + step, end)
            commands = couple.tick(now)
            witness.quiet = couple.quiet
            witness.take(commands, now)
            if commands:
                witness.agrees_with(couple)

    touching = False  # a touch alone is a finger that stays down until the next press
    for what, sure, seconds in happenings:
        wait(seconds, step)
        if isinstance(what, Press):
            commands = [] if touching else couple.press(Press.TOUCH, now)
            touching = what is Press.TOUCH
            if not touching:
                commands += couple.press(what, now)
            witness.take(commands, now)
        elif what is None:
            witness.take(couple.cannot_hear(now), now)
        # Half-duplex: what is said while Breather speaks is not heard, nor what nobody listens for.
        elif what in witness.listening and now >= witness.speaking_until:
            witness.take(couple.handle(what, now, sure=sure), now)
        witness.quiet = couple.quiet
        witness.agrees_with(couple)
    witness.step = 1.0
    wait(HOME_AGAIN_SECONDS, 1.0)
    assert state_of(couple) in HOME, f"it ended in {couple.state}"
    muted = couple.state is State.MUTED
    assert witness.listening == (frozenset() if muted else AT_HOME)
    assert witness.light is (LightState.MUTED if muted else LightState.LISTENING)
    return now
