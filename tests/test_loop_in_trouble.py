"""A pause without a voice, without ears, without devices: it goes on, and says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_loop import PAUSE, SPEECH, Evening, begun, prompts, settings, with_a_pause

from assistant.dialogue.flow import State
from assistant.messages import Chime, Cue, Light, LightState, Press, Speak
from assistant.settings.loader import Settings
from assistant.sound import BLOCK_SECONDS
from assistant.speaking.promptbook import Promptbook

__all__ = ["prompts", "settings"]
TO_THE_END = (
    (State.ASK_FIRST, Press.SHORT),
    (State.ASK_SECOND, Press.SHORT),
    (State.OFFERING, Press.DOUBLE),
    (State.RECONVENED, Press.DOUBLE),
    (State.ASK_SETTLED, Press.SHORT),
)


def through_a_pause_by_button(evening: Evening) -> None:
    """From a press to the last words, with nothing but presses."""
    evening.until(2.0)
    evening.contact.press(Press.SHORT)
    evening.until(4.0)
    began = evening.second_of(State.OPENING)
    for state, press in TO_THE_END:
        while state not in evening.of(State):
            assert evening.room.clock.now() < began + 800, f"it never came to {state}"
            evening.until(evening.room.clock.now() + 1.0)
        evening.until(evening.room.clock.now() + 1.5)
        evening.contact.press(press)
    while evening.of(State)[-1] is not State.LISTENING:
        assert evening.room.clock.now() < began + 1000
        evening.until(evening.room.clock.now() + 1.0)
    assert evening.second_of(Chime(Cue.RETURN)) - began == pytest.approx(600.0, abs=0.2)


def test_with_no_voice_at_all_a_pause_comes_to_its_end_by_chimes_light_and_button(
    settings: Settings, tmp_path: Path
) -> None:
    nothing = Promptbook(cache=tmp_path / "nothing", synthesizer_key={"engine": "gone"})
    evening = begun(settings, nothing)
    through_a_pause_by_button(evening)
    lines = evening.of(Speak)
    assert len(lines) > 20
    assert len(evening.notices) == len(lines), "each is missed, and told"
    assert {Cue.START, Cue.HALF, Cue.RETURN} <= {event.cue for event in evening.of(Chime) if isinstance(event, Chime)}
    assert {Light(LightState.PAUSE), Light(LightState.ASKING)} <= set(evening.of(Light))
    for second, event in evening.events:
        if isinstance(event, Speak):
            blocks = round(second / BLOCK_SECONDS)
            assert any(block.any() for block in evening.played[blocks : blocks + 3]), "a note stands for the line"


def test_with_no_ears_a_pause_comes_to_its_end_by_button(settings: Settings, prompts: Promptbook) -> None:
    evening = begun(settings, prompts)
    evening.room.microphone.close()
    through_a_pause_by_button(evening)
    assert evening.notices == []


def test_a_gap_of_two_seconds_is_not_worth_a_word(settings: Settings, prompts: Promptbook) -> None:
    evening = begun(settings, prompts)
    began = with_a_pause(evening)
    for gap in (2.0, 6.0):
        evening.room.microphone.close()
        evening.until(evening.room.clock.now() + gap)
        evening.room.microphone.open()
        evening.until(evening.room.clock.now() + 15.0)
        lines = [event.line for event in evening.of(Speak) if isinstance(event, Speak)]
        assert ("cannot_hear" in lines) is (gap > 3.0)
    evening.until(began + 100.0)
    evening.room.microphone.close()
    evening.until(began + 120.0)
    lines = [event.line for event in evening.of(Speak) if isinstance(event, Speak)]
    assert lines.count("cannot_hear") == 1, "once in a pause"
    assert evening.of(Chime).count(Chime(Cue.DEAF)) == 3


class Upkeep:
    """Writes down what the loop tells it, and says whether there is a loudspeaker."""

    def __init__(self) -> None:
        self.can_be_heard = True
        self.told: list[tuple[bool, bool]] = []

    def tick(self, now: float, *, zeros: bool, playing: bool) -> bool:
        self.told.append((zeros, playing))
        return self.can_be_heard


def with_upkeep(evening: Evening) -> Upkeep:
    upkeep = Upkeep()
    evening.loop._upkeep = upkeep
    return upkeep


def colors(evening: Evening, since: float) -> list[tuple[float, float, float]]:
    return [color for second, color in evening.light.shown if second >= since]


def test_that_nobody_can_hear_it_the_light_says_once_and_then_leads_on(settings: Settings, prompts: Promptbook) -> None:
    evening = begun(settings, prompts)
    upkeep = with_upkeep(evening)
    with_a_pause(evening)
    evening.until(10.0)
    upkeep.can_be_heard = False
    evening.until(17.0)
    orange = [red > 0 and blue == 0 for red, _, blue in colors(evening, 10.0)]
    assert sum(orange) == 6, "two blinks, three times"
    evening.until(30.0)
    assert not any(red > 0 and blue == 0 for red, _, blue in colors(evening, 17.0)), "from then on it breathes"
    assert len(colors(evening, 17.0)) > 20
    assert Light(LightState.DEAF) not in evening.of(Light), "it hears, after all"
    upkeep.can_be_heard = True
    evening.until(31.0)
    upkeep.can_be_heard = False
    evening.until(38.0)
    assert any(red > 0 and blue == 0 for red, _, blue in colors(evening, 31.0)), "gone again, told again"


def test_whoever_looks_after_the_devices_is_told_of_zeros_and_of_what_is_to_be_played(
    settings: Settings, prompts: Promptbook
) -> None:
    evening = begun(settings, prompts, noise_dbfs=None, watch_silence=True)
    upkeep = with_upkeep(evening)
    evening.until(2.5)
    assert set(upkeep.told) == {(False, False)}
    evening.until(3.5)
    assert upkeep.told[-1][0], "zeros for three seconds"
    evening.contact.press(Press.SHORT)
    evening.until(5.5)
    assert upkeep.told[-1][1], "the opening is being said"


def test_what_was_said_before_a_gap_is_not_joined_to_what_comes_after_it(
    settings: Settings, prompts: Promptbook
) -> None:
    evening = begun(settings, prompts)
    evening.room.say(SPEECH, 1.0)
    evening.until(1.5)
    assert evening.recognizer.accepted > 0
    evening.room.microphone.close()  # in the middle of a word
    evening.until(5.0)
    evening.recognizer.phrases.append(PAUSE)
    evening.room.microphone.open()
    evening.until(8.0)
    assert evening.of(State) == [State.LISTENING], "the half word never became an utterance"
    evening.room.say(SPEECH, 8.0)
    evening.until(10.0)
    assert State.OPENING in evening.of(State)
    assert not np.any(evening.notices)
