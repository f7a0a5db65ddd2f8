"""What is called what, in the look back. About the pauses, and not about anybody."""

from __future__ import annotations

from datetime import date

from assistant.history.pauses import Band
from assistant.records import Ending

TITLE = "Looking back"
KEPT = "Only counts are kept: no names, no words, and not who."
TOGETHER = "The two of you can erase all of it: breather history --erase"

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = {Band.NIGHT: "0 to 6", Band.MORNING: "6 to 12", Band.AFTERNOON: "12 to 18", Band.EVENING: "18 to 24"}
ENDING_WORDS = {
    Ending.SETTLED: "settled",
    Ending.LATER_TODAY: "later that day",
    Ending.TOMORROW: "the next day",
    Ending.LET_GO: "let go for the day",
    Ending.LEFT_OPEN: "left open",
    Ending.ENDED_EARLY: "ended before its time",
    Ending.NOBODY_CAME: "ended quietly",
}
"""In this order they are shown."""

LONGER_WORDS = ("as agreed", "once longer", "twice longer", "longer than that")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(count: int) -> str:
    """A small count in words, as in "three pauses"."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def pauses(count: int) -> str:
    """As in "1 pause", "3 pauses"."""
    return f"{count} pause" if count == 1 else f"{count} pauses"


def day(of: date) -> str:
    """As in "23 Nov"."""
    return f"{of.day} {_MONTHS[of.month - 1]}"


def span(first: date, last: date) -> str:
    """From one week to another: "Weeks of 2 Mar to 23 Nov 2026"."""
    if first == last:
        return f"Week of {day(first)} {first.year}"
    begin = day(first) if first.year == last.year else f"{day(first)} {first.year}"
    return f"Weeks of {begin} to {day(last)} {last.year}"
