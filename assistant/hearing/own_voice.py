"""Our own voice, taken out of what the microphone hears.

The canceller (`assistant.devices.speexdsp_echo`) needs, with each block that is heard, the sound that was played a
little before. Both streams are counted in frames; `echo_delay` measures how far apart they are, whenever something is
played, and they are brought together again when that changes. Of what is heard, two seconds are kept, in memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from assistant.hearing import echo_delay
from assistant.hearing.clock_drift import ClockDrift
from assistant.hearing.frames import LastSeconds, ToHearingRate
from assistant.sound import HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples

Played = Callable[[], Sequence[tuple[int, Samples]]]
"""Gives what was played since the last call: number of the first frame (24 kHz), samples."""


class EchoCanceller(Protocol):
    """Takes what is played out of what is heard, and learns while doing so."""

    def cleaned(self, heard: Samples, played: Samples) -> Samples:
        """A block of 480 frames without the echo of the other; it may come a block later."""

    def reset(self) -> None:
        """Forget what was learned about the room."""

    def close(self) -> None:
        """Free its memory. May be called twice."""


MEASURED_EVERY_BLOCKS = 33  # a second
EARLY_FRAMES = HEARING_RATE_HZ // 50  # what was played is given 20 ms before its echo
SOONEST_FRAMES, LATEST_FRAMES = HEARING_RATE_HZ // 200, HEARING_RATE_HZ * 3 // 50  # 5 and 60 ms: good enough as it is
MOST_JITTER_FRAMES = HEARING_RATE_HZ // 4  # a device may be late for once
MOST_SPARE_FRAMES = HEARING_RATE_HZ // 2  # more than usual, for a whole second; twice that where nothing is usual yet
RINGS_SECONDS = 0.8  # after the last sound: delay and reverberation
PLAYED_SECONDS = 8.0  # kept; of what is heard, only what is measured with
_SLOWLY = 0.5  # frames a block: the canceller has to follow
_NEWEST_SHARE = 0.4  # of a block, in what is a mean over the last few
_UNKNOWN = HEARING_RATE_HZ * 3600


class OwnVoice:
    """One microphone's and one loudspeaker's. ``canceller``: owned by the caller. ``played``: see `Played`."""

    def __init__(self, *, canceller: EchoCanceller, played: Played) -> None:
        self._canceller, self._taken = canceller, played
        self._to_16_khz = ToHearingRate()
        self._tapped = 0  # frames of the tap, 24 kHz
        self._heard, self._played = LastSeconds(echo_delay.WINDOW_SECONDS), LastSeconds(PLAYED_SECONDS)
        self._apart = 0.0  # number of the frame that was played, less that of the frame that is heard with it
        self._drift = ClockDrift()  # of the same, where the echo is
        self._early = float(EARLY_FRAMES)
        # How much was rendered later than what is heard now: since the last measurement, and when all was well.
        self._least_spare = _UNKNOWN
        self._usual_spare: int | None = None
        self._rings_until = self._measure_at = 0
        self._power_before = self._power_heard = self._power_left = 0.0

    @property
    def left_db(self) -> float:
        """How much of what was heard is left, over the last tenth of a second: 0 for all of it.

        Of our own voice alone, -20 or less once the room is learned; of somebody else, nearly all.
        """
        return 10 * math.log10((self._power_left + 1) / (self._power_heard + 1))

    @property
    def delay_known(self) -> bool:
        """Whether it has been measured, and nothing has happened since."""
        return self._drift.known

    def cleaned(self, block: Samples) -> Samples:
        """The next block of 480 frames that was heard. To be called with every block, so that none is uncounted."""
        self._take_what_was_played()
        self._heard.append(block)
        self._keep_together()
        if self._heard.end > self._rings_until:
            self._weigh(block, block)
            return block
        first = self._heard.end - HEARING_BLOCK_FRAMES + self._apart
        cleaned = self._canceller.cleaned(block, self._played.at(first, HEARING_BLOCK_FRAMES))
        if self._heard.end >= self._measure_at:
            self._measure_at = self._heard.end + MEASURED_EVERY_BLOCKS * HEARING_BLOCK_FRAMES
            self._measure()
        self._weigh(block, cleaned)
        return cleaned

    def _weigh(self, block: Samples, cleaned: Samples) -> None:
        heard, left = (float(np.mean(np.square(one, dtype=np.float64))) for one in (block, cleaned))
        # What is left comes a block later than what was heard.
        self._power_heard += _NEWEST_SHARE * (self._power_before - self._power_heard)
        self._power_left += _NEWEST_SHARE * (left - self._power_left)
        self._power_before = heard

    def _take_what_was_played(self) -> None:
        for first, samples in self._taken():
            if not self._played.end:
                self._apart = -float(self._heard.end)
            dropped = min(first - self._tapped, round(PLAYED_SECONDS * HEARING_RATE_HZ))
            self._tapped = first + len(samples)
            self._played.append(self._to_16_khz(np.concatenate([np.zeros(dropped, np.int16), samples])))
            if samples.any():
                self._rings_until = self._heard.end + round(RINGS_SECONDS * HEARING_RATE_HZ)

    def _keep_together(self) -> None:
        """What was not rendered yet cannot be heard yet; what was rendered long ago is not heard any more."""
        if self._drift.known:
            wanted = self._drift.at(self._heard.end) + self._early - self._apart
            drift = self._drift.slope * HEARING_BLOCK_FRAMES
            self._apart += min(max(wanted, drift - _SLOWLY), drift + _SLOWLY)
        spare = self._played.end - self._heard.end - math.ceil(self._apart)
        self._least_spare = min(self._least_spare, spare)
        if spare < (-MOST_JITTER_FRAMES if self._drift.known else 0):
            self._begin_anew(spare)  # blocks were waiting when we began, or the loudspeaker was gone for a while

    def _begin_anew(self, frames: int) -> None:
        self._apart += frames
        self._drift.forget()
        self._least_spare, self._usual_spare = _UNKNOWN, None

    def _measure(self) -> None:
        """Find out where the echo is, if enough is being played."""
        least, self._least_spare = self._least_spare, _UNKNOWN
        too_much = least - (self._usual_spare or 0)
        if too_much > MOST_SPARE_FRAMES * (1 if self._usual_spare is not None else 2):
            self._begin_anew(too_much)  # the microphone was gone for a while
            return
        window, search = (
            round(seconds * HEARING_RATE_HZ) for seconds in (echo_delay.WINDOW_SECONDS, echo_delay.SEARCH_SECONDS)
        )
        end, apart = self._heard.end, round(self._apart)
        if not echo_delay.worth_measuring(self._played.between(end + apart - window, end + apart)):
            return
        delay = echo_delay.delay_of(
            self._heard.between(end - window, end),
            self._played.between(end + apart - window - search, end + apart + search),
        )
        if delay is None or not self._drift.add(end - window // 2, apart - delay):
            return
        self._early = self._apart - self._drift.at(end)
        self._usual_spare = least
        if not SOONEST_FRAMES <= self._early <= LATEST_FRAMES:
            later = EARLY_FRAMES - self._early
            self._apart, self._early = self._apart + later, float(EARLY_FRAMES)
            self._usual_spare -= round(later)
            self._canceller.reset()
