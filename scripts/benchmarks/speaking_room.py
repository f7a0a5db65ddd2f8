"""A room in which Breather speaks, hears its own voice, and is spoken over.

Loudspeaker and room are simulated: a small loudspeaker that flattens what is loud, 80 ms of delay, 0.35 s of
reverberation; the talker stands in the same room. Levels are set at the microphone, by what is active in them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.app import Parts, speech_gate
from assistant.devices.recorded import SimulatedRoom
from assistant.devices.recorded_echo import EchoPath
from assistant.devices.speexdsp_echo import SpeexEchoCanceller
from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.hearing.ears import Ears
from assistant.hearing.over_speech import STOP_SET, OverSpeech
from assistant.hearing.own_voice import OwnVoice
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import Recognizer
from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, SPEAKING_RATE_HZ, AudioClip, Samples, gain, to_int16
from assistant.speaking.leveling import active_level_dbfs
from assistant.speaking.mixer import Mixer
from assistant.speaking.playback_tap import PlaybackTap
from benchmarks.conditions import Floats, reverberant

TALK_DBFS = -30.0  # somebody at three metres; the louder echo still fits below full scale
RT60_SECONDS = 0.35
DELAY_SECONDS = 0.08
BEND = 2.0
AUDIBLE = 33  # of 32768: -60 dBFS
ANSWERS = frozenset({Intent.YES, Intent.NO})
HOT_WORDS = frozenset(Intent) - ANSWERS  # more than is ever listened for at a time


def room_response(seed: int) -> Floats:
    """How the room answers a click, at 16 kHz; its energy is 1."""
    click = reverberant(np.ones(1), RT60_SECONDS, 0.0, np.random.default_rng(seed))
    response: Floats = click / np.sqrt(np.sum(click**2))
    return response


def said_in_the_room(voice: Samples, seed: int) -> AudioClip:
    """What the microphone hears of a talker."""
    wave = voice.astype(float) / FULL_SCALE
    size = len(wave) + HEARING_RATE_HZ // 2
    wave = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(room_response(seed), size), size)
    level = active_level_dbfs(AudioClip(to_int16(wave / np.abs(wave).max()), HEARING_RATE_HZ))
    return AudioClip(to_int16(wave / np.abs(wave).max() * gain(TALK_DBFS - level)), HEARING_RATE_HZ)


def echo_path(voice: AudioClip, ratio_db: float, seed: int) -> EchoPath:
    """A way from loudspeaker to microphone on which this voice arrives ``ratio_db`` softer than a talker."""

    def path(level_db: float) -> EchoPath:
        response = room_response(seed)
        return EchoPath(level_db=level_db, delay_seconds=DELAY_SECONDS, response=response, bend=BEND)

    trial = path(0.0)
    blocks = voice.samples[: len(voice.samples) // 720 * 720].reshape(-1, 720)
    heard = np.concatenate([trial.heard(block) for block in blocks]) / FULL_SCALE
    level = active_level_dbfs(AudioClip(to_int16(heard), HEARING_RATE_HZ))
    return path(TALK_DBFS - ratio_db - level)


HEARD_IN_TIME_SECONDS = 1.5
Said = tuple[str, Intent, Samples]
"""Words, what they mean, and somebody's voice that says them (16 kHz)."""


@dataclass(slots=True)
class Spent:
    """Processor seconds, and seconds of sound in which they were spent: while speaking."""

    computing: float = 0.0
    passed: float = 0.0


