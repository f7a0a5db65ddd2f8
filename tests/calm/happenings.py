"""Anything said and pressed at any time in a talk, and what has to hold all the same."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from assistant.dialogue.flow import HOME
from assistant.messages import Heard, Intent, Press
from calm.calm_days import CalmDay

Happening = tuple[Intent | Press, str, bool, float]
"""What somebody says or presses, which words if it is a pause, whether it is heard surely, and the seconds before."""

LIKELY = st.sampled_from([Intent.YES, Intent.YES, Intent.NO, Intent.QUESTION, Intent.REPEAT, Press.SHORT, Press.DOUBLE])
LEAVING = st.sampled_from([Intent.PAUSE, Intent.SILENT_EXIT, Intent.LET_GO, Intent.QUIET, Press.HOLD, Press.TOUCH])
ANYTHING = st.sampled_from([*Intent, *Press])
HAPPENINGS = st.lists(
    st.tuples(
        st.one_of(LIKELY, LIKELY, LIKELY, LEAVING, ANYTHING),
        st.sampled_from(["time out", "can we pause", "let's pause", ""]),
        st.sampled_from([True, True, True, False]),
        st.one_of(st.floats(0.05, 12), st.floats(0.05, 60)),
    ),
    max_size=40,
)
HOME_AGAIN_SECONDS = 60.0 * 150


def whatever_happens(day: CalmDay, happenings: Sequence[Happening]) -> None:
    """Let it happen, and then nothing more until all is over; the day itself objects to what may not be."""
    for what, phrase, sure, seconds in happenings:
        day.wait(seconds, step=0.1)
        if isinstance(what, Press):
            day.presses(what)
        elif what in day.listening.intents and not day.companion.speaking:
            day._take(day.companion.handle(Heard(what, sure, phrase, -0.5), day.now))
    day.wait(HOME_AGAIN_SECONDS, step=5.0)
    assert day.state in HOME
    day.is_home()
