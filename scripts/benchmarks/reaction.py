"""How soon a pause begins, and what listening costs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from assistant.app import Parts, build_loop, recognizer_running
from assistant.devices import piper_voice, pyttsx3_voice
from assistant.devices.recorded import SimulatedRoom
from assistant.errors import RecognizerDiedError
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.loop import Loop
from assistant.places import Places
from assistant.ports import Recognizer, Synthesizer
from assistant.sound import BLOCK_SECONDS, HEARING_RATE_HZ, SPEAKING_RATE_HZ, AudioClip, Samples
from assistant.speaking.leveling import leveled, trimmed
from assistant.speaking.mixer import Mixer
from benchmarks.figures import Figure, Row, Say
from benchmarks.standard import argument, demo_lines, parts

FIRST_CHIME = Figure("end of the phrase to the first chime sample, on the room's clock, median", "ms", 0, 600)
FIRST_CHIME_LIVE = Figure("the same with the computing time added, median", "ms", 0, 600)
HEARD = Figure("phrases heard, of those spoken for the two rows above", "%")
IN_SILENCE = Figure("processor time per second of silence, both processes", "%", 1)
IN_TALK = Figure("processor time per second of talk, both processes", "%", 1)
FIGURES = (FIRST_CHIME, FIRST_CHIME_LIVE, HEARD, IN_SILENCE, IN_TALK)

PIPER_WORDS_PER_MINUTE = (140, 180)
ESPEAK_WORDS_PER_MINUTE = (130, 150, 170, 190)
ROOM_SPEECH_DBFS = -23.0
UTTERANCES = 20
BEFORE_SECONDS, AFTER_SECONDS = 1.0, 3.0


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from the end of a phrase to the first chime sample: as the samples count, and as a clock would."""

    in_samples: float
    with_computing: float


def measure(where: Places, say: Say) -> Iterator[Row]:
    say("how soon a pause begins")
    ready = parts(where)
    with recognizer_running(ready.chosen, ready.settings, wait=True) as recognizer:
        assert isinstance(recognizer, RecognizerProcess)
        spoken = list(pause_phrases(ready))
        found = [delay(ready, recognizer, clip) for clip in spoken]
        heard = [each for each in found if each is not None]
        if not heard:
            raise RecognizerDiedError("None of the phrases was heard", remedy="Run: breather check")
        slowest = 1000 * max(each.in_samples for each in heard)
        yield FIRST_CHIME.measured(
            1000 * statistics.median(each.in_samples for each in heard),
            f"{len(heard)} utterances, slowest {slowest:.0f} ms",
        )
        slowest = 1000 * max(each.with_computing for each in heard)
        yield FIRST_CHIME_LIVE.measured(
            1000 * statistics.median(each.with_computing for each in heard), f"slowest {slowest:.0f} ms"
        )
        yield HEARD.measured(100 * len(heard) / len(spoken), f"{len(heard)} of {len(spoken)}")
        say("what listening costs")
        quiet = AudioClip(np.zeros(60 * HEARING_RATE_HZ, np.int16), HEARING_RATE_HZ)
        yield IN_SILENCE.measured(100 * processor_share(ready, recognizer, quiet), "without sound devices")
        talk = argument(where, UTTERANCES)
        yield IN_TALK.measured(100 * processor_share(ready, recognizer, talk), "without sound devices")


def pause_phrases(ready: Parts) -> Iterator[AudioClip]:
    """Every recommended phrase in every voice there is, at several rates, and the demo's; 16 kHz, cut off at the end.

    A phrase ends where it falls 40 dB below its own active level for good (`assistant.speaking.leveling`).
    """
    voices: list[Synthesizer] = []
    if piper_voice.installed():
        voices += [piper_voice.PiperVoice(words_per_minute=rate) for rate in PIPER_WORDS_PER_MINUTE]
    if pyttsx3_voice.installed():
        voices += [pyttsx3_voice.Pyttsx3Voice(words_per_minute=rate) for rate in ESPEAK_WORDS_PER_MINUTE]
    for line in demo_lines(ready.places):
        if line.text == "I need a pause.":
            yield _ending_sharply(line.clip)
    for voice in voices:
        try:
            for phrase in ready.settings.phrases.pause.recommended:
                words = " ".join("I" if word == "i" else word for word in phrase.split())
                yield _ending_sharply(voice.render(f"{words[0].upper()}{words[1:]}."))
        finally:
            voice.close()


def _ending_sharply(clip: AudioClip) -> AudioClip:
    samples = soxr.resample(clip.samples, clip.rate_hz, HEARING_RATE_HZ)
    return leveled(trimmed(AudioClip(samples, HEARING_RATE_HZ), 0.0, 0.0), ROOM_SPEECH_DBFS)


def _loop_in(room: SimulatedRoom, ready: Parts, recognizer: Recognizer, mixer: Mixer) -> Loop:
    room.microphone.open()
    loop, _ = build_loop(
        ready, recognizer=recognizer, microphone=room.microphone, clock=room.clock, mixer=mixer, first=0
    )
    loop.start()
    return loop


def delay(ready: Parts, recognizer: Recognizer, clip: AudioClip) -> Delay | None:
    """Say the phrase in a quiet room and wait for the chime; None when none came.

    With computing: as if each block came when its 30 ms are over, and had to wait for the work on those before it.
    """
    room, mixer = SimulatedRoom(), Mixer()
    chime_at: list[float] = []

    def render(frames: int) -> Samples:
        samples = mixer.render(frames)
        if samples.any() and not chime_at:
            chime_at.append(room.clock.now() + int(np.flatnonzero(samples)[0]) / SPEAKING_RATE_HZ)
        return samples

    room.loudspeaker.open(render)
    loop = _loop_in(room, ready, recognizer, mixer)
    room.say(clip, BEFORE_SECONDS)
    phrase_end = BEFORE_SECONDS + clip.seconds
    worked_until, behind = 0.0, 0.0
    while not chime_at and room.clock.now() < phrase_end + AFTER_SECONDS:
        block = room.microphone.read(0.1)
        if chime_at:
            break  # it sounded while this block was heard, so the decision fell in the round before
        came = time.perf_counter()
        loop.round(block)
        worked_until = max(worked_until, room.clock.now()) + time.perf_counter() - came
        behind = worked_until - room.clock.now()
    if not chime_at:
        return None
    return Delay(chime_at[0] - phrase_end, chime_at[0] - phrase_end + behind)


def processor_share(ready: Parts, recognizer: RecognizerProcess, clip: AudioClip) -> float:
    """Processor seconds, ours and the recogniser's, for each second of this sound in a quiet room."""
    room, mixer = SimulatedRoom(), Mixer()
    room.loudspeaker.open(mixer.render)
    loop = _loop_in(room, ready, recognizer, mixer)
    room.say(clip, 0.0)
    before = time.process_time() + _processor_seconds(recognizer.process_id)
    while room.clock.now() < clip.seconds + BLOCK_SECONDS:
        loop.round(room.microphone.read(0.1))
    return (time.process_time() + _processor_seconds(recognizer.process_id) - before) / room.clock.now()


def _processor_seconds(process_id: int) -> float:
    """Nanoseconds on a processor, of every thread (the first number of Linux's ``schedstat``)."""
    tasks = Path(f"/proc/{process_id}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
