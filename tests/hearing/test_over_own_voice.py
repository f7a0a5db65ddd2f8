"""The real recogniser while Breather speaks: it hears who wants quiet, and never itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from assistant.devices import pyttsx3_voice, speexdsp_echo
from assistant.devices.pyttsx3_voice import Pyttsx3Voice
from assistant.devices.recorded import SimulatedRoom
from assistant.devices.recorded_echo import EchoPath
from assistant.devices.speexdsp_echo import SpeexEchoCanceller
from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.dialogue.wording import Wording
from assistant.hearing.ears import Ears
from assistant.hearing.gate import Gate
from assistant.hearing.over_speech import OverSpeech
from assistant.hearing.own_voice import OwnVoice
from assistant.hearing.rumble import RumbleFilter
from assistant.hearing.trigger import Trigger
from assistant.messages import Intent
from assistant.ports import Recognizer
from assistant.settings.loader import Settings
from assistant.sound import HEARING_RATE_HZ, AudioClip, joined, silence
from assistant.speaking.mixer import Mixer
from assistant.speaking.playback_tap import PlaybackTap
from assistant.speaking.promptbook import finished
from hearing.speech import INSTALL, Talkers

NO_CANCELLER = "needs the echo canceller: sudo apt-get install libspeexdsp1, or scripts/test"
LINES = ("ask_first", "say_we_are_back")  # they have "ready", "not yet" and "we are back" in them


@pytest.fixture(scope="module")
def said(settings: Settings) -> Sequence[tuple[Sequence[str], AudioClip]]:
    """Lines of the script, 24 kHz, in the voice that is always there."""
    if not pyttsx3_voice.installed():
        pytest.skip(INSTALL["pyttsx3"])
    wording = Wording(settings.script, settings.agreement, settings.reflection)
    voice = Pyttsx3Voice(words_per_minute=115)
    try:
        gap = silence(0.6, 24_000)
        spoken = []
        for line in LINES:
            sentences = wording.sentences(line, name=0)
            clips = [finished(voice.render(sentence)) for sentence in sentences]
            spoken.append((sentences, joined([part for clip in clips for part in (clip, gap)])))
        return spoken
    finally:
        voice.close()


Live = Callable[..., list[tuple[float, Intent]]]


@pytest.fixture
def live(settings: Settings, shipped: Recognizer, said: Sequence[tuple[Sequence[str], AudioClip]]) -> Live:
    """Say all the lines; returns what was heard, and when."""

    def live(
        *, interruptible: bool, echo_db: float, over: AudioClip | None = None, at: float = 0.0
    ) -> list[tuple[float, Intent]]:
        if interruptible and not speexdsp_echo.installed():
            pytest.skip(NO_CANCELLER)
        seconds = np.arange(4800) / HEARING_RATE_HZ
        response = np.random.default_rng(2).standard_normal(4800) * 10 ** (-3 * seconds / 0.35)
        response[0] = np.sqrt(np.sum(response[1:] ** 2))
        response /= np.sqrt(np.sum(response**2))
        room, mixer = SimulatedRoom(echo=EchoPath(level_db=echo_db, response=response, bend=2.0)), Mixer()
        tap = PlaybackTap(mixer.render)
        room.loudspeaker.open(tap.render)
        room.microphone.open()
        canceller = SpeexEchoCanceller() if interruptible else None
        phrases, agreement = settings.phrases, settings.agreement
        over_speech = None
        if canceller is not None:
            own_voice = OwnVoice(canceller=canceller, played=tap.taken)
            over_speech = OverSpeech(
                own_voice=own_voice, detector=WebrtcDetector(), phrases=phrases, agreement=agreement
            )
        ears = Ears(
            gate=Gate(WebrtcDetector(), cleaned=RumbleFilter()),
            recognizer=shipped,
            trigger=Trigger(hearing=settings.machine.hearing, cancelled=phrases.pause_is_cancelled_by),
            phrases=phrases,
            agreement=agreement,
            over_speech=over_speech,
        )
        ears.listen_for(frozenset(Intent) - {Intent.YES, Intent.NO})
        if over is not None:
            room.say(over, at)
        heard = []
        for sentences, clip in said:
            ears.saying(sentences)
            mixer.say(clip)
            until = room.clock.now() + clip.seconds + 1.5
            while room.clock.now() < until:
                block = room.microphone.read(0.1)
                assert block is not None
                found = ears.hear(block, room.clock.now(), speaking=mixer.speaking)
                if found is not None:
                    heard.append((room.clock.now(), found.intent))
        if canceller is not None:
            canceller.close()
        return heard

    return live


@pytest.mark.parametrize("interruptible", [False, pytest.param(True, marks=pytest.mark.long)])
def test_it_never_hears_itself(live: Live, interruptible: bool) -> None:
    """However loud, and from the first word on, when the room is not known yet."""
    assert live(interruptible=interruptible, echo_db=4.0) == []


@pytest.mark.parametrize(("interruptible", "heard"), [(True, [Intent.QUIET]), (False, [])])
def test_whoever_wants_quiet_is_heard_over_it(
    live: Live, talkers: Talkers, interruptible: bool, heard: list[Intent]
) -> None:
    """A talker 3 dB softer than Breather's own voice, both at the microphone."""
    over = talkers.say("Quiet please.", "en-us+f3")
    at = 9.5
    found = live(interruptible=interruptible, echo_db=0.0, over=over, at=at)
    assert [intent for _, intent in found] == heard
    for second, _ in found:
        assert second <= at + over.seconds + 0.6
