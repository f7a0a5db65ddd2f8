from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

import pytest

from assistant.hearing.around import first_clause, last_clause
from assistant.hearing.intent_kinds import ANSWERS
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis
from assistant.settings.loader import Settings
from assistant.settings.machine import Hearing

ACT, CONTROL = -1.4, -2.0
SURE = -0.1
PAUSE = "i need a pause"

MakeTrigger = Callable[[], Trigger]

# Written down here, so that tuning changes no test.
HEARING = Hearing(
    act_score=-1.4, ask_score=-2.0, repeat_score=-2.6, control_score=-2.0, wish_score=-1.3, answer_score=-3.0
)


def heard(
    phrase: str = PAUSE,
    score: float = SURE,
    *,
    before: str = "",
    inside: str | None = None,
    after: str = "",
    end_seconds: float = 1.5,
) -> Hypothesis:
    return Hypothesis(
        phrase=phrase,
        score=score,
        start_seconds=0.3,
        end_seconds=end_seconds,
        before=before,
        inside=phrase if inside is None else inside,
        after=after,
    )


def decided(
    trigger: Trigger, hypotheses: Sequence[Hypothesis], now: float, *, began: float | None = None
) -> Intent | None:
    """What is acted on at once."""
    heard = trigger.decide(hypotheses, now, began=began)
    assert heard is None or heard.sure
    return heard.intent if heard else None


@pytest.fixture
def trigger(settings: Settings) -> Trigger:
    """Listens for all that anybody may say unasked, as shipped."""
    made = Trigger(hearing=HEARING, cancelled=settings.phrases.pause_is_cancelled_by)
    made.listen_for(settings.phrases.phrases_for(frozenset(Intent) - ANSWERS, settings.agreement))
    return made


@pytest.mark.parametrize(
    ("before", "inside", "after"),
    [
        ("", "I need a pause.", ""),
        ("", "I need a pause", "right now please"),
        ("Look,", "I need a pause.", ""),
        ("You never listen.", "I need a pause.", ""),  # the "you" is another sentence's
        ("You never listen,", "I need a pause", ""),
        ("He said so!", "I need a pause.", ""),
        ("You know what he says?", "I need a pause.", ""),
        ("I said,", "I need a pause.", ""),
        ("Why do you shout?", "I need a pause.", ""),
        ("", "I need a pause.", "You are shouting."),
        ("", "I need a pause", ", you are shouting"),
        ("", "I need a pause", "- please"),
        ("I said", "I need a pause!", ""),  # insisting is meant
        ("I told you", "I need a pause.", ""),
        ("I said", "I need a pause", "did you hear me?"),
        ("I don't want to fight", "I need a pause", ""),
        ("I don't want to fight, ", "I need a pause", ""),
    ],
)
def test_a_pause_is_called(trigger: Trigger, before: str, inside: str, after: str) -> None:
    assert decided(trigger, [heard(before=before, inside=inside, after=after)], 5.0) is Intent.PAUSE


@pytest.mark.parametrize(
    ("before", "inside", "after"),
    [
        # no
        ("I don't think", "I need a pause.", ""),
        ("I don\u2019t think", "I need a pause.", ""),  # as some write it
        ("", "I don't need a pause.", ""),  # the negation in place of the phrase itself
        ("", "I do not need a pause", ""),
        ("I never said", "I need a pause", ""),
        ("", "I need no pause", "not now"),
        # about somebody else
        ("", "You need a pause.", ""),
        ("You", "need a pause.", ""),
        ("", "You need a pause", "not me"),
        ("do you think", "I need a pause?", ""),
        ("If", "I need a pause", "I will say so"),
        ("She", "needs a pause", ""),
        # told, quoted
        ("He said", "I need a pause.", ""),
        ("and then she says", "I need a pause", ""),
        ('He said, and I quote: he said "', "I need a pause", '"'),
        ("They say", "time out", ""),
        ("whenever I say", "I need a pause", ""),
        ("Whenever I say,", "I need a pause", ""),  # Whisper likes a comma there
        ("And then he said:", "I need a pause", ""),
        ("", "I need a pause", "she said"),
        # machines and games
        ("", "Can we pause", "the movie?"),
        ("", "can we pause", "the music for a moment"),
        ("", "I need a pause", "button."),
        ("", "time out", "for the home team"),
        ("", "pause", "the TV"),
        # other breaks
        ("", "I need a pause", "from work"),
        ("", "time out", "of mind"),
        ("", "time out", "magazine"),
    ],
)
@pytest.mark.parametrize("phrase", [PAUSE, "can we pause", "time out"])
def test_no_pause_is_called(trigger: Trigger, phrase: str, before: str, inside: str, after: str) -> None:
    hypothesis = heard(phrase, before=before, inside=inside, after=after)
    assert decided(trigger, [hypothesis], 5.0) is None
    assert decided(trigger, [replace(hypothesis, score=0.0)], 6.0) is None, "however sure, and however often"


