"""Evenings in which anything may happen, as in the property test: how many simulated hours pass in a second."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from dialogue.evening import Happening, live_through

from assistant.messages import Intent, Press
from benchmarks.figures import Figure, Row, Say

HOURS = Figure("simulated hours of the property test in a second", "hours", 0)
EVENINGS = 300


def _happenings(chance: random.Random) -> Iterator[Happening]:
    """Pauses are called often, so that most of an evening is one."""
    for _ in range(chance.randint(5, 80)):
        what: Intent | Press | None = chance.choice(
            [chance.choice(list(Intent)), chance.choice(list(Intent)), chance.choice(list(Press)), Intent.PAUSE, None]
        )
        sure = what is not Intent.PAUSE or chance.random() < 0.7
        yield what, sure, chance.choice([chance.uniform(0.05, 12), chance.uniform(0.05, 12), chance.uniform(0.05, 400)])


def measure(tell: Say) -> Row:
    """Live through so many of them. Raises AssertionError when one of them breaks a rule of the dialogue."""
    tell(f"{EVENINGS} evenings in which anything may happen")
    chance = random.Random(1)
    began = time.perf_counter()
    seconds = sum(live_through(list(_happenings(chance)), quiet=chance.random() < 0.2) for _ in range(EVENINGS))
    took = time.perf_counter() - began
    return HOURS.measured(seconds / 3600 / took, f"{EVENINGS} evenings, {seconds / 3600:.0f} hours, no rule broken")
