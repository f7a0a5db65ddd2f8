"""The rehearsal's figures: a phrase and a person, a room and the gate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from assistant.devices.silero_detector import SileroDetector
from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.hearing.calibration import PhraseReport, RoomReport, best_phrase, phrase_report, room_report
from assistant.messages import Intent
from assistant.ports import Hypothesis, Recognizer
from assistant.settings.loader import Settings
from assistant.sound import FULL_SCALE, HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples, gain, silence, to_int16
from hearing.sounds import fan, music
from hearing.speech import Talkers, demo, in_a_room

PAUSE = "i need a pause"


class LoudIsSpeech:
    def is_speech(self, block: Samples) -> bool:
        return bool(np.abs(block).max() > 2000)


class Scripted:
    """Gives the next score in each lull, and notes what it was told."""

    def __init__(self, *scores: float, phrase: str = PAUSE) -> None:
        self.scores, self.phrase = list(scores), phrase
        self.told: list[tuple[Sequence[str], Sequence[str]]] = []
        self.frames = 0
        self.resets = 0

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        self.told.append((phrases, decoys))

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self.frames += len(samples)
        return ()

    def lull(self) -> Sequence[Hypothesis]:
        return [Hypothesis(self.phrase, self.scores.pop(0), 0.3, 1.0)] if self.scores else []

    def finish(self) -> Sequence[Hypothesis]:
        self.frames = 0
        return ()

    def reset(self) -> None:
        self.frames = 0
        self.resets += 1

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def close(self) -> None: ...


def said(times: int) -> Samples:
    """Something loud, so many times, with a breath between."""
    rng = np.random.default_rng(1)
    return to_int16(np.tile(np.concatenate([np.zeros(9600), rng.normal(0, 0.2, 16_000), np.zeros(16_000)]), times))


def report(*scores: float, act_score: float = -1.4, phrase: str = PAUSE) -> PhraseReport:
    return PhraseReport(phrase, act_score, heard=True, scores=scores)


# --- a phrase -------------------------------------------------------------------------------------------------------


def test_each_saying_has_its_score_and_the_sound_is_forgotten() -> None:
    recognizer = Scripted(-0.5, -1.0, -0.1)
    found = phrase_report(
        said(3), PAUSE, recognizer=recognizer, detector=LoudIsSpeech(), act_score=-1.4, decoys=["i need applause"]
    )
    assert found == PhraseReport(PAUSE, -1.4, heard=True, scores=(-0.5, -1.0, -0.1))
    assert found.score == -0.5
    assert recognizer.told == [([PAUSE], ["i need applause"])]
    assert recognizer.frames == 0


def test_another_phrase_does_not_count() -> None:
    recognizer = Scripted(-0.1, phrase="time out")
    found = phrase_report(said(1), PAUSE, recognizer=recognizer, detector=LoudIsSpeech(), act_score=-1.4)
    assert (found.heard, found.scores, found.score, found.works) == (True, (), None, False)
    assert "another" in found.advice


def test_nobody_is_heard_in_silence() -> None:
    found = phrase_report(
        np.zeros(32_000, np.int16), PAUSE, recognizer=Scripted(), detector=LoudIsSpeech(), act_score=-1.4
    )
    assert not found.heard
    assert found.advice.startswith("I heard nobody")


@pytest.mark.parametrize(
    ("scores", "act_score", "offset"),
    [
        ((-0.2,), -1.4, 0.0),  # sure, with room to spare
        ((-1.0,), -1.4, 0.0),
        ((-1.3,), -1.4, -0.2),
        ((-1.6,), -1.4, -0.5),
        ((-1.95,), -1.4, -0.6),  # never more than that
        ((-2.1,), -1.4, 0.0),  # out of reach: near misses would come along
        ((-0.2, -1.6, -4.0), -1.4, -0.5),  # the weakest that can be reached
        ((-1.5,), -1.8, -0.0),
        ((-1.9,), -1.8, -0.2),  # a threshold that is loose already leaves less
        ((-2.1,), -2.2, 0.0),  # and one below the best wrong score leaves nothing
        ((), -1.4, 0.0),
    ],
)
def test_the_suggested_offset(scores: tuple[float, ...], act_score: float, offset: float) -> None:
    suggested = report(*scores, act_score=act_score).suggested_offset
    assert suggested == pytest.approx(offset)
    assert math.copysign(1, suggested) == 1 or suggested < 0, "no minus zero to show"


@pytest.mark.parametrize(
    ("scores", "would_act", "works"),
    [((-1.4,), True, True), ((-1.6,), False, True), ((-2.1,), False, False), ((-0.1, -3.0, -3.0), False, False)],
)
def test_whether_it_acts(scores: tuple[float, ...], would_act: bool, works: bool) -> None:
    found = report(*scores)
    assert (found.would_act, found.works) == (would_act, works)


def test_the_best_phrase_needs_no_help_where_that_is_possible() -> None:
    helped, good, better = report(-1.5), report(-1.2), report(-0.3, phrase="time out")
    assert best_phrase([helped, good, better]) == better
    assert best_phrase([helped, good]) == good
    assert best_phrase([helped, report(-3.0)]) == helped
    assert best_phrase([report(-3.0), report()]) is None
    assert best_phrase([]) is None


def test_a_real_voice_is_heard_well_and_another_phrase_is_not_found(
    talkers: Talkers, shipped: Recognizer, settings: Settings
) -> None:
    sound = in_a_room(demo("one-05"), silence(0.8, HEARING_RATE_HZ), talkers.say("I need a pause.", "en-gb+f3"))
    decoys = settings.phrases.decoys_for(frozenset({Intent.PAUSE}))
    reports = [
        phrase_report(
            sound,
            phrase,
            recognizer=shipped,
            detector=WebrtcDetector(),
            act_score=-1.4,
            decoys=decoys,
        )
        for phrase in (PAUSE, "time out")
    ]
    assert [each.would_act for each in reports] == [True, False]
    assert len(reports[0].scores) == 2
    assert reports[0].suggested_offset == 0.0
    assert best_phrase(reports) == reports[0]


# --- a room ---------------------------------------------------------------------------------------------------------


def quiet_room(seconds: float = 10.0) -> Samples:
    return in_a_room(silence(seconds, HEARING_RATE_HZ))


def test_a_quiet_room() -> None:
    found = room_report(quiet_room(), WebrtcDetector())
    assert found.noise_floor_dbfs == pytest.approx(-72.5, abs=1.0)
    assert found.gate_holds
    assert found.open_share < 0.1
    assert found.advice == "The room is quiet enough."


def test_the_figures_are_what_they_say() -> None:
    loud = np.tile(np.array([6554, -6554], np.int16), 8000)  # -14 dBFS for a second; its rumble is nothing
    sound = np.concatenate([loud // 100, loud, loud // 100, loud // 100, loud // 100])
    found = room_report(sound, LoudIsSpeech())
    assert found.peak_dbfs == pytest.approx(-14.0, abs=0.1)
    assert found.noise_floor_dbfs == pytest.approx(-54.0, abs=0.3)
    assert found.longest_open_seconds == pytest.approx(1.5, abs=0.1), "half a second of hang included"
    assert found.open_share == pytest.approx(0.3, abs=0.02)
    assert not found.gate_holds


def test_a_fan_needs_the_second_gate_and_with_it_the_gate_holds() -> None:
    found = room_report(fan(10.0), WebrtcDetector())
    assert not found.gate_holds
    assert "second_gate = true" in found.advice
    found = room_report(fan(10.0), SileroDetector(), second_gate=True)
    assert found.gate_holds
    assert found.longest_open_seconds == 0.0
    assert found.advice == "There is a steady noise. Move the microphone away from it.", "it still covers a voice"


def test_talk_is_no_room_noise() -> None:
    talk = in_a_room(*(demo(f"one-0{line}") for line in range(1, 6)))
    assert room_report(talk, WebrtcDetector()).advice.endswith("Measure again when it is quiet.")


@pytest.mark.parametrize("value", [0, 9830, 1])
def test_a_dead_microphone_is_said_to_be_one(value: int) -> None:
    found = room_report(np.full(HEARING_RATE_HZ, value, np.int16), WebrtcDetector())
    assert found.advice.startswith("The microphone gives no sound.")
    assert found.noise_floor_dbfs == -120.0


def test_a_microphone_turned_up_too_far() -> None:
    sound = np.clip(music(5.0) * gain(30), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    assert room_report(sound, WebrtcDetector()).advice == "The microphone is too loud. Turn its level down."


def test_an_offset_is_no_noise() -> None:
    found = room_report(quiet_room() + np.int16(9830), WebrtcDetector())
    assert found.noise_floor_dbfs < -70
    assert found.advice == "The room is quiet enough."


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="whole block"):
        room_report(np.zeros(HEARING_BLOCK_FRAMES - 1, np.int16), WebrtcDetector())


def test_a_report_holds_numbers_and_no_sound() -> None:
    room = RoomReport(-60.0, -20.0, 0.1, 1.0, "The room is quiet enough.")
    assert all(isinstance(getattr(room, name), float | str) for name in RoomReport.__slots__)
    assert all(isinstance(getattr(report(-1.0), name), str | float | bool | tuple) for name in PhraseReport.__slots__)
