"""Sound as it should not be, through the real gate and the real recogniser: what is said is heard, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from cases import long

from assistant.app import speech_gate
from assistant.hearing.ears import Ears
from assistant.hearing.gate import LONGEST_ANSWER_SECONDS, LONGEST_SECONDS, Gate
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import Recognizer
from assistant.settings.loader import Settings
from assistant.settings.machine import Hearing
from assistant.sound import BLOCK_SECONDS, FULL_SCALE, HEARING_RATE_HZ, AudioClip, Samples, gain, joined, silence
from hearing.sounds import Wave, colored, crockery, fan, knocking, music, vacuum_cleaner
from hearing.speech import Talkers, blocks, demo, in_a_room

Hear = Callable[..., list[tuple[float, Heard]]]
PAUSE_WINDOW = frozenset({Intent.PAUSE})
READY_WINDOW = frozenset({Intent.READY, Intent.NOT_YET, Intent.QUIET})
A_PAUSE = Heard(Intent.PAUSE)


@pytest.fixture
def hear(shipped: Recognizer, settings: Settings) -> Hear:
    """Everything that was understood, and the second it was understood at."""

    def heard(
        sound: Samples, window: frozenset[Intent] = PAUSE_WINDOW, gate: Gate | None = None
    ) -> list[tuple[float, Heard]]:
        ears = Ears(
            gate=gate or speech_gate(Hearing()),
            recognizer=shipped,
            trigger=Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by),
            phrases=settings.phrases,
            agreement=settings.agreement,
        )
        shipped.reset()
        ears.listen_for(window)
        seconds = [number * BLOCK_SECONDS for number in range(len(blocks(sound)))]
        understood = [
            ears.hear(block, 100 + now, speaking=False) for now, block in zip(seconds, blocks(sound), strict=True)
        ]
        return [(now, what) for now, what in zip(seconds, understood, strict=True) if what is not None]

    return heard


def meant(found: list[tuple[float, Heard]]) -> list[Heard]:
    return [what for _, what in found]


# --- a phrase in bad sound ------------------------------------------------------------------------------------------

QUIET = gain(-27)  # speech at -50 dBFS
SPOILED: dict[str, Callable[[Wave], Wave]] = {
    "-50 dBFS": lambda sound: sound * QUIET,
    "20 dB too loud, clipped": lambda sound: sound * gain(20),
    "an offset": lambda sound: sound + 0.3 * FULL_SCALE,
    "an offset below": lambda sound: sound - 0.3 * FULL_SCALE,
    "-50 dBFS on an offset": lambda sound: sound * QUIET + 0.3 * FULL_SCALE,
    "clipped on one side": lambda sound: sound * gain(10) + 0.9 * FULL_SCALE,
    "turned upside down": lambda sound: -sound,
    "eight bits": lambda sound: np.rint(sound / 256) * 256,
    "mains hum": lambda sound: sound + 1500 * np.sin(2 * np.pi * 50 * np.arange(len(sound)) / HEARING_RATE_HZ),
}


@pytest.mark.parametrize(
    ("voice", "how"),
    [("demo", how) for how in SPOILED]
    + [("en-gb+f3", "-50 dBFS on an offset"), ("en-us", "20 dB too loud, clipped"), ("en-us", "clipped on one side")],
)
def test_a_phrase_is_heard_in_bad_sound(hear: Hear, talkers: Talkers, voice: str, how: str) -> None:
    clip = demo("one-05") if voice == "demo" else talkers.say("I need a pause.", voice)
    spoiled = SPOILED[how](in_a_room(clip).astype(float))
    assert meant(hear(np.clip(np.rint(spoiled), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16))) == [A_PAUSE]


def test_a_click_every_second_does_not_hide_a_phrase(hear: Hear) -> None:
    sound = in_a_room(demo("one-05"), before_seconds=2.0)
    sound[::HEARING_RATE_HZ] = 32_767
    assert meant(hear(sound)) == [A_PAUSE]


# --- a cut through the phrase ---------------------------------------------------------------------------------------


class AlwaysSpeech:
    """What a loud room does to a detector: the gate never closes, and every limit is reached."""

    def is_speech(self, block: Samples) -> bool:
        return True


def in_noise(clip: AudioClip, before_seconds: float) -> Samples:
    """The noise goes on before and after, so no lull helps."""
    at = round(before_seconds * HEARING_RATE_HZ)
    sound = fan(before_seconds + clip.seconds + 4.0, -50.0)
    sound[at : at + len(clip.samples)] += clip.samples
    return sound


@pytest.mark.parametrize("part_before_the_cut", [0.6, long(0.0), long(0.3), long(1.0)])
@pytest.mark.parametrize("voice", ["demo", "en-gb+f3"])
def test_a_phrase_that_a_cut_goes_through_is_heard_once(
    hear: Hear, talkers: Talkers, voice: str, part_before_the_cut: float
) -> None:
    clip = demo("one-05") if voice == "demo" else talkers.say("I need a pause.", voice)
    first_cut = LONGEST_SECONDS + 2 * BLOCK_SECONDS
    begins = first_cut - part_before_the_cut * clip.seconds
    found = hear(in_noise(clip, begins), gate=Gate(AlwaysSpeech()))
    assert meant(found) == [A_PAUSE]
    assert 0.4 < found[0][0] - begins < clip.seconds + 1.0, "not much more than a look later, cut or not"


@pytest.mark.parametrize("part_before_the_cut", [0.0, 0.3, 0.6, 1.0])
def test_an_answer_that_a_cut_goes_through_is_heard_once(
    hear: Hear, talkers: Talkers, part_before_the_cut: float
) -> None:
    clip = talkers.say("I'm ready.", "en-gb+f3")
    first_cut = LONGEST_ANSWER_SECONDS + 2 * BLOCK_SECONDS
    sound = in_noise(clip, first_cut - part_before_the_cut * clip.seconds)
    assert meant(hear(sound, READY_WINDOW, gate=Gate(AlwaysSpeech()))) == [Heard(Intent.READY)]


# --- bad sound without a phrase -------------------------------------------------------------------------------------

NOBODY = {
    "zeros": np.zeros(3 * HEARING_RATE_HZ, np.int16),
    "a dead channel with an offset": np.full(3 * HEARING_RATE_HZ, 9830, np.int16),
    "full scale": np.full(3 * HEARING_RATE_HZ, -FULL_SCALE, np.int16),
    "a square wave": np.tile(np.repeat(np.array([-FULL_SCALE, FULL_SCALE - 1], np.int16), 40), 800),
    "random numbers": np.random.default_rng(5).integers(-FULL_SCALE, FULL_SCALE, 4 * HEARING_RATE_HZ).astype(np.int16),
    "music": music(6.0),
    "crockery": crockery(6.0),
    "a vacuum cleaner": vacuum_cleaner(4.0),
    "knocking": knocking(5.0),
    "a fan": fan(6.0),
    "rain": (colored(4.0, 0) * 900).astype(np.int16),
}


@pytest.mark.parametrize("window", [PAUSE_WINDOW, long(READY_WINDOW)], ids=["pause", "ready"])
@pytest.mark.parametrize("sound", NOBODY.values(), ids=NOBODY)
def test_no_sound_of_a_home_or_of_a_broken_microphone_means_anything(
    hear: Hear, sound: Samples, window: frozenset[Intent]
) -> None:
    assert hear(sound, window) == []


# --- another language -----------------------------------------------------------------------------------------------

FOREIGN = {
    "de": ("Ich brauche jetzt eine Pause.", "Können wir kurz Pause machen?", "Wir haben keine Zeit mehr."),
    "ko": ("나 지금 좀 쉬고 싶어.", "우리 잠깐 쉬었다 하자.", "타임 아웃이라고 했어."),
    "fr-fr": ("J'ai besoin d'une pause.", "On peut faire une pause ?", "Il est temps de partir, non ?"),
}


@pytest.mark.parametrize("language", ["de", long("ko"), long("fr-fr")])
def test_another_language_is_no_command(hear: Hear, talkers: Talkers, language: str) -> None:
    lines = [talkers.say(line, language) for line in FOREIGN[language]]
    gaps = silence(0.9, HEARING_RATE_HZ)
    talk = in_a_room(joined([part for line in lines for part in (line, gaps)]))
    assert A_PAUSE not in meant(hear(talk))  # to be asked about "Pause" is fair: it is the same word
    assert meant(hear(talk, READY_WINDOW)) == []
    assert meant(hear(in_a_room(AudioClip(talk, HEARING_RATE_HZ), demo("one-05")))) == [A_PAUSE], "nor deafening"
