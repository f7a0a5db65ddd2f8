"""What a room does to a sentence: noise, voices, walls, distance, shouting. Everything is made here, from seeds.

Each condition turns one sentence into a stretch of sound as a microphone would deliver it, with a second of the room
before and after. The ratios are speech to noise over the sentence, in decibels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, Samples

Floats = npt.NDArray[np.float64]

ROOM_SECONDS = 1.2  # before and after the sentence
SPEECH_DBFS = -26.0
QUIET_ROOM_DBFS = -70.0
SHOUT_PITCH = 1.22  # who shouts speaks higher, and the mouth opens: pitch and formants rise together
SHOUT_TILT = 0.6


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence in a room. ``start``, ``end``: seconds at which the sentence begins and is over."""

    samples: Samples
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else may be heard. ``voices``: sentences of other talkers; ``before``, ``after``: of the same talker."""

    voices: Sequence[Samples]
    before: Samples
    after: Samples


def _level(wave: Floats) -> float:
    return float(np.sqrt(np.mean(wave**2)) + 1e-12)


def _at(wave: Floats, dbfs: float) -> Floats:
    louder: Floats = wave * (10 ** (dbfs / 20) / _level(wave))
    return louder


def coloured(length: int, slope: float, rng: np.random.Generator) -> Floats:
    """Noise whose power falls with frequency to the ``slope``: 0 white, 1 pink, 2 brown. Shape ``(length,)``."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / HEARING_RATE_HZ), 20)
    wave: Floats = np.fft.irfft(spectrum / hertz ** (slope / 2), length)
    return wave


def babble(length: int, voices: Sequence[Samples], rng: np.random.Generator) -> Floats:
    """Four people talking at once, without a breath. Shape ``(length,)``."""
    total = np.zeros(length)
    for _ in range(4):
        line: list[Floats] = []
        while sum(map(len, line)) < length:
            line.append(_at(voices[int(rng.integers(len(voices)))].astype(float), -26))
        total += np.roll(np.concatenate(line)[:length], rng.integers(length))
    return total


def reverberant(wave: Floats, rt60: float, direct_db: float, rng: np.random.Generator) -> Floats:
    """The same in a room whose sound falls by 60 dB in ``rt60`` seconds; ``direct_db``: direct against reflected."""
    length = int(rt60 * HEARING_RATE_HZ)
    seconds = np.arange(length) / HEARING_RATE_HZ
    tail = rng.standard_normal(length) * 10 ** (-3 * seconds / rt60)
    tail[: int(0.003 * HEARING_RATE_HZ)] = 0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    size = len(wave) + length
    wet: Floats = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(tail, size), size)
    return wet


def shouted(wave: Floats) -> Floats:
    """Higher in pitch and formants, brighter, as long as before, and too loud for the microphone."""
    higher = soxr.resample(wave, HEARING_RATE_HZ * SHOUT_PITCH, HEARING_RATE_HZ)
    higher = _stretched(higher, len(wave) / len(higher))
    bright = higher - SHOUT_TILT * np.concatenate([[0], higher[:-1]])
    clipped: Floats = np.clip(_at(bright, SPEECH_DBFS + 18), -1, 1)
    return clipped


def _stretched(wave: Floats, factor: float) -> Floats:
    """As long as ``factor`` says, at the same pitch: overlapping pieces, each moved to where it fits best."""
    size, seek = 512, 160
    hop_out = size // 2
    hop_in = hop_out / factor
    padded = np.concatenate([wave, np.zeros(size + 2 * seek)])
    window = np.hanning(size)
    out = np.zeros(int(len(wave) * factor) + 2 * size)
    wanted = padded[:size]
    for number in range(int(len(wave) / hop_in)):
        centre = int(number * hop_in)
        low = max(0, centre - seek)
        places = np.lib.stride_tricks.sliding_window_view(padded[low : centre + seek + size], size)
        best = low + int((places @ wanted).argmax()) if len(places) else centre
        out[number * hop_out : number * hop_out + size] += padded[best : best + size] * window
        wanted = padded[best + hop_out : best + hop_out + size]
        if len(wanted) < size:
            break
    return out[: int(len(wave) * factor)]


Noise = Callable[[int, Surroundings, np.random.Generator], Floats]


def _pink(length: int, _around: Surroundings, rng: np.random.Generator) -> Floats:
    return coloured(length, 1, rng)


def _brown(length: int, _around: Surroundings, rng: np.random.Generator) -> Floats:
    return coloured(length, 2, rng)


def _babble(length: int, around: Surroundings, rng: np.random.Generator) -> Floats:
    return babble(length, around.voices, rng)


