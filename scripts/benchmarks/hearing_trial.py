"""Counting: a design hears scenes and hostile talk; what it did was right, a question, a miss, or false."""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.messages import Intent
from assistant.settings.loader import Settings, load_settings
from assistant.sound import Samples
from benchmarks.conditions import CONDITIONS
from benchmarks.hearing_designs import Decision, Design, Take
from benchmarks.hearing_material import Material, Said, quiet_room, with_time_to_answer
from benchmarks.hearing_plot import Point
from benchmarks.hearing_rivals import DESIGNS

IN_TIME_SECONDS = 1.5  # after the phrase's end


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (0 to 1), by Wilson's score. ``of``: one or more."""
    z = 1.959964
    share, wide = hits / of, z * z / of
    middle = (share + wide / 2) / (1 + wide)
    reach = z / (1 + wide) * math.sqrt(share * (1 - share) / of + wide / (4 * of))
    return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True, slots=True)
class Heard:
    """One scene and what a design made of it. ``start``, ``end``: of the phrase, in stream seconds."""

    intent: Intent
    start: float
    end: float
    take: Take

    def decision(self, decisions: Iterable[Decision]) -> Decision | None:
        """The first right one that acts, and in time."""
        for one in decisions:
            in_time = self.start <= one.at <= self.end + IN_TIME_SECONDS
            if one.sure and one.intent is self.intent and in_time:
                return one
        return None

    @property
    def acted(self) -> Decision | None:
        return self.decision(self.take.decisions)

    @property
    def acted_or_asked(self) -> bool:
        """A question waits for the end of the talk, so it may come later."""
        asked = any(one.at >= self.start and not one.sure and one.intent is self.intent for one in self.take.decisions)
        return asked or self.acted is not None

    @property
    def latency(self) -> float | None:
        """Seconds from the phrase's end to the decision, with the computing time; None when it was not heard."""
        acted = self.acted
        return None if acted is None else acted.at - self.end + acted.computing


def heard(design: Design, scenes: Iterable[Said]) -> list[Heard]:
    """Each scene, heard from its beginning."""
    return [
        Heard(
            said.intent,
            said.scene.start,
            said.scene.end,
            design.take(with_time_to_answer(said.scene.samples), said.window),
        )
        for said in scenes
    ]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.of

    @property
    def interval(self) -> str:
        low, high = wilson(self.hits, self.of)
        return f"95 %: {100 * low:.0f} to {100 * high:.0f} %"


def acted(found: Sequence[Heard]) -> Share:
    return Share(sum(one.acted is not None for one in found), len(found))


def acted_or_asked(found: Sequence[Heard]) -> Share:
    return Share(sum(one.acted_or_asked for one in found), len(found))


@dataclass(frozen=True, slots=True)
class Silence:
    """Sound in which nobody wants a pause, heard. ``fires``: pauses begun; ``questions``: asked."""

    takes: tuple[Take, ...]
    fires: int = field(init=False)
    questions: int = field(init=False)
    hours: float = field(init=False)

    def __post_init__(self) -> None:
        sure = [one.sure for take in self.takes for one in take.decisions]
        object.__setattr__(self, "fires", sum(sure))
        object.__setattr__(self, "questions", len(sure) - sum(sure))
        object.__setattr__(self, "hours", sum(take.seconds for take in self.takes) / 3600)

    @property
    def fires_per_hour(self) -> float:
        return self.fires / self.hours

    @property
    def cost(self) -> float:
        """Processor seconds per second."""
        return sum(take.processor_seconds for take in self.takes) / (3600 * self.hours)


def nobody_calls(design: Design, sounds: Iterable[Samples]) -> Silence:
    return Silence(tuple(design.take(sound) for sound in sounds))


@dataclass(frozen=True, slots=True)
class Trial:
    """One design on the pause phrases of every condition and on hostile talk."""

    design: Design
    pauses: dict[str, list[Heard]]
    hostile: Silence

    @property
    def everything(self) -> list[Heard]:
        return [one for found in self.pauses.values() for one in found]

    def curve(self) -> Iterator[Point]:
        """Recall against false pauses, from strict to loose."""
        for threshold in self.design.thresholds:
            hits = sum(one.decision(self.design.fires(one.take, threshold)) is not None for one in self.everything)
            false = sum(len(self.design.fires(take, threshold)) for take in self.hostile.takes)
            yield Point(
                false / self.hostile.hours,
                hits / len(self.everything),
                shipped=math.isclose(threshold, self.design.threshold, abs_tol=1e-6),
            )

    def part(self, scenes: int, conversations: int) -> Trial:
        """The same with fewer scenes per condition and conversations, to be set beside a design that heard no more."""
        pauses = {name: found[:scenes] for name, found in self.pauses.items()}
        return Trial(self.design, pauses, Silence(self.hostile.takes[:conversations]))


def tried(design: Design, material: Material, scenes: int, hours: float) -> Trial:
    pauses = {name: heard(design, material.pause_scenes(condition, scenes)) for name, condition in CONDITIONS.items()}
    return Trial(design, pauses, nobody_calls(design, material.hostile_talk(3600 * hours)))


# --- memory: each design in a process of its own ----------------------------------------------------------------------


def memory_mb(number: int, sound: Samples, config: Path) -> float:
    """Resident megabytes that ``DESIGNS[number]`` adds to a process that has the program loaded, after this sound."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_weigh, args=(number, sound, config, there))
    child.start()
    there.close()
    try:
        megabytes: float = here.recv()
    finally:
        child.join()
    return megabytes


def _weigh(number: int, sound: Samples, config: Path, answer: Connection) -> None:
    settings: Settings = load_settings(config)
    before = _resident_mb()
    design = DESIGNS[number](settings)
    design.take(quiet_room(1.0))
    design.take(sound)
    answer.send(_resident_mb() - before)


def _resident_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))
