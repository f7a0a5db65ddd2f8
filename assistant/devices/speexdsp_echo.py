"""The echo canceller of libspeexdsp (BSD), through ctypes: takes what the loudspeaker plays out of what is heard.

An adaptive filter learns how the room changes the sound, and takes that away. It leaves a talker who speaks at the same
time nearly untouched, which is what we need it for. (AEC3, the one of browsers, removes more of the echo and most
of a word said over it.) A suppressor then lowers what is left; it is set mildly, for the same reason.

Debian, Raspberry Pi OS and Ubuntu carry the library as ``libspeexdsp1``. Only ``interruptible`` in machine.toml needs
it.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from assistant.errors import SoundSystemError
from assistant.sound import HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples

LIBRARY = "libspeexdsp.so.1"
TAIL_FRAMES = HEARING_RATE_HZ // 4  # 250 ms; half of it leaves 1 to 2 dB more of the echo (measured)
SUPPRESSED_DB = -25  # what is left of the echo, where nobody else speaks
SUPPRESSED_UNDER_TALK_DB = -10
NOISE_DB = -3  # the suppressor does nothing at all unless it may lower noise as well

# speex_echo.h and speex_preprocess.h
_SET_SAMPLING_RATE = 24
_SET_DENOISE, _SET_NOISE_SUPPRESS, _SET_ECHO_SUPPRESS, _SET_ECHO_SUPPRESS_ACTIVE = 0, 18, 20, 22
_SET_ECHO_STATE = 24


def installed() -> bool:
    """Whether the library is there."""
    try:
        _loaded()
    except SoundSystemError:
        return False
    return True


class SpeexEchoCanceller:
    """An `assistant.hearing.own_voice.EchoCanceller`. Raises `SoundSystemError` when the library is missing.

    What it gives is 30 ms later than what it gets: the suppressor looks at two blocks together.
    """

    def __init__(self) -> None:
        self._library = _loaded()
        self._echo: Any = None
        self._suppressor: Any = None
        self.reset()

    def cleaned(self, heard: Samples, played: Samples) -> Samples:
        """A block (480 frames, int16 mono 16 kHz) without the echo of what was played.

        ``played``: the same length, from at most a quarter of a second before it arrives as echo.
        """
        if not len(heard) == len(played) == HEARING_BLOCK_FRAMES:
            raise ValueError(f"blocks of {HEARING_BLOCK_FRAMES} frames are needed, not {len(heard)} and {len(played)}")
        rest: Samples = np.empty(HEARING_BLOCK_FRAMES, np.int16)
        blocks = [np.ascontiguousarray(block, np.int16).ctypes.data for block in (heard, played)]
        self._library.speex_echo_cancellation(self._echo, *blocks, rest.ctypes.data)
        self._library.speex_preprocess_run(self._suppressor, rest.ctypes.data)
        return rest

    def reset(self) -> None:
        """Forget what was learned about the room."""
        self.close()
        library = self._library
        self._echo = library.speex_echo_state_init(HEARING_BLOCK_FRAMES, TAIL_FRAMES)
        _set(library.speex_echo_ctl, self._echo, _SET_SAMPLING_RATE, HEARING_RATE_HZ)
        self._suppressor = library.speex_preprocess_state_init(HEARING_BLOCK_FRAMES, HEARING_RATE_HZ)
        library.speex_preprocess_ctl(self._suppressor, _SET_ECHO_STATE, self._echo)
        for request, value in (
            (_SET_DENOISE, 1),
            (_SET_NOISE_SUPPRESS, NOISE_DB),
            (_SET_ECHO_SUPPRESS, SUPPRESSED_DB),
            (_SET_ECHO_SUPPRESS_ACTIVE, SUPPRESSED_UNDER_TALK_DB),
        ):
            _set(library.speex_preprocess_ctl, self._suppressor, request, value)

    def close(self) -> None:
        """Free its memory. May be called twice."""
        if self._suppressor is not None:
            self._library.speex_preprocess_state_destroy(self._suppressor)
            self._library.speex_echo_state_destroy(self._echo)
        self._echo = self._suppressor = None


def _set(control: Any, state: Any, request: int, value: int) -> None:
    control(state, request, ctypes.byref(ctypes.c_int(value)))


def _loaded() -> Any:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        raise SoundSystemError(
            f"The library that takes Breather's own voice out of what it hears is missing ({LIBRARY})",
            remedy="Run: sudo apt-get install libspeexdsp1; or set interruptible = false in machine.toml.",
        ) from None
    pointer, number = ctypes.c_void_p, ctypes.c_int
    for name, arguments, result in (
        ("speex_echo_state_init", (number, number), pointer),
        ("speex_echo_state_destroy", (pointer,), None),
        ("speex_echo_ctl", (pointer, number, pointer), number),
        ("speex_echo_cancellation", (pointer, pointer, pointer, pointer), None),
        ("speex_preprocess_state_init", (number, number), pointer),
        ("speex_preprocess_state_destroy", (pointer,), None),
        ("speex_preprocess_ctl", (pointer, number, pointer), number),
        ("speex_preprocess_run", (pointer, pointer), number),
    ):
        function = getattr(library, name)
        function.argtypes, function.restype = list(arguments), result
    return library