def _one_more(length: int, around: Surroundings, rng: np.random.Generator) -> Floats:
    voice = _at(around.voices[int(rng.integers(len(around.voices)))].astype(float), -26)
    return np.resize(voice, length)


def _kitchen(length: int, _around: Surroundings, rng: np.random.Generator) -> Floats:
    """A humming fan, and dishes: short bursts of ringing noise, some seven a second."""
    total = _at(coloured(length, 1.5, rng), -40)
    for _ in range(max(1, 7 * length // HEARING_RATE_HZ)):
        ring = int(0.12 * HEARING_RATE_HZ)
        at = rng.integers(0, max(1, length - ring))
        tone = np.sin(2 * np.pi * rng.uniform(900, 5000) / HEARING_RATE_HZ * np.arange(ring))
        clink = (tone + 0.5 * rng.standard_normal(ring)) * np.exp(-np.arange(ring) / (0.02 * HEARING_RATE_HZ))
        total[at : at + ring] += 10 ** (rng.uniform(-35, -15) / 20) * clink[: length - at]
    return total


NOISES = (_pink, _brown, _babble, _babble, _babble, _one_more, _kitchen)
"""For random rooms: babble more often, because it is the hardest."""


@dataclass(frozen=True, slots=True)
class Condition:
    """``noise`` at ``ratio_db`` below the speech; ``embedded``: between other words of the same talker."""

    name: str
    noise: Noise | None = None
    ratio_db: float = 0.0
    rt60: float = 0.0
    direct_db: float = 0.0
    gain_db: float = 0.0
    shout: bool = False
    embedded: bool = False

    def scene(self, sentence: Samples, around: Surroundings, seed: int) -> Scene:
        """The sentence under this condition; the same seed gives the same sound."""
        rng = np.random.default_rng(seed)
        wave = sentence.astype(float) / FULL_SCALE
        wave = shouted(wave) if self.shout else _at(wave, SPEECH_DBFS)
        level = _level(wave)
        before = after = np.zeros(0)
        if self.embedded:
            gap = np.zeros(int(rng.uniform(0.05, 0.2) * HEARING_RATE_HZ))
            before = np.concatenate([_at(around.before.astype(float), SPEECH_DBFS), gap])
            after = np.concatenate([gap, _at(around.after.astype(float), SPEECH_DBFS)])
        room = np.zeros(int(ROOM_SECONDS * HEARING_RATE_HZ))
        whole = np.concatenate([room, before, wave, after, room])
        start = len(room) + len(before)
        if self.rt60:
            whole = reverberant(whole, self.rt60, self.direct_db, rng)
        if self.noise:
            hum = self.noise(len(whole), around, rng)
            whole = whole + hum * (level / _level(hum) * 10 ** (-self.ratio_db / 20))
        whole = whole * 10 ** (self.gain_db / 20) + _at(coloured(len(whole), 1, rng), QUIET_ROOM_DBFS)
        samples: Samples = (np.clip(whole, -1, 1) * (FULL_SCALE - 1)).astype(np.int16)
        return Scene(samples, start / HEARING_RATE_HZ, (start + len(wave)) / HEARING_RATE_HZ)


_ALL = (
    Condition("clean"),
    Condition("quiet", gain_db=-22),
    Condition("shouted", shout=True),
    Condition("embedded", embedded=True),
    Condition("RT60 0.3 s", rt60=0.3, direct_db=3),
    Condition("RT60 0.6 s", rt60=0.6, direct_db=0),
    Condition("far", rt60=0.6, direct_db=-3, noise=_pink, ratio_db=15, gain_db=-12),
    Condition("babble 20 dB", noise=_babble, ratio_db=20),
    Condition("babble 10 dB", noise=_babble, ratio_db=10),
    Condition("babble 5 dB", noise=_babble, ratio_db=5),
    Condition("babble 0 dB", noise=_babble, ratio_db=0),
    Condition("pink 20 dB", noise=_pink, ratio_db=20),
    Condition("pink 10 dB", noise=_pink, ratio_db=10),
    Condition("pink 5 dB", noise=_pink, ratio_db=5),
    Condition("pink 0 dB", noise=_pink, ratio_db=0),
    Condition("brown 5 dB", noise=_brown, ratio_db=5),
    Condition("kitchen 5 dB", noise=_kitchen, ratio_db=5),
    Condition("one voice over it, 5 dB", noise=_one_more, ratio_db=5),
    Condition("embedded, babble 10 dB", embedded=True, noise=_babble, ratio_db=10),
)
CONDITIONS: Mapping[str, Condition] = {condition.name: condition for condition in _ALL}
