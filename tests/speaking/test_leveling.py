import numpy as np
import pytest

from assistant.sound import AudioClip, joined, level_dbfs, peak_dbfs, silence, to_int16
from assistant.speaking.leveling import active_level_dbfs, leveled, trimmed

RATE_HZ = 24_000


def tone(seconds: float, amplitude: float, rate_hz: int = RATE_HZ) -> AudioClip:
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return AudioClip(to_int16(amplitude * np.sin(2 * np.pi * 200 * time)), rate_hz)


def spiky() -> AudioClip:
    """A quiet tone with short peaks 24 dB above it, like a peaky voice."""
    samples = tone(2.0, 0.03).samples.copy()
    samples[::2400] = 16_000
    return AudioClip(samples, RATE_HZ)


def test_silence_between_words_does_not_count() -> None:
    word = tone(0.5, 0.1)
    with_pauses = joined([word, silence(2.0, RATE_HZ), word])
    assert active_level_dbfs(word) == pytest.approx(-23.0, abs=0.1)
    assert active_level_dbfs(with_pauses) == pytest.approx(-23.0, abs=0.1)
    assert level_dbfs(with_pauses.samples) < -27


def test_quiet_hiss_between_words_does_not_count() -> None:
    hiss = to_int16(0.001 * np.random.default_rng(1).standard_normal(2 * RATE_HZ))
    assert active_level_dbfs(joined([tone(0.5, 0.1), AudioClip(hiss, RATE_HZ)])) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("amplitude", [0.004, 0.1, 0.99])
@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000])
def test_any_level_and_rate_comes_out_at_the_target(amplitude: float, rate_hz: int) -> None:
    result = leveled(tone(1.0, amplitude, rate_hz))
    assert active_level_dbfs(result) == pytest.approx(-20, abs=0.1)
    assert result.rate_hz == rate_hz


def test_peaks_are_bent_below_the_limit_and_not_cut_square() -> None:
    # At -20 dBFS the peaks of this clip would stand about 4 dB above full scale.
    result = leveled(spiky())
    assert peak_dbfs(result.samples) <= -3
    assert active_level_dbfs(result) == pytest.approx(-20, abs=0.5)


def test_limiter_keeps_louder_samples_louder() -> None:
    slope = AudioClip(np.linspace(0, 32_000, 2400).astype(np.int16), RATE_HZ)
    result = leveled(slope, target_dbfs=-4.0).samples.astype(int)
    assert peak_dbfs(result.astype(np.int16)) <= -3
    assert np.all(np.diff(result) >= 0)
    assert len(np.unique(result[1200:])) > 600  # cut off square, most of these would be one value


def test_silence_stays_silence() -> None:
    assert not leveled(silence(0.5, RATE_HZ)).samples.any()
    assert trimmed(silence(0.5, RATE_HZ)).seconds == 0.5
    assert active_level_dbfs(silence(0.5, RATE_HZ)) == -120
    assert active_level_dbfs(AudioClip(np.zeros(0, np.int16), RATE_HZ)) == -120
    assert len(leveled(AudioClip(np.zeros(0, np.int16), RATE_HZ)).samples) == 0


def test_trimming_leaves_defined_edges() -> None:
    clip = joined([silence(0.4, RATE_HZ), tone(1.0, 0.1), silence(0.7, RATE_HZ)])
    result = trimmed(clip)
    assert result.seconds == pytest.approx(0.03 + 1.0 + 0.08, abs=0.011)
    loud = np.flatnonzero(np.abs(result.samples.astype(int)) > 300)
    assert loud[0] / RATE_HZ == pytest.approx(0.03, abs=0.006)


def test_trimming_keeps_quiet_consonants() -> None:
    hiss = to_int16(0.004 * np.random.default_rng(1).standard_normal(RATE_HZ // 10))  # 25 dB below the vowel
    clip = joined([silence(0.4, RATE_HZ), AudioClip(hiss, RATE_HZ), tone(0.5, 0.1)])
    assert trimmed(clip, tail_seconds=0.0).seconds == pytest.approx(0.03 + 0.1 + 0.5, abs=0.011)


def test_trimming_adds_nothing_and_fades_both_ends() -> None:
    result = trimmed(tone(0.5, 0.5))
    assert result.seconds == 0.5
    assert abs(int(result.samples[-1])) < 500
    assert abs(int(result.samples[1])) < 500
