"""What holds words shows none of them, and what has decided keeps none. What else is promised: `tests/privacy`."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Sequence

import numpy as np
from household import ROOT, Household
from privacy.spoken import words_in

from assistant.app import build_loop
from assistant.devices.recorded import SimulatedRoom
from assistant.dialogue.flow import State
from assistant.dialogue.session import Session
from assistant.dialogue.wording import Wording
from assistant.hearing.ears import Ears
from assistant.hearing.gate import Gate, GateChange, GateEvent
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import DecodedWord, FreeDecode, Hypothesis
from assistant.preparing import ready_parts
from assistant.settings.loader import load_settings
from assistant.settings.machine import Hearing
from assistant.sound import AudioClip, Samples, read_wav
from assistant.speaking.mixer import Mixer


class AlwaysSpeech:
    def is_speech(self, block: Samples) -> bool:
        return True


class Telling:
    """A recogniser that has heard a canary."""

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        pass

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        return [told()]

    def lull(self) -> Sequence[Hypothesis]:
        return []

    def finish(self) -> Sequence[Hypothesis]:
        return []

    def reset(self) -> None:
        pass

    def poll(self) -> Sequence[Hypothesis]:
        return []

    def close(self) -> None:
        pass


def told() -> Hypothesis:
    return Hypothesis(
        phrase="i need a pause",
        score=-0.1,
        start_seconds=0.0,
        end_seconds=1.0,
        before="My grandmother sold the lighthouse.",
        inside="I need a pause",
        after="A crocodile ate my clarinet.",
    )


def test_what_holds_words_does_not_show_them() -> None:
    settings = load_settings(ROOT / "config")
    trigger = Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by)
    gate = Gate(AlwaysSpeech())
    ears = Ears(
        gate=gate,
        recognizer=Telling(),
        trigger=trigger,
        phrases=settings.phrases,
        agreement=settings.agreement,
    )
    session = Session(
        script=settings.script,
        agreement=settings.agreement,
        reflection=settings.reflection,
        wording=Wording(settings.script, settings.agreement, settings.reflection),
        seconds_of=lambda _: 1.0,
    )
    ears.listen_for(frozenset({Intent.PAUSE}))
    block = np.full(480, 12345, np.int16)
    heard = [ears.hear(block, 0.03 * number, speaking=False) for number in range(4)]
    assert Heard(Intent.PAUSE) in heard
    session.handle(Intent.PAUSE, 0.2)
    word = DecodedWord(token=3, text="lighthouse")
    holders = [
        told(),
        word,
        FreeDecode(tokens=(12345, 12345), words=(word,), mean_log_prob=-0.1),
        AudioClip(block, 16_000),
        GateEvent(GateChange.OPENED, block),
        trigger,
        gate,
        ears,
        session,
        RuntimeError(told(), word),
    ]
    for holder in holders:
        shown = f"{holder!r} {holder} {holder:} %s" % [holder]
        assert words_in(shown) == []
        assert "12345" not in shown
    assert words_in(repr(pickle.loads(pickle.dumps(told())))) == []


def test_what_decided_keeps_no_word() -> None:
    """Not only is it not shown: it is not there any more."""
    trigger = Trigger(hearing=Hearing(), cancelled=lambda _: False)
    trigger.listen_for({"i need a pause": Intent.PAUSE})
    doubtful = Hypothesis(**{**{key: getattr(told(), key) for key in Hypothesis.__slots__}, "score": -9.0})
    assert trigger.decide([doubtful], 1.0) is None
    assert trigger.decide([told()], 2.0) == Heard(Intent.PAUSE)
    assert words_in(pickle.dumps({**vars(trigger), "_cancelled": None})) == []


def test_nothing_that_lives_in_a_session_shows_a_word(household: Household) -> None:
    """Every object of ours that there is, while a pause that a canary called is under way."""
    parts = ready_parts(household.places, lambda _now, _event: None, on_progress=lambda _done, _all: None)
    room, mixer = SimulatedRoom(), Mixer()
    loop, companion = build_loop(
        parts, recognizer=Telling(), microphone=room.microphone, clock=room.clock, mixer=mixer, first=0
    )
    room.microphone.open()
    room.loudspeaker.open(mixer.render)
    room.say(read_wav(ROOT / "audio" / "demo" / "one-01.wav"), 0.5)
    loop.start()
    for _ in range(200):
        loop.round(room.microphone.read(0.1))
    assert companion.state is State.OPENING
    ours = [each for each in gc.get_objects() if str(type(each).__module__).startswith("assistant.")]
    assert len({type(each) for each in ours}) > 30
    for each in ours:
        assert words_in(f"{each!r} {each}") == [], type(each)
