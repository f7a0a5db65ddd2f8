import threading

import numpy as np
import pytest

from assistant.sound import SPEAKING_BLOCK_FRAMES, SPEAKING_RATE_HZ, AudioClip, level_dbfs, peak_dbfs, to_int16
from assistant.speaking.mixer import Mixer

Ints = np.ndarray


def tone(seconds: float, hz: float = 200.0, amplitude: float = 0.1414) -> AudioClip:
    """A sine at -20 dBFS unless told otherwise."""
    time = np.arange(round(seconds * SPEAKING_RATE_HZ)) / SPEAKING_RATE_HZ
    return AudioClip(to_int16(amplitude * np.sin(2 * np.pi * hz * time)), SPEAKING_RATE_HZ)


def counting(frames: int, start: int = 1) -> AudioClip:
    return AudioClip(np.arange(start, start + frames).astype(np.int16), SPEAKING_RATE_HZ)


def rendered(mixer: Mixer, seconds: float, block_frames: int = SPEAKING_BLOCK_FRAMES) -> Ints:
    frames = round(seconds * SPEAKING_RATE_HZ)
    blocks = [mixer.render(min(block_frames, frames - start)) for start in range(0, frames, block_frames)]
    return np.concatenate(blocks)


def level_between(samples: Ints, start_seconds: float, end_seconds: float) -> float:
    return level_dbfs(samples[round(start_seconds * SPEAKING_RATE_HZ) : round(end_seconds * SPEAKING_RATE_HZ)])


def level_of(samples: Ints, hz: float) -> float:
    """Level of one frequency in dBFS (RMS), for whole periods."""
    time = np.arange(len(samples)) / SPEAKING_RATE_HZ
    amplitude = 2 * abs(np.mean(samples / 32768 * np.exp(-2j * np.pi * hz * time)))
    return float(20 * np.log10(max(amplitude / np.sqrt(2), 1e-6)))


def test_speech_begins_with_the_next_sample_and_passes_unchanged() -> None:
    mixer = Mixer()
    assert not mixer.render(100).any()
    mixer.say(counting(1000))
    assert mixer.render(1300).tolist() == [*range(1, 1001), *[0] * 300]


def test_what_is_said_next_follows_without_a_gap() -> None:
    mixer = Mixer()
    mixer.say(counting(500))
    mixer.say(counting(500, start=501))
    assert rendered(mixer, 0.05).tolist() == [*range(1, 1001), *[0] * 200]


@pytest.mark.parametrize("block_frames", [1, 7, 256, 720, 1024, 5000])
def test_any_block_size_gives_every_frame_once(block_frames: int) -> None:
    mixer = Mixer()
    mixer.say(counting(2000))
    samples = rendered(mixer, 0.1, block_frames)
    assert samples.tolist() == [*range(1, 2001), *[0] * 400]


def test_rendering_no_frames_is_no_frames() -> None:
    assert len(Mixer().render(0)) == 0


def state(mixer: Mixer) -> tuple[bool, bool]:
    return mixer.speaking, mixer.making_sound


def test_speaking_lasts_from_the_order_to_the_last_sample() -> None:
    mixer = Mixer()
    assert state(mixer) == (False, False)
    mixer.say(counting(1000))
    assert state(mixer) == (True, True)
    mixer.render(999)
    assert state(mixer) == (True, True)
    mixer.render(1)
    assert state(mixer) == (False, False)


def test_making_sound_counts_chimes_and_tones_and_speaking_does_not() -> None:
    mixer = Mixer()
    mixer.chime(tone(0.1))
    assert state(mixer) == (False, True)
    rendered(mixer, 0.1)
    assert state(mixer) == (False, False)
    mixer.start_tones(tone(1.0))
    rendered(mixer, 5.0)
    assert state(mixer) == (False, True)
    mixer.stop_tones()
    rendered(mixer, 1.9)
    assert state(mixer) == (False, True)
    rendered(mixer, 0.2)
    assert state(mixer) == (False, False)


