from __future__ import annotations

import numpy as np
import pytest

from assistant.hearing.frames import LastSeconds, ToHearingRate
from assistant.sound import level_dbfs


def sine(hertz: float, rate_hz: int, frames: int, begin: float = 0.0) -> np.ndarray:
    return 10_000 * np.sin(2 * np.pi * hertz * (begin + np.arange(frames)) / rate_hz)


@pytest.mark.parametrize("pieces", [[720] * 20, [1, 2, 3, 700, 719, 0, 5, 7, 2000]])
def test_another_rate_whatever_the_pieces(pieces: list[int]) -> None:
    samples = np.random.default_rng(1).integers(-9000, 9000, sum(pieces)).astype(np.int16)
    whole = ToHearingRate()(samples)
    convert, parts, at = ToHearingRate(), [], 0
    for length in pieces:
        parts.append(convert(samples[at : at + length]))
        at += length
    assert np.concatenate(parts).tolist() == whole.tolist()
    assert len(whole) == -(-sum(pieces) * 2 // 3)


def test_another_rate_keeps_a_voice_as_it_is() -> None:
    frames = 24_000
    for hertz in (150, 1000, 5000):
        got = ToHearingRate()(sine(hertz, 24_000, frames).astype(np.int16)).astype(float)
        late = 23 / 3  # of its 47 taps, half
        assert np.abs(got[100:] - sine(hertz, 16_000, len(got), -late)[100:]).max() < 500


def test_another_rate_folds_nothing_back() -> None:
    got = ToHearingRate()(sine(10_500, 24_000, 24_000).astype(np.int16))
    assert level_dbfs(got[100:]) < -60


def test_the_last_seconds_are_found_by_number() -> None:
    kept = LastSeconds(1.0)
    stream = (np.arange(50_000) % 30_000).astype(np.int16)
    for at in range(0, 50_000, 777):
        kept.append(stream[at : at + 777])
    assert kept.end == 50_000
    assert kept.between(40_000, 41_000).tolist() == stream[40_000:41_000].tolist()
    assert kept.between(33_990, 34_010).tolist() == [0] * 10 + stream[34_000:34_010].tolist()
    assert kept.between(49_995, 50_005).tolist() == stream[49_995:].tolist() + [0] * 5
    kept.append(stream)
    assert kept.end == 100_000
    assert kept.between(99_990, 100_000).tolist() == stream[-10:].tolist()


@pytest.mark.parametrize("part", [0.0, 0.25, 0.5, 0.9])
def test_a_place_between_two_frames(part: float) -> None:
    kept = LastSeconds(1.0)
    wave = sine(2000, 16_000, 8000) + sine(317, 16_000, 8000)
    kept.append(wave.astype(np.int16))
    got = kept.at(1000 + part, 480)
    wanted = sine(2000, 16_000, 480, 1000 + part) + sine(317, 16_000, 480, 1000 + part)
    assert np.abs(got - wanted).max() < 60
