"""The stricter rule for a recogniser that cannot say how well a phrase fits, as a score, so that one trigger decides.

There are three signs that a phrase was said, and two of them are needed: it was all that was said; the recogniser
writes it down when any other words are open to it as well; it is said again. The last one the trigger notices by
itself. One sign is enough for a question, and none for nothing but to be said again.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.ports import Hypothesis

TWO_SIGNS, ONE_SIGN, NO_SIGN = -1.0, -1.8, -2.5  # act; ask; nothing, unless it is said again


def judged_by_signs(candidate: Hypothesis, written: str) -> Hypothesis:
    """The candidate with a score.

    ``candidate``: from a closed grammar; nothing stands around it when it was all that was said. ``written``: the same
    sound in free words.
    """
    words, run = written.split(), candidate.phrase.split()
    alone = not candidate.before and not candidate.after
    at = next((first for first in range(len(words)) if words[first : first + len(run)] == run), None)
    score = {2: TWO_SIGNS, 1: ONE_SIGN, 0: NO_SIGN}[alone + (at is not None)]
    if at is None:
        # Other words speak against the phrase, and may also show that it was not meant.
        return replace(candidate, score=score, inside=" ".join(words) or candidate.phrase)
    return replace(candidate, score=score, before=" ".join(words[:at]), after=" ".join(words[at + len(run) :]))
