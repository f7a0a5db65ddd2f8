"""How it yields: to a button, to a word said over its own voice, and never to its own voice. `scripts/bench turns`."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.app import Parts, build_loop
from assistant.devices import speexdsp_echo
from assistant.devices.recorded import SimulatedRoom
from assistant.devices.recorded_button import RecordedContact
from assistant.hearing.over_speech import STOP_SET
from assistant.loop import Loop
from assistant.messages import Press
from assistant.models.whisper_model import embedded_whisper_model
from assistant.places import Places
from assistant.ports import Recognizer
from assistant.presses import ContactButton
from assistant.recognizer_child import build
from assistant.speaking.mixer import Mixer
from assistant.talks import everything_said
from benchmarks import evenings
from benchmarks.figures import Figure, Row, Say, Subject
from benchmarks.hearing_material import SLOW_ENGINE, written
from benchmarks.hearing_trial import Share
from benchmarks.heartbeat import OneWord
from benchmarks.speaking_room import Interruption, Said, SpeakingRoom, interruptions
from benchmarks.standard import Engine, installed, parts, standard_places
from benchmarks.talkers import REPORT, say

RATIOS_DB = (10, 0, -10)  # a talker over Breather's own voice, both at the microphone
VOICES: tuple[tuple[Engine, str], ...] = (("piper", "Piper"), ("pyttsx3", "espeak-ng"))
WAYS = ((False, "deaf while it speaks"), (True, "interruptible"))

BUTTON = Figure("button touched to the voice silent, slowest", "ms", 0, 200)
SPOKEN = Figure("decision on a spoken word to the voice silent, slowest", "ms", 0, 200)
FROM_END = tuple(
    Figure(f"end of the spoken word to the voice silent, computing time added, p{part}", "ms", 0, 200)
    for part in (50, 95)
)
ITSELF = {
    (way, engine): Figure(f"times it heard something in its own voice, {called}, {name}", "times", 0, 0)
    for way, called in WAYS
    for engine, name in VOICES
}
HEARD = {ratio: Figure(f"interruptions heard, talker {ratio:+d} dB over its voice", "%", 1) for ratio in RATIOS_DB}
WRONG = Figure("of these, taken for the other of the two wishes", "%", 1)
COST = Figure("processor seconds per second while it speaks and listens", "s", 3)
FIGURES = (BUTTON, SPOKEN, *FROM_END, *ITSELF.values(), *HEARD.values(), WRONG, COST, evenings.HOURS)

PRESSES = 24
LINGERS_SECONDS = 0.08  # of a real device: buffers, and what it has asked for already (measured, `portaudio_stream`)
IN_ROOM_SECONDS = 0.008  # of that, the fade is counted in the simulated room
QUIET_BETWEEN_SECONDS = 1.0
SENTENCES_IN_A_LINE = 3
WORDS_OF_A_SLOW_VOICE = 4
PACKAGE = "libspeexdsp1"


@dataclass(frozen=True, slots=True)
class Options:
    """``scenes``: interruptions at each level. ``cache``: where rendered sentences are kept."""

    cache: Path
    scenes: int = 40


def subject(options: Options) -> Subject:
    return Subject(FIGURES, lambda tell: _measure(options, tell))


def install() -> None:
    """The echo canceller. Raises CalledProcessError when it cannot be installed; the installer has said why."""
    if not speexdsp_echo.installed():
        subprocess.run([Path(__file__).parents[1] / "apt-install", PACKAGE], check=True)


def _measure(options: Options, tell: Say) -> Iterator[Row]:
    with standard_places() as where:
        ready = parts(where)
        pause_words = "\n".join(ready.settings.phrases.pause.phrases)
        recognizer = build(["whisper", pause_words, str(embedded_whisper_model())])
        tell("a button")
        yield BUTTON.measured(1000 * max(_button_seconds(ready)), f"{PRESSES} presses; {_with_device()}")
        tell(f"{options.scenes} interruptions at each of {len(RATIOS_DB)} levels")
        found, cost = _interrupted(ready, recognizer, options)
        yield from _times([one for each in found.values() for one in each])
        yield from _own_voice(where, recognizer, tell)
        for ratio, each in found.items():
            share = Share(sum(one.decided is not None for one in each), len(each))
            yield HEARD[ratio].measured(share.percent, f"{share.hits} of {share.of}, {share.interval}")
        everything = [one for each in found.values() for one in each]
        wrong = Share(sum(one.wrong for one in everything), len(everything))
        yield WRONG.measured(wrong.percent, f"{wrong.hits} of {wrong.of}")
        yield COST.measured(cost, "canceller, gate and recogniser; while others interrupt it")
        yield evenings.measure(tell)


def _button_seconds(ready: Parts) -> Iterator[float]:
    """From the touch to the last audible sample, in the first line of a pause; the finger comes at any time."""
    rng = random.Random(1)
    for _ in range(PRESSES):
        room, mixer = SimulatedRoom(), Mixer()
        contact = RecordedContact(clock=room.clock)
        room.microphone.open()
        room.loudspeaker.open(mixer.render)
        contact.open()
        loop, _session = build_loop(
            ready,
            recognizer=OneWord(ready.settings.agreement.pause_words[0]),
            microphone=room.microphone,
            clock=room.clock,
            mixer=mixer,
            first=0,
            button=ContactButton(contact, clock=room.clock),
        )
        loop.start()
        _rounds(loop, room, mixer, while_speaking=False)
        pressed = room.clock.now() + rng.uniform(0.5, 4.0)
        contact.press(Press.SHORT, pressed)
        _rounds(loop, room, mixer, while_speaking=True)
        yield room.clock.now() - pressed + LINGERS_SECONDS  # the fade is over within the block it begins in


def _rounds(loop: Loop, room: SimulatedRoom, mixer: Mixer, *, while_speaking: bool) -> None:
    while mixer.speaking is while_speaking:
        loop.round(room.microphone.read(0.1))


def _with_device() -> str:
    return f"{1000 * LINGERS_SECONDS:.0f} ms for the sound device added"


def _interrupted(ready: Parts, recognizer: Recognizer, options: Options) -> tuple[dict[int, list[Interruption]], float]:
    """What became of the interruptions at each ratio, and processor seconds per second of speech."""
    sentences = ready.wording.everything()
    lines = [sentences[at : at + SENTENCES_IN_A_LINE] for at in range(0, len(sentences), SENTENCES_IN_A_LINE)]
    said = list(_said(options))
    found, computing, passed = {}, 0.0, 0.0
    for ratio in RATIOS_DB:
        where = SpeakingRoom(ready, recognizer, ratio_db=ratio, interruptible=True)
        found[ratio] = list(interruptions(where, said, lines, seed=1))
        where.close()
        computing, passed = computing + where.spent.computing, passed + where.spent.passed
    return found, computing / passed


def _said(options: Options) -> Iterator[Said]:
    """Words of the stop set, by talkers whom no setting has seen."""
    rng = random.Random("over speech")
    words = [(text, intent) for text, intent in written().control if intent in STOP_SET]
    every = [
        (talker, *word)
        for talker in REPORT
        for word in (
            random.Random(talker.name).sample(words, WORDS_OF_A_SLOW_VOICE) if talker.engine == SLOW_ENGINE else words
        )
    ]
    for talker, text, intent in rng.sample(every, min(options.scenes, len(every))):
        yield text, intent, say(talker, text, options.cache)


def _times(found: Sequence[Interruption]) -> Iterator[Row]:
    heard = [one for one in found if one.decided is not None and one.silent is not None]
    if not heard:
        yield from (Row(figure, None, "nothing was heard") for figure in (SPOKEN, *FROM_END))
        return
    lingers = LINGERS_SECONDS - IN_ROOM_SECONDS
    yield SPOKEN.measured(1000 * (max(one.silent or 0.0 for one in heard) + lingers), _with_device())
    from_end = [1000 * ((one.decided or 0.0) + one.computing + (one.silent or 0.0) + lingers) for one in heard]
    in_time = 100 * sum(each <= 200 for each in from_end) / len(from_end)
    for figure, part in zip(FROM_END, (50, 95), strict=True):
        yield figure.measured(float(np.percentile(from_end, part)), f"{len(heard)} words; {in_time:.0f} % in 200 ms")


def _own_voice(where: Places, recognizer: Recognizer, tell: Say) -> Iterator[Row]:
    """Everything that is ever said, sentence by sentence, with nobody else in the room."""
    for interruptible, called in WAYS:
        for engine, name in VOICES:
            figure = ITSELF[interruptible, engine]
            if not installed(engine):
                yield Row(figure, None, "not installed")
                continue
            tell(f"all that it says, {called}, {name}")
            ready = parts(where, engine=engine, calm_days=True)
            sentences = everything_said(ready.settings).everything
            times = [_heard_itself(ready, sentences, recognizer, ratio, interruptible) for ratio in RATIOS_DB]
            minutes = sum(ready.prompts.seconds([sentence]) for sentence in sentences) / 60
            levels = ", ".join(f"{ratio:+d}" for ratio in RATIOS_DB)
            yield figure.measured(
                sum(times), f"{len(sentences)} sentences, {minutes:.1f} minutes, at each of {levels} dB"
            )


def _heard_itself(
    ready: Parts, sentences: Sequence[str], recognizer: Recognizer, ratio: int, interruptible: bool
) -> int:
    """How often anything was heard, questions included."""
    where = SpeakingRoom(ready, recognizer, ratio_db=ratio, interruptible=interruptible)
    times = 0
    for sentence in sentences:
        until = where.now + where.speak([sentence]) + QUIET_BETWEEN_SECONDS
        times += sum(1 for _ in where.steps(until))
    where.close()
    return times
