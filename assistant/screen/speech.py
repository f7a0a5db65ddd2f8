"""Which sentence is being spoken at a moment, and how clearly it is still to be seen afterwards."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

STAY_SECONDS, FADE_SECONDS = 4.0, 2.0  # after the last word

SecondsOf = Callable[[Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class Shown:
    """``line``: all its sentences; ``number``: which of them. ``done``: how much of it is said, 0 to 1.

    ``clear``: 1 while it is spoken and a little longer, then less and less.
    """

    line: tuple[str, ...]
    number: int
    done: float
    clear: float


@dataclass(frozen=True, slots=True)
class _Line:
    """``starts``: the second at which each sentence begins, and the one at which the last is over."""

    sentences: tuple[str, ...]
    starts: tuple[float, ...]


class Speech:
    """Keeps pace with what is spoken. ``seconds_of``: how long sentences take, the gaps between them included."""

    def __init__(self, *, seconds_of: SecondsOf) -> None:
        self._seconds_of = seconds_of
        self._lines: deque[_Line] = deque()

    def say(self, sentences: Sequence[str], now: float) -> None:
        """Spoken from now on, or after what is being spoken."""
        if not sentences:
            return
        begins = max([now, *(line.starts[-1] for line in self._lines)])
        alone = [self._seconds_of((sentence,)) for sentence in sentences]
        ends = begins + self._seconds_of(tuple(sentences))
        gap = max(0.0, ends - begins - sum(alone)) / max(1, len(sentences) - 1)
        starts = [begins]
        for seconds in alone[:-1]:
            starts.append(starts[-1] + seconds + gap)
        self._lines.append(_Line(tuple(sentences), (*starts, ends)))

    def hush(self) -> None:
        """Nothing is spoken any more, and nothing of it is shown."""
        self._lines.clear()

    def shown(self, now: float) -> Shown | None:
        """What is to be seen now. Forgets what is over."""
        while len(self._lines) > 1 and self._lines[1].starts[0] <= now:
            self._lines.popleft()
        if not self._lines:
            return None
        line = self._lines[0]
        over = now - line.starts[-1]
        if over >= STAY_SECONDS + FADE_SECONDS:
            self._lines.popleft()
            return None
        number = sum(start <= now for start in line.starts[1:-1])
        start, end = list(pairwise(line.starts))[number]
        done = min(1.0, max(0.0, (now - start) / max(0.01, end - start)))
        return Shown(line.sentences, number, done, 1.0 - max(0.0, over - STAY_SECONDS) / FADE_SECONDS)
