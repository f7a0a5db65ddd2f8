"""The stricter rule for a recogniser that cannot say how well a phrase fits: it counts signs.

There are three signs that a phrase was said, and two of them are needed: it was all that was said; the recogniser
writes it down when any other words are open to it as well; it is said again. The first two are counted here; the last
one the trigger notices by itself. One sign is enough for a question, and none for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from assistant.hearing.kept_sound import KeptSound
from assistant.hearing.side_thread import NoAnswerError, SideThread
from assistant.ports import Hypothesis
from assistant.sound import HEARING_RATE_HZ, Samples

# The count as a score, for whoever only looks at scores; the trigger counts.
TWO_SIGNS, ONE_SIGN, NO_SIGN = -1.0, -1.8, -2.5
AROUND_SECONDS = 1.0  # what is written down on either side: a decoder needs some way to get going
LONGEST_WRITTEN_SECONDS = (
    4.0  # a phrase said slowly, and what is around it: writing takes five times as long as hearing
)


class Writer(Protocol):
    """A recogniser that can also write."""

    def transcript(self, samples: Samples) -> str:
        """What it would write if anything could have been said; lower case, without punctuation."""


class SignReader:
    """Counts the signs. ``writer``: used on a thread of its own, and warmed up here."""

    def __init__(self, writer: Writer) -> None:
        self._writer, self._thread = writer, SideThread()
        # The first time takes half a second longer than the others, and costs 6 MB. The first words take as long
        # again, and 30 MB: nobody pays for those before they are needed.
        writer.transcript(np.zeros(HEARING_RATE_HZ, np.int16))

    def judged(self, candidates: Sequence[Hypothesis], sound: KeptSound, *, within_seconds: float) -> list[Hypothesis]:
        """The candidates of one moment, the earliest first, with their signs.

        ``sound``: the utterance. Where it takes longer than ``within_seconds`` to write it down, nothing was written.
        """
        if not candidates:
            return []
        until = max(candidate.end_seconds for candidate in candidates) + AROUND_SECONDS
        since = max(candidates[0].start_seconds - AROUND_SECONDS, until - LONGEST_WRITTEN_SECONDS)
        earlier = [candidate for candidate in candidates if candidate.start_seconds < since]
        stretch = sound.between(since, until)
        try:
            written = self._thread.ask(lambda: self._writer.transcript(stretch), within_seconds=within_seconds)
        except NoAnswerError:
            written = ""
        return [*judged_by_signs(earlier, ""), *judged_by_signs(candidates[len(earlier) :], written)]


def judged_by_signs(candidates: Sequence[Hypothesis], written: str) -> list[Hypothesis]:
    """The candidates with the signs that speak for them.

    ``candidates``: from a closed grammar, the earliest first; nothing stands around one that was all that was said.
    ``written``: the same sound in free words. What is written once is a sign for one candidate.
    """
    words, passed, judged = written.split(), 0, []
    for candidate in candidates:
        run = candidate.phrase.split()
        at = next((first for first in range(passed, len(words)) if words[first : first + len(run)] == run), None)
        signs = (not candidate.before and not candidate.after) + (at is not None)
        counted = replace(candidate, signs=signs, score=(NO_SIGN, ONE_SIGN, TWO_SIGNS)[signs])
        if at is None:
            # Other words speak against the phrase, and may also show that it was not meant.
            judged.append(replace(counted, inside=" ".join(words) or candidate.phrase))
            continue
        passed = at + len(run)
        judged.append(replace(counted, before=" ".join(words[:at]), after=" ".join(words[passed:])))
    return judged
