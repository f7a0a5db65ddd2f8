"""The short cues and the breathing tones, computed: the same every time, and nobody's recording.

All clips are 24 kHz and levelled like speech (active level -20 dBFS); how loud they are played is the mixer's matter.
The bell is additive: five partials at the inharmonic ratios of a small hand bell (Risset's bell, made milder), each
a slightly detuned pair that beats slowly, the higher ones dying sooner.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from assistant.messages import Breath, Cue
from assistant.sound import SPEAKING_RATE_HZ, AudioClip, to_int16
from assistant.speaking.leveling import leveled

Wave = npt.NDArray[np.float64]

_PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.42, 0.7), (2.74, 0.2, 0.45), (4.1, 0.1, 0.28), (5.4, 0.05, 0.18))
"""(ratio to the note, strength, how long it lasts compared with the note)."""
_ATTACK_SECONDS = 0.003
_RELEASE_SECONDS = 0.06
_LOW_HZ, _HIGH_HZ, _TOP_HZ = 165.0, 247.0, 294.0


def cue(kind: Cue) -> AudioClip:
    """The sound of a cue; what each should feel like is told at `messages.Cue`."""
    return leveled(AudioClip(to_int16(0.5 * _CUES[kind]()), SPEAKING_RATE_HZ))


def breathing(breath: Breath) -> AudioClip:
    """One whole breath that can be looped: it rises a fifth and brightens, then falls and darkens.

    A sine with its fifth and a breath of noise, E3 (165 Hz) up to B3 (247 Hz) and back, silent at both turns. A little
    more on top is a second, shorter rise to D4 (294 Hz), from which the breath then falls; what is held, and the rest
    after it, are silent.
    """
    parts = [_glide(breath.in_seconds, _LOW_HZ, _HIGH_HZ, loudest_at=0.68, seed=1)]
    top_hz = _HIGH_HZ
    if breath.top_up_seconds:
        top_hz = _TOP_HZ
        parts.append(_glide(breath.top_up_seconds, _HIGH_HZ, top_hz, loudest_at=0.6, seed=4))
    parts.append(np.zeros(_frames(breath.hold_seconds)))
    parts.append(_glide(breath.out_seconds, top_hz, _LOW_HZ, loudest_at=0.25, seed=2))
    parts.append(np.zeros(_frames(breath.rest_seconds)))
    return leveled(AudioClip(to_int16(np.concatenate(parts)), SPEAKING_RATE_HZ))


def _start() -> Wave:
    return _bell(196.0, seconds=2.2, ring_seconds=1.5)


def _half() -> Wave:
    return _row([(0.0, _bell(392.0, 1.8, 1.1)), (0.5, 0.9 * _bell(330.0, 2.0, 1.3))])


def _soon() -> Wave:
    return _bell(294.0, seconds=4.0, ring_seconds=3.4)


def _return() -> Wave:
    notes = [(0.0, 0.85 * _bell(262.0, 1.6, 1.0)), (0.45, 0.9 * _bell(330.0, 1.6, 1.0)), (0.9, _bell(392.0, 2.4, 1.7))]
    return _row(notes)


def _listen() -> Wave:
    return _bell(659.0, seconds=0.45, ring_seconds=0.35)


def _ask_second() -> Wave:
    return _row([(0.0, _bell(659.0, 0.4, 0.3)), (0.2, _bell(784.0, 0.45, 0.35))])


def _close() -> Wave:
    return _bell(247.0, seconds=2.4, ring_seconds=1.8, falls_to_hz=165.0)


def _deaf() -> Wave:
    """A finger on wood: a little dark noise and a low thud."""
    seconds = np.arange(_frames(0.22)) / SPEAKING_RATE_HZ
    thud = np.sin(2 * np.pi * 130 * seconds) * np.exp(-seconds / 0.035)
    knock = _noise(len(seconds), 90, 420, seed=3) * np.exp(-seconds / 0.02)
    return _edged(thud + 0.5 * knock)


_CUES: dict[Cue, Callable[[], Wave]] = {
    Cue.START: _start,
    Cue.HALF: _half,
    Cue.SOON: _soon,
    Cue.RETURN: _return,
    Cue.LISTEN: _listen,
    Cue.ASK_SECOND: _ask_second,
    Cue.CLOSE: _close,
    Cue.DEAF: _deaf,
}


def _bell(note_hz: float, seconds: float, ring_seconds: float, *, falls_to_hz: float | None = None) -> Wave:
    """A soft stroke. ``ring_seconds``: after which the note is 60 dB down."""
    time = np.arange(_frames(seconds)) / SPEAKING_RATE_HZ
    fall = (falls_to_hz or note_hz) / note_hz
    # The fall is heard while the note is still loud, so it is over after half of the ring.
    frequency = note_hz * fall ** _eased(np.minimum(1, time / (ring_seconds / 2)))
    phase = 2 * np.pi * np.cumsum(frequency) / SPEAKING_RATE_HZ
    sound = np.zeros(len(time))
    for ratio, strength, lasting in _PARTIALS:
        decay = np.exp(-6.9 * time / (ring_seconds * lasting))
        beating = np.sin(ratio * phase) + 0.5 * np.sin(1.0015 * ratio * phase)
        sound += strength * decay * beating
    return _edged(sound)


def _row(notes: list[tuple[float, Wave]]) -> Wave:
    """Notes that begin at their seconds and may ring into each other."""
    starts = [_frames(second) for second, _ in notes]
    sound = np.zeros(max(start + len(note) for start, (_, note) in zip(starts, notes, strict=True)))
    for start, (_, note) in zip(starts, notes, strict=True):
        sound[start : start + len(note)] += note
    return sound


def _glide(seconds: float, from_hz: float, to_hz: float, *, loudest_at: float, seed: int) -> Wave:
    """One breath, from nothing to nothing. ``loudest_at``: where it is loudest, as a part of the breath."""
    progress = (np.arange(_frames(seconds)) + 0.5) / _frames(seconds)
    frequency = from_hz * (to_hz / from_hz) ** _eased(progress)
    phase = 2 * np.pi * np.cumsum(frequency) / SPEAKING_RATE_HZ
    brightness = (frequency - _LOW_HZ) / (_HIGH_HZ - _LOW_HZ)
    overtones = (0.2 + 0.15 * brightness) * np.sin(2 * phase) + (0.06 + 0.1 * brightness) * np.sin(3 * phase)
    voice = np.sin(phase) + 0.3 * np.sin(1.5 * phase) + overtones
    dark = _noise(len(phase), 150, 500, seed)
    bright = _noise(len(phase), 500, 2200, seed + 10)
    air = 0.1 * (1 - brightness) * dark + 0.16 * brightness * bright
    swell = np.sin(np.pi / 2 * np.interp(progress, [0, loudest_at, 1], [0, 1, 2]))
    return 0.3 * swell * (voice + air)


def _noise(frames: int, low_hz: float, high_hz: float, seed: int) -> Wave:
    """Noise between two frequencies, RMS 1; from PCG64's raw numbers, which no version of numpy may change."""
    raw = np.random.PCG64(seed).random_raw(frames)
    spectrum = np.fft.rfft(raw / 2.0**63 - 1)
    frequency = np.fft.rfftfreq(frames, 1 / SPEAKING_RATE_HZ)
    octaves_outside = np.maximum(0, np.log2(low_hz / np.maximum(frequency, 1))) + np.maximum(
        0, np.log2(np.maximum(frequency, 1) / high_hz)
    )
    shaped = np.fft.irfft(spectrum * 10 ** (-24 / 20 * octaves_outside), frames)
    result: Wave = shaped / np.sqrt(np.mean(np.square(shaped)))
    return result


def _edged(sound: Wave) -> Wave:
    """Without a click: a rise of 3 ms, and the last 60 ms fade to nothing."""
    attack, release = _frames(_ATTACK_SECONDS), _frames(_RELEASE_SECONDS)
    sound = sound.copy()
    sound[:attack] *= _eased((np.arange(attack) + 0.5) / attack)
    sound[-release:] *= _eased((np.arange(release)[::-1]) / release)
    return sound


def _eased(progress: Wave) -> Wave:
    """0 … 1 with a slow start and a slow end."""
    return progress * progress * (3 - 2 * progress)


def _frames(seconds: float) -> int:
    return round(seconds * SPEAKING_RATE_HZ)
