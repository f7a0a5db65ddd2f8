"""A couple that rehearses: what it does up to a certain point."""

from __future__ import annotations

from assistant.messages import Intent, LightState, Press
from calm.calm_days import CalmDay, material

NEED, TIME_OUT = "i need a pause", "time out"
WAYS = ("practice_usual", "practice_raised", "practice_door")


def begun(**agreement: object) -> CalmDay:
    """A rehearsal for which it is a good time, just before the first of them calls a pause."""
    day = CalmDay(made_of=material(**agreement))
    day.says(Intent.REHEARSE)
    day.until_said("rehearsal_welcome")
    day.says(Intent.YES)
    day.until_said("rehearsal_reason")
    return day


def practices(day: CalmDay, *heard: tuple[str, float] | None) -> None:
    """Six times somebody calls a pause for practice; None where it is not heard."""
    for number, attempt in enumerate(heard):
        day.until_said(WAYS[number % 3])
        assert day.listening.practising
        assert day.light is LightState.ASKING
        if attempt is not None:
            day.says(Intent.PAUSE, phrase=attempt[0], score=attempt[1])


def through_the_short_pause(day: CalmDay) -> None:
    """Not yet from one of them, and then both are ready."""
    day.until_said("time_is_done")
    for answer in (Intent.READY, Intent.NOT_YET):
        day.until_said("ask_first" if answer is Intent.READY else "ask_second")
        day.says(answer)
    day.until_said("time_is_done_again")
    for line in ("ask_first", "ask_second"):
        day.until_said(line)
        day.says(Intent.READY)
    day.until_said("both_ready")


def to_the_scores(day: CalmDay, *heard: tuple[str, float] | None) -> list[str]:
    """The whole rehearsal; returns what is said from the first score on."""
    practices(day, *heard)
    through_the_short_pause(day)
    day.until_said("rehearsal_button")
    day.presses(Press.SHORT)
    day.until_said("rehearsal_done")
    said = day.sentences
    return said[next(number for number, sentence in enumerate(said) if "out of three" in sentence) :]
