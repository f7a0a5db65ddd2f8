"""The main loop's rounds, the dialogue alone, and how much of a pause is speech."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assistant.app import Parts, build_loop
from assistant.devices.recorded import SimulatedRoom
from assistant.dialogue.flow import State
from assistant.dialogue.session import Session
from assistant.messages import Intent
from assistant.places import Places
from assistant.ports import Hypothesis
from assistant.sound import BLOCK_SECONDS, SPEAKING_RATE_HZ, Samples
from assistant.speaking.mixer import Mixer
from benchmarks.figures import Figure, Row, Say
from benchmarks.standard import Engine, installed, parts

ROUND = Figure("one round of the main loop (30 ms of sound) without recognition, p99", "ms", 2, 3)
DIALOGUE = Figure("a whole pause through the dialogue alone", "ms", 0, 50)
ENGINES: tuple[tuple[Engine, str], ...] = (("piper", "Piper"), ("pyttsx3", "espeak-ng"))
SHARES: dict[Engine, tuple[Figure, Figure]] = {
    engine: (
        Figure(f"speech share of the ten minutes, {name}", "%", 1, 20),
        Figure(f"longest wordless stretch, {name}", "s", 0, None, 120),
    )
    for engine, name in ENGINES
}
FIGURES = (ROUND, DIALOGUE, *(figure for pair in SHARES.values() for figure in pair))

PAUSE_SECONDS = 600.0
SILENT_DB = -200.0
GAP_OF_A_LINE_SECONDS = 1.0  # a shorter silence stands between two sentences or words of one line
AUDIBLE = 33  # of 32768: -60 dBFS


@dataclass(slots=True)
class OneWord:
    """A `Recognizer` that hears nothing but one pause phrase, at once."""

    phrase: str
    heard: bool = field(default=False)

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None: ...

    def poll(self) -> Sequence[Hypothesis]:
        if self.heard:
            return ()
        self.heard = True
        return (Hypothesis(self.phrase, 0.0, 0.0, 1.0),)

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:  # noqa: ARG002 - the port's signature
        return ()

    def lull(self) -> Sequence[Hypothesis]:
        return ()

    def finish(self) -> Sequence[Hypothesis]:
        return ()

    def reset(self) -> None: ...

    def close(self) -> None: ...


def measure(where: Places, say: Say) -> Iterator[Row]:
    say("the main loop")
    ready = parts(where)
    _, rounds = whole_pause(ready, Mixer())
    yield ROUND.measured(
        1000 * float(np.percentile(rounds, 99)), f"{len(rounds)} rounds, longest {1000 * float(rounds.max()):.1f} ms"
    )
    runs = [dialogue_alone(ready) for _ in range(5)]
    took = statistics.median(seconds for seconds, _ in runs)
    yield DIALOGUE.measured(1000 * took, f"{runs[0][1]} ticks, median of {len(runs)}")
    for engine, (share, stretch) in SHARES.items():
        if not installed(engine):
            yield Row(share, None, "not installed")
            yield Row(stretch, None, "not installed")
            continue
        say(f"the speech of a pause, {engine}")
        only_speech = Mixer(chime_db=SILENT_DB, tones_db=SILENT_DB)
        sound, _ = whole_pause(parts(where, engine=engine), only_speech)
        speaks = speech_stretches(sound)
        yield share.measured(100 * sum(end - begin for begin, end in speaks) / PAUSE_SECONDS)
        edges = [0.0, *(edge for span in speaks for edge in span), PAUSE_SECONDS]
        yield stretch.measured(max(after - before for before, after in zip(edges[::2], edges[1::2], strict=True)))


def whole_pause(ready: Parts, mixer: Mixer) -> tuple[Samples, npt.NDArray[np.float64]]:
    """The ten minutes in a quiet room: what the loudspeaker plays (24 kHz), and the seconds each round took.

    A round: the block through the speech gate, the session's tick, and 30 ms rendered. The simulated room itself, which
    would be a sound card, is not counted.
    """
    room = SimulatedRoom()
    played: list[Samples] = []
    rendering: list[float] = []
    rounds: list[float] = []

    def render(frames: int) -> Samples:
        began = time.perf_counter()
        played.append(mixer.render(frames))
        rendering.append(time.perf_counter() - began)
        return played[-1]

    room.microphone.open()
    room.loudspeaker.open(render)
    word = OneWord(ready.settings.agreement.pause_words[0])
    loop, session = build_loop(
        ready, recognizer=word, microphone=room.microphone, clock=room.clock, mixer=mixer, first=0
    )
    loop.start()
    begins = None
    while begins is None or room.clock.now() < begins + PAUSE_SECONDS:
        block = room.microphone.read(0.1)
        began = time.perf_counter()
        loop.round(block)
        rounds.append(time.perf_counter() - began + rendering[-1])
        if begins is None and session.state is State.OPENING:
            begins = room.clock.now()
            played.clear()
    return np.concatenate(played), np.array(rounds)


def speech_stretches(sound: Samples) -> list[tuple[float, float]]:
    """(begin, end) in seconds of everything that is said; a line is one stretch, gaps between sentences included."""
    audible = np.flatnonzero(np.abs(sound.astype(np.int32)) >= AUDIBLE) / SPEAKING_RATE_HZ
    breaks = np.flatnonzero(np.diff(audible) >= GAP_OF_A_LINE_SECONDS)
    begins = [float(audible[0]), *map(float, audible[breaks + 1])]
    ends = [*map(float, audible[breaks]), float(audible[-1])]
    return list(zip(begins, ends, strict=True))


def dialogue_alone(ready: Parts) -> tuple[float, int]:
    """Seconds for a pause from the call to both being back, and how often the session was ticked (every 30 ms)."""
    lengths: dict[tuple[str, ...], float] = {}

    def seconds_of(sentences: Sequence[str]) -> float:
        key = tuple(sentences)
        if key not in lengths:
            lengths[key] = ready.prompts.seconds(key)
        return lengths[key]

    settings = ready.settings
    for line in settings.script.lines:
        if ready.wording.has(line):
            for name in (0, 1):
                seconds_of(ready.wording.sentences(line, name=name, left=settings.script.time_left[0].words))
    session = Session(
        script=settings.script,
        agreement=settings.agreement,
        reflection=settings.reflection,
        wording=ready.wording,
        seconds_of=seconds_of,
    )
    began = time.perf_counter()
    session.begin(0.0)
    session.handle(Intent.PAUSE, 0.0)
    ticks = 0
    while session.state is not State.OFFERING:
        ticks += 1
        now = ticks * BLOCK_SECONDS
        session.tick(now)
        if session.state in (State.ASK_FIRST, State.ASK_SECOND):
            session.handle(Intent.READY, now)
    return time.perf_counter() - began, ticks
