"""Whatever is said, pressed or left alone, for hours: it never raises, never talks over itself, and comes home."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.messages import Intent, Press
from dialogue.evening import Happening, live_through

ANYTHING = st.sampled_from([*((intent, True) for intent in Intent), (Intent.PAUSE, False), (None, True)])
A_PRESS = st.sampled_from([(press, True) for press in Press])
# Pauses are called often, so that most of the evening is one; quick answers come as well as long silences.
A_PAUSE = st.just((Intent.PAUSE, True))
SOON = st.floats(0.05, 12)
LATER = st.floats(0.05, 400)


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    row = draw(
        st.lists(st.tuples(st.one_of(ANYTHING, ANYTHING, A_PRESS, A_PAUSE), st.one_of(SOON, LATER)), max_size=50)
    )
    return [(what, sure, seconds) for (what, sure), seconds in row]


@settings(max_examples=60, deadline=None)
@given(evening=happenings(), quiet=st.booleans(), minutes=st.sampled_from([10, 10, 20]))
def test_an_evening_of_anything(evening: list[Happening], quiet: bool, minutes: int) -> None:
    live_through(evening, quiet=quiet, minutes=minutes)


@settings(max_examples=25, deadline=None)
@given(wishes=st.lists(st.tuples(st.sampled_from(list(Intent)), st.floats(0.5, 25)), min_size=10, max_size=60))
def test_ten_minutes_in_which_everything_is_asked_for(wishes: list[tuple[Intent, float]]) -> None:
    ending = {Intent.UNDO, Intent.SILENT_EXIT, Intent.END, Intent.YES, Intent.QUIET}
    asked: list[Happening] = [(Intent.PAUSE, True, 5.0)]
    asked += [(intent, True, seconds) for intent, seconds in wishes if intent not in ending]
    live_through(asked)


def test_the_same_words_again_and_again() -> None:
    for intent in Intent:
        live_through([(Intent.PAUSE, True, 5.0), *[(intent, True, 4.0)] * 140])
