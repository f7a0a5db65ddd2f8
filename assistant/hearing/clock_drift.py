"""How far apart two devices' clocks are, and how fast they drift apart, from measurements now and then.

A microphone and a loudspeaker of their own rarely agree on a second: 100 millionths are usual, and cost an echo
canceller 15 of its 26 dB (measured), because the room it has learned seems to move away.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from assistant.sound import HEARING_RATE_HZ

MOST_POINTS = 64
SPAN_FRAMES = 15 * HEARING_RATE_HZ  # in less, the drift cannot be told from the measurements' own error
NEAR_FRAMES = HEARING_RATE_HZ // 200  # 5 ms
LARGEST_DRIFT, LARGEST_CHANGE = 400e-6, 20e-6  # before and after it is known


class ClockDrift:
    """Where one stream stands in the other, both counted in frames at 16 kHz: a line through the newest points."""

    def __init__(self) -> None:
        self._points: deque[tuple[int, float]] = deque(maxlen=MOST_POINTS)
        self._outlier: tuple[int, float] | None = None
        self.slope = 0.0
        """Frames per frame."""
        self._middle, self._height = 0.0, 0.0

    @property
    def known(self) -> bool:
        """Whether there is anything to go by."""
        return bool(self._points)

    def at(self, frame: int) -> float:
        """How far apart they are at this frame."""
        return self._height + self.slope * (frame - self._middle)

    def add(self, frame: int, apart: float) -> bool:
        """Another measurement; returns whether the streams have jumped, so that it is the first of a new line.

        One that does not fit is no proof; two that fit each other are.
        """
        if self._points and not self._fits(frame, apart):
            before, self._outlier = self._outlier, (frame, apart)
            if before is None or abs(before[1] - apart) > NEAR_FRAMES:
                return False
            self.forget()
        jumped = not self._points
        self._outlier = None
        self._points.append((frame, apart))
        frames, heights = np.array(self._points).T
        self._middle, self._height = float(frames.mean()), float(heights.mean())
        if frames[-1] - frames[0] >= SPAN_FRAMES:
            around = frames - self._middle
            self.slope = float(around @ (heights - self._height) / (around @ around))
        return jumped

    def forget(self) -> None:
        """What was measured holds no more. The clocks are the same ones, so the drift stays as it was."""
        self._points.clear()
        self._outlier = None

    def _fits(self, frame: int, apart: float) -> bool:
        known = self._points[-1][0] - self._points[0][0] >= SPAN_FRAMES
        spread = (LARGEST_CHANGE if known else LARGEST_DRIFT) * (frame - self._points[-1][0])
        return abs(apart - self.at(frame)) <= NEAR_FRAMES + spread