def test_chimes_are_softer_than_speech_and_overlap_it() -> None:
    mixer = Mixer()
    mixer.say(tone(1.0, hz=200))
    mixer.chime(tone(1.0, hz=500))
    mixer.chime(tone(1.0, hz=900))
    samples = rendered(mixer, 1.0)
    assert level_of(samples, 200) == pytest.approx(-20, abs=0.1)
    assert level_of(samples, 500) == pytest.approx(-26, abs=0.1)
    assert level_of(samples, 900) == pytest.approx(-26, abs=0.1)


def test_tones_fade_in_repeat_soften_and_fade_out() -> None:
    mixer = Mixer()
    mixer.start_tones(tone(1.0))
    samples = rendered(mixer, 10.0)
    assert level_between(samples, 0.0, 0.1) < -60
    assert level_between(samples, 1.45, 1.55) == pytest.approx(-41, abs=0.3)
    assert level_between(samples, 3.0, 10.0) == pytest.approx(-35, abs=0.1)
    mixer.soften_tones()
    samples = rendered(mixer, 6.0)
    assert level_between(samples, 0.0, 0.1) == pytest.approx(-35, abs=0.3)
    assert level_between(samples, 4.0, 6.0) == pytest.approx(-41, abs=0.1)
    mixer.stop_tones()
    samples = rendered(mixer, 3.0)
    assert level_between(samples, 0.95, 1.05) == pytest.approx(-47, abs=0.5)
    assert not samples[2 * SPEAKING_RATE_HZ :].any()


def test_the_breath_keeps_its_place_for_ten_minutes() -> None:
    cycle = AudioClip(np.zeros(10 * SPEAKING_RATE_HZ, np.int16), SPEAKING_RATE_HZ)
    cycle.samples[0] = 30_000
    mixer = Mixer()
    mixer.start_tones(cycle)
    clicks = np.flatnonzero(rendered(mixer, 600.0, 24_000))
    assert clicks[-1] == 590 * SPEAKING_RATE_HZ
    assert set(np.diff(clicks)) == {10 * SPEAKING_RATE_HZ}


def test_tones_step_back_under_speech_and_return_slowly() -> None:
    mixer = Mixer()
    mixer.start_tones(tone(1.0, hz=500))
    rendered(mixer, 4.0)
    mixer.say(tone(2.0, hz=200))
    samples = rendered(mixer, 4.0)
    fifth = SPEAKING_RATE_HZ // 5
    assert level_of(samples[fifth : 2 * SPEAKING_RATE_HZ], 500) == pytest.approx(-45, abs=0.2)
    assert level_of(samples[2 * SPEAKING_RATE_HZ :][:fifth], 500) < -38
    assert level_of(samples[3 * SPEAKING_RATE_HZ :], 500) == pytest.approx(-35, abs=0.2)


def test_tones_started_anew_replace_the_old_ones() -> None:
    mixer = Mixer()
    mixer.start_tones(tone(1.0, hz=300))
    rendered(mixer, 4.0)
    mixer.start_tones(tone(1.0, hz=500))
    samples = rendered(mixer, 5.0)[4 * SPEAKING_RATE_HZ :]
    assert level_of(samples, 300) < -90
    assert level_of(samples, 500) == pytest.approx(-35, abs=0.1)


def test_softening_tones_that_are_stopping_does_not_bring_them_back() -> None:
    mixer = Mixer()
    mixer.start_tones(tone(1.0))
    rendered(mixer, 4.0)
    mixer.stop_tones()
    mixer.soften_tones()
    rendered(mixer, 2.1)
    assert not mixer.making_sound


