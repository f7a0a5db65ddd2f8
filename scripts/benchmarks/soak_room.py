"""A simulated home over many hours: sound after sound, a pause now and then, and somebody who looks what we hold."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import soxr

from assistant.app import Parts, choose_voice
from assistant.devices.recorded import SimulatedRoom
from assistant.dialogue.flow import HOME, State
from assistant.journal.journalist import Journalist
from assistant.keeping.keeper import Keeper
from assistant.messages import Chime, Command, Cue, Intent, Press, Silence, Speak
from assistant.records import Kept
from assistant.running import run_in_room
from assistant.sound import HEARING_RATE_HZ, AudioClip
from benchmarks.figures import Say
from benchmarks.process_size import Size, size_of
from benchmarks.standard import demo_lines

PAUSE_EVERY_SECONDS = 3600.0
FIRST_PAUSE_SECONDS = 1500.0
LOOK_EVERY_SECONDS = 120.0
TELL_EVERY_SECONDS = 3600.0
AFTER_SECONDS = 1.0  # an answer comes so long after the question
HEARD_WITHIN_SECONDS = 4.0  # of the end of a call
QUIET_BEFORE_SECONDS = 1.5  # whoever calls waits for a gap
MOST_TRIES = 3
GAP_SECONDS = (0.2, 3.0)  # between two sounds
UTTERANCE_ENDS_SECONDS = 0.6  # after the last sound of it

# What is said after which line. The second value: the demo's line, or words for Breather's own voice.
ANSWERS = {"ask_first": "I'm ready.", "ask_second": "Yes, I'm ready.", "both_ready": "No thank you."}
SETTLED = "We're settled."


@dataclass(slots=True)
class Pause:
    """``began``, ``returned``: the seconds of its first note and of the three that end its time."""

    called: bool
    began: float
    returned: float | None = None
    finished: bool = False


@dataclass(slots=True)
class Soaked:
    """What was found. ``sizes``: at which second, and what was held. ``took``: real seconds."""

    seconds: float = 0.0
    sound_seconds: float = 0.0
    took: float = 0.0
    calls: int = 0
    said_again: int = 0
    questions: int = 0
    pauses: list[Pause] = field(default_factory=list)
    sizes: list[tuple[float, Size]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class Home:
    """One room and all that goes on in it; ``another_round`` and ``watch`` are handed to the program.

    ``first_call_seconds``: when the first pause is called; after it, one every hour.
    """

    def __init__(
        self,
        parts: Parts,
        sounds: Iterator[AudioClip],
        *,
        hours: float,
        tell: Say,
        first_call_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        self.room = SimulatedRoom()
        self.found = Soaked()
        self._parts, self._sounds, self._tell = parts, sounds, tell
        self._ends = 3600 * hours
        self._voices = voices_of_the_couple(parts)
        self._chance = random.Random(1)
        self._quiet_from = 0.0  # the sound that is on now is over
        self._call_at = first_call_seconds
        self._calling_until = float("-inf")
        self._tries = 0
        self._look_at, self._tell_at = 0.0, TELL_EVERY_SECONDS
        self._pause: Pause | None = None
        self._state = State.LISTENING

    def another_round(self, busy: bool) -> bool:
        """Before each 30 ms."""
        now = self.room.clock.now()
        if now >= self._tell_at:
            self._tell_at += TELL_EVERY_SECONDS
            self._tell(f"{now / 3600:.0f} h: {len(self.found.pauses)} pauses, {self.found.sizes[-1:]}")
        if self._state in HOME and not busy:
            self._at_home(now)
        return busy or now < self._ends

    def _at_home(self, now: float) -> None:
        if now < self._quiet_from:
            return
        if now >= self._look_at:  # where nothing is said: what an utterance takes comes and goes with it
            self._look_at = now + LOOK_EVERY_SECONDS
            self.found.sizes.append((now, size_of(os.getpid())))
        if now >= self._call_at:
            self._call(now)
            return
        clip = next(self._sounds)
        self.room.say(clip, now + self._chance.uniform(*GAP_SECONDS))
        self.found.sound_seconds += clip.seconds
        self._quiet_from = now + clip.seconds + GAP_SECONDS[1] + UTTERANCE_ENDS_SECONDS

    def _call(self, now: float) -> None:
        """Say it; and again when nothing happens, as people do."""
        self.found.calls += self._tries == 0
        self.found.said_again += self._tries > 0
        self._tries += 1
        if self._tries == MOST_TRIES:
            self._next_call()
        over = self._say("I need a pause.", now + QUIET_BEFORE_SECONDS)
        self._calling_until = self._quiet_from = over + HEARD_WITHIN_SECONDS

    def _next_call(self) -> None:
        self._call_at += PAUSE_EVERY_SECONDS
        self._tries = 0

    def _say(self, words: str, at: float) -> float:
        clip = self._voices[words]
        self.room.say(clip, at)
        return at + clip.seconds

    def watch(self, now: float, event: State | Intent | Press | Command) -> None:
        """Is told what happens."""
        match event:
            case State():
                self._entered(event, now)
            case Chime(cue=Cue.START) if self._pause is not None:
                self._pause.began = now
            case Chime(cue=Cue.RETURN) if self._pause is not None and self._pause.returned is None:
                self._pause.returned = now
            case Speak():
                self._answer(event, now)

    def _entered(self, state: State, now: float) -> None:
        before, self._state = self._state, state
        if state is State.OPENING:
            called = now <= self._calling_until
            if called and self._tries:
                self._next_call()
            self._pause = Pause(called, now)
            self.found.pauses.append(self._pause)
            if not called:
                self._say("Carry on.", now + 16.0)
        elif state is State.ASKING:
            self.found.questions += now > self._calling_until
        elif state is State.LISTENING and before is not State.ASKING:
            self._pause = None
            self._quiet_from = max(self._quiet_from, now + 1.0)
        if state is State.CLOSE_OUT and self._pause is not None:
            self._pause.finished = True

    def _answer(self, line: Speak, now: float) -> None:
        over = now + self._parts.prompts.seconds(line.sentences) + AFTER_SECONDS
        if line.line in ANSWERS:
            self._say(ANSWERS[line.line], over)
        elif line.line == "reconvened":
            self._say(SETTLED, over + 5.0)


def voices_of_the_couple(parts: Parts) -> dict[str, AudioClip]:
    """All that the couple says to Breather: the demo's recordings, the rest in Breather's own voice."""
    said = {line.text: line.clip for line in demo_lines(parts.places)}
    voice = choose_voice(parts.settings.machine.voice)
    try:
        for words in ("Carry on.", *ANSWERS.values(), SETTLED):
            if words not in said:
                clip = voice.render(words)
                samples = soxr.resample(clip.samples, clip.rate_hz, HEARING_RATE_HZ)
                said[words] = AudioClip(samples, HEARING_RATE_HZ)
    finally:
        voice.close()
    return said


def soaked(home: Home, parts: Parts) -> Soaked:
    """Live through all of it; a pause that is under way at the end is seen through."""
    found = home.found
    keeper = Keeper(parts.settings, parts.places, on_notice=found.notices.append)
    journalist = Journalist(parts.places.state, on_notice=found.notices.append)

    def keep(command: Kept | Silence) -> bool:
        return keeper.keep(command)

    began = time.monotonic()
    try:
        run_in_room(
            replace(parts, watch=home.watch, on_notice=found.notices.append),
            room=home.room,
            another_round=home.another_round,
            keep=keep,
            journalist=journalist,
        )
    finally:
        journalist.close()
    found.seconds, found.took = home.room.clock.now(), time.monotonic() - began
    return found
