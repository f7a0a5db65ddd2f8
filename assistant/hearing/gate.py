"""The speech gate: cuts utterances out of the endless stream, so that a quiet room costs nothing.

It opens when somebody begins to speak and hands over the 0.3 s before that, because a voice detector notices a word
only when it is under way. It says when there is a lull, and closes after half a second without speech. An utterance
is cut at a limit, so that a television or a fan cannot hold the gate open for ever.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

import numpy as np

from assistant.sound import BLOCK_SECONDS, Samples

PRE_ROLL_SECONDS = 0.3
LULL_SECONDS = 0.24
HANG_SECONDS = 0.5
LONGEST_SECONDS = 15.0
BLOCKS_TO_OPEN = 2


class VoiceDetector(Protocol):
    """Tells speech from other sound, one 30 ms block at a time."""

    def is_speech(self, block: Samples) -> bool: ...


class GateChange(Enum):
    """What a block meant for the utterance."""

    NOTHING = "nothing"  # nobody is speaking
    OPENED = "opened"  # an utterance began; the samples include what came just before
    SPEECH = "speech"  # it goes on
    LULL = "lull"  # it goes on, but the talker has just fallen silent
    CLOSED = "closed"  # it is over; the samples are its last


@dataclass(frozen=True, slots=True)
class GateEvent:
    """``samples``: int16 mono 16 kHz, what this event adds to the utterance (empty for `NOTHING`)."""

    change: GateChange
    samples: Samples = field(repr=False)


_NO_SAMPLES = np.zeros(0, np.int16)


class Gate:
    """One stream's gate. ``detector``: asked about every block."""

    def __init__(self, detector: VoiceDetector) -> None:
        self._detector = detector
        self._before: deque[Samples] = deque(maxlen=round(PRE_ROLL_SECONDS / BLOCK_SECONDS))
        self._open = False
        self._speech_run = 0
        self._silence_run = 0
        self._length = 0

    @property
    def is_open(self) -> bool:
        return self._open

    def push(self, block: Samples) -> GateEvent:
        """One block of 30 ms in, what it means out."""
        speech = self._detector.is_speech(block)
        if not self._open:
            return self._while_closed(block, speech)
        self._length += 1
        self._silence_run = 0 if speech else self._silence_run + 1
        too_long = self._length >= LONGEST_SECONDS / BLOCK_SECONDS
        if too_long or self._silence_run >= HANG_SECONDS / BLOCK_SECONDS:
            self.reset()
            return GateEvent(GateChange.CLOSED, block)
        lull = self._silence_run == round(LULL_SECONDS / BLOCK_SECONDS)
        return GateEvent(GateChange.LULL if lull else GateChange.SPEECH, block)

    def reset(self) -> None:
        """Close, and forget what came before: it was our own voice, or it has been dealt with."""
        self._before.clear()
        self._open = False
        self._speech_run = self._silence_run = self._length = 0

    def _while_closed(self, block: Samples, speech: bool) -> GateEvent:
        self._before.append(block)
        self._speech_run = self._speech_run + 1 if speech else 0
        if self._speech_run < BLOCKS_TO_OPEN:
            return GateEvent(GateChange.NOTHING, _NO_SAMPLES)
        before = np.concatenate(self._before)
        self.reset()
        self._open = True
        return GateEvent(GateChange.OPENED, before)
