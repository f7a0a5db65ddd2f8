"""The composition root: puts the parts together, and closes them in reverse order."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from assistant import recognizers
from assistant.clock import SystemClock
from assistant.devices import piper_voice, pyttsx3_voice
from assistant.devices.portaudio import PortAudioLoudspeaker, PortAudioMicrophone
from assistant.devices.recorded import SimulatedRoom
from assistant.devices.silence import SilenceWatch
from assistant.devices.silero_detector import SileroDetector
from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.dialogue.flow import State
from assistant.dialogue.session import Session
from assistant.dialogue.wording import Wording
from assistant.errors import OutputError, VoiceError
from assistant.hearing.ears import Ears
from assistant.hearing.gate import Gate
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.rumble import RumbleFilter
from assistant.hearing.trigger import Trigger
from assistant.loop import Loop, SilenceDetector, Watch
from assistant.messages import Cue, Intent
from assistant.places import Places
from assistant.ports import Clock, Microphone, Recognizer, Synthesizer
from assistant.recognizers import Chosen
from assistant.settings.loader import Settings
from assistant.settings.machine import Hearing, Voice
from assistant.settings.script import Script
from assistant.sound import HEARING_RATE_HZ, SPEAKING_RATE_HZ, AudioClip, read_wav
from assistant.speaking.mixer import Mixer
from assistant.speaking.promptbook import Promptbook
from assistant.speaking.tones import breathing

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


def build_loop(
    parts: Parts,
    *,
    recognizer: Recognizer,
    microphone: Microphone,
    clock: Clock,
    mixer: Mixer,
    first: int,
    silence: SilenceDetector | None = None,
) -> tuple[Loop, Session]:
    """The loop and its session, for whatever room. ``first``: whose name comes first, 0 or 1."""
    settings = parts.settings
    ears = Ears(
        gate=speech_gate(settings.machine.hearing),
        recognizer=recognizer,
        trigger=Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by),
        phrases=settings.phrases,
        agreement=settings.agreement,
    )
    session = Session(
        script=settings.script,
        agreement=settings.agreement,
        wording=parts.wording,
        seconds_of=parts.prompts.seconds,
        first=first,
    )
    loop = Loop(
        microphone=microphone,
        clock=clock,
        ears=ears,
        session=session,
        mixer=mixer,
        prompts=parts.prompts,
        chimes=_chimes(parts.places.audio),
        breath=breathing(settings.script.breathing.in_seconds, settings.script.breathing.out_seconds),
        watch=parts.watch,
        silence=silence,
    )
    return loop, session


def run_live(parts: Parts, *, on_ready: Callable[[], None], keep_going: Callable[[], bool] = lambda: True) -> None:
    """Listen with the microphone until `keep_going` says no. Raises what the devices and the recogniser raise."""
    sound = parts.settings.machine.sound
    mixer = Mixer(volume_db=sound.volume_db)
    microphone = PortAudioMicrophone(sound.microphone)
    loudspeaker = PortAudioLoudspeaker(sound.loudspeaker)
    with ExitStack() as closing:
        # The devices first: whoever has no microphone should hear of it before a model is loaded.
        closing.callback(microphone.close)
        microphone.open()
        closing.callback(loudspeaker.close)
        loudspeaker.open(mixer.render)
        recognizer = closing.enter_context(
            recognizer_running(parts.chosen, parts.settings, wait=False, on_notice=parts.on_notice)
        )
        loop, _ = build_loop(
            parts,
            recognizer=recognizer,
            microphone=microphone,
            clock=SystemClock(),
            mixer=mixer,
            first=random.randrange(2),  # noqa: S311  (so that nobody is always first; nothing else depends on it)
            silence=SilenceWatch(),
        )
        on_ready()
        loop.run(keep_going)


def run_in_room(parts: Parts, *, room: SimulatedRoom, another_round: Callable[[bool], bool]) -> None:
    """The same without hardware, as fast as the processor allows.

    ``another_round``: is asked before each 30 ms, and told whether a pause or a sound is still under way.
    """
    with ExitStack() as closing:
        closing.callback(room.loudspeaker.close)
        closing.callback(room.microphone.close)
        room.microphone.open()
        mixer = Mixer(volume_db=parts.settings.machine.sound.volume_db)
        room.loudspeaker.open(mixer.render)
        recognizer = closing.enter_context(
            recognizer_running(parts.chosen, parts.settings, wait=True, on_notice=parts.on_notice)
        )
        loop, session = build_loop(
            parts, recognizer=recognizer, microphone=room.microphone, clock=room.clock, mixer=mixer, first=0
        )
        loop.run(lambda: another_round(session.state is not State.LISTENING or mixer.making_sound))


def run_recording(parts: Parts, *, recording: Path, output: Path | None) -> None:
    """Listen to a recording, and go on in silence until the last pause that was called in it is over."""
    over = read_wav(recording, rate_hz=HEARING_RATE_HZ).seconds
    with whole_or_nothing(output) as file:
        room = SimulatedRoom.playing(recording, output=file)
        room.end_at_seconds = None
        # The last word is decided on when the room has fallen quiet.
        run_in_room(parts, room=room, another_round=lambda busy: busy or room.clock.now() < over + 1)


@contextmanager
def whole_or_nothing(output: Path | None) -> Iterator[Path | None]:
    """Another file beside `output`, which takes its place when all went well, and is removed when it did not.

    Raises `OutputError`.
    """
    if output is None or (output.exists() and not output.is_file()):
        yield output  # such as /dev/null
        return
    unfinished = output.resolve().with_name(f".{output.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(output.resolve())
    except OutputError as error:
        raise OutputError(error.what, where=output, remedy=error.remedy) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _chimes(folder: Path) -> dict[Cue, AudioClip]:
    return {cue: read_wav(folder / f"{cue.value}.wav", rate_hz=SPEAKING_RATE_HZ) for cue in Cue}
