"""How large the type of a sheet can be, so that it fills its pages and no more."""

from __future__ import annotations

from assistant.sheet.content import PauseRule
from assistant.sheet.pages import MARGIN_MM, Sheet, Size
from assistant.sheet.pdf import LaidOut, lay_out

LARGEST_POINTS, SMALLEST_POINTS = 11.0, 5.0
PRIVATE_POINTS = 9.8
STEP = 0.96
SHRINKS = 0.6
"""A text that is so many times too long needs type smaller by this power of it: part of it is lines, part is area."""
A_LITTLE_TOO_LONG = 0.85
LEAST_GAP_MM, MOST_GAP_MM = 3.6, 18.0
SPARE_MM = 0.5
POINTS_PER_LETTER = 0.0017


def guessed(sheet: Sheet) -> Size:
    """A size in which it most likely fits, without setting it: for pages whose printing is left to a browser."""
    points = PRIVATE_POINTS * 0.93
    if isinstance(sheet.content, PauseRule):
        page = sheet.content
        quotes = [*page.reassurance, *page.plans]
        letters = sum(len(quote.when) + sum(map(len, quote.words)) for quote in quotes)
        letters += sum(map(len, page.pause_words)) + sum(len(line) for step in page.steps for line in step.sentences)
        points = LARGEST_POINTS - POINTS_PER_LETTER * letters
    return Size(round(max(SMALLEST_POINTS, points), 2), (LEAST_GAP_MM,) * sheet.pages)


def fitted(sheet: Sheet, *, at_most: float | None = None) -> tuple[Size, LaidOut]:
    """The largest size in which it fits, as far as a few attempts tell; the rest of each page is spread over its gaps.

    ``at_most``: where to begin, in points, where that is known. What does not fit in the smallest size either comes out
    in that, on more pages. Raises `PdfLibraryError`.
    """
    points = at_most or (LARGEST_POINTS if isinstance(sheet.content, PauseRule) else PRIVATE_POINTS)
    while True:
        size = Size(round(points, 2), (LEAST_GAP_MM,) * sheet.pages)
        done = lay_out(sheet.html(size))
        if done.pages <= sheet.pages or points <= SMALLEST_POINTS:
            break
        share = _share_that_fits(sheet, done)
        # What is only a little too long may be so because one of its parts went over to the next page as a whole.
        points = max(SMALLEST_POINTS, points * (STEP if share > A_LITTLE_TOO_LONG else share**SHRINKS))
    if done.pages != sheet.pages:
        return size, done
    roomy = Size(size.points, tuple(_gap_mm(sheet, done, page) for page in range(sheet.pages)))
    spread = lay_out(sheet.html(roomy))
    return (roomy, spread) if spread.pages == sheet.pages else (size, done)


def _share_that_fits(sheet: Sheet, done: LaidOut) -> float:
    """The length a sheet may have by the length that this one has."""
    page_mm = sheet.bottom_mm - MARGIN_MM
    last_mm = max(done.tops_mm[-1].values(), default=sheet.bottom_mm) - MARGIN_MM
    return sheet.pages * page_mm / ((done.pages - 1) * page_mm + last_mm)


def _gap_mm(sheet: Sheet, done: LaidOut, page: int) -> float:
    """What the gaps of this page can have: all that is left below its end, in equal parts."""
    tops = done.tops_mm[page]
    gaps = len(tops) - 2  # the first part has none before it, and neither has the mark at the end
    left = sheet.bottom_mm - max(tops.values()) - SPARE_MM
    return round(min(MOST_GAP_MM, LEAST_GAP_MM + max(0.0, left) / max(1, gaps)), 2)
