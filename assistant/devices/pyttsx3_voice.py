"""The voice that is always there: pyttsx3 with espeak-ng, in a process of its own.

pyttsx3's own way of playing hangs, drops sentences and forgets the rate. So it gets a driver of ours: espeak-ng in its
synchronous mode, every sentence rendered to the end inside `say`, and the samples kept instead of played.
Run as ``python -m assistant.devices.pyttsx3_voice RATE`` this module is the child.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Any

import numpy as np

from assistant.devices.voice_process import VoiceProcess, serve, speech_words_per_minute
from assistant.sound import AudioClip

VOICE = "en-us"
PITCH = 42
PITCH_RANGE = 40
"""Both of 100, espeak-ng's own default being 50: a little lower and steadier than usual."""
RATE_PER_SPEECH_WPM = 0.79
"""espeak-ng's rate for one word a minute of speech without gaps (``scripts/measure-voices``)."""
SLOWEST_RATE, FASTEST_RATE = 80, 450
REMEDY = "Install it with: sudo apt-get install espeak-ng"
DRIVER = "breather_pcm"
_DONT_EXIT = 0x8000
_LIBRARIES = ("libespeak-ng.so.1", "/usr/local/lib/libespeak-ng.so.1", "libespeak.so.1")


def installed() -> bool:
    """Whether pyttsx3 and an espeak library are there."""
    if importlib.util.find_spec("pyttsx3") is None:
        return False
    for library in _LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError:
            continue
        return True
    return False


class Pyttsx3Voice:
    """A `Synthesizer`. The child is started by the first sentence, so making one costs nothing.

    ``words_per_minute``: of whole lines, with gaps of 0.6 s between sentences. ``sentence_seconds``: how long one
    sentence may take before its process is given up (espeak-ng needs about 5 ms).
    """

    def __init__(self, *, words_per_minute: float, sentence_seconds: float = 10.0) -> None:
        rate = round(speech_words_per_minute(words_per_minute) * RATE_PER_SPEECH_WPM)
        self._rate = min(FASTEST_RATE, max(SLOWEST_RATE, rate))
        self._process = VoiceProcess(
            engine="pyttsx3 with espeak-ng",
            module=__name__,
            arguments=[str(self._rate)],
            start_seconds=20.0,
            sentence_seconds=sentence_seconds,
            remedy=REMEDY,
        )

    @property
    def key(self) -> Mapping[str, str]:
        try:
            package = version("pyttsx3")
        except PackageNotFoundError:
            package = "none"
        voice = f"{VOICE} pitch {PITCH} range {PITCH_RANGE}"
        return {"engine": "pyttsx3", "version": package, "voice": voice, "rate": str(self._rate)}

    @property
    def process_id(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._process.process_id

    def render(self, sentence: str) -> AudioClip:
        """One sentence, int16 mono at 22,050 Hz. Raises `VoiceError`."""
        return self._process.render(sentence)

    def close(self) -> None:
        self._process.close()


class _PcmDriver:
    """What pyttsx3 calls a driver. Everything happens at once, in the caller's thread."""

    def __init__(self, proxy: Any, espeak: ModuleType) -> None:
        self._proxy, self._espeak = proxy, espeak
        self._rate = FASTEST_RATE
        self._chunks: list[bytes] = []
        # Option 0x8000: without it, missing data files end the process instead of returning -1.
        self.rate_hz: int = espeak.Initialize(espeak.AUDIO_OUTPUT_SYNCHRONOUS, 1000, None, _DONT_EXIT)
        if self.rate_hz <= 0:
            raise RuntimeError("espeak-ng does not find its data files")
        espeak.SetSynthCallback(self._keep)

    def _keep(self, samples: Any, count: int, events: Any) -> int:  # noqa: ARG002 - espeak's signature
        if count > 0:
            self._chunks.append(ctypes.string_at(samples, 2 * count))
        return 0

    def take(self) -> AudioClip:
        data, self._chunks = b"".join(self._chunks), []
        return AudioClip(np.frombuffer(data, "<i2").astype(np.int16), self.rate_hz)

    def say(self, text: str) -> None:
        espeak = self._espeak
        # Choosing a voice, among other things, puts the rate back; so it is set for every sentence, and checked.
        for parameter, value in ((espeak.RATE, self._rate), (espeak.PITCH, PITCH), (espeak.RANGE, PITCH_RANGE)):
            espeak.SetParameter(parameter, value, 0)
            if self._parameter(parameter) != value:
                raise RuntimeError("espeak-ng does not take the rate and pitch it was given")
        result = espeak.Synth(text.encode(), flags=espeak.CHARS_UTF8)
        self._proxy.notify("finished-utterance", completed=result == espeak.EE_OK)
        if result != espeak.EE_OK:
            raise RuntimeError(f"espeak-ng returned error {result}")

    def _parameter(self, parameter: int) -> int:
        # pyttsx3's own GetParameter leaves out the argument that asks for the current value.
        return int(self._espeak.dll.espeak_GetParameter(parameter, 1))

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802 - pyttsx3's name
        if name == "rate":
            self._rate = int(value)
        elif name == "voice":
            if self._espeak.SetVoiceByName(str(value).encode()) != self._espeak.EE_OK:
                raise RuntimeError(f"espeak-ng has no voice {value}")
        else:
            raise KeyError(name)

    def getProperty(self, name: str) -> Any:  # noqa: N802 - pyttsx3's name
        if name == "rate":
            return self._parameter(self._espeak.RATE)
        raise KeyError(name)

    def startLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        self._proxy.setBusy(False)  # this runs whatever is queued, in order, up to the loop's own end

    def endLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        pass

    def stop(self) -> None:
        pass

    def destroy(self) -> None:
        pass


def _load(rate: int) -> Callable[[], Callable[[str], AudioClip]]:
    def load() -> Callable[[str], AudioClip]:
        import pyttsx3  # noqa: PLC0415 - only the child may touch the library
        from pyttsx3.drivers import _espeak  # noqa: PLC0415

        drivers: list[_PcmDriver] = []
        errors: list[Exception] = []

        def fail(name: str | None, exception: Exception) -> None:  # noqa: ARG001 - pyttsx3 calls it by these names
            errors.append(exception)

        def build(proxy: Any) -> _PcmDriver:
            drivers.append(_PcmDriver(proxy, _espeak))
            return drivers[-1]

        # pyttsx3 imports its driver by name from its own package; this is how a driver is added from outside.
        plugin = ModuleType(f"pyttsx3.drivers.{DRIVER}")
        vars(plugin)["buildDriver"] = build
        sys.modules[plugin.__name__] = plugin
        engine = pyttsx3.init(DRIVER)
        engine.connect("error", fail)
        engine.setProperty("voice", VOICE)
        engine.setProperty("rate", rate)

        def render(sentence: str) -> AudioClip:
            engine.say(sentence)
            engine.runAndWait()
            clip = drivers[0].take()
            if errors:
                raise errors[0]
            return clip

        return render

    return load


if __name__ == "__main__":
    serve(_load(int(sys.argv[1])))
