"""Sound that no home should make, for minutes or an hour: it starts nothing, nothing grows, and a phrase is heard."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from hearing.sounds import Wave, at_level, colored
from hearing.speech import demo
from household import Household

from assistant.app import Parts
from assistant.devices.recorded import SimulatedRoom
from assistant.dialogue.flow import State
from assistant.preparing import ready_parts
from assistant.running import run_in_room
from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, AudioClip, Samples, gain

sys.path.append(str(Path(__file__).parents[2] / "scripts"))
from benchmarks.process_size import Size, size_of

PIECE_SECONDS = 10.0
GAP_SECONDS = 2.0
HEARD_WITHIN_SECONDS = 4.0
LOOK_EVERY_SECONDS = 5.0
ARGUMENT = tuple(f"{who}-{number:02d}" for number in range(1, 5) for who in ("one", "two"))


def converted(wave: Wave) -> Samples:
    """As a converter does it: what is too loud is cut off."""
    samples: Samples = np.clip(np.rint(wave), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return samples


def as_it_is(wave: Wave) -> Wave:
    return wave


def clipped(wave: Wave) -> Wave:
    return wave * gain(20)


def on_an_offset(wave: Wave) -> Wave:
    return wave + 0.5 * FULL_SCALE


def eight_bits_loud() -> Iterator[Wave]:
    rng = np.random.default_rng(5)
    while True:
        yield 256.0 * rng.integers(-128, 128, round(PIECE_SECONDS * HEARING_RATE_HZ)).astype(np.float64)


def bursts() -> Iterator[Wave]:
    """Now very loud, now nearly nothing, several times a second: as near to speech as noise comes."""
    piece = at_level(colored(PIECE_SECONDS, 0.5), -12.0).astype(np.float64)
    rng = np.random.default_rng(6)
    edges = np.arange(0, len(piece) + 1, HEARING_RATE_HZ // 7)
    while True:
        yield piece * np.interp(np.arange(len(piece)), edges, rng.uniform(0, 1, len(edges)) ** 2)


def argument() -> Iterator[Wave]:
    yield from cycle([demo(name).samples.astype(np.float64) for name in ARGUMENT])


@dataclass(frozen=True)
class Kind:
    """``sounds``: piece after piece. ``microphone``: what it makes of all that it hears, the phrase among it."""

    sounds: Callable[[], Iterator[Wave]]
    microphone: Callable[[Wave], Wave] = as_it_is


KINDS = {
    "eight bits, loud": Kind(eight_bits_loud),
    "bursts": Kind(bursts),
    "an argument, clipped": Kind(argument, clipped),
    "an argument on an offset": Kind(argument, on_an_offset),
}


@dataclass
class Heard:
    """``began``: at which seconds a pause did. ``questions``: how often "did you say pause?" was asked."""

    began: list[float] = field(default_factory=list)
    questions: int = 0
    called_at: float = 0.0
    sizes: list[tuple[float, Size]] = field(default_factory=list)


def lived_through(parts: Parts, kind: Kind, seconds: float) -> Heard:
    """So long of it, and then somebody calls a pause."""
    room, heard, sounds = SimulatedRoom(noise_dbfs=None), Heard(), kind.sounds()
    call = converted(kind.microphone(demo("one-05").samples.astype(np.float64)))
    quiet_from = look_at = 0.0

    def watch(now: float, event: object) -> None:
        if event is State.OPENING:
            heard.began.append(now)
        heard.questions += event is State.ASKING

    def another_round(_busy: bool) -> bool:
        nonlocal quiet_from, look_at
        now = room.clock.now()
        if now >= look_at:
            look_at = now + LOOK_EVERY_SECONDS
            heard.sizes.append((now, size_of(os.getpid())))
        if heard.called_at:
            return not heard.began and now < heard.called_at + HEARD_WITHIN_SECONDS
        if now < quiet_from:  # nobody can be heard in the middle of it, and nobody has to
            return not heard.began
        if now >= seconds:
            room.say(AudioClip(call, HEARING_RATE_HZ), now + GAP_SECONDS)
            heard.called_at = now + GAP_SECONDS + len(call) / HEARING_RATE_HZ
        else:
            piece = converted(kind.microphone(next(sounds)))
            room.say(AudioClip(piece, HEARING_RATE_HZ), now)
            quiet_from = now + len(piece) / HEARING_RATE_HZ
        return not heard.began

    run_in_room(replace(parts, watch=watch), room=room, another_round=another_round)
    return heard


@pytest.fixture
def parts(household: Household) -> Parts:
    return ready_parts(household.places, lambda _now, _event: None, on_progress=lambda _done, _all: None)


@pytest.mark.hours
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_minutes_of_it_start_nothing_and_a_phrase_is_heard(parts: Parts, kind: Kind) -> None:
    heard = lived_through(parts, kind, 60.0)
    assert heard.called_at, f"a pause began by itself after {heard.began} s"
    assert heard.began, "the phrase was not heard"
    assert heard.questions == 0


@pytest.mark.hours
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_hour_of_it_starts_nothing_and_nothing_grows(parts: Parts, kind: Kind) -> None:
    heard = lived_through(parts, kind, 3600.0)
    assert heard.called_at, f"a pause began by itself after {heard.began} s"
    assert heard.began, "the phrase was not heard"
    early = [size for at, size in heard.sizes if 600 <= at < 1200]
    late = [size for at, size in heard.sizes if at >= 3000]
    # The least: what an utterance takes comes and goes with it, and here there is always one.
    before, after = (min(size.megabytes for size in some) for some in (early, late))
    assert after <= 1.02 * before, f"{before:.1f} MB, then {after:.1f} MB"
    assert {(size.threads, size.files) for size in late} <= {(size.threads, size.files) for size in early}
