"""What happens, as lines for a terminal."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import State
from assistant.messages import (
    Breath,
    Chime,
    Cue,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
)
from assistant.timeline_view import TimelineView, minutes_and_seconds


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "0:00"), (0.999, "0:00"), (59.99, "0:59"), (60.0, "1:00"), (3599.0, "59:59")]
)
def test_nothing_is_shown_before_its_time(seconds: float, shown: str) -> None:
    assert minutes_and_seconds(seconds) == shown


def test_two_clocks_run_side_by_side_in_a_pause() -> None:
    """The first counts from the first event, whatever the clock said then; the second from the pause's beginning."""
    view = TimelineView()
    assert view.line(1000.0, State.LISTENING) == "  0:00         ── listening"
    assert view.line(1024.5, Intent.PAUSE) == "  0:24         heard     a pause is wanted"
    assert view.line(1024.5, State.OPENING) == "  0:24   0:00  ── opening"
    assert view.line(1044.5, State.SEPARATING) == "  0:44   0:20  ── separating"
    assert view.line(1054.5, State.LISTENING) == "  0:54         ── listening"
    assert view.line(1060.0, State.OPENING) == "  1:00   0:00  ── opening"


def test_what_is_not_worth_a_line_has_none() -> None:
    view = TimelineView()
    for event in (Hush(), Listen(frozenset(Intent)), Light(LightState.LISTENING), Light(LightState.PAUSE)):
        assert view.line(0.0, event) is None


def test_every_state_intent_and_cue_has_words() -> None:
    view = TimelineView()
    lines = [view.line(0.0, event) for kind in (State, Intent) for event in kind]
    lines += [view.line(0.0, Chime(cue)) for cue in Cue]
    assert None not in lines
    assert len(set(lines)) == len(lines), "each can be told from the others"
    assert not any("_" in line for line in lines if line)


def test_the_other_lines() -> None:
    view = TimelineView()
    shown = [
        view.line(0.0, event)
        for event in (
            Speak("half", ("That is half.", "Five minutes left.")),
            StartTones(Breath(4.0, 6.5)),
            SoftenTones(),
            StopTones(),
            Light(LightState.DEAF),
        )
    ]
    assert [line and line[15:] for line in shown] == [
        "says      That is half. Five minutes left.",
        "tones     rising 4 s, falling 6.5 s",
        "tones     softer",
        "tones     fade away",
        "deaf      nothing can be heard; time goes on",
    ]
