"""Which sound devices there are, and the one that a name means.

PortAudio numbers its devices anew each time something is plugged in, and ALSA's card numbers change as well. So a
device is known here by its stable name: PortAudio's name without the "(hw:1,0)" at its end.
"""

from __future__ import annotations

import atexit
import importlib
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, TypeVar

from assistant.devices import alsa_probe
from assistant.devices.alsa_silence import silence_alsa
from assistant.devices.patience import within
from assistant.errors import DeviceNotFoundError, LoudspeakerError, MicrophoneError, SoundSystemError

T = TypeVar("T")
Direction = Literal["input", "output"]

PATIENCE_SECONDS = 5.0  # opening takes 0.05 s; a Bluetooth loudspeaker may take one or two
NO_ANSWER = "The sound system does not answer"
LOOK_AT_IT = "Restart it: systemctl --user restart pipewire pipewire-pulse (or pulseaudio), or start the machine again."

CARD_NUMBERS = re.compile(r"(:\s*-)?\s*\(hw:\d+,\d+\)$")  # ALSA puts ": -" in front when the card names no device
HARDWARE = re.compile(r"\((hw:\d+,\d+)\)$")
NO_DEVICE = {
    "input": (MicrophoneError, "There is no microphone", "Plug one in and start again, or try `breather demo`."),
    "output": (LoudspeakerError, "There is no loudspeaker", "Plug one in and start again, or try `breather demo`."),
}

open_streams: set[object] = set()
"""The streams that are open now; whoever opens or closes one says so here."""

_looking_anew = threading.Lock()  # held while PortAudio starts again, though nobody may wait for that any more


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One device that PortAudio knows. ``default_rate_hz``: the rate it likes best."""

    name: str
    inputs: bool
    outputs: bool
    default_rate_hz: float
    is_default_input: bool
    is_default_output: bool

    @property
    def sentence(self) -> str:
        """The device as a line to read."""
        kinds = [kind for kind, has in (("microphone", self.inputs), ("loudspeaker", self.outputs)) if has]
        default = " (default)" if self.is_default_input or self.is_default_output else ""
        return f"{self.name}: {' and '.join(kinds)}, {self.default_rate_hz:g} Hz{default}"


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """What a name stands for at this moment. ``index``: PortAudio's number, good until the next `refresh`."""

    index: int
    name: str
    default_rate_hz: float


def sounddevice() -> ModuleType:
    """The sounddevice library, loaded when first needed; loading it starts PortAudio, which looks for devices.

    Raises `SoundSystemError` when PortAudio is not there, does not start, or gets no answer.
    """
    silence_alsa()
    try:
        return ask(lambda: importlib.import_module("sounddevice"))
    except OSError:
        raise SoundSystemError(
            "The PortAudio library is missing", remedy="Install it: sudo apt-get install libportaudio2"
        ) from None
    except Exception as error:
        if type(error).__name__ != "PortAudioError":  # the library's own, and the library is not there to name it
            raise
        raise SoundSystemError(f"PortAudio does not start ({error.args[0]})", remedy=LOOK_AT_IT) from None


def ask(action: Callable[[], T], *, too_late: Callable[[T], None] | None = None) -> T:
    """Do something with PortAudio, but wait no longer than `PATIENCE_SECONDS`. Raises `SoundSystemError` then."""
    try:
        return within(PATIENCE_SECONDS, action, too_late=too_late)
    except TimeoutError:
        leave_it_at_exit()
        raise SoundSystemError(NO_ANSWER, remedy=LOOK_AT_IT) from None


def leave_it_at_exit() -> None:
    """Call off the library's own tidying when the program ends: with a sound system that hangs, it would hang too."""
    if "sounddevice" in sys.modules:
        atexit.unregister(sys.modules["sounddevice"]._exit_handler)


def devices() -> list[SoundDevice]:
    """All devices, in PortAudio's order. Raises `SoundSystemError`."""
    with _asked() as library:
        default_input, default_output = library.default.device["input"], library.default.device["output"]
        return [
            SoundDevice(
                name=stable_name(entry["name"]),
                inputs=entry["max_input_channels"] > 0,
                outputs=entry["max_output_channels"] > 0,
                default_rate_hz=entry["default_samplerate"],
                is_default_input=entry["index"] == default_input,
                is_default_output=entry["index"] == default_output,
            )
            for entry in library.query_devices()
        ]


