"""Keeps a copy of what is being played, for whoever has to tell our own voice from everybody else's."""

from __future__ import annotations

from collections import deque

from assistant.ports import Render
from assistant.sound import SPEAKING_BLOCK_FRAMES, SPEAKING_RATE_HZ, Samples

MOST_KEPT_SECONDS = 3.0  # as much as the microphone keeps for a busy main loop
_MOST_PIECES = round(MOST_KEPT_SECONDS * SPEAKING_RATE_HZ / SPEAKING_BLOCK_FRAMES)


class PlaybackTap:
    """Stands between a loudspeaker and what it plays.

    ``render``: gives the sound (`assistant.speaking.mixer.Mixer.render`). The device's thread calls `render`, the main
    thread calls `taken`; appending to a `deque` and popping from it are atomic, so nobody waits for anybody. What
    nobody takes for three seconds is dropped, the oldest first.
    """

    def __init__(self, render: Render) -> None:
        self._render = render
        self._frames = 0
        self._pieces: deque[tuple[int, Samples]] = deque(maxlen=_MOST_PIECES)

    def render(self, frames: int) -> Samples:
        """The next so many frames, as they come."""
        samples = self._render(frames)
        self._pieces.append((self._frames, samples))
        self._frames += len(samples)
        return samples

    def taken(self) -> list[tuple[int, Samples]]:
        """What was rendered since the last call, the oldest first: number of the first frame (24 kHz), and samples."""
        pieces = []
        while self._pieces:
            pieces.append(self._pieces.popleft())
        return pieces
