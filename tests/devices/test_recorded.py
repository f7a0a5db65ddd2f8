"""The simulated room: exact in time at both ends, and honest about the files it cannot write."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from assistant.devices.recorded import SimulatedRoom
from assistant.devices.recorded_echo import EchoPath
from assistant.errors import OutputError, RecordingError
from assistant.sound import AudioClip, Samples, level_dbfs, read_wav, write_wav


def speech_like(seconds: float, rate_hz: int, *, level_dbfs: float = -20, seed: int = 5) -> AudioClip:
    """Noise below 4 kHz, so that it survives a change of rate."""
    random = np.random.default_rng(seed).standard_normal(round(seconds * rate_hz))
    spectrum = np.fft.rfft(random)
    spectrum[np.fft.rfftfreq(len(random), 1 / rate_hz) > 4000] = 0
    low = np.fft.irfft(spectrum, len(random))
    return AudioClip((low / np.std(low) * 32768 * 10 ** (level_dbfs / 20)).astype(np.int16), rate_hz)


class Source:
    """Renders a clip from its beginning, then silence."""

    def __init__(self, samples: Samples) -> None:
        self.samples, self.asked = samples, list[int]()

    def __call__(self, frames: int) -> Samples:
        part = self.samples[sum(self.asked) :][:frames]
        self.asked.append(frames)
        return np.pad(part, (0, frames - len(part)))


def heard(room: SimulatedRoom, blocks: int) -> Samples:
    parts = [room.microphone.read(0.1) for _ in range(blocks)]
    assert all(part is not None and part.shape == (480,) and part.dtype == np.int16 for part in parts)
    return np.concatenate([part for part in parts if part is not None])


def test_a_clip_is_heard_at_its_sample_and_clips_add_up() -> None:
    room = SimulatedRoom(noise_dbfs=None)
    room.microphone.open()
    room.say(AudioClip(np.array([100, 200, 300], np.int16), 16_000), at_seconds=1001 / 16_000)
    room.say(AudioClip(np.array([5, 6], np.int16), 16_000), at_seconds=1002 / 16_000)
    sound = heard(room, 4)
    assert np.flatnonzero(sound).tolist() == [1001, 1002, 1003]
    assert sound[1001:1004].tolist() == [100, 205, 306]


def test_a_clip_that_crosses_blocks_is_heard_whole() -> None:
    clip = speech_like(1.0, 16_000)
    room = SimulatedRoom(noise_dbfs=None)
    room.microphone.open()
    room.say(clip, at_seconds=0.01)
    sound = heard(room, 40)
    assert np.array_equal(sound[160 : 160 + 16_000], clip.samples)
    assert not sound[:160].any()
    assert not sound[160 + 16_000 :].any()


def test_what_is_too_loud_saturates_instead_of_wrapping_round() -> None:
    room = SimulatedRoom(noise_dbfs=None)
    room.microphone.open()
    for sign in (1, -1):
        room.say(AudioClip(np.full(3, sign * 30_000, np.int16), 16_000), at_seconds=0 if sign > 0 else 0.001)
        room.say(AudioClip(np.full(3, sign * 30_000, np.int16), 16_000), at_seconds=0 if sign > 0 else 0.001)
    sound = heard(room, 1)
    assert sound[:3].tolist() == [32_767] * 3
    assert sound[16:19].tolist() == [-32_768] * 3


def test_a_moment_that_is_past_means_now() -> None:
    room = SimulatedRoom(noise_dbfs=None)
    room.microphone.open()
    heard(room, 10)
    room.say(AudioClip(np.array([7, 8], np.int16), 16_000), at_seconds=0.02)
    assert heard(room, 1)[:3].tolist() == [7, 8, 0]


def test_the_clock_counts_samples_without_drift() -> None:
    room = SimulatedRoom()
    room.microphone.open()
    assert room.clock.now() == 0
    heard(room, 20_000)
    assert room.clock.now() == 600.0


def test_the_room_hisses_at_its_level_and_the_same_way_each_time() -> None:
    sounds = []
    for seed in (1, 1, 2):
        room = SimulatedRoom(seed=seed)
        room.microphone.open()
        sounds.append(heard(room, 100))
    assert level_dbfs(sounds[0]) == pytest.approx(-70, abs=0.5)
    assert np.array_equal(sounds[0], sounds[1])
    assert not np.array_equal(sounds[0], sounds[2])


def test_the_file_holds_exactly_what_was_played_block_for_block(tmp_path: Path) -> None:
    source = Source(speech_like(0.5, 24_000).samples)
    room = SimulatedRoom(output=tmp_path / "out.wav")
    room.microphone.open()
    room.loudspeaker.open(source)
    heard(room, 20)
    room.loudspeaker.close()
    room.loudspeaker.close()
    assert source.asked == [720] * 20
    written = read_wav(tmp_path / "out.wav", rate_hz=24_000)
    assert written.seconds == room.clock.now() == 0.6
    assert np.array_equal(written.samples[:12_000], source.samples)
    assert not written.samples[12_000:].any()


def test_the_file_grows_while_time_goes_on(tmp_path: Path) -> None:
    room = SimulatedRoom(output=tmp_path / "out.wav")
    room.microphone.open()
    room.loudspeaker.open(Source(np.zeros(0, np.int16)))
    heard(room, 1000)
    assert (tmp_path / "out.wav").stat().st_size > 1_400_000
    room.loudspeaker.close()
    with wave.open(str(tmp_path / "out.wav")) as file:
        assert file.getnframes() == 720_000


def test_nothing_is_played_while_the_loudspeaker_is_closed(tmp_path: Path) -> None:
    source = Source(speech_like(1, 24_000).samples)
    room = SimulatedRoom(output=tmp_path / "out.wav", echo_db=0)
    room.microphone.open()
    heard(room, 3)
    room.loudspeaker.open(source)
    heard(room, 2)
    room.loudspeaker.close()
    heard(room, 3)
    assert source.asked == [720, 720]
    assert read_wav(tmp_path / "out.wav").seconds == pytest.approx(0.06)


@pytest.mark.parametrize(("mix_in", "level"), [(True, -26.0), (False, -120.0)])
def test_what_the_couple_says_is_in_the_file_only_if_asked(tmp_path: Path, mix_in: bool, level: float) -> None:
    room = SimulatedRoom(output=tmp_path / "out.wav", mix_in=mix_in)
    room.microphone.open()
    room.loudspeaker.open(Source(np.zeros(0, np.int16)))
    room.say(speech_like(1, 16_000, level_dbfs=-20), at_seconds=0.5)
    heard(room, 60)
    room.loudspeaker.close()
    written = read_wav(tmp_path / "out.wav")
    assert level_dbfs(written.samples[12_000:36_000]) == pytest.approx(level, abs=0.3)
    assert level_dbfs(written.samples[:11_000]) < -80


def test_the_microphone_hears_the_loudspeaker_softer_and_later() -> None:
    played = speech_like(1, 24_000, level_dbfs=-20)
    same_at_16k = speech_like(1, 24_000, level_dbfs=-20).samples[::3].astype(float)  # 8 kHz raster of both rates
    room = SimulatedRoom(noise_dbfs=None, echo_db=-12, echo_delay_seconds=0.1)
    room.microphone.open()
    room.loudspeaker.open(Source(played.samples))
    sound = heard(room, 50)
    assert not sound[: round(0.099 * 16_000)].any()
    echo = sound[round(0.1 * 16_000) :][:16_000:2].astype(float)
    assert np.corrcoef(echo, same_at_16k)[0, 1] > 0.999
    assert level_dbfs(sound[1600:17_600]) == pytest.approx(-32, abs=0.2)


def test_an_echo_that_comes_too_early_is_refused() -> None:
    with pytest.raises(ValueError, match="0\\.07 s or later"):
        SimulatedRoom(echo_db=-12, echo_delay_seconds=0.05)


def test_a_room_that_rings_gives_the_echo_a_tail_of_its_own() -> None:
    response = np.zeros(8000)
    response[[0, 3000, 7999]] = 1.0, 0.5, -0.25
    click = np.zeros(24_000, np.int16)
    click[2400:2424] = 10_000
    sounds = []
    for answer in (None, response):
        echo = EchoPath(level_db=-6.0, delay_seconds=0.1, response=answer)
        room = SimulatedRoom(noise_dbfs=None, echo=echo)
        room.microphone.open()
        room.loudspeaker.open(Source(click))
        sounds.append(heard(room, 40).astype(float))
    plain, rings = sounds
    wanted = plain.copy()
    for late, factor in ((3000, 0.5), (7999, -0.25)):
        wanted[late:] += factor * plain[:-late]
    assert np.abs(plain).max() > 4000
    np.testing.assert_allclose(rings, wanted, atol=4)  # whole numbers, rounded three times


def test_a_small_loudspeaker_flattens_what_is_loud() -> None:
    level = {}
    for bend in (0.0, 2.0):
        for played in (-36.0, -12.0):
            room = SimulatedRoom(noise_dbfs=None, echo=EchoPath(level_db=0.0, bend=bend))
            room.microphone.open()
            room.loudspeaker.open(Source(speech_like(1, 24_000, level_dbfs=played).samples))
            level[bend, played] = level_dbfs(heard(room, 30)[4000:12_000])
    assert level[0.0, -12.0] - level[0.0, -36.0] == pytest.approx(24, abs=0.3)
    assert level[2.0, -36.0] == pytest.approx(level[0.0, -36.0], abs=0.2)
    assert level[2.0, -12.0] < level[0.0, -12.0] - 1


def test_the_room_ends_when_told() -> None:
    room = SimulatedRoom(end_at_seconds=0.3)
    room.microphone.open()
    heard(room, 10)
    with pytest.raises(EOFError):
        room.microphone.read(0.1)
    assert room.clock.now() == 0.3


def test_while_the_microphone_is_closed_time_goes_on_and_the_loudspeaker_plays() -> None:
    source = Source(np.zeros(0, np.int16))
    room = SimulatedRoom()
    room.loudspeaker.open(source)
    assert room.microphone.read(0.5) is None
    assert room.clock.now() == pytest.approx(0.51)
    assert len(source.asked) == 17
    room.microphone.open()
    assert room.microphone.read(0.5) is not None
    room.microphone.close()
    room.microphone.close()
    assert room.microphone.read(0.03) is None


def test_a_recording_is_a_room_that_ends_with_it(tmp_path: Path) -> None:
    clip = speech_like(0.5, 16_000)
    write_wav(tmp_path / "talk.wav", clip)
    room = SimulatedRoom.playing(tmp_path / "talk.wav")
    room.microphone.open()
    sound = heard(room, 17)  # the last block is filled up with silence
    assert np.array_equal(sound[:8000], clip.samples)
    assert not sound[8000:].any()
    with pytest.raises(EOFError):
        room.microphone.read(0.1)


def test_recordings_and_clips_of_another_rate_are_refused(tmp_path: Path) -> None:
    write_wav(tmp_path / "talk.wav", AudioClip(np.ones(100, np.int16), 44_100))
    with pytest.raises(RecordingError, match="16000 Hz is needed"):
        SimulatedRoom.playing(tmp_path / "talk.wav")
    with pytest.raises(ValueError, match="16000 Hz, not 44100 Hz"):
        SimulatedRoom().say(AudioClip(np.ones(100, np.int16), 44_100), at_seconds=0)


@pytest.mark.parametrize("name", ["no such folder/out.wav", "."])
def test_a_file_that_cannot_be_begun_is_an_error_at_once(tmp_path: Path, name: str) -> None:
    room = SimulatedRoom(output=tmp_path / name)
    with pytest.raises(OutputError, match="The recording cannot be written"):
        room.loudspeaker.open(Source(np.zeros(0, np.int16)))
    room.loudspeaker.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full, a disk that is always full")
@pytest.mark.parametrize("blocks", [1, 100])
def test_a_full_disk_is_an_error_and_leaves_nothing_open(blocks: int) -> None:
    room = SimulatedRoom(output=Path("/dev/full"))
    room.microphone.open()
    room.loudspeaker.open(Source(np.zeros(0, np.int16)))
    with pytest.raises(OutputError, match="No space left on device"):  # noqa: PT012 - seen late when little is written
        heard(room, blocks)
        room.loudspeaker.close()
    room.loudspeaker.close()
    heard(room, 3)
