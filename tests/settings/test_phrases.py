"""What people say means what it should, and what only sounds like it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.messages import Intent
from assistant.settings.loader import load_settings
from assistant.settings.phrases import SAID_TO_EACH_OTHER, Phrases, normalised, phrase_problems
from assistant.settings.spoken import contains, spelled

SHIPPED = load_settings(Path(__file__).parents[2] / "config")
PHRASES = SHIPPED.phrases
AGREEMENT = SHIPPED.agreement


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("I need a pause!", "i need a pause"),
        ("  Let\u2019s\n take a  PAUSE. ", "let's take a pause"),
        ("time-out", "time out"),
        ("\u2018Ready\u2019", "ready"),
        ("'cause", "cause"),
        ("Café, naïve", "cafe naive"),
        ("STRASSE Straße", "strasse strasse"),
        ("ten (10) more…", "ten 10 more"),
        ("?!", ""),
    ],
)
def test_a_phrase_is_written_in_one_way(said: str, written: str) -> None:
    assert normalised(said) == written


@given(st.text())
def test_what_is_normalised_stays_as_it_is(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert once == " ".join(once.split())


@given(st.text(alphabet=st.characters(max_codepoint=0x2FF)))
def test_case_makes_no_difference(text: str) -> None:
    assert normalised(text.upper().lower()) == normalised(text.lower().upper())


def test_every_intent_has_its_table_and_no_table_is_left_over() -> None:
    assert {intent.value for intent in Intent} == Phrases.model_fields.keys()


@pytest.mark.parametrize("said", sorted(SAID_TO_EACH_OTHER))
@pytest.mark.parametrize("intent", [Intent.END, Intent.QUIET, Intent.HELP, Intent.PAUSE])
def test_what_people_say_to_each_other_may_mean_nothing(said: str, intent: Intent) -> None:
    table = PHRASES.of(intent)
    field = "recommended" if intent is Intent.PAUSE else "phrases"
    wider = table.model_copy(update={field: (said, *table.phrases), "near_misses": ()})
    problems = list(phrase_problems(PHRASES.model_copy(update={intent.value: wider})))
    assert (intent.value, f'"{said}" is said in arguments, so it may not mean anything; take it out') in problems


def test_breather_never_says_what_begins_ends_or_erases() -> None:
    for phrases in (PHRASES.pause, PHRASES.end, PHRASES.silent_exit, PHRASES.forget):
        assert set(phrases.phrases) <= set(PHRASES.never_to_say)
    assert {"i need a break", "end the pause", "quiet stop quiet stop", "forget everything"} <= {*PHRASES.never_to_say}
    assert not {"ready", "not yet", "guide us", "later today"} & {*PHRASES.never_to_say}, "these it tells people to say"


def test_nothing_one_sound_away_speaks_against_a_call_for_help() -> None:
    assert not {"i can breathe", "can breathe", "i can get my breath"} & {*PHRASES.decoys_for(Intent)}


def test_only_the_chosen_pause_words_are_listened_for() -> None:
    listened_for = PHRASES.phrases_for({Intent.PAUSE}, AGREEMENT)
    assert listened_for == dict.fromkeys(AGREEMENT.pause_words, Intent.PAUSE)
    assert "i need a break" not in listened_for
    assert PHRASES.intent_of("i need a break") is Intent.PAUSE


def test_intents_listened_for_together_keep_their_meanings() -> None:
    listened_for = PHRASES.phrases_for([Intent.NOT_YET, Intent.READY], AGREEMENT)
    assert listened_for["not ready"] is Intent.NOT_YET
    assert listened_for["ready"] is Intent.READY
    assert set(listened_for.values()) == {Intent.READY, Intent.NOT_YET}


def test_all_intents_at_once_lose_no_phrase() -> None:
    listened_for = PHRASES.phrases_for(Intent, AGREEMENT)
    others = [phrase for intent in Intent if intent is not Intent.PAUSE for phrase in PHRASES.of(intent).phrases]
    assert len(listened_for) == len(AGREEMENT.pause_words) + len(others)


def test_a_decoy_is_never_something_that_is_meant() -> None:
    assert "not ready" in PHRASES.decoys_for({Intent.READY})
    assert "not ready" not in PHRASES.decoys_for({Intent.READY, Intent.NOT_YET})
    decoys = PHRASES.decoys_for(Intent)
    assert len(decoys) == len(set(decoys))
    assert not set(decoys) & {phrase for intent in Intent for phrase in PHRASES.of(intent).phrases}


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("Carry on.", Intent.UNDO),
        ("I\u2019m ready!", Intent.READY),
        ("we are back", Intent.READY),
        ("not yet", Intent.NOT_YET),
        ("later today", Intent.LATER_TODAY),
        ("tomorrow", Intent.TOMORROW),
        ("let it go", Intent.LET_GO),
        ("Quiet please!", Intent.QUIET),
        ("ten more minutes", Intent.MORE_TIME),
        ("more time please", Intent.MORE_TIME),
        ("more time", Intent.NOT_YET),
        ("give me ten more", Intent.NOT_YET),
        ("How long is left?", Intent.TIME_LEFT),
        ("Say that again.", Intent.REPEAT),
        ("quieter please", Intent.SOFTER),
        ("I can\u2019t hear you", Intent.LOUDER),
        ("breathe with me", Intent.BREATHE),
        ("give me a question", Intent.QUESTION),
        ("some kind words", Intent.KIND_WORDS),
        ("this is not for me", Intent.ANOTHER_WAY),
        ("what can I say", Intent.CHOICES),
        ("help me with the pause", Intent.CHOICES),
        ("stop the tones", Intent.STOP_TONES),
        ("End the pause.", Intent.END),
        ("quiet stop quiet stop", Intent.SILENT_EXIT),
        ("Help!", Intent.HELP),
        ("I need help", Intent.HELP),
        ("I can't breathe!", Intent.NO_BREATH),
        ("guide us", Intent.GUIDE),
        ("leave us to it", Intent.LEAVE_US),
        ("give us a starter", Intent.STARTER),
        ("your turn now", Intent.NEXT_TURN),
    ],
)
def test_what_it_means(said: str, intent: Intent) -> None:
    assert PHRASES.intent_of(said) is intent


@pytest.mark.parametrize(
    "said",
    [
        *("stop", "stop it", "I'm done", "I'm leaving", "leave me alone", "let go of me", "no, pause"),
        *("you need a pause", "just stop", "it's over", "leave", "let me breathe", "my turn now", "help yourself"),
        *("turn it off", "say something", "forget it"),
    ],
)
def test_what_means_nothing(said: str) -> None:
    assert PHRASES.intent_of(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "you need a pause",
        "I don't need a pause",
        "we do not need a pause",
        "if you need a pause",
        "he said I need a pause",
        "She always says, I need a pause.",
        "can we pause the movie",
        "time out of mind",
        "I need a pause button",
    ],
)
def test_these_words_show_that_no_pause_is_wanted(said: str) -> None:
    assert PHRASES.pause_is_cancelled_by(said)


@pytest.mark.parametrize(
    "said",
    [
        "I need a pause",
        "I said I need a pause!",
        "I told you, I need a pause",
        "okay, can we pause please, thank you",
        "look honey I need a pause right now",
        "I don't want to fight, I need a pause",
        "can we pause, if that's okay",
        "I can't breathe in here, can we pause",
    ],
)
def test_these_words_leave_the_pause_standing(said: str) -> None:
    assert not PHRASES.pause_is_cancelled_by(said)


def test_no_near_miss_could_start_a_pause_if_its_words_are_heard_rightly() -> None:
    """A near miss that has a whole pause phrase inside has to have a word that cancels it as well."""
    slips = [
        near_miss
        for near_miss in PHRASES.pause.near_misses
        if any(contains(near_miss, phrase) for phrase in PHRASES.pause.phrases)
        and not PHRASES.pause_is_cancelled_by(near_miss)
    ]
    assert slips == []


def test_insisting_does_not_undo_another_refusal() -> None:
    assert PHRASES.pause_is_cancelled_by("I said I don't need a pause")
    assert PHRASES.pause_is_cancelled_by("I told you, you need a pause")


def test_phrases_are_shown_as_people_write_them() -> None:
    assert spelled("i need a pause") == "I need a pause"
    assert spelled("can i have a break") == "Can I have a break"
