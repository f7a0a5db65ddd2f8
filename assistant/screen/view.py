"""Draws what there is to see, in a terminal of any size: the time above, circle and words below, a small word last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.screen.canvas import INKS, Canvas
from assistant.screen.circle import Look
from assistant.screen.colors import Colors
from assistant.screen.letters import CAPS, typeface
from assistant.screen.speech import Shown
from assistant.screen.words import Page, pages_of

FULL, HALF, PALE = INKS - 1, 4, 3  # how much ink
SMALLEST_CIRCLE = 0.3
SMALL_ROWS = 18
KEYS = "space: press   d: twice   h: hold"
_LONGEST_WORD = 20
_NOTE = np.array([[int(dot) for dot in row] for row in ("0011", "0011", "0010", "0010", "1110", "1110")], np.uint8)


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to see. ``time``: as it is written, None for none. ``bright``: somebody asked for the time.

    ``circle``: None for none. ``line``: what is spoken, None for nothing. ``notes``: how many were just heard;
    ``notes_clear``: 1 at first, 0 when they are gone. ``word``: how things are. ``keys``: whether to show the keys.
    """

    time: str | None
    bright: bool
    circle: Look | None
    line: Shown | None
    notes: int
    notes_clear: float
    word: str
    keys: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are, in pixels (two to a row).

    ``largest``: how high a capital letter of a line may be. ``time_cap``, ``word_cap``: the size of the time and of
    the small word. All 0 for plain letters. ``top``, ``height``: of the room for circle and line. ``keys_row``: a row.
    """

    columns: int
    rows: int
    largest: int
    time_cap: int
    word_cap: int
    top: int
    height: int
    keys_row: int


@lru_cache(maxsize=4)
def layout(columns: int, rows: int, *, large: bool, keys: bool, time: bool = True) -> Layout:
    """The layout of a terminal of this size. ``large``: whether it has large letters. ``time``: whether it shows it."""
    pixels = 2 * rows
    sizes = [cap for cap in CAPS if large]
    time_cap = next((cap for cap in sizes if cap <= pixels / 6 and cap <= columns / 5), 0)
    if not time_cap and large and rows >= 12 and columns >= 30:
        time_cap = CAPS[-1]
    word_cap = next((cap for cap in sizes if cap <= pixels / 14 and cap <= columns / 20), 0)
    both_in_a_row = len(KEYS) + _LONGEST_WORD + 4 <= columns
    top = 0 if not time else time_cap + 4 if time_cap else 4 if rows >= 8 else 2 if rows >= 3 else 0
    bottom = word_cap + 4 if word_cap else 4 if keys and not both_in_a_row else 2
    # No line is so much larger than the time that it would startle.
    return Layout(
        columns,
        rows,
        rows // 2 if large else 0,
        time_cap,
        word_cap,
        top,
        max(2, pixels - top - bottom),
        rows - 1 if both_in_a_row else rows - 2,
    )


def draw(scene: Scene, *, columns: int, rows: int, colors: Colors) -> Canvas:
    """The picture of a scene. Without colors the circle is a thin line, and words make room around themselves."""
    # In a small terminal there is no room for both the time and a line that can be read from afar.
    time = scene.time if scene.line is None or rows >= SMALL_ROWS or not colors.blocks else None
    plan = layout(columns, rows, large=colors.blocks, keys=scene.keys, time=rows >= SMALL_ROWS or time is not None)
    canvas = Canvas(columns=columns, rows=rows)
    outline = colors.system is None
    if scene.circle is not None:
        _draw_circle(scene.circle, canvas, plan, outline=outline)
    if time is not None:
        _draw_time(time, canvas, plan, ink=FULL if scene.bright else HALF)
    if scene.line is not None:
        _draw_line(scene.line, canvas, plan, clear_around=2 if outline else 0)
    _draw_notes(scene, canvas, plan)
    _draw_word(scene.word, canvas, plan)
    if scene.keys:
        canvas.plain(KEYS, row=plan.keys_row, column=max(2, columns - len(KEYS) - 2), ink=PALE)
    return canvas


def _draw_circle(circle: Look, canvas: Canvas, plan: Layout, *, outline: bool) -> None:
    widest = min(plan.height, plan.columns - 2) / 2
    radius = widest * (SMALLEST_CIRCLE + (1 - SMALLEST_CIRCLE) * circle.size)
    x, y = plan.columns / 2, plan.top + plan.height / 2
    if outline:
        canvas.ring(x=x, y=y, radius=radius - 0.5)
    else:
        canvas.disc(x=x, y=y, radius=radius, strength=circle.strength)


def _draw_time(time: str, canvas: Canvas, plan: Layout, *, ink: int) -> None:
    if not plan.time_cap:
        canvas.plain(time, row=min(1, plan.top // 4), column=(plan.columns - len(time)) // 2, ink=ink)
        return
    face = typeface(plan.time_cap)
    face.draw(time, canvas.ink, x=(plan.columns - face.width(time)) // 2, base=plan.time_cap + 2, value=ink)


def _draw_line(line: Shown, canvas: Canvas, plan: Layout, *, clear_around: int) -> None:
    width = max(1, plan.columns - 4)
    ink = round(FULL * line.clear)
    if ink:
        page = page_now(line, width=width, height=plan.height, largest=plan.largest)
        canvas.page(page, x=(plan.columns - width) // 2, y=plan.top, ink=ink, clear_around=clear_around)


def page_now(line: Shown, *, width: int, height: int, largest: int) -> Page:
    """The page of a sentence that is being spoken now."""
    pages = _pages(line.line, width, height, largest)[line.number]
    said = 0.0
    for page in pages:
        said += page.share
        if line.done < said:
            return page
    return pages[-1]


@lru_cache(maxsize=2)
def _pages(line: tuple[str, ...], width: int, height: int, largest: int) -> tuple[tuple[Page, ...], ...]:
    return pages_of(line, width=width, height=height, largest=largest)


def _draw_notes(scene: Scene, canvas: Canvas, plan: Layout) -> None:
    """As many notes as were heard, small, in the corner."""
    ink = round(HALF * min(1.0, 2 * scene.notes_clear))
    if not plan.time_cap or not plan.top or not ink:
        return
    size = 2 if plan.word_cap else 1
    note = np.kron(_NOTE, np.ones((size, size), np.uint8))
    for number in range(scene.notes):
        x = 3 + 7 * size * number
        place = canvas.ink[2 : 2 + note.shape[0], x : x + note.shape[1]]
        place[note[:, : place.shape[1]] > 0] = ink


def _draw_word(word: str, canvas: Canvas, plan: Layout) -> None:
    if not plan.word_cap:
        canvas.plain(word, row=plan.rows - 1, column=2, ink=HALF)
    else:
        typeface(plan.word_cap).draw(word.replace(" ", "  "), canvas.ink, x=3, base=2 * plan.rows - 3, value=PALE)
