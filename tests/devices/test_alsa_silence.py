"""ALSA writes to the process's standard error by itself, from any thread: into the middle of a screen."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

try:
    ctypes.CDLL("libasound.so.2")
except OSError:
    pytestmark = pytest.mark.skip("needs ALSA: sudo apt-get install libasound2")

OPEN_WHAT_IS_NOT_THERE = """
import ctypes, sys
from assistant.devices.alsa_silence import silence_alsa
if sys.argv[1] == "silent":
    silence_alsa()
alsa, handle = ctypes.CDLL("libasound.so.2"), ctypes.c_void_p()
sys.exit(0 if alsa.snd_pcm_open(ctypes.byref(handle), b"no-such-device", 0, 0) < 0 else 1)
"""


def complaints(how: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", OPEN_WHAT_IS_NOT_THERE, how], capture_output=True, text=True, check=True, timeout=20
    )
    return done.stderr


def test_alsa_says_nothing_by_itself() -> None:
    assert "ALSA lib" in complaints("as it comes"), "otherwise this proves nothing"
    assert complaints("silent") == ""
