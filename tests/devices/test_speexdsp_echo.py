from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hearing.speech import demo

from assistant.devices import speexdsp_echo
from assistant.devices.recorded import SimulatedRoom
from assistant.devices.recorded_echo import EchoPath
from assistant.devices.speexdsp_echo import SpeexEchoCanceller
from assistant.errors import SoundSystemError
from assistant.hearing.own_voice import OwnVoice
from assistant.sound import HEARING_RATE_HZ, SPEAKING_RATE_HZ, AudioClip, Samples, level_dbfs
from assistant.speaking.mixer import Mixer
from assistant.speaking.playback_tap import PlaybackTap

INSTALL = "needs the echo canceller: sudo apt-get install libspeexdsp1, or scripts/test"


@pytest.fixture
def canceller() -> Iterator[SpeexEchoCanceller]:
    if not speexdsp_echo.installed():
        pytest.skip(INSTALL)
    canceller = SpeexEchoCanceller()
    yield canceller
    canceller.close()


def speech(seconds: float) -> AudioClip:
    """Somebody reads on and on, 24 kHz at -20 dBFS; made here, so that no voice has to be installed."""
    rng = np.random.default_rng(5)
    count = round(seconds * SPEAKING_RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / SPEAKING_RATE_HZ), 150)
    wave = np.fft.irfft(spectrum / hertz * (hertz < 7000), count)
    syllables = np.interp(np.arange(count), np.arange(0, count, 3000), rng.uniform(0.02, 1, -(-count // 3000)))
    wave *= syllables
    return AudioClip((wave / wave.std() * 3277).astype(np.int16), SPEAKING_RATE_HZ)


def response() -> np.ndarray:
    """A living room: 0.3 s of reverberation; its energy is 1."""
    seconds = np.arange(4800) / HEARING_RATE_HZ
    tail = np.random.default_rng(2).standard_normal(4800) * 10 ** (-3 * seconds / 0.3)
    tail[0] = np.sqrt(np.sum(tail[1:] ** 2))
    return np.asarray(tail / np.sqrt(np.sum(tail**2)))


def in_a_room(
    canceller: SpeexEchoCanceller, played: AudioClip, *, said: AudioClip | None = None, at_seconds: float = 0.0
) -> tuple[Samples, Samples]:
    """What the microphone hears while this is played, and the same without our own voice."""
    echo = EchoPath(level_db=-10.0, delay_seconds=0.2, response=response(), bend=1.0)
    room, mixer = SimulatedRoom(echo=echo), Mixer()
    tap = PlaybackTap(mixer.render)
    room.loudspeaker.open(tap.render)
    room.microphone.open()
    own_voice = OwnVoice(canceller=canceller, played=tap.taken)
    mixer.say(played)
    if said is not None:
        room.say(said, at_seconds)
    heard, cleaned = [], []
    while mixer.speaking:
        block = room.microphone.read(0.1)
        assert block is not None
        heard.append(block)
        cleaned.append(own_voice.cleaned(block))
    return np.concatenate(heard), np.concatenate(cleaned)


def between(samples: Samples, begin: float, end: float) -> Samples:
    return samples[round(begin * HEARING_RATE_HZ) : round(end * HEARING_RATE_HZ)]


def test_our_own_voice_is_taken_out(canceller: SpeexEchoCanceller) -> None:
    heard, cleaned = in_a_room(canceller, speech(14))
    assert level_dbfs(between(heard, 8, 14)) - level_dbfs(between(cleaned, 8, 14)) >= 15


def test_a_talker_who_speaks_over_it_stays(canceller: SpeexEchoCanceller) -> None:
    talker = AudioClip((demo("one-05").samples * 0.2).astype(np.int16), HEARING_RATE_HZ)  # about as loud as the echo
    heard, cleaned = in_a_room(canceller, speech(14), said=talker, at_seconds=10)
    alone = between(cleaned, 8, 10)
    over = between(cleaned, 10, 10 + talker.seconds)
    assert level_dbfs(over) - level_dbfs(alone) >= 10, "what was said stands out"
    late = np.concatenate([np.zeros(480, np.int16), talker.samples])[: len(over)].astype(float)
    likeness = np.corrcoef(late, over)[0, 1]
    raw = np.corrcoef(talker.samples, between(heard, 10, 10 + talker.seconds))[0, 1]
    assert likeness > max(0.7, raw + 0.1)


def test_what_was_learned_can_be_forgotten(canceller: SpeexEchoCanceller) -> None:
    noise = np.random.default_rng(3).integers(-3000, 3000, 480 * 200).astype(np.int16).reshape(-1, 480)
    for block in noise:
        cleaned = canceller.cleaned(block, block)
    assert level_dbfs(cleaned) < level_dbfs(block) - 20
    canceller.reset()
    first = [canceller.cleaned(block, block) for block in noise[:3]][-1]
    assert level_dbfs(first) > level_dbfs(cleaned) + 10


def test_only_whole_blocks_are_taken(canceller: SpeexEchoCanceller) -> None:
    with pytest.raises(ValueError, match="480 frames"):
        canceller.cleaned(np.zeros(480, np.int16), np.zeros(320, np.int16))


def test_it_can_be_closed_twice(canceller: SpeexEchoCanceller) -> None:
    canceller.close()
    canceller.close()


def test_a_missing_library_is_told_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speexdsp_echo, "LIBRARY", "libspeexdsp-nowhere.so.1")
    assert not speexdsp_echo.installed()
    with pytest.raises(SoundSystemError, match=r"libspeexdsp1; or set interruptible = false in machine\.toml"):
        SpeexEchoCanceller()
