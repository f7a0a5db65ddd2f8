"""The rehearsal as whole conversations: what is heard, what is missed, and what comes of it."""

from __future__ import annotations

from assistant.messages import Countdown, Intent, Press, Volume
from assistant.records import PauseOver, PauseUnderWay, Practised, Saying
from calm.calm_days import CalmDay, chimes
from calm.rehearsing import NEED, TIME_OUT, WAYS, begun, practices, through_the_short_pause, to_the_scores


def test_all_of_it() -> None:
    day = begun()
    scores = to_the_scores(day, (NEED, -0.2), (NEED, -0.4), None, (NEED, -0.1), (TIME_OUT, -0.9), (NEED, -0.6))
    assert scores[:3] == [
        "I heard Alex twice out of three.",
        "I heard Sam three times out of three.",
        "These words worked best for you both: I need a pause.",
    ]
    day.until_home()
    assert day.lines == [
        *("rehearsal_welcome", "rehearsal_ways", "rehearsal_reason"),
        *(*WAYS, "practice_missed", *WAYS, "rehearsal_pause"),
        *("opening", "separating", "breathing", "half", "question", "two_minutes", "half_minute", "time_is_done"),
        *("ask_first", "ask_second", "ten_more", "time_is_done_again", "ask_first", "ask_second", "both_ready"),
        *("rehearsal_button", "rehearsal_pressed", "score", "score", "best_words"),
        *("rehearsal_thanks", "rehearsal_done"),
    ]
    assert {"start", "half", "soon", "return", "listen", "close"} <= set(chimes(day))
    assert day.now < 300, "it says that it takes about four minutes"


def test_what_is_told_of_it_names_nobody() -> None:
    day = begun()
    to_the_scores(day, (TIME_OUT, -0.2), None, (NEED, -0.3), (NEED, -0.4), (TIME_OUT, -0.8), None)
    assert day.given(Practised) == [
        Practised(
            (
                Saying("", None, heard=False),
                Saying("", None, heard=False),
                Saying(NEED, -0.4, heard=True),
                Saying(NEED, -0.3, heard=True),
                Saying(TIME_OUT, -0.8, heard=True),
                Saying(TIME_OUT, -0.2, heard=True),
            )
        )
    ]


def test_the_short_pause_counts_for_nobody() -> None:
    day = begun()
    to_the_scores(day, *[(NEED, -0.2)] * 6)
    day.until_home()
    assert not day.given(PauseUnderWay)
    assert not day.given(PauseOver)
    assert day.given(Countdown)[-1] == Countdown(None)


def test_a_phrase_heard_of_one_of_them_only_is_not_the_best() -> None:
    scores = to_the_scores(begun(), (NEED, -0.1), (NEED, -0.1), (NEED, -0.1), (TIME_OUT, -0.1), None, None)
    assert scores[2] == "These words are worth a try, too: Let's take a pause."


def test_words_that_are_not_agreed_on_are_named_as_such() -> None:
    scores = to_the_scores(begun(pause_words=(NEED,)), *[(TIME_OUT, -0.1)] * 6)
    assert scores[2].endswith("Time out.")
    assert scores[3].startswith("They are not in your agreement yet.")


def test_when_little_is_heard() -> None:
    scores = to_the_scores(begun(), None, None, (NEED, -0.1), None, None, None)
    assert scores[:2] == ["I heard Alex once out of three.", "I did not hear Sam yet."]
    assert "It can help to come closer, or to speak up." in scores


def test_half_heard_is_kept_as_not_heard() -> None:
    day = begun()
    for number in range(6):
        day.until_said(WAYS[number % 3])
        day.says(Intent.PAUSE, phrase=NEED, score=-3.0, sure=False)
        day.says(Intent.PAUSE, phrase=TIME_OUT, score=-2.0, sure=False)
    through_the_short_pause(day)
    day.until_said("rehearsal_done")
    assert day.given(Practised) == [Practised((Saying(TIME_OUT, -2.0, heard=False),) * 6)]


def test_what_is_said_twice_in_one_breath_counts_once() -> None:
    day = begun()
    day.until_said("practice_usual")
    day.says(Intent.PAUSE, phrase=NEED, score=0.0)
    day.says(Intent.PAUSE, phrase=NEED, score=0.0)
    day.until_said("practice_raised")
    assert day.lines[-2:] == ["practice_usual", "practice_raised"]
    assert day.now < 60, "not that of the other one"


def test_no_and_no_answer_are_fine() -> None:
    day = CalmDay()
    day.says(Intent.REHEARSE)
    day.until_said("rehearsal_welcome")
    day.says(Intent.NO)
    day.until_home()
    assert day.lines == ["rehearsal_welcome", "left"]
    day.presses(Press.DOUBLE)  # begins it as well
    day.until_home()
    assert day.lines[2:] == ["rehearsal_welcome", "rehearsal_welcome", "nobody_answered"]


def test_nobody_says_anything_after_the_first_yes() -> None:
    day = begun()
    day.until_home()
    assert day.lines.count("practice_missed") == 6
    assert [line for line in day.lines if line.startswith(("score", "look", "come"))] == [
        *("score_none", "score_none", "look_at_microphone", "come_closer")
    ]
    assert day.now < 420


def test_the_short_pause_can_be_taken_back_and_the_rest_goes_on() -> None:
    day = begun()
    practices(day, *[(NEED, -0.2)] * 6)
    day.until_said("opening")
    day.says(Intent.UNDO)
    day.until_said("rehearsal_button")
    assert "separating" not in day.lines
    assert day.lines[-2:] == ["carry_on", "rehearsal_button"]


def test_both_are_ready_at_once() -> None:
    day = begun()
    practices(day, *[(NEED, -0.2)] * 6)
    for line in ("ask_first", "ask_second"):
        day.until_said(line)
        day.presses(Press.SHORT)
    day.until_said("rehearsal_button")
    assert "ten_more" not in day.lines


def test_not_yet_twice_is_enough_of_it() -> None:
    day = begun()
    practices(day, *[(NEED, -0.2)] * 6)
    for _ in range(2):
        for line in ("ask_first", "ask_second"):
            day.until_said(line)
            day.says(Intent.NOT_YET)
    day.until_said("rehearsal_button")
    assert day.lines[-2:] == ["choose", "rehearsal_button"]


def test_whoever_came_first_comes_second_the_next_time() -> None:
    day = CalmDay()
    for name in ("Alex", "Sam"):
        day.says(Intent.REHEARSE)
        day.until_said("rehearsal_welcome")
        day.says(Intent.YES)
        day.until_said("practice_usual")
        assert day.sentences[-1] == f"{name}, please call a pause, in your own way."
        day.says(Intent.LET_GO)
        day.until_home()


def test_what_was_made_louder_is_as_before_afterwards() -> None:
    day = begun()
    practices(day, *[(NEED, -0.2)] * 6)
    day.until_said("opening")
    day.says(Intent.SOFTER)
    assert day.given(Volume) != []
    day.until_said("rehearsal_button")
    assert day.given(Volume)[-1] == Volume(0.0)


def test_a_couple_that_wants_quiet_hears_the_short_pause_as_it_would_be() -> None:
    day = begun(quiet=True)
    practices(day, *[(NEED, -0.2)] * 6)
    day.until_said("opening")
    before = len(day.lines)
    day.wait(60.0)
    assert set(day.lines[before:]) <= {"rehearsal_button"}
    assert {"half", "soon", "return"} <= set(chimes(day))
