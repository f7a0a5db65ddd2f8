"""What the rehearsal measures: how well a phrase fits a person, and whether the room lets the speech gate rest.

Nothing is kept but numbers: the sound goes through the same gate and recogniser as in use, and is forgotten.

A phrase. A saying's score is the best that the recogniser gave the phrase in that utterance; a phrase's score is the
median over its sayings. The threshold may be loosened for it by at most

    loosening = min(0.6, act_score - -2.0), not below 0,

because in two hours of real talk the best wrong score was -2.05. The suggested offset reaches the weakest saying that
can be reached so, with 0.3 to spare:

    offset = -min(loosening, act_score - weakest + 0.3), and 0 where that is above 0 or nothing can be reached.

A room. The noise floor is the level that a tenth of all blocks of 30 ms stay below, in dBFS, without rumble; the gate
holds when it is open for a fifth of the time at most. Noise is steady when nine tenths of the blocks lie within 10 dB
above the floor.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.hearing.gate import Gate, GateChange, VoiceDetector
from assistant.hearing.rumble import RumbleFilter
from assistant.ports import Hypothesis, Recognizer
from assistant.sound import (
    BLOCK_SECONDS,
    FULL_SCALE,
    HEARING_BLOCK_FRAMES,
    HEARING_RATE_HZ,
    Samples,
    level_dbfs,
    peak_dbfs,
)

MOST_LOOSENING = 0.6
LOWEST_SAFE_SCORE = -2.0
SPARE = 0.3  # the next saying will not be quite like this one
QUIET_AFTERWARDS_SECONDS = 1.0  # lets the gate close

MOST_OPEN_SHARE = 0.2
STEADY_WITHIN_DB = 10.0
LOUD_FLOOR_DBFS = -42.0  # a calm voice at three metres arrives at about -45
CLIPPED_SHARE = 0.0005  # of all samples; one slammed door is less
LARGEST_DEAD_CHANGE = 1  # of 32768, from one sample to all others


@dataclass(frozen=True, slots=True)
class PhraseReport:
    """How well one phrase, as the settings write it, fits one person. ``scores``: of each saying in which it was found,
    natural-log likelihood ratios (0 is certain). ``heard``: whether the gate heard anybody at all.
    """

    phrase: str
    act_score: float
    heard: bool
    scores: tuple[float, ...]

    @property
    def score(self) -> float | None:
        """The median over the sayings; None when it was never found."""
        return statistics.median(self.scores) if self.scores else None

    @property
    def would_act(self) -> bool:
        """Whether it would begin a pause as things stand."""
        return self.score is not None and self.score >= self.act_score

    @property
    def suggested_offset(self) -> float:
        """What to add to the threshold of this phrase, from -0.6 to 0, in tenths; see the head of this file."""
        loosening = max(0.0, min(MOST_LOOSENING, self.act_score - LOWEST_SAFE_SCORE))
        reachable = [score for score in self.scores if score >= self.act_score - loosening]
        if not reachable:
            return 0.0
        wanted = min(loosening, self.act_score - min(reachable) + SPARE)
        return -math.floor(10 * max(0.0, wanted) + 1e-6) / 10 + 0.0

    @property
    def works(self) -> bool:
        """Whether it would begin a pause, with the suggested offset if need be."""
        return self.score is not None and self.score >= self.act_score + self.suggested_offset

    @property
    def advice(self) -> str:
        """One plain sentence for the couple."""
        if self.would_act:
            return "I hear this phrase well."
        if self.works:
            return "I hear this phrase, and can listen for it a little more closely."
        if self.heard:
            return "This phrase is hard for me. Say it again, or choose another one."
        return "I heard nobody. Come nearer, or check the microphone."


def phrase_report(
    samples: Samples,
    phrase: str,
    *,
    recognizer: Recognizer,
    detector: VoiceDetector,
    act_score: float,
    decoys: Sequence[str] = (),
) -> PhraseReport:
    """Listen to a person who says a phrase, once or several times with a breath between.

    ``samples``: int16 mono 16 kHz, a few seconds. ``recognizer``: one that answers at once (a process with ``wait``);
    afterwards it listens for this phrase only, so whoever listens on has to tell it what for. ``decoys``: as in use.
    """
    recognizer.reset()
    recognizer.listen_for([phrase], decoys)
    gate = Gate(detector, cleaned=RumbleFilter())
    best: list[float] = []
    heard = False
    for block in _blocks(np.concatenate([samples, _quiet()])):
        event = gate.push(block)
        found: list[Hypothesis] = list(recognizer.poll())
        if event.change is GateChange.OPENED:
            heard = True
            best.append(-math.inf)
        if len(event.samples):
            found += recognizer.accept(event.samples)
        if event.change is GateChange.LULL:
            found += recognizer.lull()
        elif event.change is GateChange.CLOSED:
            found += recognizer.finish()
        if best:
            best[-1] = max([best[-1], *(each.score for each in found if each.phrase == phrase)])
    recognizer.reset()
    return PhraseReport(phrase, act_score, heard, tuple(score for score in best if score > -math.inf))


def best_phrase(reports: Iterable[PhraseReport]) -> PhraseReport | None:
    """The phrase that works best for this person, one that needs no offset before all others; None when none works."""
    working = [report for report in reports if report.works]
    return max(working, key=lambda report: (report.would_act, report.score), default=None)


@dataclass(frozen=True, slots=True)
class RoomReport:
    """How a room sounds when nobody speaks.

    ``noise_floor_dbfs``, ``peak_dbfs``: see the head of this file; the peak is of the sound as it came.
    ``open_share``: how much of the time the gate was open, 0 to 1. ``longest_open_seconds``: at a stretch.
    ``advice``: one plain sentence.
    """

    noise_floor_dbfs: float
    peak_dbfs: float
    open_share: float
    longest_open_seconds: float
    advice: str

    @property
    def gate_holds(self) -> bool:
        return self.open_share <= MOST_OPEN_SHARE


def room_report(samples: Samples, detector: VoiceDetector, *, second_gate: bool = False) -> RoomReport:
    """Listen to a room in which nobody speaks.

    ``samples``: int16 mono 16 kHz, about a minute; a block of 30 ms at least. ``detector``: the one in use.
    ``second_gate``: whether that is the second gate already. Raises ValueError when there is less than a block.
    """
    if len(samples) < HEARING_BLOCK_FRAMES:
        raise ValueError("there is no whole block of sound to measure")
    clean, gate = RumbleFilter(), Gate(detector)
    levels, states = [], []
    for block in map(clean, _blocks(samples)):
        levels.append(level_dbfs(block))
        gate.push(block)
        states.append(gate.is_open)
    floor, loud = (float(level) for level in np.percentile(levels, (10, 90)))
    open_share = sum(states) / len(states)
    if np.abs(samples - np.median(samples)).max() <= LARGEST_DEAD_CHANGE:
        advice = "The microphone gives no sound. Check that it is plugged in and not muted."
    elif np.mean(np.abs(samples.astype(np.int32)) >= FULL_SCALE - 1) > CLIPPED_SHARE:
        advice = "The microphone is too loud. Turn its level down."
    elif open_share <= MOST_OPEN_SHARE and floor <= LOUD_FLOOR_DBFS:
        advice = "The room is quiet enough."
    elif loud - floor > STEADY_WITHIN_DB:
        advice = "I heard talk, music or other noise that comes and goes. Measure again when it is quiet."
    elif open_share <= MOST_OPEN_SHARE or second_gate:
        advice = "There is a steady noise. Move the microphone away from it."
    else:
        advice = (
            "A steady noise sounds like talk to me. Move the microphone, or set second_gate = true in machine.toml."
        )
    return RoomReport(floor, peak_dbfs(samples), open_share, BLOCK_SECONDS * _longest_run(states), advice)


def _longest_run(states: Iterable[bool]) -> int:
    longest = run = 0
    for state in states:
        run = run + 1 if state else 0
        longest = max(longest, run)
    return longest


def _quiet() -> Samples:
    return np.zeros(round(QUIET_AFTERWARDS_SECONDS * HEARING_RATE_HZ), np.int16)


def _blocks(samples: Samples) -> Iterator[Samples]:
    """Whole blocks; what is left over at the end is less than anybody says."""
    whole = len(samples) // HEARING_BLOCK_FRAMES * HEARING_BLOCK_FRAMES
    yield from samples[:whole].reshape(-1, HEARING_BLOCK_FRAMES)
