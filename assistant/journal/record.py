"""One line of the journal: a pause at one moment as numbers, with a checksum; and how the last good one is found.

Whatever the power did to the file, each line stands for itself. Empty lines keep them apart, so that no single damaged
byte can spoil two.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.dialogue.flow import CALM, HOME, State
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.records import Ending

HEAD = b"# A pause that is under way: numbers only. Breather erases this file when the pause is over.\n"
PAUSE, OVER = "pause 1", "over"  # the number goes up when the fields of a snapshot change
DAY_SECONDS = 86_400.0
NOT_A_PAUSE = (*HOME, *CALM, State.ASKING)


@dataclass(frozen=True, slots=True)
class Saved:
    """A pause as it was saved. ``boot``: in which run of the machine; ``since_boot``: and when in it, in seconds."""

    pause: PauseSnapshot
    boot: str
    since_boot: float


def line_of(saved: Saved) -> bytes:
    """A whole line for a pause that goes on."""
    values = (getattr(saved.pause, name) for name in _FIELDS)
    fields = [round(value, 1) if isinstance(value, float) else value for value in values]
    return _line([PAUSE, saved.boot, round(saved.since_boot, 1), *fields])


def line_of_the_end() -> bytes:
    """A whole line that says: there is nothing to go on with, whatever stands above."""
    return _line([OVER])


def last_in(content: bytes) -> Saved | None:
    """What the latest line that is whole says; None where there is no such line, or one says that the pause is over.

    All lines of a file come from one run of the program, so the latest is the one with the latest time; of two with the
    same, the one further down.
    """
    last: Saved | None = None
    for line in re.split(rb"[\0\n]+", content):
        values = _values(line)
        if values == [OVER]:
            return None
        saved = _saved(values) if values else None
        if saved is not None and (last is None or saved.since_boot >= last.since_boot):
            last = saved
    return last


def _line(values: list[object]) -> bytes:
    payload = json.dumps(values, separators=(",", ":"), allow_nan=False).encode("ascii")
    return b"\n%08x %s\n" % (zlib.crc32(payload), payload)


def _values(line: bytes) -> list[Any] | None:
    checksum, _, payload = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(payload):
        return None
    try:
        values = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, list) else None


def _saved(values: list[Any]) -> Saved | None:
    """None for what no Breather of this version has written, however right its checksum."""
    if len(values) != len(_ABOUT) + len(_FIELDS):
        return None
    about, fields = values[: len(_ABOUT)], dict(zip(_FIELDS, values[len(_ABOUT) :], strict=True))
    possible = all(fits(value) for fits, value in zip(_ABOUT, about, strict=True))
    if not possible or not all(fits(fields[name]) for name, fits in _FIELDS.items()):
        return None
    fields.update(state=State(fields["state"]), ending=Ending(fields["ending"]))
    pause = PauseSnapshot(**fields)
    return Saved(pause, boot=about[1], since_boot=about[2]) if pause.left_seconds <= pause.plan_seconds else None


def _number(least: float, most: float) -> Callable[[Any], bool]:
    return lambda value: type(value) in (int, float) and least <= value <= most  # NaN is neither


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _one_of(names: Iterable[str]) -> Callable[[Any], bool]:
    possible = {str(name) for name in names}
    return lambda value: isinstance(value, str) and value in possible


def _truth(value: Any) -> bool:
    return type(value) is bool


_ABOUT: tuple[Callable[[Any], bool], ...] = (
    _one_of([PAUSE]),
    lambda boot: isinstance(boot, str),
    _number(0, float("inf")),
)
_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "state": _one_of(state for state in State if state not in NOT_A_PAUSE),
    "left_seconds": _number(-DAY_SECONDS, DAY_SECONDS),
    "plan_seconds": _number(0, DAY_SECONDS),
    "part_seconds": _number(0, DAY_SECONDS),
    "talk_seconds": _number(0, DAY_SECONDS),
    "since_begin_seconds": _number(0, 7 * DAY_SECONDS),
    "pauses": _whole(1, 1000),
    "minutes": _whole(1, 1000),
    "extensions": _whole(0, 1000),
    "ending": _one_of(Ending),
    "first": _whole(0, 1),
    "quiet": _truth,
    "muted": _truth,
    "exercises": _truth,
    "volume_db": _number(-60, 60),
    "restarts": _whole(0, 1000),
}
"""What each field of a `PauseSnapshot` can be, in their order."""
