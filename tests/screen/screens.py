"""Screens to look at in tests: what is drawn for given events, and what a terminal shows after what was written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import IO, Literal

import numpy as np
from rich.console import Console

from assistant.dialogue.flow import State
from assistant.messages import Breath, Chime, Command, Countdown, Cue, Intent, Light, LightState, Speak, StartTones
from assistant.screen.canvas import Canvas
from assistant.screen.display import Screen
from assistant.screen.letters import CAPS, Pixels, typeface

Event = State | Intent | Command
Events = Sequence[tuple[float, Event]]
Colors = Literal["standard", "256", "truecolor"]

BREATH = Breath(4.0, 6.0)
CALLED = Speak("opening", ("A pause has been called.", "Nobody is in trouble."))
SIZES = [(40, 12), (60, 20), (80, 24), (100, 30), (132, 43), (200, 60)]
BEGUN: Events = [(0.0, State.OPENING), (0.0, Light(LightState.PAUSE)), (0.0, Countdown(600.0))]
PAUSE: Events = [
    (0.0, State.LISTENING),
    (0.0, Light(LightState.LISTENING)),
    (1.0, State.OPENING),
    (1.0, Light(LightState.PAUSE)),
    (1.0, Countdown(601.0)),
    (1.0, Chime(Cue.START)),
    (2.0, CALLED),
    (4.0, StartTones(BREATH)),
]


class Page(io.StringIO):
    """What is written to a terminal. ``encoding``: what its letters are written in."""

    encoding = "utf-8"


class LatinPage(io.StringIO):
    encoding = "iso-8859-1"


def seconds_of(sentences: Sequence[str]) -> float:
    """Two seconds a sentence, and half a second between them."""
    return 2.5 * len(sentences) - 0.5


def terminal(
    *,
    columns: int = 80,
    rows: int = 24,
    colors: Colors | None = "truecolor",
    no_color: bool = False,
    file: IO[str] | None = None,
) -> Console:
    return Console(
        file=file or Page(),
        force_terminal=True,
        width=columns,
        height=rows,
        color_system=colors,
        no_color=no_color,
        _environ={"TERM": "xterm"},
    )


def written_to(console: Console) -> str:
    """All that has been written to a terminal."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def screen(events: Events, *, on: Console | None = None, keys: bool = False) -> Screen:
    """A screen to which these things have happened."""
    made = Screen(seconds_of=seconds_of, console=on or terminal(), keys=keys)
    for now, event in events:
        made(now, event)
    return made


def in_pause(*events: tuple[float, Event], on: Console | None = None) -> Screen:
    """A screen in a pause that began at 0 s and takes ten minutes."""
    return screen([*BEGUN, *events], on=on)


def on_terminal(events: Events, *, seconds: float = 20.0, on: Console | None = None) -> str:
    """All that is written to the terminal when these things happen."""
    where = on or terminal()
    left = list(events)
    with Screen(seconds_of=seconds_of, console=where) as shown:
        for beat in range(round(seconds / 0.03)):
            now = beat * 0.03
            while left and left[0][0] <= now:
                shown(now, left.pop(0)[1])
            shown.tick(now)
    return written_to(where)


def words_of(canvas: Canvas) -> str:
    """What stands on the page in the terminal's own type."""
    rows = [[" "] * canvas.columns for _ in range(canvas.rows)]
    for (row, column), letter in canvas.letters.items():
        rows[row][column] = letter.text
    return " ".join("\n".join("".join(row) for row in rows).split())


def shows_large(canvas: Canvas, word: str) -> bool:
    """Whether a word stands on the page in large letters of any size."""
    for face in map(typeface, CAPS):
        drawn: Pixels = np.zeros((face.cap, face.width(word)), np.uint8)
        face.draw(word, drawn, x=0, base=face.cap, value=1)
        height, width = drawn.shape
        ink = canvas.ink > 0
        for y in range(ink.shape[0] - height + 1):
            for x in np.flatnonzero(ink[y : y + height].any(axis=0)):
                for left in (x - 1, x):
                    if left >= 0 and np.array_equal(ink[y : y + height, left : left + width], drawn > 0):
                        return True
    return False


Cell = tuple[str, str]
SEQUENCE = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b\\|([^\x1b])")


def picture_of(output: str, *, columns: int = 80, rows: int = 24, until_the_end: bool = False) -> list[list[Cell]]:
    """What a terminal shows after this, as letters with their looks; before it is left, unless ``until_the_end``."""
    if not until_the_end:
        output = output.partition("\x1b\\")[0]
    page: list[list[Cell]] = [[("?", "")] * columns for _ in range(rows)]
    row = column = 0
    look = ""
    for arguments, command, letter in SEQUENCE.findall(output):
        if letter:
            page[row][column] = (letter, look)
            column += 1
        elif command == "H":
            row, column = (int(number) - 1 for number in (arguments or "1;1").split(";"))
        elif command == "m":
            look = arguments
        elif command == "J":
            page = [[(" ", look)] * columns for _ in range(rows)]
    return page


def frames(output: str) -> Iterator[str]:
    return (piece.partition("\x1b[?2026l")[0] for piece in output.split("\x1b[?2026h")[1:])