def test_what_was_told_is_not_meant_when_the_words_before_it_are_out_of_sight(trigger: Trigger) -> None:
    """The recogniser sees three seconds: "whenever I say" goes out at one end while "I need a pause" is still there."""
    told = heard(before="whenever I say")
    assert decided(trigger, [told], 5.0, began=3.0) is None
    later = replace(told, before="", score=0.0)
    assert decided(trigger, [later], 5.6, began=3.0) is None
    elsewhere = replace(later, start_seconds=2.6, end_seconds=3.8)
    assert decided(trigger, [elsewhere], 6.9, began=3.0) is Intent.PAUSE, "said again, and meant"


def test_what_follows_a_phrase_takes_back_one_look_and_not_all(trigger: Trigger) -> None:
    """Words after the phrase stay in sight, so each look judges them anew."""
    assert decided(trigger, [heard(after="from work")], 5.0, began=3.0) is None
    assert decided(trigger, [heard()], 5.6, began=3.0) is Intent.PAUSE


def test_an_answer_seen_in_two_utterances_is_one_answer(trigger: Trigger) -> None:
    """Where a cut goes through it, the next utterance begins with the end of the one before."""
    assert (
        decided(trigger, [replace(heard("i'm ready"), start_seconds=2.0, end_seconds=2.6)], 5.0, began=2.4)
        is Intent.READY
    )
    again = replace(heard("i'm ready"), start_seconds=0.9, end_seconds=1.5)
    assert decided(trigger, [again], 7.2, began=3.5) is None, "the same seconds"
    assert decided(trigger, [again], 7.3, began=5.5) is Intent.READY, "other seconds"


def test_a_finished_sentence_is_a_finished_thought(trigger: Trigger) -> None:
    # After a full stop, what Whisper writes is often an echo of its own.
    assert decided(trigger, [heard(inside="I need a pause.", after="you need a pause you")], 5.0) is Intent.PAUSE
    assert decided(trigger, [heard("i'm ready", inside="I'm ready.", after="The kettle boils")], 9.0) is Intent.READY


@pytest.mark.parametrize("comma", [",", ";", ":", ".", "!", "?", "…"])
def test_only_the_clause_around_the_phrase_counts(trigger: Trigger, comma: str) -> None:
    clauses = heard(before=f"you never listen{comma}", inside="I need a pause", after=f"now{comma} you win")
    assert decided(trigger, [clauses], 5.0) is Intent.PAUSE
    assert last_clause(f"not{comma} this") == "this"
    assert first_clause(f"this{comma} not") == "this"


@pytest.mark.parametrize(
    ("score", "before", "expected"),
    [
        (ACT, "", Intent.PAUSE),
        (ACT - 0.01, "", None),
        (ACT, "Look,", Intent.PAUSE),  # another clause stands apart
        (ACT, "okay", Intent.PAUSE),  # so do small words
        (ACT, "the thing is", None),
        (ACT + 0.39, "the thing is", None),  # among other words it has to be 0.4 surer
        (ACT + 0.41, "the thing is", Intent.PAUSE),
        (ACT + 0.41, "the thing is that", Intent.PAUSE),
    ],
)
def test_how_sure_a_pause_has_to_be(trigger: Trigger, score: float, before: str, expected: Intent | None) -> None:
    assert decided(trigger, [heard(score=score, before=before)], 5.0) is expected


