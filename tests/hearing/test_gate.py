from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.hearing.gate import Gate, GateChange, GateEvent
from assistant.sound import BLOCK_SECONDS, HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples, silence
from hearing.speech import blocks, demo, in_a_room

NOTHING, OPENED, SPEECH, LULL, CLOSED = (
    GateChange.NOTHING,
    GateChange.OPENED,
    GateChange.SPEECH,
    GateChange.LULL,
    GateChange.CLOSED,
)


class LoudIsSpeech:
    """A detector that needs no ears: a block is speech when its first sample is positive."""

    def is_speech(self, block: Samples) -> bool:
        return bool(block[0] > 0)


def numbered(pattern: str) -> list[Samples]:
    """One block for each character, "#" for speech and "." for none; its number can be read off its samples."""
    return [
        np.full(HEARING_BLOCK_FRAMES, (number + 1) * (1 if character == "#" else -1), np.int16)
        for number, character in enumerate(pattern)
    ]


def numbers(samples: Samples) -> list[int]:
    """Which blocks these samples are."""
    return [abs(int(block[0])) - 1 for block in samples.reshape(-1, HEARING_BLOCK_FRAMES)]


def pushed(gate: Gate, stream: Sequence[Samples]) -> list[GateEvent]:
    return [gate.push(block) for block in stream]


def changes(events: Sequence[GateEvent]) -> list[GateChange]:
    return [event.change for event in events]


@pytest.fixture
def gate() -> Gate:
    return Gate(LoudIsSpeech())


def test_one_block_of_speech_is_a_click_and_two_are_somebody(gate: Gate) -> None:
    assert changes(pushed(gate, numbered("..#..#.#.##"))) == [NOTHING] * 10 + [OPENED]
    assert gate.is_open


def test_what_came_just_before_is_handed_over_and_nothing_twice(gate: Gate) -> None:
    events = pushed(gate, numbered("." * 20 + "###"))
    assert changes(events) == [NOTHING] * 21 + [OPENED, SPEECH]
    assert not any(len(event.samples) for event in events[:21])
    assert numbers(events[21].samples) == list(range(12, 22)), "0.3 s: the ten newest blocks, this one among them"
    assert numbers(events[22].samples) == [22]


def test_at_the_very_beginning_there_is_less_to_hand_over(gate: Gate) -> None:
    assert numbers(pushed(gate, numbered(".##"))[-1].samples) == [0, 1, 2]


def test_a_lull_is_said_once_and_the_utterance_ends_after_half_a_second(gate: Gate) -> None:
    events = pushed(gate, numbered("##" + "." * 20))
    assert changes(events) == [NOTHING, OPENED] + [SPEECH] * 7 + [LULL] + [SPEECH] * 8 + [CLOSED] + [NOTHING] * 3
    assert numbers(events[18].samples) == [18], "the last block belongs to the utterance"
    assert not gate.is_open


def test_every_breath_has_its_lull_and_no_block_is_lost(gate: Gate) -> None:
    events = pushed(gate, numbered("##" + "." * 12 + "#" + "." * 17))
    assert changes(events).count(LULL) == 2
    assert changes(events)[-1] is CLOSED
    heard = [number for event in events if len(event.samples) for number in numbers(event.samples)]
    assert heard == list(range(32))


def test_half_a_second_is_counted_anew_after_each_word(gate: Gate) -> None:
    assert CLOSED not in changes(pushed(gate, numbered("##" + ("." * 16 + "#") * 3)))


def test_two_utterances_share_no_sound(gate: Gate) -> None:
    events = pushed(gate, numbered("##" + "." * 17 + "..##"))
    assert changes(events)[18] is CLOSED
    assert numbers(events[22].samples) == [19, 20, 21, 22], "what the first one had is not heard again"


def test_endless_sound_is_cut_every_fifteen_seconds(gate: Gate) -> None:
    events = pushed(gate, numbered("#" * 1100))
    closings = [number for number, event in enumerate(events) if event.change is CLOSED]
    # Opened with block 1; 500 more blocks are 15 s. Then it opens again at once.
    assert closings == [501, 1003]
    assert events[503].change is OPENED
    heard = [number for event in events if len(event.samples) for number in numbers(event.samples)]
    assert heard == list(range(1100)), "a cut loses nothing"


def test_reset_closes_and_forgets_what_came_before(gate: Gate) -> None:
    pushed(gate, numbered("....##"))
    gate.reset()
    assert not gate.is_open
    events = pushed(gate, numbered("##"))
    assert changes(events) == [NOTHING, OPENED]
    assert numbers(events[1].samples) == [0, 1], "nothing of before the reset"


def test_reset_forgets_half_an_opening(gate: Gate) -> None:
    pushed(gate, numbered("#"))
    gate.reset()
    assert changes(pushed(gate, numbered("#"))) == [NOTHING]


def test_an_event_does_not_show_its_sound(gate: Gate) -> None:
    assert repr(pushed(gate, numbered("##"))[1]) == "GateEvent(change=<GateChange.OPENED: 'opened'>)"


def after_getting_used_to_it(sound: Samples) -> list[GateEvent]:
    """What the gate says from the second 1 on; the detector takes the very first 0.1 s of any noise for speech."""
    return pushed(Gate(WebrtcDetector()), blocks(sound))[round(1 / BLOCK_SECONDS) :]


def test_the_real_detector_cuts_out_one_whole_line_of_the_demo() -> None:
    line = demo("one-05")  # "I need a pause."
    sound = in_a_room(line, before_seconds=2.0, after_seconds=1.5)
    events = after_getting_used_to_it(sound)
    assert [change for change in changes(events) if change not in {NOTHING, SPEECH}] == [OPENED, LULL, CLOSED]
    opened, closed = (33 + changes(events).index(change) for change in (OPENED, CLOSED))
    heard = np.concatenate([event.samples for event in events])
    end = (closed + 1) * HEARING_BLOCK_FRAMES
    np.testing.assert_array_equal(heard, sound[end - len(heard) : end])
    loud = np.flatnonzero(np.abs(line.samples.astype(int)) > 600) / HEARING_RATE_HZ + 2.0
    assert (opened + 1) * BLOCK_SECONDS - 0.3 <= loud[0], "the beginning of the first word is there"
    assert loud[-1] + 0.4 < closed * BLOCK_SECONDS < loud[-1] + 1.0


def test_the_real_detector_hears_nobody_in_digital_silence() -> None:
    events = pushed(Gate(WebrtcDetector()), blocks(silence(20.0, HEARING_RATE_HZ).samples))
    assert set(changes(events)) == {NOTHING}


def test_the_real_detector_hears_nobody_in_a_quiet_room() -> None:
    events = after_getting_used_to_it(in_a_room(silence(20.0, HEARING_RATE_HZ)))
    assert OPENED not in changes(events)
