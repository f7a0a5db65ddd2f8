"""How lines are laid out on the screen: large, whole, and whatever the names are."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from assistant.dialogue.flow import State
from assistant.messages import Speak
from assistant.screen.letters import printable, typeface
from assistant.screen.speech import Shown
from assistant.screen.view import layout, page_now
from assistant.screen.words import pages_of
from screen.screens import SIZES, in_pause, on_terminal, shows_large, terminal, words_of

LONG = "Please go to two different places, as far apart as feels right."


@pytest.mark.parametrize(("columns", "rows"), [*SIZES, (50, 15), (30, 8), (300, 100)])
@pytest.mark.parametrize("sentence", [LONG, "In.", "Zoë and Łukasz, 李明 is here."])
def test_no_word_is_lost_or_sticks_out(columns: int, rows: int, sentence: str) -> None:
    plan = layout(columns, rows, large=True, keys=True)
    (pages,) = pages_of([sentence], width=columns - 4, height=plan.height, largest=plan.largest)
    assert " ".join(word.text for page in pages for word in page.words) == sentence
    assert sum(page.share for page in pages) == pytest.approx(1.0)
    for page in pages:
        for word in page.words:
            width = typeface(page.cap).width(word.text) if not word.plain else cell_len(word.text)
            assert word.x >= 0
            assert word.x + width <= columns - 4
            assert word.base - (2 if word.plain else page.cap) >= 0
            assert word.base <= plan.height


def test_a_long_sentence_turns_its_pages_while_it_is_spoken_where_one_would_breathe() -> None:
    def text(done: float) -> str:
        page = page_now(Shown((LONG,), 0, done, 1.0), width=76, height=34, largest=12)
        return " ".join(word.text for word in page.words)

    assert text(0.0) == text(0.45) == "Please go to two different places,"
    assert text(0.6) == text(1.0) == "as far apart as feels right."


def test_on_the_screen_the_page_turns_as_well() -> None:
    shown = in_pause((10.0, Speak("x", (LONG,))))
    assert shows_large(shown.picture(10.2), "places,")
    assert shows_large(shown.picture(11.8), "right.")


def test_pages_are_about_equally_long() -> None:
    for sentence in ("One more thing comes along and so on", "Let us see what comes next and then"):
        (pages,) = pages_of([sentence], width=76, height=18, largest=8)
        assert len(pages) == 2
        assert all(0.3 < page.share < 0.7 for page in pages)


def test_a_word_that_is_wider_than_the_terminal_is_broken() -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff"
    canvas = in_pause((10.0, Speak("x", (f"{name}, hello.",))), on=terminal(columns=32, rows=9)).picture(10.0)
    assert name[:25] in words_of(canvas)
    assert name[28:] in words_of(canvas)


def test_letters_that_the_large_type_lacks_are_written_plainly_and_the_others_large() -> None:
    canvas = in_pause((10.0, Speak("x", ("李明 and سارة are ready, Zoë.",)))).picture(10.0)
    plain = words_of(canvas)
    assert "李明" in plain
    assert "سارة" in plain
    assert shows_large(canvas, "ready,")
    assert shows_large(canvas, "Zoë.")


def test_nothing_in_a_name_can_steer_the_terminal() -> None:
    assert printable("Zoe\u0308\x1b[31m\n  and\x07 Sam\x9b") == "Zoë[31m and Sam"
    endless = "W" * 300
    output = on_terminal([(0.0, State.OPENING), (0.0, Speak("x", (f"{endless}\x1b]0;title\x07, hello.",)))])
    assert "\x1b]" not in output
    assert "\x07" not in output
