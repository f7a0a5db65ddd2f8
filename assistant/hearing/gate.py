"""The speech gate: cuts utterances out of the endless stream, so that a quiet room costs nothing.

It opens when somebody begins to speak and hands over the 0.3 s before that, because a voice detector notices a word
only when it is under way. It says when there is a lull, and closes after half a second without speech.

Where it never falls silent, because a fan runs or others talk, an utterance is cut at a limit, so that what was said
is looked at in time. The next one then begins with the end of the one before, because the cut may go through a word:
whatever lasts no longer than the overlap is whole in one of the two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

import numpy as np

from assistant.sound import BLOCK_SECONDS, Samples

PRE_ROLL_SECONDS = 0.3
LULL_SECONDS = 0.24
HANG_SECONDS = 0.5
LONGEST_SECONDS = 6.0
LONGEST_ANSWER_SECONDS = 2.6  # where only short words count, which have to stand alone
OVERLAP_SECONDS = 1.5  # "let's take a break", said slowly
# Nearly all of the overlap has just been looked at. A second look at once would see the same words, and two looks that
# agree help each other; so there is something new to hear first. Half a second of it is the shortest word.
NEWS_SECONDS = 0.84
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


def _blocks(seconds: float) -> int:
    return round(seconds / BLOCK_SECONDS)


class Gate:
    """One stream's gate.

    ``detector``: asked about every block. ``longest_seconds``: see `limit`. ``cleaned``: what is done to every block
    before anything else.
    """

    def __init__(
        self,
        detector: VoiceDetector,
        *,
        longest_seconds: float = LONGEST_SECONDS,
        cleaned: Callable[[Samples], Samples] | None = None,
    ) -> None:
        self._detector, self._cleaned = detector, cleaned
        self._newest: deque[Samples] = deque(maxlen=_blocks(OVERLAP_SECONDS))
        self._held: list[Samples] | None = None  # after a cut: what the next utterance will begin with
        self._open = False
        self._speech_run = 0
        self._silence_run = 0
        self._length = 0
        self.limit(longest_seconds)

    @property
    def is_open(self) -> bool:
        return self._open

    def limit(self, longest_seconds: float) -> None:
        """From now on, cut an utterance that is still going on after so long (`LONGEST_ANSWER_SECONDS` or more)."""
        if longest_seconds < LONGEST_ANSWER_SECONDS:
            raise ValueError(f"{longest_seconds} s is less than what two utterances share, and something new")
        self._longest = _blocks(longest_seconds)

    def push(self, block: Samples) -> GateEvent:
        """One block of 30 ms in, what it means out."""
        if self._cleaned is not None:
            block = self._cleaned(block)
        speech = self._detector.is_speech(block)
        self._newest.append(block)
        if not self._open:
            return self._while_closed(speech)
        self._length += 1
        self._silence_run = 0 if speech else self._silence_run + 1
        if self._held is not None:
            return self._after_a_cut(self._held, block)
        if self._silence_run >= HANG_SECONDS / BLOCK_SECONDS:
            self.reset()
            return GateEvent(GateChange.CLOSED, block)
        if speech and self._length >= self._longest:  # in silence it is about to end by itself
            self._held = list(self._newest)
            self._length = len(self._held)
            return GateEvent(GateChange.CLOSED, block)
        lull = self._silence_run == _blocks(LULL_SECONDS)
        return GateEvent(GateChange.LULL if lull else GateChange.SPEECH, block)

    def reset(self) -> None:
        """Close, and forget what came before: it was our own voice, or it has been dealt with."""
        self._newest.clear()
        self._held = None
        self._open = False
        self._speech_run = self._silence_run = self._length = 0

    def _while_closed(self, speech: bool) -> GateEvent:
        self._speech_run = self._speech_run + 1 if speech else 0
        if self._speech_run < BLOCKS_TO_OPEN:
            return GateEvent(GateChange.NOTHING, _NO_SAMPLES)
        before = list(self._newest)[-_blocks(PRE_ROLL_SECONDS) :]
        self.reset()
        self._newest.extend(before)
        self._open = True
        return GateEvent(GateChange.OPENED, np.concatenate(before))

    def _after_a_cut(self, held: list[Samples], block: Samples) -> GateEvent:
        held.append(block)
        lull_is_near = self._silence_run >= _blocks(LULL_SECONDS) - 1
        if len(held) < _blocks(OVERLAP_SECONDS + NEWS_SECONDS) and not lull_is_near:
            return GateEvent(GateChange.NOTHING, _NO_SAMPLES)
        self._held = None
        return GateEvent(GateChange.OPENED, np.concatenate(held))