def refresh() -> bool:
    """Let PortAudio look again: only after this does it see what was plugged in since it started (about 55 ms).

    Returns False, and does nothing, while a stream is open: it would pull the ground from under it.
    Raises `SoundSystemError`; then nothing can be found or opened until it has been called once more and succeeds.
    """
    if open_streams:
        return False
    library = sounddevice()
    if not _looking_anew.acquire(blocking=False):
        raise SoundSystemError(NO_ANSWER, remedy=LOOK_AT_IT)

    def start_again() -> None:
        try:
            with suppress(library.PortAudioError):  # it does not run: the last time, it did not start again
                library._terminate()
            library._initialize()
        finally:
            _looking_anew.release()

    try:
        ask(start_again)
    except library.PortAudioError as error:
        raise SoundSystemError(f"PortAudio does not start again ({error})", remedy=LOOK_AT_IT) from None
    return True


def find(name: str | None, direction: Direction) -> FoundDevice:
    """The device that `name` means: exactly that name, or else the only one whose name contains it; case is ignored.

    None and "default" mean the system's default. Raises `MicrophoneError` or `LoudspeakerError` when there is no
    device at all, `DeviceNotFoundError` when none or several fit, `SoundSystemError`.
    """
    with _asked() as library:
        entries = [entry for entry in library.query_devices() if entry[f"max_{direction}_channels"] > 0]
        kind, what, remedy = NO_DEVICE[direction]
        if not entries:
            raise kind(what, remedy=remedy)
        if name is None or name.casefold() == "default":
            try:
                return _found(library.query_devices(kind=direction))
            except (library.PortAudioError, ValueError):
                raise DeviceNotFoundError(
                    f"The system names no default {_called(direction)}",
                    remedy=f"These are there, name one: {_listed(entries)}.",
                ) from None
        return _found(_the_one(entries, name, direction))


def is_there(name: str | None, direction: Direction, rate_hz: int) -> bool:
    """Whether the device that `name` means could be opened now, without asking PortAudio to do it.

    Raises as `find` does, and `SoundSystemError` when there is no answer.
    """
    with _asked() as library:
        entry = library.query_devices(find(name, direction).index)
        if library.query_hostapis(entry["hostapi"])["name"] != "ALSA":
            return True
    card = HARDWARE.search(entry["name"])
    alsa_name = card[1] if card else entry["name"]
    return ask(lambda: alsa_probe.answers(alsa_name, capture=direction == "input", rate_hz=rate_hz))


def stable_name(portaudio_name: str) -> str:
    """The name without the card's numbers."""
    return CARD_NUMBERS.sub("", portaudio_name)


@contextmanager
def _asked() -> Iterator[ModuleType]:
    """The library, to ask it what is there. Raises `SoundSystemError` when it cannot say."""
    library = sounddevice()
    if _looking_anew.locked():
        raise SoundSystemError(NO_ANSWER, remedy=LOOK_AT_IT)
    try:
        yield library
    except library.PortAudioError as error:
        raise SoundSystemError(f"PortAudio does not say what is there ({error})", remedy=LOOK_AT_IT) from None


def _the_one(entries: Sequence[Mapping[str, Any]], name: str, direction: Direction) -> Mapping[str, Any]:
    wanted = name.casefold()
    full = [entry for entry in entries if entry["name"].casefold() == wanted]
    exact = [entry for entry in entries if stable_name(entry["name"]).casefold() == wanted]
    containing = [entry for entry in entries if wanted in entry["name"].casefold()]
    fitting = full or exact or containing
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise DeviceNotFoundError(
            f"This name fits several {_called(direction)}s", where=name, remedy=f"Name one of them: {_listed(fitting)}."
        )
    raise DeviceNotFoundError(
        f"This {_called(direction)} is not there",
        where=name,
        remedy=f"Plug it in, or name one of those that are: {_listed(entries)}.",
    )


def _called(direction: Direction) -> str:
    return "microphone" if direction == "input" else "loudspeaker"


def _listed(entries: Sequence[Mapping[str, Any]]) -> str:
    """Stable names; with the card's numbers where two would be called the same."""
    names = [stable_name(entry["name"]) for entry in entries]
    return ", ".join(
        entry["name"] if names.count(name) > 1 else name for entry, name in zip(entries, names, strict=True)
    )


def _found(entry: Mapping[str, Any]) -> FoundDevice:
    return FoundDevice(
        index=entry["index"], name=stable_name(entry["name"]), default_rate_hz=entry["default_samplerate"]
    )
