"""Two answers in one breath: whoever takes a "ready" back is not ready."""

from __future__ import annotations

import pytest

from assistant.app import speech_gate
from assistant.hearing.ears import Ears
from assistant.hearing.trigger import Trigger
from assistant.messages import Intent
from assistant.ports import Hypothesis, Recognizer
from assistant.settings.loader import Settings
from assistant.settings.machine import Hearing
from assistant.sound import BLOCK_SECONDS
from hearing.speech import Talkers, blocks, in_a_room
from hearing.test_ears import FarRecognizer, Listener, hypothesis

WINDOW = frozenset({Intent.READY, Intent.NOT_YET})
READY, NOT_YET = hypothesis("i'm ready"), Hypothesis("not yet", 0.0, 1.5, 2.0, inside="not yet")


def understood(ears: Ears, talkers: Talkers, sentence: str, voice: str) -> list[tuple[float, Intent]]:
    ears.listen_for(WINDOW)
    found = []
    for number, block in enumerate(blocks(in_a_room(talkers.say(sentence, voice)))):
        heard = ears.hear(block, 100.0 + number * BLOCK_SECONDS, speaking=False)
        if heard is not None:
            found.append((number * BLOCK_SECONDS, heard.intent))
    return found


@pytest.fixture
def ears(shipped: Recognizer, settings: Settings) -> Ears:
    return Ears(
        gate=speech_gate(Hearing()),
        recognizer=shipped,
        trigger=Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by),
        phrases=settings.phrases,
        agreement=settings.agreement,
    )


@pytest.mark.parametrize("voice", ["en-us", "en-gb"])
@pytest.mark.parametrize(
    "sentence", ["I'm ready. No, not yet.", "Ready, no, not yet.", "I'm ready. Actually, I'm not ready."]
)
def test_whoever_takes_it_back_is_not_ready(ears: Ears, talkers: Talkers, sentence: str, voice: str) -> None:
    assert [intent for _, intent in understood(ears, talkers, sentence, voice)] == [Intent.NOT_YET]


@pytest.mark.parametrize("voice", ["en-us", "en-gb"])
def test_a_no_before_it_changes_nothing(ears: Ears, talkers: Talkers, voice: str) -> None:
    assert [intent for _, intent in understood(ears, talkers, "No, not yet.", voice)] == [Intent.NOT_YET]


@pytest.mark.parametrize("voice", ["en-us", "en-gb"])
def test_a_ready_alone_is_one_soon_after_it_was_said(ears: Ears, talkers: Talkers, voice: str) -> None:
    [(second, intent)] = understood(ears, talkers, "I'm ready.", voice)
    said = 0.5 + talkers.say("I'm ready.", voice).seconds
    assert intent is Intent.READY
    assert second - said < 1.2


def test_a_ready_waits_for_the_end_of_the_utterance(settings: Settings) -> None:
    listener = Listener(settings)
    listener.ears.listen_for(WINDOW)
    listener.hear("#" * 30)
    listener.recognizer.answers["lull"] = [READY]
    assert set(listener.hear("." * 24)) == {None}, "it may go on"
    assert Intent.READY in listener.hear("." * 10)


def test_and_for_a_recogniser_that_has_not_looked_at_the_end_yet(settings: Settings) -> None:
    far = FarRecognizer()
    listener = Listener(settings, far)
    listener.ears.listen_for(WINDOW)
    listener.hear("#" * 30)
    far.answers["lull"] = [READY]
    far.caught_up = False
    assert set(listener.hear("." * 20)) == {None}
    far.answers["poll"] = [NOT_YET]
    assert listener.hear(".") == [Intent.NOT_YET]


def test_where_it_never_falls_silent_a_ready_still_counts(settings: Settings) -> None:
    listener = Listener(settings)
    listener.ears.listen_for(WINDOW)
    listener.hear("#" * 30)
    listener.recognizer.answers["accept"] = [READY]
    assert Intent.READY in listener.hear("#" * 90)


def test_nor_does_a_late_ready_count_before_what_is_said_meanwhile(settings: Settings) -> None:
    far = FarRecognizer()
    listener = Listener(settings, far)
    listener.ears.listen_for(WINDOW)
    listener.hear("#" * 30 + "." * 20 + "#" * 5)
    far.late = [(1, [READY])]
    assert set(listener.hear("#" * 20)) == {None}
    far.answers["poll"] = [NOT_YET]
    assert Intent.NOT_YET in listener.hear("." * 2)


def test_another_wish_takes_nothing_from_it(settings: Settings) -> None:
    listener = Listener(settings)
    listener.ears.listen_for(WINDOW | {Intent.SOFTER})
    listener.hear("#" * 30)
    listener.recognizer.answers["accept"] = [READY]
    listener.hear("#" * 5)
    listener.recognizer.answers["accept"] = [Hypothesis("softer", 0.0, 1.5, 2.0, inside="softer")]
    meant = [intent for intent in listener.hear("#" * 5 + "." * 40) if intent is not None]
    assert meant == [Intent.SOFTER, Intent.READY]


@pytest.mark.parametrize(("signs", "meant"), [(1, Intent.NOT_YET), (0, Intent.READY)])
def test_where_signs_are_counted_one_is_enough_to_take_it_back(settings: Settings, signs: int, meant: Intent) -> None:
    trigger = Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by)
    trigger.listen_for({"i'm ready": Intent.READY, "not yet": Intent.NOT_YET})
    ready = Hypothesis("i'm ready", 0.0, 0.3, 1.0, inside="i'm ready", signs=2)
    not_yet = Hypothesis("not yet", 0.0, 1.5, 2.0, inside="not yet", before="i'm ready no", signs=signs)
    assert trigger.decide([ready], 1.2, began=0.0, talking=True, all_said=False) is None
    heard = trigger.decide([not_yet], 2.2, began=0.0)
    assert heard is not None
    assert heard.intent is meant
