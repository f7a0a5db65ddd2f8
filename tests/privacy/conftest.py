"""The two sentences as sound, and evenings in which they are said."""

from __future__ import annotations

from pathlib import Path

import pytest
import soxr
from hearing.speech import Talkers, demo
from household import Household

from assistant.devices import pyttsx3_voice
from assistant.devices.pyttsx3_voice import Pyttsx3Voice
from assistant.devices.whisper import WhisperModel
from assistant.models.whisper_model import embedded_whisper_model
from assistant.sound import HEARING_RATE_HZ, Samples, write_wav
from privacy import tracing
from privacy.at_home import Home
from privacy.evenings import EVERYDAY, TwoQuestions, two_evenings
from privacy.spoken import SAID, SAID_IN_THE_PAUSE, SAID_IN_THE_PAUSE_AT, room


@pytest.fixture(scope="session", autouse=True)
def proof(request: pytest.FixtureRequest) -> None:
    """Everyday, a test that cannot be run may be skipped; whoever asks for all of them wants to know."""
    tracing.proof_is_asked_for = "not hours" not in request.config.option.markexpr
    if tracing.proof_is_asked_for and not pyttsx3_voice.installed():
        tracing.missing("espeak-ng", possible=True)


@pytest.fixture(scope="session")
def canaries(settled: Household) -> tuple[Samples, Samples]:
    """The two sentences, spoken; and the proof that the recogniser could write them down, if it were to."""
    voice = Pyttsx3Voice(words_per_minute=140)
    model = WhisperModel(embedded_whisper_model())
    spoken = []
    try:
        for sentence, expected in ((SAID, "lighthouse"), (SAID_IN_THE_PAUSE, "clarinet")):
            clip = voice.render(sentence)
            samples = soxr.resample(clip.samples, clip.rate_hz, HEARING_RATE_HZ)
            heard = "".join(word.text for word in model.free(model.encoded(samples)).words)
            assert expected in heard.lower()
            spoken.append(samples)
    finally:
        voice.close()
    return spoken[0], spoken[1]


@pytest.fixture(scope="session")
def evenings(
    settled: Household, talkers: Talkers, canaries: tuple[Samples, Samples], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Home, Home]:
    """Two evenings at home that differ only in who called the pause, and in who was not ready."""
    return two_evenings(
        settled,
        tmp_path_factory.mktemp("evenings"),
        lambda swapped: TwoQuestions(talkers, canaries, swapped=swapped, also_in=EVERYDAY),
    )


@pytest.fixture(scope="session")
def evening(canaries: tuple[Samples, Samples], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording: a canary, "I need a pause", and another canary in the pause."""
    before, during = canaries
    called = demo("one-05").samples
    path = tmp_path_factory.mktemp("recording") / "evening.wav"
    said = (0.5, before), (5.0, called), (SAID_IN_THE_PAUSE_AT, during)
    write_wav(path, room(*said, seconds=70.0))
    return path


@pytest.fixture(scope="session")
def long_evening(canaries: tuple[Samples, Samples], talkers: Talkers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A look back on the week, a pause called in the middle of it, and the talk afterwards; canaries all the way."""
    one, other = canaries
    words = {text: talkers.say(text).samples for text in ("Look back on the week.", "Yes.", "Leave us to it.")}
    said = [(1.0, words["Look back on the week."]), (16.0, words["Yes."]), (40.0, words["Yes."])]
    said += [(second, voice) for second, voice in ((6.0, one), (24.0, other), (48.0, one), (56.0, other))]
    said += [(70.0, demo("one-05").samples)]
    over = 70.0 + len(demo("one-05").samples) / HEARING_RATE_HZ
    said += [(over + second, voice) for second, voice in ((51.0, other), (330.0, one), (400.0, other))]
    # The answers, with a canary in the same breath; and the talk, in which nobody is asked anything.
    ready, also = demo("two-05").samples, demo("one-06").samples
    said += [(over + 630.0, ready), (over + 638.5, also), (over + 656.0, words["Leave us to it."])]
    said += [(over + second, voice) for second, voice in ((680.0, one), (690.0, other))]
    said += [(over + 700.0, demo("one-07").samples)]
    path = tmp_path_factory.mktemp("recording") / "long-evening.wav"
    write_wav(path, room(*said, seconds=over + 720.0))
    return path