def test_how_sure_a_word_in_a_pause_has_to_be(trigger: Trigger) -> None:
    assert decided(trigger, [heard("i'm ready", CONTROL - 0.01)], 5.0) is None
    assert decided(trigger, [heard("i'm ready", CONTROL)], 10.0) is Intent.READY


@pytest.mark.parametrize(
    ("phrase", "before", "after", "expected"),
    [
        ("ready", "", "", Intent.READY),
        ("ready", "Okay", "", Intent.READY),
        ("ready", "yes well I'm", "now please", Intent.READY),
        ("ready", "Um,", "", Intent.READY),
        ("ready", "", "or not", None),
        ("ready", "dinner is", "", None),
        ("ready", "get", "", None),
        ("ready", "I have been standing here,", "", Intent.READY),  # another clause
        ("talk", "we never", "", None),
        ("tomorrow", "there is school", "", None),
        ("let it go", "why can't you just", "", None),
        ("carry on", "", "", Intent.UNDO),
        ("carry on", "I can't", "like this", None),
        ("not yet", "Though", "", Intent.NOT_YET),  # what the recogniser makes of "no, not yet"
        ("not yet", "Though", "anyway", None),
        ("not yet", "that train is", "", None),
        ("ready", "Though", "", None),
    ],
)
def test_short_answers_stand_alone(
    trigger: Trigger, phrase: str, before: str, after: str, expected: Intent | None
) -> None:
    assert decided(trigger, [heard(phrase, before=before, after=after)], 5.0) is expected


def test_a_no_after_a_stray_word_is_heard_very_well_or_not_at_all(trigger: Trigger) -> None:
    assert decided(trigger, [heard("not yet", -0.6, before="Though")], 5.0) is None
    assert decided(trigger, [replace(heard("not yet", before="Though"), signs=2)], 15.0) is None
    assert decided(trigger, [heard("not yet", -0.5, before="Though")], 25.0) is Intent.NOT_YET


@pytest.mark.parametrize(
    ("phrase", "intent"),
    [("ready", Intent.READY), ("not yet", Intent.NOT_YET), ("carry on", Intent.UNDO), ("settled", Intent.SETTLED)],
)
def test_while_somebody_is_still_speaking_nobody_knows_whether_it_stands_alone(
    trigger: Trigger, phrase: str, intent: Intent
) -> None:
    assert decided(trigger, [replace(heard(phrase), under_way=True)], 5.0) is None
    assert decided(trigger, [heard(phrase, after="or else you lose")], 5.8) is None, "and then more comes"
    assert decided(trigger, [replace(heard(phrase), under_way=True)], 20.0) is None
    assert decided(trigger, [heard(phrase)], 20.8) is intent, "or nothing, before the lull"


def test_an_answer_waits_for_the_lull_too(trigger: Trigger) -> None:
    trigger.listen_for({PAUSE: Intent.PAUSE, "yes": Intent.YES, "no": Intent.NO})
    for phrase in ("yes", "no"):
        assert decided(trigger, [replace(heard(phrase), under_way=True)], 5.0) is None


def test_a_pause_is_called_while_somebody_is_still_speaking(trigger: Trigger) -> None:
    assert decided(trigger, [replace(heard(), under_way=True)], 5.0) is Intent.PAUSE


def test_a_look_that_was_under_way_still_helps_the_next(trigger: Trigger) -> None:
    unsure = heard("ready", CONTROL - 0.1)
    assert decided(trigger, [replace(unsure, under_way=True)], 5.0) is None
    assert decided(trigger, [unsure], 5.8) is Intent.READY
    assert decided(trigger, [unsure], 15.8) is None, "alone it is not sure enough"


def test_the_way_out_of_a_false_start_is_wider(trigger: Trigger) -> None:
    assert decided(trigger, [heard("carry on", score=CONTROL - 0.9)], 5.0) is Intent.UNDO
    assert decided(trigger, [heard("carry on", score=CONTROL - 1.1)], 15.0) is None


