"""Which device a name means. The list is a made-up one, because card numbers need cards; the rest is in the rooms."""

from __future__ import annotations

import ctypes.util
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from assistant.devices import portaudio_devices
from assistant.devices.portaudio_devices import find, is_there, refresh, stable_name
from assistant.errors import DeviceNotFoundError, LoudspeakerError, MicrophoneError, SoundSystemError


class PortAudioError(Exception):
    pass


def machine(*names: str, default: int = -1) -> SimpleNamespace:
    """What the library would say: "in:" can only be heard, "out:" only played on, the others both."""
    entries = [
        {
            "index": index,
            "name": name.removeprefix("in:").removeprefix("out:"),
            "max_input_channels": 0 if name.startswith("out:") else 1,
            "max_output_channels": 0 if name.startswith("in:") else 2,
            "default_samplerate": 44100.0 + index,
        }
        for index, name in enumerate(names)
    ]

    def query_devices(kind: str | None = None) -> object:
        if kind is not None and default < 0:
            raise PortAudioError("Error querying device -1")
        return entries if kind is None else entries[default]

    return SimpleNamespace(query_devices=query_devices, PortAudioError=PortAudioError)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    library = machine(
        "bcm2835 Headphones: - (hw:0,0)",
        "in:USB Mic (hw:1,0)",
        "in:USB Mic Pro: Audio (hw:3,0)",
        "out:HDMI 0 (hw:2,0)",
        "pulse",
        "default",
        default=5,
    )
    monkeypatch.setattr(portaudio_devices, "sounddevice", lambda: library)


@pytest.mark.parametrize(
    ("portaudio_name", "name"),
    [
        ("USB Audio: - (hw:1,0)", "USB Audio"),
        ("USB Mic: Audio (hw:12,3)", "USB Mic: Audio"),
        ("ReSpeaker (4 channels)", "ReSpeaker (4 channels)"),
        ("pulse", "pulse"),
    ],
)
def test_a_stable_name_has_no_card_numbers(portaudio_name: str, name: str) -> None:
    assert stable_name(portaudio_name) == name


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("USB Mic", 1),  # exactly that name, although another contains it
        ("usb mic", 1),
        ("USB Mic (hw:1,0)", 1),
        ("pro", 2),
        ("hw:3,0", 2),
        ("PULSE", 4),
        ("default", 5),
        ("Default", 5),
        (None, 5),
    ],
)
def test_a_microphone_is_found_by_name_or_part_of_it(name: str | None, index: int) -> None:
    found = find(name, "input")
    assert (found.index, found.default_rate_hz) == (index, 44100.0 + index)


@pytest.mark.usefixtures("desk")
def test_a_name_means_only_devices_of_the_right_direction() -> None:
    assert find("hdmi", "output").name == "HDMI 0"
    with pytest.raises(DeviceNotFoundError) as caught:
        find("hdmi", "input")
    assert str(caught.value) == (
        "This microphone is not there: hdmi. Plug it in, or name one of those that are: "
        "bcm2835 Headphones, USB Mic, USB Mic Pro: Audio, pulse, default."
    )


@pytest.mark.usefixtures("desk")
def test_a_name_that_fits_several_is_not_guessed_at() -> None:
    with pytest.raises(DeviceNotFoundError) as caught:
        find("usb", "input")
    assert str(caught.value) == (
        "This name fits several microphones: usb. Name one of them: USB Mic, USB Mic Pro: Audio."
    )


def test_twins_are_told_apart_by_their_card_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    library = machine("USB Mic: Audio (hw:1,0)", "USB Mic: Audio (hw:2,0)")
    monkeypatch.setattr(portaudio_devices, "sounddevice", lambda: library)
    with pytest.raises(DeviceNotFoundError, match=r"USB Mic: Audio \(hw:1,0\), USB Mic: Audio \(hw:2,0\)\."):
        find("USB Mic: Audio", "input")
    assert find("USB Mic: Audio (hw:2,0)", "input").index == 1


def test_without_a_default_the_devices_that_are_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    library = machine("in:USB Mic: Audio (hw:1,0)")
    monkeypatch.setattr(portaudio_devices, "sounddevice", lambda: library)
    with pytest.raises(DeviceNotFoundError, match=r"no default microphone.*USB Mic: Audio"):
        find(None, "input")


@pytest.mark.parametrize("name", [None, "USB Mic"])
def test_a_machine_without_devices_says_so(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    monkeypatch.setattr(portaudio_devices, "sounddevice", lambda: machine("out:HDMI 0 (hw:2,0)"))
    with pytest.raises(MicrophoneError, match="There is no microphone"):
        find(name, "input")
    monkeypatch.setattr(portaudio_devices, "sounddevice", lambda: machine("in:USB Mic (hw:1,0)"))
    with pytest.raises(LoudspeakerError, match="There is no loudspeaker"):
        find(name, "output")


def test_without_portaudio_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    with pytest.raises(SoundSystemError, match="sudo apt-get install libportaudio2"):
        portaudio_devices.sounddevice()


# --- PortAudio looks again --------------------------------------------------------------------------------------------


class Library:
    """PortAudio, which does not run before it has started, and may take its time or refuse to."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.runs, self.refuses = True, False
        self.ending = 0  # how many are just ending it
        self.go = threading.Event()
        self.go.set()

    def _terminate(self) -> None:
        self._must_run()
        self.ending += 1
        assert self.ending == 1, "never two at the same time"
        self.go.wait(5)
        self.runs = False
        self.ending -= 1

    def _initialize(self) -> None:
        if self.refuses:
            raise PortAudioError("Error initializing PortAudio: Unanticipated host error")
        self.runs = True

    def query_devices(self, kind: str | int | None = None) -> object:
        self._must_run()
        assert not self.ending, "it must not be asked anything then"
        return machine("USB Mic", default=0).query_devices(kind if isinstance(kind, str) else None)

    def _must_run(self) -> None:
        if not self.runs:
            raise PortAudioError("Error querying device: PortAudio not initialized")


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    library = Library()
    monkeypatch.setattr(portaudio_devices, "sounddevice", lambda: library)
    monkeypatch.setattr(portaudio_devices, "leave_it_at_exit", lambda: None)
    yield library
    library.go.set()


def is_found() -> bool:
    try:
        return find("USB Mic", "input").index == 0
    except SoundSystemError:
        return False


def test_when_portaudio_refuses_to_start_again_it_is_asked_once_more(library: Library) -> None:
    library.refuses = True
    for _ in range(2):
        with pytest.raises(SoundSystemError, match=r"does not start again \(Error initializing.*\)\. Restart it"):
            refresh()
        with pytest.raises(SoundSystemError, match=r"does not say what is there \(.*not initialized\)"):
            find("USB Mic", "input")
        with pytest.raises(SoundSystemError):
            is_there("USB Mic", "input", 16_000)
    library.refuses = False
    assert refresh()
    assert is_found()


def test_while_portaudio_does_not_end_nobody_asks_it_anything(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio_devices, "PATIENCE_SECONDS", 0.05)
    library.go.clear()
    for _ in range(2):
        with pytest.raises(SoundSystemError, match="does not answer"):
            refresh()
        with pytest.raises(SoundSystemError, match="does not answer"):
            find("USB Mic", "input")
    library.go.set()
    until = time.monotonic() + 5
    while not is_found() and time.monotonic() < until:
        time.sleep(0.001)
    assert is_found(), "who waited for it has started it again"
    assert refresh()
    assert is_found()
