"""The real microphone and loudspeaker, in the virtual rooms: real PortAudio, real streams, no sound card."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rooms.inhabitant import Inhabitant
from rooms.rooms import VirtualRooms

from assistant.devices import portaudio, portaudio_devices, portaudio_stream
from assistant.devices.portaudio_devices import PATIENCE_SECONDS, FoundDevice
from assistant.devices.portaudio_stream import CLOSE_SECONDS, AudioStream, Callback, Settings, open_stream
from assistant.errors import LoudspeakerError, SoundSystemError
from assistant.sound import AudioClip, Samples, level_dbfs, read_wav, silence, write_wav

pytestmark = pytest.mark.room


def warble(seconds: float, rate_hz: int, *, seed: int = 3, level_dbfs: float = -20) -> AudioClip:
    """Noise from 200 to 5000 Hz: no two moments of it are alike, and both rates hold it."""
    random = np.random.default_rng(seed).standard_normal(round(seconds * rate_hz))
    spectrum, pitch = np.fft.rfft(random), np.fft.rfftfreq(len(random), 1 / rate_hz)
    spectrum[(pitch < 200) | (pitch > 5000)] = 0
    sound = np.fft.irfft(spectrum, len(random))
    return AudioClip((sound / np.std(sound) * 32768 * 10 ** (level_dbfs / 20)).astype(np.int16), rate_hz)


def likeness(sound: Samples, original: Samples) -> tuple[float, int]:
    """How well `original` correlates with the best stretch of `sound`, and where that begins (frames).

    It is the median of ten pieces: a machine that is busy with other things may lose a few milliseconds, and that is
    not what is tested here. Devices run between each other's samples, so each sixteenth of one is tried.
    """
    size = 1 << int(len(sound) + len(original)).bit_length()
    whole = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(original, size)), size)
    begin = int(np.argmax(whole[: len(sound)]))
    results = []
    for place, piece in zip(*_pieces(original), strict=True):
        pitch, spectrum = np.fft.rfftfreq(len(piece)), np.fft.rfft(piece)
        there = sound[begin + place : begin + place + len(piece)]
        if len(there) < len(piece):
            results.append(0.0)
            continue
        moved = [np.fft.irfft(spectrum * np.exp(-2j * np.pi * pitch * n / 16), len(piece)) for n in range(-8, 9)]
        results.append(max(float(np.corrcoef(there[8:-8], each[8:-8])[0, 1]) for each in moved))
    return float(np.median(results)), begin


def _pieces(original: Samples) -> tuple[list[int], list[Samples]]:
    pieces = np.array_split(original, 10)
    return [sum(len(each) for each in pieces[:n]) for n in range(10)], pieces


@pytest.fixture(scope="module")
def inhabitant(rooms: VirtualRooms) -> Iterator[Inhabitant]:
    with Inhabitant(rooms.environment) as inhabitant:
        yield inhabitant


@pytest.fixture(autouse=True)
def _closed_afterwards(inhabitant: Inhabitant) -> Iterator[None]:
    yield
    inhabitant.ask("close_microphone")
    inhabitant.ask("close_loudspeaker")


@pytest.fixture
def newcomer(rooms: VirtualRooms) -> Iterator[Inhabitant]:
    """One for each test that changes what its process does for good."""
    with Inhabitant(rooms.environment) as newcomer:
        yield newcomer


def hear(inhabitant: Inhabitant, seconds: float, file: Path) -> tuple[Samples, dict[str, object]]:
    reply = inhabitant.ask("hear", seconds, str(file))
    return read_wav(file, rate_hz=16_000).samples, reply


def say_soon(rooms: VirtualRooms, room: str, clip: AudioClip, *, after_seconds: float = 0.2) -> threading.Timer:
    timer = threading.Timer(after_seconds, rooms.say, (room, clip), {"wait": False})
    timer.start()
    return timer


def test_the_rooms_devices_have_stable_names_and_room_a_is_the_default(inhabitant: Inhabitant) -> None:
    devices = {device["name"]: device for device in inhabitant.ask("devices")["devices"]}
    assert {"roomA", "roomB", "fixed48", "default"} <= devices.keys()
    assert (devices["roomA"]["inputs"], devices["roomA"]["outputs"]) == (True, True)
    assert (devices["fixed48"]["inputs"], devices["fixed48"]["outputs"]) == (False, True)
    assert [name for name, device in devices.items() if device["is_default_input"]] == ["default"]
    assert [name for name, device in devices.items() if device["is_default_output"]] == ["default"]


def test_the_microphone_hears_its_room(rooms: VirtualRooms, inhabitant: Inhabitant, tmp_path: Path) -> None:
    clip = warble(0.7, 16_000)
    assert inhabitant.ask("open_microphone", None) == {"rate_hz": 16_000}
    say_soon(rooms, "A", clip)
    sound, reply = hear(inhabitant, 1.3, tmp_path / "heard.wav")
    assert reply["shapes"] == [[480, "int16"]]
    assert isinstance(reply["blocks"], int)
    assert reply["blocks"] > 38  # of 43; the first takes a moment
    alike, begin = likeness(sound, clip.samples)
    assert alike > 0.99
    assert level_dbfs(sound[begin : begin + 11_200]) == pytest.approx(-20, abs=0.3)
    assert level_dbfs(sound[: begin - 160]) == pytest.approx(-70, abs=3)  # the room's noise, not digital silence
    assert inhabitant.ask("microphone")["alive"] is True
    assert inhabitant.ask("close_microphone")["seconds"] < 0.5
    assert inhabitant.ask("microphone")["alive"] is False


def test_what_is_said_in_one_room_is_not_heard_in_the_other(
    rooms: VirtualRooms, inhabitant: Inhabitant, tmp_path: Path
) -> None:
    inhabitant.ask("open_microphone", "roomB")
    rooms.say("A", warble(0.7, 16_000), wait=False)
    sound, _ = hear(inhabitant, 1, tmp_path / "heard.wav")
    assert level_dbfs(sound) == pytest.approx(-70, abs=3)


def test_the_loudspeaker_plays_into_its_room_only(rooms: VirtualRooms, inhabitant: Inhabitant, tmp_path: Path) -> None:
    clip = warble(0.7, 24_000)
    write_wav(tmp_path / "said.wav", clip)
    with rooms.recording("A") as here, rooms.recording("B") as there:
        opened = time.monotonic()
        assert inhabitant.ask("open_loudspeaker", "roomA", str(tmp_path / "said.wav"), 0) == {"rate_hz": 24_000}
        time.sleep(1.1)
        state = inhabitant.ask("loudspeaker")
        assert inhabitant.ask("close_loudspeaker")["seconds"] < 0.5
    alike, begin = likeness(here.clip.samples, clip.samples)
    assert alike > 0.99
    assert level_dbfs(here.clip.samples[begin : begin + 16_800]) == pytest.approx(-20, abs=0.3)
    assert here.began_seconds + begin / 24_000 - opened == pytest.approx(0.08, abs=0.15)
    assert not there.clip.samples.any()
    assert (state["alive"], state["error"]) == (True, None)
    assert inhabitant.ask("loudspeaker")["alive"] is False


def test_a_microphone_that_refuses_our_rate_and_one_channel_is_converted(
    rooms: VirtualRooms, newcomer: Inhabitant, tmp_path: Path
) -> None:
    # The refusal is made up (no virtual microphone refuses a rate); the stream and the conversion are real.
    clip = warble(0.7, 16_000)
    newcomer.ask("refuse", 44_100, 2)
    assert newcomer.ask("open_microphone", "roomA") == {"rate_hz": 44_100}
    say_soon(rooms, "A", clip)
    sound, reply = hear(newcomer, 1.3, tmp_path / "heard.wav")
    assert reply["shapes"] == [[480, "int16"]]
    assert len(sound) / 16_000 == pytest.approx(1.3, abs=0.2)
    alike, begin = likeness(sound, clip.samples)
    assert alike > 0.99
    assert level_dbfs(sound[begin : begin + 11_200]) == pytest.approx(-20, abs=0.3)


def test_a_loudspeaker_that_refuses_our_rate_and_one_channel_is_converted(
    rooms: VirtualRooms, newcomer: Inhabitant, tmp_path: Path
) -> None:
    clip = warble(0.7, 24_000)
    write_wav(tmp_path / "said.wav", clip)
    newcomer.ask("refuse", 44_100, 2)
    with rooms.recording("A") as recorder:
        assert newcomer.ask("open_loudspeaker", "roomA", str(tmp_path / "said.wav"), 0) == {"rate_hz": 44_100}
        time.sleep(1.1)
        assert newcomer.ask("loudspeaker")["error"] is None
    alike, begin = likeness(recorder.clip.samples, clip.samples)
    assert alike > 0.99
    assert level_dbfs(recorder.clip.samples[begin : begin + 16_800]) == pytest.approx(-20, abs=0.3)


def test_a_loudspeaker_that_really_refuses_24_khz_is_opened_at_its_own_rate(
    rooms: VirtualRooms, newcomer: Inhabitant, tmp_path: Path
) -> None:
    write_wav(tmp_path / "said.wav", warble(0.7, 24_000))
    if "fixed48" not in {device["name"] for device in newcomer.ask("devices")["devices"]}:
        pytest.skip("this machine's ALSA plug-ins have no digital (AC-3) output")
    assert newcomer.ask("open_loudspeaker", "fixed48", str(tmp_path / "said.wav"), 0) == {"rate_hz": 48_000}
    time.sleep(1)
    state = newcomer.ask("loudspeaker")
    assert (state["alive"], state["error"]) == (True, None)
    assert len(state["rendered_at"]) == pytest.approx(33, abs=8)  # 720 frames at 24 kHz each
    assert newcomer.ask("close_loudspeaker")["seconds"] < 0.5
    newcomer.__exit__(None, None, None)
    assert newcomer.complaints == ""  # neither PortAudio's nor ALSA's grumbling about the rate


def test_a_renderer_that_raises_gives_silence_and_is_remembered(
    rooms: VirtualRooms, inhabitant: Inhabitant, tmp_path: Path
) -> None:
    clip = warble(0.5, 24_000)
    write_wav(tmp_path / "said.wav", clip)
    with rooms.recording("A") as recorder:
        inhabitant.ask("open_loudspeaker", "roomA", str(tmp_path / "said.wav"), 10)
        time.sleep(1.2)
        state = inhabitant.ask("loudspeaker")
    assert (state["alive"], state["error"]) == (True, "the renderer is broken")
    alike, begin = likeness(recorder.clip.samples, clip.samples)
    assert alike > 0.99
    assert not recorder.clip.samples[: begin - 24].any()


def test_a_reader_that_is_too_slow_loses_the_oldest_blocks(
    rooms: VirtualRooms, newcomer: Inhabitant, tmp_path: Path
) -> None:
    newcomer.ask("limit", 10)
    newcomer.ask("open_microphone", "roomA")
    rooms.say("A", warble(0.5, 16_000))  # nobody reads meanwhile, nor in the next 0.6 s
    time.sleep(0.6)
    dropped = newcomer.ask("microphone")["dropped_blocks"]
    assert dropped > 15
    sound, _ = hear(newcomer, 0.1, tmp_path / "heard.wav")
    assert len(sound) >= 10 * 480
    assert level_dbfs(sound) == pytest.approx(-70, abs=3)


def test_a_named_device_that_is_not_there_is_an_error_that_lists_the_others(
    inhabitant: Inhabitant, tmp_path: Path
) -> None:
    write_wav(tmp_path / "said.wav", silence(0.1, 24_000))
    reply = inhabitant.ask("open_microphone", "the good microphone")
    assert reply["error"] == "DeviceNotFoundError"
    assert reply["message"].startswith("This microphone is not there: the good microphone. ")
    assert "roomA, roomB" in reply["message"]
    assert inhabitant.ask("open_loudspeaker", "room", str(tmp_path / "said.wav"), 0)["message"] == (
        "This name fits several loudspeakers: room. Name one of them: roomA, roomB."
    )


def test_a_machine_without_any_device_says_so(rooms: VirtualRooms, tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", silence(0.1, 24_000))
    outdoors = {key: value for key, value in rooms.environment.items() if key != "ALSA_CONFIG_PATH"}
    with Inhabitant(outdoors | {"PULSE_SERVER": "unix:/nowhere"}) as inhabitant:
        if inhabitant.ask("devices")["devices"]:
            pytest.skip("this machine has a sound device of its own")
        assert inhabitant.ask("open_microphone", None)["error"] == "MicrophoneError"
        assert inhabitant.ask("open_microphone", "roomA")["error"] == "MicrophoneError"
        assert inhabitant.ask("open_loudspeaker", None, str(tmp_path / "said.wav"), 0)["error"] == "LoudspeakerError"


def test_devices_that_are_unplugged_are_noticed_and_can_be_opened_again(
    rooms: VirtualRooms, inhabitant: Inhabitant, tmp_path: Path
) -> None:
    heard, said, clip = tmp_path / "heard.wav", tmp_path / "said.wav", warble(0.5, 24_000)
    write_wav(said, clip)
    inhabitant.ask("open_microphone", "roomB")
    inhabitant.ask("open_loudspeaker", "roomB", str(said), 0)
    hear(inhabitant, 0.3, heard)
    assert inhabitant.ask("microphone")["alive"] is True
    assert inhabitant.ask("loudspeaker")["alive"] is True
    rooms.unplug("B", "microphone")
    rooms.unplug("B", "loudspeaker")
    try:
        assert inhabitant.ask("hear", 1.2, str(tmp_path / "nothing.wav"))["misses"] >= 4
        microphone, loudspeaker = inhabitant.ask("microphone"), inhabitant.ask("loudspeaker")
        assert microphone["alive"] is False
        assert microphone["seconds_since_block"] > 1
        assert (loudspeaker["alive"], loudspeaker["error"]) == (False, None)
        assert inhabitant.ask("close_microphone")["seconds"] < 0.5
        assert inhabitant.ask("close_loudspeaker")["seconds"] < 0.5
        reply = inhabitant.ask("reopen_microphone")
        assert reply["error"] == "MicrophoneError"
        assert reply["message"].startswith("The microphone cannot be opened (")
        assert inhabitant.ask("microphone")["alive"] is False
        assert inhabitant.ask("open_loudspeaker", "roomB", str(said), 0)["error"] == "LoudspeakerError"
    finally:
        rooms.plug("B", "microphone")
        rooms.plug("B", "loudspeaker")
    assert inhabitant.ask("refresh") == {"refreshed": True}
    inhabitant.ask("reopen_microphone")
    assert inhabitant.ask("refresh") == {"refreshed": False}  # not while a stream is open: it would die of it
    with rooms.recording("B") as recorder:
        inhabitant.ask("open_loudspeaker", "roomB", str(said), 0)
        rooms.say("B", other := warble(0.5, 16_000, seed=4), wait=False)
        sound, _ = hear(inhabitant, 1.1, heard)
    assert likeness(sound, other.samples)[0] > 0.99
    assert likeness(recorder.clip.samples, clip.samples)[0] > 0.99


@pytest.mark.long
@pytest.mark.usefixtures("rooms")
def test_a_sound_system_that_hangs_or_dies_neither_raises_nor_keeps_us_from_leaving(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", silence(0.1, 24_000))
    with VirtualRooms() as doomed, Inhabitant(doomed.environment) as newcomer:
        with Inhabitant(doomed.environment) as inhabitant:
            inhabitant.ask("open_microphone", "roomA")
            inhabitant.ask("open_loudspeaker", "roomA", str(tmp_path / "said.wav"), 0)
            newcomer.ask("devices")
            os.kill(doomed.daemon_pid, signal.SIGSTOP)
            newcomer.ask("patience", 0.2)
            reply = newcomer.ask("open_microphone", None)
            assert reply["error"] == "SoundSystemError"
            assert reply["message"].startswith("The sound system does not answer. ")
            time.sleep(1.3)  # what is in the buffers lasts a little longer
            assert inhabitant.ask("microphone")["alive"] is False
            assert inhabitant.ask("loudspeaker")["alive"] is False
            assert inhabitant.ask("close_microphone")["seconds"] < 0.5
            assert inhabitant.ask("close_loudspeaker")["seconds"] < 0.5
            assert inhabitant.ask("refresh") == {"refreshed": False}  # they are not closed yet
            began = time.monotonic()
        newcomer.__exit__(None, None, None)
        assert (inhabitant.exit_code, newcomer.exit_code) == (0, 0)
        assert time.monotonic() - began < 2
        os.kill(doomed.daemon_pid, signal.SIGCONT)
        with Inhabitant(doomed.environment) as inhabitant:
            inhabitant.ask("open_microphone", "roomA")
            os.kill(doomed.daemon_pid, signal.SIGKILL)
            assert inhabitant.ask("hear", 1.2, str(tmp_path / "heard.wav"))["misses"] >= 1
            assert inhabitant.ask("microphone")["alive"] is False
            closing = inhabitant.ask("close_microphone")["seconds"]
            assert closing < 0.5
            began = time.monotonic()
            reply = inhabitant.ask("reopen_microphone")
            # When its server dies, PortAudio's own thread sometimes goes round for ever, and cannot be closed. Then
            # the sound system does not answer; when it has been closed, it says that there is no such device.
            if closing >= CLOSE_SECONDS and reply["error"] == "SoundSystemError":
                assert reply["message"].startswith("The sound system does not answer. ")
            else:
                assert reply["error"] == "MicrophoneError"
                assert reply["message"].startswith("The microphone cannot be opened (")
            assert time.monotonic() - began < PATIENCE_SECONDS + 1
        assert inhabitant.exit_code == 0


# --- one stream at a time, and one channel of two ---------------------------------------------------------------------


class Stubborn:
    """A stream of PortAudio's that can be aborted only when it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def abort(self, *, ignore_errors: bool) -> None:
        assert ignore_errors
        self.let_go.wait()

    def close(self, *, ignore_errors: bool) -> None:
        assert ignore_errors