class SpeakingRoom:
    """One room, one Breather in it that only speaks and listens.

    ``ratio_db``: how much louder a talker is than the echo. ``interruptible``: listens while it speaks.
    ``intents``: what is listened for when it is quiet; while it speaks, the stop set.
    """

    def __init__(
        self,
        ready: Parts,
        recognizer: Recognizer,
        *,
        ratio_db: float,
        interruptible: bool,
        seed: int = 1,
        intents: frozenset[Intent] = HOT_WORDS,
    ) -> None:
        self._ready = ready
        some = ready.prompts.clip(ready.wording.everything()[:8])
        self.room = SimulatedRoom(echo=echo_path(some, ratio_db, seed))
        self.mixer = Mixer()
        tap = PlaybackTap(self.mixer.render)
        settings = ready.settings
        self.silent_since = 0.0
        self.spent = Spent()
        self._canceller = SpeexEchoCanceller() if interruptible else None
        over_speech = None
        if self._canceller is not None:
            over_speech = OverSpeech(
                own_voice=OwnVoice(canceller=self._canceller, played=tap.taken),
                detector=WebrtcDetector(),
                phrases=settings.phrases,
                agreement=settings.agreement,
            )
        self.ears = Ears(
            gate=speech_gate(settings.machine.hearing),
            recognizer=recognizer,
            trigger=Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by),
            phrases=settings.phrases,
            agreement=settings.agreement,
            over_speech=over_speech,
        )
        self.ears.listen_for(intents)
        self._worked_until = 0.0

        def render(frames: int) -> Samples:
            samples = tap.render(frames)
            audible = np.flatnonzero(np.abs(samples.astype(np.int32)) >= AUDIBLE)
            if len(audible):
                self.silent_since = self.now + (int(audible[-1]) + 1) / SPEAKING_RATE_HZ
            return samples

        self.room.microphone.open()
        self.room.loudspeaker.open(render)

    @property
    def now(self) -> float:
        return self.room.clock.now()

    @property
    def behind_seconds(self) -> float:
        """How late an answer comes because of the computing, if each block came when its 30 ms are over."""
        return max(0.0, self._worked_until - self.now)

    def speak(self, sentences: Sequence[str]) -> float:
        """Begin to say these; returns how long it takes."""
        clip = self._ready.prompts.clip(sentences)
        self.ears.saying(sentences)
        self.mixer.say(clip)
        return clip.seconds

    def step(self) -> Heard | None:
        """30 ms."""
        block = self.room.microphone.read(0.1)
        assert block is not None
        speaking = self.mixer.speaking
        came, before = time.perf_counter(), time.process_time()
        heard = self.ears.hear(block, self.now, speaking=speaking)
        self._worked_until = max(self._worked_until, self.now) + time.perf_counter() - came
        if speaking:
            self.spent.computing += time.process_time() - before
            self.spent.passed += len(block) / HEARING_RATE_HZ
        return heard

    def steps(self, until: float) -> Iterator[Heard]:
        """Go on until this second; yields what is heard."""
        while self.now < until:
            if (heard := self.step()) is not None:
                yield heard

    def close(self) -> None:
        """Free the canceller."""
        if self._canceller is not None:
            self._canceller.close()


@dataclass(frozen=True, slots=True)
class Interruption:
    """A word said over Breather's own. Seconds are the room's; None when it was not heard.

    ``decided``: from the end of the phrase to the decision; ``computing``: what computing adds. ``wrong``: another
    intent was heard.
    """

    phrase: str = field(repr=False)
    decided: float | None
    computing: float
    silent: float | None
    wrong: bool


def interruptions(
    where: SpeakingRoom, said: Sequence[Said], lines: Sequence[Sequence[str]], seed: int
) -> Iterator[Interruption]:
    """Lines are spoken one after the other, and somebody says one of these over each; heard, Breather is hushed.

    The first line is left alone: it lets the canceller learn the room. ``lines``: each longer than any phrase.
    """
    rng = random.Random(seed)
    _forgotten = list(where.steps(where.now + where.speak(lines[0]) + 1.0))
    for number, (phrase, intent, voice) in enumerate(said):
        clip = said_in_the_room(voice, 1000 * seed + number)
        length = len(voice) / HEARING_RATE_HZ
        begin = where.now
        line_seconds = where.speak(lines[1 + number % (len(lines) - 1)])
        at = begin + rng.uniform(0.4, max(0.5, line_seconds - length - 0.3))
        where.room.say(clip, at)
        found: tuple[float, float] | None = None
        wrong = False
        for heard in where.steps(at + length + HEARD_IN_TIME_SECONDS):
            if heard.intent not in STOP_SET or where.now < at or found:
                continue
            if heard.intent is intent:
                found = where.now, where.behind_seconds
                where.mixer.hush()
            else:
                wrong = True
        ended = at + length
        yield Interruption(
            phrase=phrase,
            decided=found[0] - ended if found else None,
            computing=found[1] if found else 0.0,
            silent=where.silent_since - found[0] if found else None,
            wrong=wrong,
        )
        where.mixer.hush()
        _forgotten = list(where.steps(where.now + 1.2))