def test_hush_cuts_speech_within_8_ms_without_a_click_and_leaves_the_rest() -> None:
    mixer = Mixer()
    mixer.say(tone(2.0, hz=200, amplitude=0.5))
    mixer.say(tone(2.0, hz=200))
    mixer.start_tones(tone(1.0, hz=500))
    before = rendered(mixer, 1.0)
    mixer.hush()
    after = rendered(mixer, 3.0)
    ordinary_step = np.abs(np.diff(before.astype(int))).max()
    assert np.abs(np.diff(np.concatenate([before[-10:], after]).astype(int))).max() <= ordinary_step * 1.05
    assert not mixer.speaking
    assert level_between(after, 0.009, 0.1) < -40
    assert level_of(after[2 * SPEAKING_RATE_HZ :], 500) == pytest.approx(-35, abs=0.2)


def test_hush_spares_what_is_said_after_it() -> None:
    mixer = Mixer()
    mixer.say(tone(1.0))
    mixer.hush()
    mixer.say(counting(1000))
    assert mixer.speaking
    samples = rendered(mixer, 0.1)
    assert samples[300:1000].tolist() == list(range(301, 1001))
    assert not mixer.speaking


def test_silence_ends_everything_within_8_ms_without_a_click() -> None:
    mixer = Mixer()
    mixer.start_tones(tone(1.0, hz=500))
    rendered(mixer, 4.0)
    mixer.say(tone(2.0))
    mixer.chime(tone(2.0, hz=300))
    before = rendered(mixer, 0.5)
    mixer.silence()
    after = rendered(mixer, 0.03, 64)
    ordinary_step = np.abs(np.diff(before.astype(int))).max()
    assert np.abs(np.diff(np.concatenate([before[-10:], after]).astype(int))).max() <= ordinary_step * 1.05
    assert after[:150].any()
    assert not after[round(0.008 * SPEAKING_RATE_HZ) :].any()
    assert not mixer.making_sound
    assert not mixer.speaking


def test_hush_and_silence_with_nothing_playing_are_harmless() -> None:
    mixer = Mixer()
    mixer.hush()
    mixer.silence()
    mixer.stop_tones()
    mixer.soften_tones()
    assert not rendered(mixer, 0.1).any()
    assert not mixer.making_sound


def test_sum_is_bent_and_never_clips() -> None:
    mixer = Mixer(chime_db=0.0)
    mixer.chime(tone(0.5, amplitude=0.6))
    mixer.say(tone(0.5, amplitude=0.6))
    period = rendered(mixer, 0.5)[:120]
    assert -1.5 < peak_dbfs(period) < -0.1
    assert np.sum(period == period.max()) <= 5  # cut square, a third of the wave would rest on its peak
    for _ in range(10):
        mixer.chime(tone(0.5, amplitude=0.9))
    assert peak_dbfs(rendered(mixer, 0.5)) < -0.1


def test_volume_turns_everything_and_can_change_while_playing() -> None:
    mixer = Mixer(volume_db=-12.0)
    mixer.say(tone(2.0))
    assert level_dbfs(rendered(mixer, 1.0)) == pytest.approx(-32, abs=0.1)
    mixer.volume_db = -6.0
    samples = rendered(mixer, 1.0)
    assert level_between(samples, 0.1, 1.0) == pytest.approx(-26, abs=0.1)
    assert mixer.volume_db == -6.0


def test_orders_from_one_thread_and_rendering_in_another_lose_no_sample() -> None:
    mixer = Mixer()
    blocks: list[Ints] = []
    over = threading.Event()

    def device() -> None:
        while not over.is_set() or mixer.making_sound:
            blocks.append(mixer.render(240))

    thread = threading.Thread(target=device)
    thread.start()
    clips = [counting(301, start=1 + number) for number in range(300)]
    for number, clip in enumerate(clips):
        mixer.say(clip)
        if number % 50 == 0:
            mixer.soften_tones()
            mixer.stop_tones()
    over.set()
    thread.join()
    heard = np.concatenate(blocks)
    assert heard[heard != 0].tolist() == [value for clip in clips for value in clip.samples.tolist()]
    assert not mixer.speaking


def test_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="24000 Hz, not 16000"):
        Mixer().say(AudioClip(np.zeros(10, np.int16), 16_000))
