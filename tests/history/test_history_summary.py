"""What is shown of many pauses: right counts, gentle words, and no judgement."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from assistant.history import words
from assistant.history.pauses import Pause, counted
from assistant.history.sentences import ENOUGH, sentences
from assistant.history.summary import SHADES, Summary, Week, shade, summarized
from assistant.records import Ending, PauseOver
from assistant.settings.content_lint import BANNED, CLAIMS, HIGHEST_GRADE
from assistant.settings.reading import grade
from assistant.settings.spoken import contains, normalised

MONDAY = datetime(2026, 11, 23)
TODAY = date(2026, 11, 24)


def pause(
    weekday: int = 4, hour: int = 20, weeks_ago: int = 0, *, extensions: int = 0, ending: Ending = Ending.SETTLED
) -> Pause:
    at = MONDAY - timedelta(weeks=weeks_ago) + timedelta(days=weekday, hours=hour)
    return counted(PauseOver(minutes=10, extensions=extensions, ending=ending), at)


def said(pauses: Sequence[Pause]) -> str:
    return " ".join(sentences(summarized(pauses, TODAY)))


# --- counts -----------------------------------------------------------------------------------------------------------


def test_weekdays_bands_weeks_lengths_and_endings() -> None:
    timeless = counted(PauseOver(minutes=20, extensions=7, ending=Ending.NOBODY_CAME), None)
    pauses = [pause(0, 3), pause(4, 20), pause(4, 23, 2), pause(6, 12, 11, extensions=1), pause(6, 9, 12), timeless]
    summary = summarized(pauses, TODAY)
    assert (summary.count, summary.unknown, summary.extended) == (6, 1, 2)
    assert summary.grid == ((1, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 1), (0, 0, 0, 0, 0, 0, 1), (0, 0, 0, 0, 2, 0, 0))
    assert summary.since == date(2026, 8, 31)
    assert [week.count for week in summary.weeks] == [1, *[0] * 8, 1, 0, 2]
    assert summary.weeks[-1] == Week(MONDAY.date(), 2)
    assert [(length.minutes, length.counts) for length in summary.lengths] == [(10, (4, 1, 0, 0)), (20, (0, 0, 0, 1))]
    assert summary.endings == ((Ending.SETTLED, 5), (Ending.NOBODY_CAME, 1))


@pytest.mark.parametrize("today", [None, date(1970, 1, 1), MONDAY.date() - timedelta(weeks=9)])
def test_where_the_clock_cannot_be_right_the_latest_pause_is_the_last_week(today: date | None) -> None:
    summary = summarized([pause()], today)
    assert summary.weeks[-1] == Week(MONDAY.date(), 1)


def test_weeks_go_on_without_pauses() -> None:
    summary = summarized([pause(weeks_ago=40)], TODAY)
    assert [week.count for week in summary.weeks] == [0] * 12
    assert summary.weeks[-1].monday == MONDAY.date()


def test_shades_go_from_one_pause_to_the_most() -> None:
    assert [shade(count, 4) for count in (1, 2, 3, 4)] == [0, 1, 2, 3]
    assert shade(1, 1) == 0, "a single pause is not many"
    assert [shade(count, 40) for count in (1, 20, 40)] == [0, 1, 3]
    assert all(0 <= shade(count, most) < SHADES for most in range(1, 30) for count in range(1, most + 1))


# --- sentences --------------------------------------------------------------------------------------------------------


def test_without_a_pause_it_is_friendly() -> None:
    assert said([]) == "No pause has been counted yet. When there is one, you can look back on it here."


def test_a_few_pauses_are_not_called_most() -> None:
    assert said([pause()]).startswith("So far, one pause has been counted.")
    for count in range(1, ENOUGH):
        assert "ost pauses" not in said([pause()] * count)
    assert "Most pauses" in said([pause()] * ENOUGH)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([(4, 20)] * 5, "Most pauses were on Friday evenings."),
        ([(0, 20), (1, 20), (2, 19), (5, 8), (6, 9)], "Most pauses were on weekday evenings."),
        ([(5, 8), (6, 8), (6, 9), (0, 20), (1, 20)], "Most pauses were on weekend mornings."),
        ([(5, 8), (6, 14), (6, 9), (5, 20), (1, 20)], "Most pauses were on weekends."),
        ([(1, 8), (1, 14), (1, 20), (5, 20), (4, 20)], "Most pauses were on Tuesdays."),
        ([(0, 20), (1, 20), (5, 20), (6, 20), (5, 8), (6, 9)], "Most pauses were in the evening."),
        ([(0, 2), (1, 2), (0, 2), (0, 2), (0, 2)], "Most pauses were on Mondays."),
        ([(0, 2), (1, 2), (2, 2), (3, 2), (4, 2)], "Most pauses were at night."),
        ([(0, 2), (1, 8), (2, 14), (3, 20), (0, 8)], "Your pauses came at many times of the week."),
    ],
)
def test_what_most_of_them_have_in_common(times: list[tuple[int, int]], expected: str) -> None:
    assert said([pause(*at) for at in times]).startswith(expected)


def test_half_is_not_most() -> None:
    assert "Most pauses were on" not in said([pause(0, 20)] * 3 + [pause(6, 8)] * 3)


def test_made_longer_is_fine() -> None:
    assert "Each pause was as long as you had agreed." in said([pause()] * 5)
    assert "One pause was made longer, and that is fine." in said([pause()] * 5 + [pause(extensions=2)])
    assert "Three pauses were made longer, and that is fine." in said([pause()] * 5 + [pause(extensions=1)] * 3)


def test_pauses_without_a_time_say_nothing_about_time() -> None:
    timeless = [counted(PauseOver(minutes=10, extensions=0, ending=Ending.SETTLED), None)] * 6
    assert "Most pauses were" not in said(timeless)
    assert "many times" not in said(timeless)


def everything_said() -> set[tuple[str, ...]]:
    """All that can be said in one go, and every name in the view and on the page."""
    found = {(words.TITLE,), (words.KEPT,), sentences(summarized([], TODAY))}
    found |= {(name,) for name in (*words.ENDING_WORDS.values(), *words.LONGER_WORDS)}
    for ending, extensions, hour, weekday, count in itertools.product(Ending, (0, 1), (2, 8, 14, 20), range(7), (1, 6)):
        some = [pause(weekday, hour, extensions=extensions, ending=ending)] * count
        found.add(sentences(summarized(some, TODAY)))
    return found


def test_plain_words_on_nobodys_side() -> None:
    for said_in_one_go in everything_said():
        assert max(len(sentence.split()) for sentence in said_in_one_go) <= 12, said_in_one_go
        assert grade(said_in_one_go) <= HIGHEST_GRADE, said_in_one_go
        text = normalised(" ".join(said_in_one_go))
        assert not [word for word in (*BANNED, *CLAIMS) if contains(text, word)], text
        for judging in ("streak", "score", "better", "worse", "less", "good", "bad", "great", "progress", "goal"):
            assert not contains(text, judging), text


def test_every_ending_has_a_name() -> None:
    assert set(words.ENDING_WORDS) == set(Ending)
    assert len(set(words.ENDING_WORDS.values())) == len(Ending)


def test_a_summary_has_nothing_about_one_of_them() -> None:
    assert set(Summary.__slots__) == {"count", "known", "grid", "weeks", "lengths", "endings"}
    assert set(Pause.__slots__) == {"when", "minutes", "extensions", "ending"}