def test_while_a_stream_cannot_be_closed_no_other_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []

    class Library:
        PortAudioError = RuntimeError

        @staticmethod
        def RawInputStream(**wanted: Any) -> Stubborn:  # noqa: N802 - PortAudio's name
            opened.append(wanted["samplerate"])
            return Stubborn()

    monkeypatch.setattr(portaudio_stream, "sounddevice", lambda: Library)
    monkeypatch.setattr(portaudio_stream, "leave_it_at_exit", lambda: None)
    monkeypatch.setattr(portaudio_stream, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(portaudio_devices, "PATIENCE_SECONDS", 0.1)
    device = FoundDevice(0, "desk", 48_000)
    stubborn = Stubborn()
    stream = AudioStream(stubborn, device=device, rate_hz=16_000, channels=1)
    try:
        stream.close()
        for _ in range(2):
            with pytest.raises(SoundSystemError, match="does not answer"):
                open_stream("input", device, 16_000, lambda *_: None)
        assert opened == [], "PortAudio is not asked: it would hang once more"
        monkeypatch.setattr(portaudio_devices, "PATIENCE_SECONDS", 5.0)
        threading.Timer(0.1, stubborn.let_go.set).start()
        portaudio_devices.open_streams.discard(open_stream("input", device, 16_000, lambda *_: None))
        assert opened == [16_000]
    finally:
        stubborn.let_go.set()


def test_a_stream_that_cannot_be_closed_at_all_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []

    class Library:
        PortAudioError = RuntimeError

        @staticmethod
        def RawInputStream(**wanted: Any) -> Stubborn:  # noqa: N802 - PortAudio's name
            opened.append(wanted["samplerate"])
            return Stubborn()

    monkeypatch.setattr(portaudio_stream, "sounddevice", lambda: Library)
    monkeypatch.setattr(portaudio_stream, "leave_it_at_exit", lambda: None)
    monkeypatch.setattr(portaudio_stream, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(portaudio_stream, "ABANDONED_AFTER_SECONDS", 0.2)
    monkeypatch.setattr(portaudio_devices, "PATIENCE_SECONDS", 0.1)
    device = FoundDevice(0, "desk", 48_000)
    stubborn = Stubborn()
    stream = AudioStream(stubborn, device=device, rate_hz=16_000, channels=1)
    try:
        stream.close()
        with pytest.raises(SoundSystemError, match="does not answer"):
            open_stream("input", device, 16_000, lambda *_: None)
        time.sleep(0.15)
        portaudio_devices.open_streams.discard(open_stream("input", device, 16_000, lambda *_: None))
        assert opened == [16_000]
    finally:
        stubborn.let_go.set()


class Choosy:
    """A library whose device takes 48 kHz and two channels only, and its streams; ``deeds``: what was done to them."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self) -> None:
        self.deeds: list[str] = []

    def stream(self, **wanted: Any) -> Choosy:
        settings = f"{wanted['samplerate']} x {wanted['channels']}"
        if wanted["samplerate"] != 48_000 or wanted["channels"] != 2:
            self.deeds.append(f"{settings} refused")
            raise self.PortAudioError("Invalid sample rate", -9997)
        self.deeds.append(f"{settings} opened")
        return self

    RawInputStream = RawOutputStream = stream

    def start(self) -> None:
        self.deeds.append("started")

    def abort(self, *, ignore_errors: bool) -> None:
        self.deeds.append("stopped")

    def close(self, *, ignore_errors: bool) -> None:
        self.deeds.append("closed")


def test_while_a_device_may_refuse_something_no_other_stream_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PortAudio would take the refusal for a stream, and crash (`assistant.devices.alsa_probe`)."""
    library = Choosy()
    monkeypatch.setattr(portaudio_stream, "sounddevice", lambda: library)
    device = FoundDevice(0, "desk", 48_000)
    first = open_stream("input", device, 16_000, lambda *_: None)
    first.start("input")
    library.deeds.clear()
    second = open_stream("output", device, 24_000, lambda *_: None)
    refused = ["24000 x 1 refused", "48000 x 1 refused", "24000 x 2 refused"]
    assert library.deeds == ["stopped", *refused, "48000 x 2 opened", "started"], "the first one goes on"
    second.close()
    library.deeds.clear()
    again = open_stream("output", device, 24_000, lambda *_: None, as_before=second.settings)
    assert library.deeds == ["48000 x 2 opened"], "it refuses nothing, so nobody has to rest"
    again.close()
    library.deeds.clear()
    other = FoundDevice(0, "desk", 44_100)
    with pytest.raises(LoudspeakerError):
        open_stream("output", other, 24_000, lambda *_: None, as_before=second.settings)
    assert library.deeds[0] == "stopped", "another device may refuse what the last one agreed to"
    assert library.deeds[-1] == "started"
    first.close()


TALK = warble(0.03, 16_000).samples
DEAD = {"zeros": np.zeros(480, np.int16), "an offset": np.full(480, 9830, np.int16)}


def heard_of(left: Samples, right: Samples, monkeypatch: pytest.MonkeyPatch) -> Samples:
    """What the microphone makes of a block of two channels."""
    callbacks: list[Callback] = []

    class Stereo:
        rate_hz, channels = 16_000, 2
        settings = Settings(16_000, 2, 16_000)

        def start(self, direction: str) -> None: ...

        def close(self) -> None: ...

    def opened(_direction: str, _device: FoundDevice, _rate_hz: int, callback: Callback, **_: object) -> Stereo:
        callbacks.append(callback)
        return Stereo()

    monkeypatch.setattr(portaudio, "find", lambda _name, _direction: FoundDevice(0, "stereo", 16_000))
    monkeypatch.setattr(portaudio, "open_stream", opened)
    microphone = portaudio.PortAudioMicrophone()
    microphone.open()
    callbacks[0](np.stack([left, right], axis=1).tobytes(), len(left), None, None)
    block = microphone.read(1.0)
    assert block is not None
    assert block.shape == (480,)
    assert block.dtype == np.int16
    return block


@pytest.mark.parametrize("dead", DEAD)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_dead_channel_of_a_stereo_microphone_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, side: str, dead: str
) -> None:
    left, right = (DEAD[dead], TALK) if side == "left" else (TALK, DEAD[dead])
    assert np.array_equal(heard_of(left, right, monkeypatch), TALK)


def test_two_channels_that_live_become_their_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    assert np.array_equal(heard_of(TALK, TALK, monkeypatch), TALK)
    loudest = np.full(480, 32_767, np.int16)
    loudest[::2] = -32_768
    assert np.array_equal(heard_of(loudest, loudest, monkeypatch), loudest), "nothing wraps around"
    half = heard_of(TALK, (TALK // 200).astype(np.int16), monkeypatch)
    assert level_dbfs(half) == pytest.approx(level_dbfs(TALK) - 6, abs=0.2), "a faint one costs 6 dB and no more"


@pytest.mark.parametrize("dead", DEAD)
def test_two_dead_channels_are_silence_and_no_error(monkeypatch: pytest.MonkeyPatch, dead: str) -> None:
    assert np.array_equal(heard_of(DEAD[dead], DEAD[dead], monkeypatch), DEAD[dead])
