"""The composition root: puts the parts together, and closes them in reverse order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant import hands, recognizers
from assistant.calm.companion import Companion
from assistant.devices import piper_voice, pyttsx3_voice
from assistant.devices.silero_detector import SileroDetector
from assistant.devices.speexdsp_echo import SpeexEchoCanceller
from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.dialogue.rotation import Lot
from assistant.dialogue.session import Session
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.dialogue.wording import Wording
from assistant.errors import VoiceError
from assistant.hearing.deafness import SilenceDetector
from assistant.hearing.ears import Ears
from assistant.hearing.gate import Gate
from assistant.hearing.over_speech import OverSpeech
from assistant.hearing.own_voice import OwnVoice
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.rumble import RumbleFilter
from assistant.hearing.trigger import Trigger
from assistant.lamp import Lamp
from assistant.loop import Keep, Loop, Upkeep, Watch
from assistant.messages import Cue, Intent
from assistant.places import Places
from assistant.ports import Button, Clock, Microphone, Recognizer, Render, Synthesizer
from assistant.recognizers import Chosen
from assistant.records import CalmTalk
from assistant.settings.loader import Settings
from assistant.settings.machine import Hearing, Voice
from assistant.settings.script import Script
from assistant.sound import SPEAKING_RATE_HZ, AudioClip, read_wav
from assistant.speaking.mixer import Mixer
from assistant.speaking.playback_tap import PlaybackTap
from assistant.speaking.promptbook import Promptbook
from assistant.speaking.tones import breathing
from assistant.talks import talks_of

LOADING_SECONDS = 60.0  # for a model on a Pi's memory card; a second or so elsewhere


def choose_voice(voice: Voice) -> Synthesizer:
    """The voice the settings ask for; "auto" prefers the natural one. Raises `VoiceError` when it is not installed."""
    if voice.engine == "piper" or (voice.engine == "auto" and piper_voice.installed()):
        if not piper_voice.installed():
            raise VoiceError("The voice piper is not installed", remedy="Run scripts/setup, or choose another voice.")
        return piper_voice.PiperVoice(words_per_minute=voice.words_per_minute)
    if not pyttsx3_voice.installed():
        raise VoiceError(
            "No voice is installed", remedy="Run scripts/setup; or, for the plain voice: sudo apt-get install espeak-ng"
        )
    return pyttsx3_voice.Pyttsx3Voice(words_per_minute=voice.words_per_minute)


@dataclass(frozen=True, slots=True)
class Parts:
    """What every way of running needs.

    ``prompts``: the book of rendered sentences of ``wording``. ``chosen``: the recogniser. ``watch``: is told what
    happens. ``on_notice``: is told what the recogniser says about itself, as a sentence.
    """

    settings: Settings
    places: Places
    wording: Wording
    prompts: Promptbook
    chosen: Chosen
    watch: Watch
    on_notice: Callable[[str], None] = lambda _: None


def promptbook(places: Places, voice: Synthesizer, script: Script) -> Promptbook:
    """The book of sentences in this voice, with the script's gaps between them."""
    return Promptbook(
        cache=places.prompts,
        synthesizer_key=voice.key,
        sentence_gap_seconds=script.timing.sentence_gap_seconds,
    )


@contextmanager
def recognizer_running(
    chosen: Chosen, settings: Settings, *, wait: bool, on_notice: Callable[[str], None] = lambda _: None
) -> Iterator[RecognizerProcess]:
    """The chosen recogniser, loaded, with every phrase of the settings known to it.

    ``wait``: wait for each answer (recorded sound); live, answers come when they come. Raises `ModelBrokenError`,
    `VocabularyError` or `RecognizerDiedError`.
    """
    recognizer = recognizers.start(
        chosen, wait=wait, spotted=settings.agreement.pause_words, on_notice=lambda notice: on_notice(notice.value)
    )
    try:
        recognizer.wait_until_ready(LOADING_SECONDS)
        recognizer.check_phrases(list(settings.phrases.phrases_for(Intent, settings.agreement)), LOADING_SECONDS)
        yield recognizer
    finally:
        recognizer.close()


