import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.messages import Breath, Cue
from assistant.sound import SPEAKING_RATE_HZ, level_dbfs, peak_dbfs, read_wav
from assistant.speaking.leveling import active_level_dbfs
from assistant.speaking.tones import breathing, cue

ROOT = Path(__file__).parents[2]
AUDIO = ROOT / "audio"


def strongest_hz(samples: np.ndarray, *, below_hz: float = 2000.0) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 17))
    frequency = np.fft.rfftfreq(1 << 17, 1 / SPEAKING_RATE_HZ)
    return float(frequency[np.argmax(spectrum * (frequency < below_hz))])


def centroid_hz(samples: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    frequency = np.fft.rfftfreq(len(samples), 1 / SPEAKING_RATE_HZ)
    return float((frequency * power).sum() / power.sum())


def strokes(kind: Cue) -> int:
    """How often a bell's short-lived high partials jump up by more than 3 dB within 40 ms."""
    high = np.diff(cue(kind).samples.astype(float), 2)
    frame = SPEAKING_RATE_HZ // 50
    pieces = [high[start : start + frame] for start in range(0, len(high) - frame, frame)]
    levels = np.array([10 * np.log10(np.mean(np.square(piece)) + 1) for piece in pieces])
    jumps = np.flatnonzero((levels[2:] - levels[:-2] > 3) & (levels[2:] > 10))
    return 1 + int(np.sum(np.diff(jumps, prepend=-10) > 2))


@pytest.mark.parametrize("kind", Cue)
def test_cue_begins_at_once_and_ends_without_a_click(kind: Cue) -> None:
    clip = cue(kind)
    audible = np.flatnonzero(np.abs(clip.samples.astype(int)) > 32768 * 10 ** (-50 / 20))
    assert clip.rate_hz == SPEAKING_RATE_HZ
    assert audible[0] < 0.005 * SPEAKING_RATE_HZ
    assert abs(int(clip.samples[0])) <= 4
    assert np.abs(clip.samples[-24:].astype(int)).max() < 20
    assert active_level_dbfs(clip) == pytest.approx(-20, abs=0.1)
    assert peak_dbfs(clip.samples) <= -3


@pytest.mark.parametrize("kind", Cue)
def test_shipped_wav_is_what_the_code_makes(kind: Cue) -> None:
    shipped = read_wav(AUDIO / f"{kind}.wav", rate_hz=SPEAKING_RATE_HZ).samples.astype(int)
    made = cue(kind).samples.astype(int)
    assert len(shipped) == len(made)
    # Sines may differ in the last place from processor to processor.
    assert np.abs(shipped - made).max() <= 2


def test_make_sounds_writes_every_cue(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, ROOT / "scripts" / "make-sounds", "--folder", tmp_path], check=True, capture_output=True
    )
    assert {path.name for path in tmp_path.iterdir()} == {f"{kind}.wav" for kind in Cue}


def test_cues_have_their_number_of_strokes() -> None:
    assert {
        kind: strokes(kind) for kind in (Cue.START, Cue.HALF, Cue.SOON, Cue.RETURN, Cue.LISTEN, Cue.ASK_SECOND)
    } == {
        Cue.START: 1,
        Cue.HALF: 2,
        Cue.SOON: 1,
        Cue.RETURN: 3,
        Cue.LISTEN: 1,
        Cue.ASK_SECOND: 2,
    }


def test_return_rises_and_close_falls() -> None:
    window = int(0.3 * SPEAKING_RATE_HZ)
    rising = cue(Cue.RETURN).samples
    notes = [strongest_hz(rising[int(start * SPEAKING_RATE_HZ) :][:window]) for start in (0.05, 0.5, 0.95)]
    assert notes == sorted(notes)
    assert notes[2] / notes[0] > 1.4
    falling = cue(Cue.CLOSE).samples
    assert strongest_hz(falling[:window]) > 1.2 * strongest_hz(falling[int(1.2 * SPEAKING_RATE_HZ) :][:window])


def test_start_is_low_and_struck_for_about_four_tenths() -> None:
    samples = cue(Cue.START).samples
    tenth = SPEAKING_RATE_HZ // 10
    assert strongest_hz(samples[: 4 * tenth]) < 220
    assert level_dbfs(samples[4 * tenth : 5 * tenth]) < level_dbfs(samples[:tenth]) - 12


def test_listen_is_lighter_and_shorter_than_start_and_deaf_is_dull() -> None:
    assert strongest_hz(cue(Cue.LISTEN).samples) > 600
    assert cue(Cue.LISTEN).seconds < 0.5
    assert centroid_hz(cue(Cue.DEAF).samples) < 250


def test_breath_rises_then_falls_in_pitch_and_brightness() -> None:
    clip = breathing(Breath(4.0, 6.0))
    half = SPEAKING_RATE_HZ // 2
    assert len(clip.samples) == 10 * SPEAKING_RATE_HZ
    pieces = [clip.samples[start : start + half] for start in range(0, len(clip.samples), half)]
    pitches = np.array([strongest_hz(piece) for piece in pieces])
    centroids = np.array([centroid_hz(piece) for piece in pieces])
    assert np.all(np.diff(pitches[:8]) > 0)
    assert np.all(np.diff(pitches[8:]) < 0)
    assert pitches[7] / pitches[0] > 1.4
    assert centroids[7] > 1.5 * centroids[0]
    assert centroids[8] > 1.5 * centroids[19]


def test_breath_is_silent_at_the_turns_and_loops_without_a_seam() -> None:
    clip = breathing(Breath(4.0, 6.0))
    ten_ms = SPEAKING_RATE_HZ // 100
    turn = 4 * SPEAKING_RATE_HZ
    for quiet in (clip.samples[:ten_ms], clip.samples[-ten_ms:], clip.samples[turn - ten_ms : turn + ten_ms]):
        assert level_dbfs(quiet) < -45
    looped = np.concatenate([clip.samples[-SPEAKING_RATE_HZ:], clip.samples[:SPEAKING_RATE_HZ]]).astype(int)
    seam = np.abs(np.diff(looped))[SPEAKING_RATE_HZ - 5 : SPEAKING_RATE_HZ + 5].max()
    assert seam <= np.abs(np.diff(looped)).max() / 20


def test_breath_takes_other_lengths() -> None:
    assert breathing(Breath(3.0, 4.5)).seconds == 7.5


def test_sounds_are_the_same_every_time() -> None:
    assert np.array_equal(cue(Cue.DEAF).samples, cue(Cue.DEAF).samples)
    assert np.array_equal(breathing(Breath(4.0, 6.0)).samples, breathing(Breath(4.0, 6.0)).samples)
