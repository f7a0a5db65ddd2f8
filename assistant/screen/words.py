"""How a sentence is laid out: in the largest letters it fits in, on a page or a few; plainly where room is scarce."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, pairwise

from rich.cells import cell_len, set_cell_size

from assistant.screen.letters import CAPS, Typeface, printable, typeface

MOST_PAGES = 4
PLAIN_LINE = 2  # pixels: one row of the terminal
_PAUSES = (",", ".", ";", ":", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class Word:
    """``x``: pixels from the left. ``base``: the pixel row below its letters. ``plain``: in the terminal's own type."""

    text: str
    x: int
    base: int
    plain: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown at one time. ``cap``: the size of its type, 0 for plain. ``share``: of the sentence's letters."""

    cap: int
    words: tuple[Word, ...]
    share: float


@dataclass(frozen=True, slots=True)
class _Measure:
    """How large words are in a type; ``face``: None for the terminal's own."""

    face: Typeface | None

    @property
    def line(self) -> int:
        return self.face.ascent + self.face.descent if self.face else PLAIN_LINE

    @property
    def space(self) -> int:
        if self.face is None:
            return 1
        return max(self.face.width(" "), self.face.cap // 3 + 2)  # from afar, words run together before letters do

    @property
    def above(self) -> int:
        """The room for accents on capitals, which the first line may take from what is above the page."""
        return self.face.ascent - self.face.cap if self.face else 0

    def plain(self, word: str) -> bool:
        return self.face is None or not self.face.has(word)

    def width(self, word: str) -> int:
        return _width(self.face, word)

    def row(self, words: Sequence[str]) -> int:
        return sum(map(self.width, words)) + self.space * (len(words) - 1)


@lru_cache(maxsize=512)
def _width(face: Typeface | None, word: str) -> int:
    return face.width(word) if face is not None and face.has(word) else cell_len(word)


def pages_of(sentences: Sequence[str], *, width: int, height: int, largest: int) -> tuple[tuple[Page, ...], ...]:
    """The pages of each sentence of a line, all in one size. ``width``, ``height``: the room, in pixels.

    ``largest``: how high a capital letter may be; 0 for plain letters. What has no room even in these is cut off.
    """
    words = [printable(sentence).split(" ") for sentence in sentences]
    room = max(1, width), max(PLAIN_LINE, height)
    pieces = [_broken(each, room[0]) for each in words]
    for way in _ways(largest):
        parts = [_parts(each, way, *room) for each in (words if way.measure.face else pieces)]
        if all(parts):
            return tuple(_set(part, way.measure, *room) for part in parts if part)
    return tuple(_set([each], _Measure(None), *room) for each in pieces)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to lay a line out: in this type, on at most so many pages. ``whole``: none may break a thought."""

    measure: _Measure
    most: int
    whole: bool = False


def _ways(largest: int) -> Iterator[_Way]:
    """From the best to the last resort. From afar, a thought in small letters is better than half of one in large."""
    *others, last = [_Measure(typeface(cap)) for cap in CAPS if cap <= largest] or [_Measure(None)]
    yield from (_Way(measure, 1) for measure in others)
    yield from (_Way(measure, 2, whole=True) for measure in others[-1:])
    yield _Way(last, 1)
    yield from (_Way(measure, MOST_PAGES) for measure in [last, _Measure(None)])


def _broken(words: Sequence[str], width: int) -> list[str]:
    """Words that are wider than a plain row in pieces."""
    pieces = []
    for word in words:
        rest = word
        while cell_len(rest) > width:
            piece = set_cell_size(rest, width).rstrip() or rest[0]
            pieces.append(piece)
            rest = rest[len(piece) :]
        pieces.append(rest)
    return pieces


def _parts(words: Sequence[str], way: _Way, width: int, height: int) -> list[list[str]] | None:
    """The sentence in as few pages as will do, cut where one would take a breath; None when that cannot be done."""

    @cache
    def fits(start: int, end: int) -> bool:
        lines = _lines(words[start:end], way.measure, width)
        return lines is not None and len(lines) * way.measure.line - way.measure.above <= height

    for count in range(1, way.most + 1):
        cuts = [list(pairwise((0, *at, len(words)))) for at in combinations(range(1, len(words)), count - 1)]
        parts = [[list(words[start:end]) for start, end in cut] for cut in cuts if all(fits(*page) for page in cut)]
        fitting = [part for part in parts if not way.whole or not _broken_thoughts(part)]
        if fitting:
            return min(fitting, key=lambda part: _unease(part, way.measure))
    return None


def _unease(part: Sequence[Sequence[str]], measure: _Measure) -> float:
    """Pages of unequal length are uneasy to read; so is one that ends in the middle of a thought."""
    lengths = [measure.row(page) for page in part]
    return max(lengths) * (1 + 0.35 * _broken_thoughts(part))


def _broken_thoughts(part: Sequence[Sequence[str]]) -> int:
    return sum(not page[-1].endswith(_PAUSES) for page in part[:-1])


def _lines(words: Sequence[str], measure: _Measure, width: int) -> list[list[str]] | None:
    """As many words a line as there is room for; None when a word alone is too wide."""
    lines: list[list[str]] = []
    left = -1
    for word in words:
        needed = measure.width(word)
        if needed > width:
            return None
        if left < needed + measure.space:
            lines.append([])
            left = width + measure.space
        lines[-1].append(word)
        left -= needed + measure.space
    return lines


def _even_lines(words: Sequence[str], measure: _Measure, width: int) -> list[list[str]]:
    """The same in lines of about the same length, and no more of them."""
    lines = _lines(words, measure, width) or [list(words)]
    narrow, wide = 1, width
    while narrow < wide:
        middle = (narrow + wide) // 2
        tried = _lines(words, measure, middle)
        if tried is not None and len(tried) <= len(lines):
            wide = middle
        else:
            narrow = middle + 1
    return _lines(words, measure, wide) or lines


def _set(parts: Sequence[Sequence[str]], measure: _Measure, width: int, height: int) -> tuple[Page, ...]:
    letters = sum(len(word) for words in parts for word in words)
    return tuple(_page(words, measure, width, height, letters) for words in parts)


def _page(words: Sequence[str], measure: _Measure, width: int, height: int, letters: int) -> Page:
    """Centered in the room."""
    lines = _even_lines(words, measure, width)[: max(1, (height + measure.above) // measure.line)]
    top = (height - len(lines) * measure.line - measure.above) // 2
    ascent = measure.face.ascent if measure.face else PLAIN_LINE
    placed = []
    for number, line in enumerate(lines):
        x = max(0, (width - measure.row(line)) // 2)
        for word in line:
            placed.append(Word(word, x, top + number * measure.line + ascent, measure.plain(word)))
            x += measure.width(word) + measure.space
    cap = measure.face.cap if measure.face else 0
    return Page(cap, tuple(placed), sum(map(len, words)) / max(1, letters))