def speech_gate(hearing: Hearing) -> Gate:
    """The gate the settings ask for. Raises `ModelMissingError` when the second one is wanted and not installed."""
    return Gate(SileroDetector() if hearing.second_gate else WebrtcDetector(), cleaned=RumbleFilter())


@contextmanager
def own_voice_taken_out(settings: Settings, mixer: Mixer) -> Iterator[tuple[Render, OverSpeech | None]]:
    """What the loudspeaker is to play, and who hears what is said over it; None unless the settings want that.

    Raises `SoundSystemError` when they do, and the library for it is missing.
    """
    if not settings.machine.hearing.interruptible:
        yield mixer.render, None
        return
    tap, canceller = PlaybackTap(mixer.render), SpeexEchoCanceller()
    try:
        yield (
            tap.render,
            OverSpeech(
                own_voice=OwnVoice(canceller=canceller, played=tap.taken),
                detector=WebrtcDetector(),
                phrases=settings.phrases,
                agreement=settings.agreement,
            ),
        )
    finally:
        canceller.close()


def build_loop(
    parts: Parts,
    *,
    recognizer: Recognizer,
    microphone: Microphone,
    clock: Clock,
    mixer: Mixer,
    first: int,
    lot: Lot = range,
    start_with: CalmTalk | None = None,
    resumed: PauseSnapshot | None = None,
    keep: Keep = lambda _: True,
    over_speech: OverSpeech | None = None,
    lamp: Lamp | None = None,
    button: Button | None = None,
    silence: SilenceDetector | None = None,
    upkeep: Upkeep | None = None,
) -> tuple[Loop, Companion]:
    """The loop and the dialogue it leads, for whatever room.

    ``first``: whose name comes first, 0 or 1. ``lot``: draws the order of the questions. ``start_with``: a talk of a
    calm day that begins by itself. ``resumed``: a pause that goes on after a power cut. ``keep``: keeps what is to be
    kept. ``over_speech``: see `own_voice_taken_out`. ``lamp``, ``button``: what the room has of them. ``silence``,
    ``upkeep``: see `Loop`.
    """
    settings = parts.settings
    ears = Ears(
        gate=speech_gate(settings.machine.hearing),
        recognizer=recognizer,
        trigger=Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by),
        phrases=settings.phrases,
        agreement=settings.agreement,
        over_speech=over_speech,
    )
    session = Session(
        script=settings.script,
        agreement=settings.agreement,
        reflection=settings.reflection,
        wording=parts.wording,
        seconds_of=parts.prompts.seconds,
        first=first,
        lot=lot,
        headroom_db=-settings.machine.sound.volume_db,
        resumed=resumed,
    )
    companion = Companion(
        session=session,
        talks=talks_of(settings, parts.places, seconds_of=parts.prompts.seconds, first=first, lot=lot),
        start_with=start_with,
    )
    loop = Loop(
        microphone=microphone,
        clock=clock,
        ears=ears,
        companion=companion,
        mixer=mixer,
        prompts=parts.prompts,
        chimes=_chimes(parts.places.audio),
        breaths={(breath := settings.reflection.breathing[settings.agreement.breathing].breath): breathing(breath)},
        watch=parts.watch,
        keep=keep,
        on_notice=parts.on_notice,
        lamp=lamp or hands.lamp_of(settings.machine, hands.NoLight()),
        button=button,
        silence=silence,
        upkeep=upkeep,
    )
    return loop, companion


def _chimes(folder: Path) -> dict[Cue, AudioClip]:
    return {cue: read_wav(folder / f"{cue.value}.wav", rate_hz=SPEAKING_RATE_HZ) for cue in Cue}
