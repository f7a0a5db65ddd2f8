"""What a home sounds like when nobody speaks: made here, 16 kHz, the same each time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assistant.sound import HEARING_RATE_HZ, Samples, gain, to_int16

Wave = npt.NDArray[np.float64]


def at_level(wave: Wave, level_dbfs: float) -> Samples:
    """The wave at this RMS level."""
    return to_int16(wave / wave.std() * gain(level_dbfs))


def colored(seconds: float, exponent: float, seed: int = 3) -> Wave:
    """Noise whose spectrum falls with frequency: 0 is white, 0.5 pink, 1 brown (flat below 40 Hz)."""
    count = round(seconds * HEARING_RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(0, 1, count))
    hertz = np.fft.rfftfreq(count, 1 / HEARING_RATE_HZ)
    wave: Wave = np.fft.irfft(spectrum / np.maximum(hertz, 40) ** exponent, count)
    return wave


def fan(seconds: float, level_dbfs: float = -25.0) -> Samples:
    """Steady noise, 6 dB less an octave."""
    return at_level(colored(seconds, 1), level_dbfs)


def music(seconds: float, level_dbfs: float = -22.0) -> Samples:
    """A tune of plucked notes over slow chords, with a drum."""
    rng = np.random.default_rng(7)
    time = np.arange(round(seconds * HEARING_RATE_HZ)) / HEARING_RATE_HZ
    wave = np.zeros(len(time))
    for beat in np.arange(0, seconds, 0.25):
        since = np.where(time >= beat, time - beat, np.inf)
        note = 220 * 2 ** (rng.choice([0, 2, 4, 7, 9, 12]) / 12)
        for harmonic in range(1, 7):
            wave += np.exp(-since * 5) * np.sin(2 * np.pi * note * harmonic * np.minimum(since, 9)) / harmonic
        if beat % 1 == 0:
            root = 110 * 2 ** (rng.choice([0, 5, 7]) / 12)
            for tone in (1, 1.26, 1.5):
                wave += 0.4 * np.where(since < 1, np.sin(2 * np.pi * root * tone * np.minimum(since, 9)), 0)
        if beat % 0.5 == 0:
            wave += np.exp(-since * 30) * rng.normal(0, 1.5, len(time))
    return at_level(wave, level_dbfs)


def crockery(seconds: float, level_dbfs: float = -30.0) -> Samples:
    """Plates and spoons: short, bright, ringing, irregular."""
    rng = np.random.default_rng(11)
    time = np.arange(round(seconds * HEARING_RATE_HZ)) / HEARING_RATE_HZ
    wave = np.zeros(len(time))
    for start in np.cumsum(rng.exponential(0.35, round(3 * seconds))):
        since = np.where(time >= start, time - start, np.inf)
        for hertz in rng.uniform(1500, 6500, 4):
            wave += np.exp(-since * rng.uniform(12, 40)) * np.sin(2 * np.pi * hertz * np.minimum(since, 9))
    return at_level(wave, level_dbfs)


def vacuum_cleaner(seconds: float, level_dbfs: float = -20.0) -> Samples:
    """A motor's whine with its overtones in broad noise."""
    time = np.arange(round(seconds * HEARING_RATE_HZ)) / HEARING_RATE_HZ
    whine = sum((np.sin(2 * np.pi * 310 * k * time + k) / k for k in range(1, 9)), np.zeros(len(time)))
    noise = colored(seconds, 0.5)
    return at_level(whine + 1.5 * noise / noise.std(), level_dbfs)


def knocking(seconds: float, level_dbfs: float = -28.0) -> Samples:
    """Steps, a hammer, a door: dull thuds twice a second."""
    time = np.arange(round(seconds * HEARING_RATE_HZ)) / HEARING_RATE_HZ
    since = time % 0.5
    thud = np.exp(-since * 35) * np.sin(2 * np.pi * 130 * since)
    return at_level(thud + 0.3 * np.exp(-since * 60) * colored(seconds, 0.5) * 20, level_dbfs)
