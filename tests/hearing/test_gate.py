from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pytest

from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.hearing.gate import LONGEST_ANSWER_SECONDS, Gate, GateChange, GateEvent
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


def utterances(events: Sequence[GateEvent]) -> list[list[int]]:
    """The blocks of each utterance, the last one perhaps unfinished."""
    found: list[list[int]] = []
    for event in events:
        if event.change is OPENED:
            found.append([])
        if len(event.samples):
            found[-1] += numbers(event.samples)
    return found


def test_endless_sound_is_cut_every_six_seconds_and_half_a_phrase_is_heard_again(gate: Gate) -> None:
    events = pushed(gate, numbered("#" * 540))
    assert utterances(events) == [list(range(202)), list(range(152, 352)), list(range(302, 502)), list(range(452, 540))]
    closings = [number for number, event in enumerate(events) if event.change is CLOSED]
    assert closings == [201, 351, 501], "opened with block 1, 200 more are 6 s; then 4.5 s of news each time"


def test_after_a_cut_there_is_something_new_before_it_goes_on(gate: Gate) -> None:
    events = pushed(gate, numbered("#" * 240))
    opened = [number for number, event in enumerate(events) if event.change is OPENED]
    assert opened == [1, 229], "0.84 s after the cut"
    assert set(changes(events)[202:229]) == {NOTHING}
    assert gate.is_open, "but the utterance never ended"


def test_who_stops_soon_after_a_cut_is_not_kept_waiting(gate: Gate) -> None:
    events = pushed(gate, numbered("#" * 204 + "." * 20))
    after = changes(events)[202:]
    assert after == [NOTHING] * 8 + [OPENED, LULL] + [SPEECH] * 8 + [CLOSED] + [NOTHING] * 3
    assert utterances(events)[1] == list(range(152, 221))


def test_in_silence_nothing_is_cut_because_it_ends_by_itself(gate: Gate) -> None:
    events = pushed(gate, numbered("#" * 195 + "." * 20))
    assert utterances(events) == [list(range(212))]
    again = pushed(gate, numbered("." * 5 + "##"))
    assert len(utterances(again)[0]) == 10, "a real end is followed by no overlap"


def test_a_shorter_limit_holds_at_once_and_a_cut_loses_nothing(gate: Gate) -> None:
    gate.limit(LONGEST_ANSWER_SECONDS)
    found = utterances(pushed(gate, numbered("#" * 200)))
    assert found == [list(range(89)), list(range(39, 126)), list(range(76, 163)), list(range(113, 200))]


def test_a_limit_that_would_only_repeat_itself_is_refused(gate: Gate) -> None:
    with pytest.raises(ValueError, match="share"):
        gate.limit(1.5)


def test_reset_after_a_cut_forgets_the_overlap(gate: Gate) -> None:
    pushed(gate, numbered("#" * 205))
    gate.reset()
    assert utterances(pushed(gate, numbered("##"))) == [[0, 1]]


def test_every_block_is_cleaned_before_anybody_hears_it() -> None:
    class Noted(LoudIsSpeech):
        heard: ClassVar[list[int]] = []

        def is_speech(self, block: Samples) -> bool:
            self.heard.append(int(block[0]))
            return super().is_speech(block)

    gate = Gate(Noted(), cleaned=lambda block: block * np.int16(2))
    events = pushed(gate, numbered(".##"))
    assert Noted.heard == [-2, 4, 6]
    assert events[-1].samples.reshape(3, -1)[:, 0].tolist() == [-2, 4, 6]


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
