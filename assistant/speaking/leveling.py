"""Makes every voice equally loud, and takes off the silence around a sentence so that all gaps are ours.

Loudness is the active level: RMS over the parts that really speak, in the manner of ITU-T P.56, so that a sentence
with a pause in it does not count as quieter. Targets: speech at -20 dBFS, peaks at most -3 dBFS.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from assistant.sound import FULL_SCALE, SILENCE_DBFS, AudioClip, gain, to_int16

SPEECH_DBFS = -20.0
SPEECH_PEAK_DBFS = -3.0
LEAD_SECONDS = 0.03
TAIL_SECONDS = 0.08

_FRAME_SECONDS = 0.05
_ACTIVE_BELOW_LOUDEST_DB = 25.0
_AUDIBLE_BELOW_ACTIVE_DB = 40.0  # the f of "feet" lies about 35 dB below the vowel after it
_EDGE_SECONDS = 0.005
_FADE_SECONDS = 0.004
_KNEE_DB = 4.0


def active_level_dbfs(clip: AudioClip) -> float:
    """RMS level in dBFS over the 50 ms frames within 25 dB of the loudest one; -120 for silence or no samples."""
    return _active_level_dbfs(_floats(clip), clip.rate_hz)


def leveled(clip: AudioClip, target_dbfs: float = SPEECH_DBFS, peak_dbfs: float = SPEECH_PEAK_DBFS) -> AudioClip:
    """The clip at this active level, no sample above `peak_dbfs`.

    Peaks bend smoothly from 4 dB below the limit on; nothing is cut off square. Silence stays silence.
    """
    values = _floats(clip)
    if not values.any():
        return clip
    result = values
    correction_db = 0.0
    # The limiter takes a little level away, so what it took is given back before it; three rounds bring it within
    # 0.1 dB for speech.
    for _ in range(3):
        correction_db += target_dbfs - _active_level_dbfs(result, clip.rate_hz)
        result = _limited(values * gain(correction_db), gain(peak_dbfs) - 1 / FULL_SCALE)
    return AudioClip(to_int16(result), clip.rate_hz)


def trimmed(clip: AudioClip, lead_seconds: float = LEAD_SECONDS, tail_seconds: float = TAIL_SECONDS) -> AudioClip:
    """The clip with at most this much silence before and after what is audible, faded over 4 ms at both ends."""
    values = _floats(clip)
    levels = _frame_levels(values, round(_EDGE_SECONDS * clip.rate_hz))
    threshold_dbfs = _active_level_dbfs(values, clip.rate_hz) - _AUDIBLE_BELOW_ACTIVE_DB
    audible = np.flatnonzero(levels > max(threshold_dbfs, SILENCE_DBFS))
    if not len(audible):
        return clip
    frame = round(_EDGE_SECONDS * clip.rate_hz)
    first = max(0, int(audible[0]) * frame - round(lead_seconds * clip.rate_hz))
    last = min(len(values), (int(audible[-1]) + 1) * frame + round(tail_seconds * clip.rate_hz))
    kept = values[first:last].copy()
    edge = min(round(_FADE_SECONDS * clip.rate_hz), len(kept) // 2)
    if edge:
        slope = (np.arange(edge) + 0.5) / edge
        kept[:edge] *= slope
        kept[-edge:] *= slope[::-1]
    return AudioClip(to_int16(kept), clip.rate_hz)


def _floats(clip: AudioClip) -> npt.NDArray[np.float64]:
    return clip.samples / np.float64(FULL_SCALE)


def _frame_levels(values: npt.NDArray[np.float64], frame: int) -> npt.NDArray[np.float64]:
    """Level in dBFS of each whole or begun frame; the last one is filled up with zeros."""
    padded = np.pad(values, (0, -len(values) % frame)).reshape(-1, frame)
    power = np.mean(np.square(padded), axis=1)
    levels: npt.NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10)))
    return levels


def _active_level_dbfs(values: npt.NDArray[np.float64], rate_hz: int) -> float:
    if not len(values):
        return SILENCE_DBFS
    levels = _frame_levels(values, round(_FRAME_SECONDS * rate_hz))
    active = levels[levels >= levels.max() - _ACTIVE_BELOW_LOUDEST_DB]
    return 10 * math.log10(float(np.mean(10 ** (active / 10))))


def _limited(values: npt.NDArray[np.float64], limit: float) -> npt.NDArray[np.float64]:
    knee = limit * gain(-_KNEE_DB)
    height = np.abs(values)
    bent = knee + (limit - knee) * np.tanh((height - knee) / (limit - knee))
    result: npt.NDArray[np.float64] = np.where(height > knee, np.copysign(bent, values), values)
    return result
