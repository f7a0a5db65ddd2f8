"""Keeps what ALSA prints about its buffers off the screen.

The ALSA library writes lines such as "(snd_pcm_recover) underrun occurred" straight to the process's standard error,
from any thread and at any time: into the middle of a screen, or between our own sentences. It lets itself be given
another function for that (``snd_lib_error_set_handler``). Ours must ignore what it is given and must not be Python,
because it may be called while Python is already leaving.
"""

from __future__ import annotations

import ctypes
from functools import cache


@cache
def silence_alsa() -> None:
    """Once for the whole process; where there is no ALSA there is nothing to do."""
    try:
        alsa, c = ctypes.CDLL("libasound.so.2"), ctypes.CDLL(None)
        # abs() looks at its first argument, changes nothing and prints nothing: just what is needed.
        alsa.snd_lib_error_set_handler(ctypes.cast(c.abs, ctypes.c_void_p))
    except (OSError, AttributeError):
        pass
