"""When to ask "did you say pause?": seldom, and not before the last look at the words has been taken.

Nobody wants to be asked again and again in the middle of a quarrel, so there is at most one question in half a minute
and three in ten minutes. Whatever was doubtful beyond that may still add up with being said again.
"""

from __future__ import annotations

from collections import deque

ONE_IN_SECONDS = 30.0
MOST, MOST_IN_SECONDS = 3, 600.0
# The recogniser looks at the same words several times, and a later look is often surer. Acting never waits for it.
AFTER_TALK_SECONDS = 0.4  # the utterance is over, but its last look may still be under way
AMID_TALK_SECONDS = 1.6  # two more looks
STALE_SECONDS = 3.0  # whoever is asked later than this has forgotten what they said


class Doubts:
    """Keeps seconds, and nothing of what was said."""

    def __init__(self) -> None:
        self._asked: deque[float] = deque(maxlen=MOST)

    def may_ask(self, now: float) -> bool:
        """Whether a question would not be one too many."""
        if not self._asked:
            return True
        often = len(self._asked) == MOST and now - self._asked[0] < MOST_IN_SECONDS
        return now - self._asked[-1] >= ONE_IN_SECONDS and not often

    def due(self, doubtful_since: float, now: float, *, talking: bool) -> bool:
        """Whether what has been doubtful since then is to be asked about now. ``talking``: the utterance goes on."""
        waiting = now - doubtful_since
        return (AMID_TALK_SECONDS if talking else AFTER_TALK_SECONDS) <= waiting < STALE_SECONDS

    def asked(self, now: float) -> None:
        """A question is being asked."""
        self._asked.append(now)
