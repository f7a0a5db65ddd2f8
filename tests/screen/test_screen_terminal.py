"""What is written to the terminal: little, at once, without waiting; and how it is left."""

from __future__ import annotations

import io
import os
import pty
import re
import termios
import time
from collections.abc import Callable

import pytest
from rich.console import Console, ConsoleDimensions

from assistant.dialogue.flow import State
from assistant.errors import ScreenError
from assistant.messages import Countdown, StartTones
from assistant.screen.display import Screen
from screen.screens import (
    BREATH,
    CALLED,
    PAUSE,
    Colors,
    LatinPage,
    frames,
    in_pause,
    on_terminal,
    picture_of,
    screen,
    seconds_of,
    shows_large,
    terminal,
    written_to,
)


@pytest.mark.parametrize("colors", ["truecolor", "256", "standard", None])
def test_the_changes_add_up_to_the_whole_picture(colors: Colors | None) -> None:
    little_by_little, at_once = terminal(colors=colors), terminal(colors=colors)
    with screen(PAUSE, on=little_by_little) as shown:
        for beat in range(60):
            shown.tick(2.0 + beat * 0.1)
    with screen(PAUSE, on=at_once) as shown:
        shown.tick(2.0 + 59 * 0.1)
    assert picture_of(written_to(little_by_little)) == picture_of(written_to(at_once))


def test_half_blocks_are_where_the_ink_is() -> None:
    where = terminal(no_color=True)
    with screen(PAUSE, on=where) as shown:
        shown.tick(8.5)
        ink = shown.picture(8.5).ink > 0
    blocks = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
    rows = picture_of(written_to(where))[:-1]
    assert [[blocks[text] for text, _ in row] for row in rows] == [
        list(zip(ink[2 * row].tolist(), ink[2 * row + 1].tolist(), strict=True)) for row in range(len(rows))
    ]


def test_little_is_written_and_the_page_is_cleared_only_once() -> None:
    output = on_terminal([(0.0, State.BODY), (0.0, Countdown(600.0)), (2.0, StartTones(BREATH))], seconds=9.0)
    pieces = list(frames(output))
    assert len([piece for piece in pieces if "\x1b[2J" in piece]) == 1
    assert 7 * 9 < len(pieces) < 7 * 12 + 4, "about ten pictures a second while it breathes"
    assert max(map(len, pieces[1:])) < len(pieces[0]) * 2
    idle = list(frames(on_terminal([(0.0, State.LISTENING)], seconds=9.0)))
    assert len(idle) == 1, "nothing is written while nothing happens"


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (3, 40), (7, 3), (20, 5), (40, 12), (300, 2), (240, 67)])
@pytest.mark.parametrize("colors", ["truecolor", None])
def test_it_works_in_terminals_of_all_sizes(columns: int, rows: int, colors: Colors | None) -> None:
    written = on_terminal(PAUSE, seconds=5.0, on=terminal(columns=columns, rows=rows, colors=colors))
    picture_of(written, columns=columns, rows=rows)  # raises when a letter is outside


def test_it_follows_a_terminal_that_changes_its_size() -> None:
    where = terminal()
    with screen(PAUSE, on=where) as shown:
        shown.tick(5.0)
        before = len(written_to(where))
        where.size = ConsoleDimensions(50, 20)
        shown.tick(5.1)
    page = picture_of(written_to(where)[before:], columns=50, rows=20)
    assert not any(text == "?" for row in page for text, _ in row)


def test_without_colors_there_is_a_line_for_the_circle_and_room_around_the_words() -> None:
    output = on_terminal(PAUSE, seconds=9.0, on=terminal(no_color=True))
    assert set(re.findall(r"\x1b\[([\d;]*)m", output)) <= {"0", "0;1"}
    with_line = in_pause((5.0, StartTones(BREATH)), (20.0, CALLED), on=terminal(no_color=True)).picture(23.0)
    assert shows_large(with_line, "Nobody")
    assert (with_line.shade == 0).all()
    assert in_pause((5.0, StartTones(BREATH)), on=terminal(no_color=True)).picture(9.0).ink.sum() > 0


@pytest.mark.parametrize("no_color", [False, True])
def test_a_terminal_without_unicode_gets_none(no_color: bool) -> None:
    output = on_terminal(PAUSE, seconds=9.0, on=terminal(file=LatinPage(), no_color=no_color))
    assert output.isascii()
    page = "\n".join("".join(text for text, _ in row) for row in picture_of(output))
    assert "Nobody is in trouble." in page
    assert "9:53" in page


@pytest.mark.parametrize(
    "unfit",
    [
        lambda: Console(file=io.StringIO()),
        lambda: Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"}),
    ],
)
def test_where_nothing_can_be_shown_it_says_what_is_needed(unfit: Callable[[], Console]) -> None:
    with pytest.raises(ScreenError, match="needs a terminal") as caught:
        Screen(seconds_of=seconds_of, console=unfit())
    assert "--screen" in caught.value.remedy


def test_the_terminal_is_left_as_it_was_even_after_an_error() -> None:
    where = terminal()
    shown = screen(PAUSE, on=where)

    def fail() -> None:
        with shown:
            shown.tick(5.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    output = written_to(where)
    on, off = {"\x1b[?1049h", "\x1b[?25l", "\x1b[?7l"}, ["\x1b[?25h", "\x1b[?1049l", "\x1b[?7h"]
    assert all(output.count(each) == 1 for each in on)
    assert all(output.rindex(each) > output.rindex("▀") for each in off)
    assert output.endswith("\x1b[?1049l")
    assert all(text == " " for row in picture_of(output, until_the_end=True) for text, _ in row), "and nothing on it"
    length = len(output)
    shown.tick(6.0)
    shown.close()
    assert len(written_to(where)) == length, "nothing comes after it"


def test_a_terminal_that_takes_nothing_holds_nobody_up_and_is_mended_at_the_end() -> None:
    reader, writer = pty.openpty()
    termios.tcsetwinsize(writer, (60, 200))
    with os.fdopen(writer, "w", encoding="utf-8") as file:
        where = terminal(columns=200, rows=60, file=file)
        began = time.monotonic()
        with screen([(0.0, State.BODY), (0.0, StartTones(BREATH))], on=where) as shown:
            for beat in range(300):
                shown.tick(beat * 0.03)
        assert time.monotonic() - began < 5.0
        last = os.read(reader, 1_000_000)
        while not last.endswith(b"\x1b[?1049l"):
            last += os.read(reader, 1_000_000)
    os.close(reader)


def test_a_terminal_that_has_gone_ends_nothing() -> None:
    reader, writer = pty.openpty()
    file = os.fdopen(writer, "w", encoding="utf-8")
    with screen(PAUSE, on=terminal(file=file)) as shown:
        shown.tick(5.0)
        os.close(reader)
        for beat in range(100):
            shown.tick(6.0 + beat * 0.03)
    file.close()
