"""The look back in a terminal and as a page."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from rich.cells import cell_len

from assistant.history import plots
from assistant.history.page import page
from assistant.history.pauses import Pause, counted
from assistant.history.summary import Summary, summarized
from assistant.history.terminal import terminal_view
from assistant.records import Ending, PauseOver

TODAY = date(2026, 11, 24)
MONDAY = datetime(2026, 9, 7)


def pauses() -> list[Pause]:
    """Thirty of every kind, two of them without a time."""
    endings = list(Ending)
    return [
        counted(
            PauseOver(minutes=(10, 10, 20)[number % 3], extensions=number % 4, ending=endings[number**2 % 7]),
            MONDAY + timedelta(days=number * 5 % 77, hours=(20, 21, 9, 14, 1)[number % 5]) if number % 14 else None,
        )
        for number in range(1, 31)
    ]


@pytest.fixture
def summary() -> Summary:
    return summarized(pauses(), TODAY)


def stream(encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


# --- in a terminal ----------------------------------------------------------------------------------------------------


def test_eighty_columns_are_enough_and_color_is_not_needed(summary: Summary) -> None:
    lines = terminal_view(summary, stream(), columns=200).splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert "\x1b" not in "".join(lines)
    evening = next(line for line in lines if line.strip().startswith("evening"))
    assert re.findall(r"[░▒▓█](\d+)|·", evening) == [str(count) if count else "" for count in summary.grid[3]]
    weeks = lines[lines.index("Week by week") + 1 :][:12]
    assert [line.split()[-1] for line in weeks] == [str(week.count) if week.count else "·" for week in summary.weeks]
    bars = [line.count("█") for line in weeks]
    assert bars == [4 * week.count for week in summary.weeks]
    assert "30 pauses. Weeks of 7 Sept to 23 Nov 2026. Of 2, the time is not known." in lines


@pytest.mark.parametrize("columns", [10, 40, 53, 64, 80])
def test_narrow_terminals_break_nothing(summary: Summary, columns: int) -> None:
    lines = terminal_view(summary, stream(), columns=columns).splitlines()
    assert max(map(cell_len, lines)) <= max(columns, 40)
    assert "…" not in "".join(lines), "nothing is cut off"


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp1252", "koi8-r"])
def test_in_any_encoding(summary: Summary, encoding: str) -> None:
    text = terminal_view(summary, stream(encoding), columns=80)
    assert text.encode(encoding)
    assert "#" in text or "█" in text


def test_colors_on_a_terminal(summary: Summary, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[38;5;" in terminal_view(summary, Terminal(), columns=80)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[38" not in terminal_view(summary, Terminal(), columns=80)


def test_nothing_counted_yet_is_two_lines() -> None:
    text = terminal_view(summarized([], TODAY), stream(), columns=80)
    assert text == "Looking back\n\nNo pause has been counted yet.\nWhen there is one, you can look back on it here."


def test_hundreds_of_pauses_fit() -> None:
    many = summarized(pauses() * 40, TODAY)
    assert max(map(cell_len, terminal_view(many, stream(), columns=80).splitlines())) <= 80


# --- as a page --------------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Collects tags and attributes, and makes sure that every one is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]


@pytest.mark.parametrize("count", [0, 1, 4, 30])
def test_nothing_is_fetched_and_nothing_runs(count: int) -> None:
    text = page(summarized(pauses()[:count], TODAY))
    for reaching in ("http", "//", "url(", "@import", "<script", "src=", "href", "<link", "<iframe", "<img", "base64"):
        assert reaching not in text
    reader = Reader(text)
    for tag, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag not in {"script", "object", "embed", "form", "base"}


def test_every_picture_tells_what_it_shows(summary: Summary) -> None:
    reader = Reader(page(summary))
    named = {attributes["id"] for tag, attributes in reader.tags if tag in {"title", "desc"} and "id" in attributes}
    pictures = reader.all("svg")
    assert len(pictures) == 4
    for picture in pictures:
        assert picture["role"] == "img"
        assert set(str(picture["aria-labelledby"]).split()) <= named
    assert len(reader.all("table")) == 3
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_by_day_by_night_and_on_paper(summary: Summary) -> None:
    text = page(summary)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    used = {str(rect["class"]) for rect in Reader(text).all("rect")}
    assert used >= {"c-none", "c-heat0", "c-bar", "c-settled"}
    for rect in Reader(text).all("rect"):
        assert re.fullmatch(r"#[0-9a-f]{6}", str(rect["fill"]))


def test_the_tables_have_the_counts(summary: Summary) -> None:
    text = page(summary)
    for band, counts in zip(("night", "morning", "afternoon", "evening"), summary.grid, strict=True):
        assert f'<th scope="row">{band}</th>' + "".join(f"<td>{count}</td>" for count in counts) in text
    for week in summary.weeks:
        assert f"<td>{week.count}</td>" in text


def test_nobody_is_named_and_no_word_is_quoted(summary: Summary) -> None:
    text = re.sub(r"<style>.*?</style>", "", page(summary), flags=re.DOTALL)
    shown = re.sub(r"<[^>]*>", " ", text).lower()
    for word in ("alex", "sam", "called", "started", "fault", "who did", "first partner", "streak", "score"):
        assert not re.search(rf"\b{word}\b", shown), word


def test_every_pause_is_in_every_plot(summary: Summary) -> None:
    assert sum(shape.count for shape in plots.grid(summary).shapes) == len(summary.known)
    assert sum(shape.count for shape in plots.weeks(summary).shapes) == sum(week.count for week in summary.weeks)
    assert sum(shape.count for shape in plots.lengths(summary).shapes) == summary.count
    assert sum(shape.count for shape in plots.endings(summary).shapes) == summary.count


@pytest.mark.parametrize("times", [1, 30])
def test_nothing_stands_outside_of_its_picture(summary: Summary, times: int) -> None:
    one_of_many = pauses() * times + [counted(PauseOver(minutes=30, extensions=0, ending=Ending.LET_GO), None)]
    much = summarized(one_of_many, TODAY)
    for picture in (plots.grid(much), plots.weeks(much), plots.lengths(much), plots.endings(much)):
        for shape in picture.shapes:
            assert shape.x >= 0
            assert shape.x + shape.width <= plots.WIDTH + 0.2
            assert shape.y >= 0
            assert shape.y + shape.height <= picture.height + 0.1
            assert shape.width >= plots.SMALLEST, "every part can be seen"


@pytest.mark.long
def test_it_prints_on_one_sheet(summary: Summary) -> None:
    weasyprint, pypdfium2 = pytest.importorskip("weasyprint"), pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument(weasyprint.HTML(string=page(summary)).write_pdf())
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    assert "Looking back" in text
    assert "ended before its time" in text