def test_a_long_speech_does_not_end_in_a_short_answer(trigger: Trigger) -> None:
    assert decided(trigger, [heard("ready", end_seconds=4.1)], 5.0) is None
    assert decided(trigger, [heard("ready", end_seconds=4.0)], 10.0) is Intent.READY
    assert decided(trigger, [heard(end_seconds=9.0)], 15.0) is Intent.PAUSE, "a pause may come at the end of a long one"


@pytest.mark.parametrize("inside", ["not ready", "I'm not ready", "never ready", "I ain't not ready", "aren't ready"])
def test_a_no_inside_a_ready_is_no_ready(trigger: Trigger, inside: str) -> None:
    assert decided(trigger, [heard("i'm ready", inside=inside)], 5.0) is None


def test_not_yet_wins_over_ready(trigger: Trigger) -> None:
    both = [heard("i'm ready", 0.0), heard("i'm not ready", CONTROL)]
    assert decided(trigger, both, 5.0) is Intent.NOT_YET
    trigger.listen_for({"i'm ready": Intent.READY, "i'm not ready": Intent.NOT_YET})
    assert decided(trigger, both[::-1], 10.0) is Intent.NOT_YET


def test_otherwise_the_first_one_counts(trigger: Trigger) -> None:
    assert decided(trigger, [heard("tomorrow"), heard("settled")], 5.0) is Intent.TOMORROW
    assert decided(trigger, [heard("settled"), heard("tomorrow")], 10.0) is Intent.SETTLED


def test_two_looks_that_agree_help_each_other(trigger: Trigger) -> None:
    assert decided(trigger, [heard(score=-1.6)], 5.0) is None
    assert decided(trigger, [heard(score=-1.7)], 5.8) is Intent.PAUSE, "their mean, and 0.3 more: -1.35"


@pytest.mark.parametrize(
    ("phrase", "later", "score"),
    [
        ("can we pause", 0.8, -1.5),  # another phrase is another opinion
        (PAUSE, 1.81, -1.5),  # too long ago: other words
        (PAUSE, 0.0, -1.5),  # the same moment is the same look
        (PAUSE, 0.8, -1.95),  # together still not sure enough
    ],
)
def test_other_looks_do_not(trigger: Trigger, phrase: str, later: float, score: float) -> None:
    assert decided(trigger, [heard(score=-1.5)], 5.0, began=3.5) is None
    assert trigger.decide([heard(phrase, score)], 5.0 + later, began=3.5) != Heard(Intent.PAUSE)


def test_agreement_never_makes_anything_less_sure(trigger: Trigger) -> None:
    assert decided(trigger, [heard(score=-5.0)], 5.0) is None
    assert decided(trigger, [heard(score=ACT)], 5.8) is Intent.PAUSE


def test_looks_are_forgotten_when_the_listening_changes(trigger: Trigger) -> None:
    assert decided(trigger, [heard(score=-1.6)], 5.0) is None
    trigger.listen_for({PAUSE: Intent.PAUSE})
    assert decided(trigger, [heard(score=-1.6)], 5.8) is None


def test_looks_are_forgotten_when_they_have_been_acted_on(trigger: Trigger) -> None:
    assert decided(trigger, [heard(score=-1.6)], 5.0) is None
    assert decided(trigger, [heard("i'm ready")], 5.5) is Intent.READY
    assert decided(trigger, [heard(score=-1.6)], 6.0) is None


def test_the_same_intent_comes_once_in_two_seconds_and_a_pause_once_in_ten(trigger: Trigger) -> None:
    assert decided(trigger, [heard()], 5.0) is Intent.PAUSE
    assert decided(trigger, [heard("i'm ready")], 5.1) is Intent.READY, "another one may come at once"
    assert decided(trigger, [heard("i'm ready")], 7.0) is None
    assert decided(trigger, [heard("i'm ready")], 7.1) is Intent.READY
    assert decided(trigger, [heard()], 14.9) is None
    assert decided(trigger, [heard()], 15.0) is Intent.PAUSE


def test_a_new_listening_does_not_end_the_two_seconds(trigger: Trigger) -> None:
    assert decided(trigger, [heard()], 5.0) is Intent.PAUSE
    trigger.listen_for({PAUSE: Intent.PAUSE})
    assert decided(trigger, [heard()], 6.0) is None


def test_whoever_takes_a_pause_back_does_not_start_one_for_three_seconds(trigger: Trigger) -> None:
    assert decided(trigger, [heard("carry on")], 5.0) is Intent.UNDO
    assert decided(trigger, [heard()], 7.9) is None
    assert decided(trigger, [heard()], 8.0) is Intent.PAUSE


def test_what_is_not_listened_for_means_nothing(trigger: Trigger) -> None:
    assert decided(trigger, [heard("open the window", 0.0)], 5.0) is None
    trigger.listen_for({"i'm ready": Intent.READY})
    assert decided(trigger, [heard(score=0.0)], 10.0) is None


def test_one_that_means_nothing_does_not_hide_one_that_does(trigger: Trigger) -> None:
    assert decided(trigger, [heard("open the window"), heard(before="you said"), heard()], 5.0) is Intent.PAUSE
    assert decided(trigger, [], 10.0) is None


@pytest.mark.parametrize("inside", ["", ".", "   ", "ᚠ", '"'])
def test_odd_texts_are_no_accident(trigger: Trigger, inside: str) -> None:
    assert decided(trigger, [heard(before=inside, inside=inside, after=inside)], 5.0) is Intent.PAUSE


def test_no_word_that_was_said_stays() -> None:
    seconds = count(5.0, 0.7)
    trigger = Trigger(hearing=HEARING, cancelled=contains_a_secret)
    trigger.listen_for({PAUSE: Intent.PAUSE, "i'm ready": Intent.READY})
    for phrase in (PAUSE, "i'm ready"):
        for score in (-5.0, -1.5, SURE):
            hypothesis = heard(phrase, score, before="marmalade", inside="zeppelin", after="quince")
            assert "marmalade" not in repr(hypothesis)
            trigger.decide([hypothesis], next(seconds))
    kept = pickle.dumps(trigger) + repr(trigger).encode()
    assert PAUSE.encode() in kept, (
        "the phrases that are listened for are ours, and show that we look at the right place"
    )
    for word in (b"marmalade", b"zeppelin", b"quince"):
        assert word not in kept


def contains_a_secret(words: str) -> bool:
    return "secret" in words


@pytest.mark.parametrize("phrase", ["help", "louder", "end the pause", "how long is left"])
def test_a_wish_nobody_asked_for_has_to_be_surer_than_an_answer(trigger: Trigger, phrase: str) -> None:
    assert decided(trigger, [heard(phrase, -1.4)], 10.0) is None
    assert decided(trigger, [heard("ready", -1.4)], 20.0) is Intent.READY
    assert decided(trigger, [heard(phrase, -1.2)], 30.0) is not None


def test_a_wish_that_is_said_again_counts(trigger: Trigger) -> None:
    assert decided(trigger, [heard("how long is left", -1.9)], 10.0) is None
    assert decided(trigger, [heard("how much time is left", -1.9)], 14.0) is Intent.TIME_LEFT
    assert decided(trigger, [heard("louder please", -1.9)], 30.0) is None
    assert decided(trigger, [heard("louder please", -1.9)], 40.0) is None, "that is another time"
    assert decided(trigger, [heard("softer please", -1.9)], 43.0) is None, "and that another wish"


def test_no_breath_counts_among_other_words_too(trigger: Trigger) -> None:
    for number, after in enumerate(("", "this.", "in here")):
        said = heard("i can't breathe", -0.6, inside="I can't breathe", after=after)
        assert decided(trigger, [said], 10.0 + 10 * number) is Intent.NO_BREATH
    assert decided(trigger, [heard("end the pause", -0.6, after="of the day")], 50.0) is None
