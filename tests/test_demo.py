"""The demo as a person gets it: what it prints, and what is to be heard in pause.wav, second by second.

The words are proven twice: the sound of each sentence stands where the script wants it, to the hundredth of a second,
and the recogniser reads the right words out of the file again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from household import ROOT, Demo, Household
from live.transcription import CONTEXT_SECONDS, Transcriber, plain_words
from rapidfuzz.distance import Levenshtein

from assistant.app import choose_voice, promptbook
from assistant.demo import read_conversation
from assistant.dialogue.timeline import planned_speech
from assistant.dialogue.wording import Wording
from assistant.errors import RecordingError
from assistant.settings.loader import load_settings
from assistant.sound import FULL_SCALE, SPEAKING_RATE_HZ, AudioClip, Samples, level_dbfs, read_wav

DEMO = ROOT / "audio" / "demo"
RATE = SPEAKING_RATE_HZ
LOUD_DBFS = -30.0  # speech is at -20, the tones stay below -35


@dataclass(frozen=True)
class Sentence:
    """``second``: from the beginning of the pause, as the script wants it. ``clip``: as it was rendered."""

    second: float
    text: str
    clip: AudioClip


@dataclass(frozen=True)
class Pause:
    """``samples``: from the first chime on. ``began``: when that was in the room."""

    samples: Samples
    began: float
    sentences: Sequence[Sentence]

    def part(self, start: float, end: float) -> Samples:
        return self.samples[round(start * RATE) : round(end * RATE)]


@pytest.fixture(scope="module")
def pause(demo: Demo, settled: Household) -> Pause:
    assert demo.exit_code == 0, demo.complaints
    samples = read_wav(demo.wav, rate_hz=RATE).samples
    first = int(np.flatnonzero(samples)[0])
    settings = load_settings(settled.folder / "config")
    wording = Wording(settings.script, settings.agreement, settings.reflection)
    voice = choose_voice(settings.machine.voice)
    prompts = promptbook(settled.places, voice, settings.script)
    sentences = []
    reflection = settings.reflection
    planned = planned_speech(
        settings.script.pause,
        settings.agreement.minutes,
        wording=wording,
        cue_lead_seconds=settings.script.timing.cue_lead_seconds,
        breath=reflection.breathing[settings.agreement.breathing].breath,
        questions=[reflection.feeling, *reflection.live_questions(())],
    )
    for line in planned:
        second = line.second
        for text in line.sentences:
            clip = prompts.clip((text,))
            sentences.append(Sentence(second, text, clip))
            second += clip.seconds + settings.script.timing.sentence_gap_seconds
    return Pause(samples[first:], first / RATE, sentences)


def frames_dbfs(samples: Samples, seconds: float = 0.03) -> list[float]:
    length = round(seconds * RATE)
    return [level_dbfs(samples[at : at + length]) for at in range(0, len(samples) - length + 1, length)]


# --- what it prints -------------------------------------------------------------------------------------------------


def events(out: str) -> list[str]:
    """The lines of the timeline without their times."""
    return [line[15:] for line in out.splitlines() if re.match(r" *\d+:\d\d ", line)]


def test_the_pause_is_called_once_and_by_nothing_that_only_sounds_like_it(demo: Demo) -> None:
    happened = [line.strip() for line in events(demo.out)]
    assert sum("a pause is wanted" in line for line in happened) == 1
    called = happened.index("heard     a pause is wanted")
    assert happened[called - 1] == "(one: I need a pause.)"
    assert "(two: Could you at least pause the movie while we talk?)" in happened[:called]
    assert "(one: It is never a good time for you. You always need a break from this.)" in happened[:called]


def test_both_are_asked_and_all_ends_well(demo: Demo) -> None:
    happened = [line.strip() for line in events(demo.out) if line.startswith(("──", "heard"))]
    assert happened == [
        "── listening",
        "heard     a pause is wanted",
        "── opening",
        "── separating",
        "── body",
        "── mind",
        "── return cue",
        "── called back",
        "── ask first",
        "heard     ready",
        "── ask second",
        "heard     ready",
        "── offering",
        "── reconvened",
        "heard     settled",
        "── close out",
        "── listening",
    ]


# --- what is heard --------------------------------------------------------------------------------------------------


def test_the_answer_comes_at_once(pause: Pause) -> None:
    """From the end of "I need a pause" to the first chime."""
    line = next(line for line in read_conversation(DEMO) if line.text == "I need a pause.")
    assert line.at is not None
    spoken = np.flatnonzero(np.abs(line.clip.samples.astype(int)) > FULL_SCALE * 0.01)
    ended = line.at + float(spoken[-1]) / line.clip.rate_hz
    assert 0 < pause.began - ended < 1.0


def test_the_file_is_as_it_should_be(demo: Demo, pause: Pause) -> None:
    """24 kHz, 16 bits, mono; nothing before the pause is called, nothing clipped."""
    clip = read_wav(demo.wav)
    assert clip.rate_hz == 24_000
    assert 10.5 * 60 < clip.seconds < 13 * 60
    assert int(np.abs(clip.samples.astype(np.int32)).max()) < FULL_SCALE - 1
    runs_at_the_top = np.abs(clip.samples.astype(np.int32)) > FULL_SCALE * 0.97
    assert not (runs_at_the_top[1:] & runs_at_the_top[:-1]).any()
    assert -24 < level_dbfs(pause.part(1.0, 6.0)) < -14, "speech is heard, and not shouted"


@pytest.mark.parametrize(
    ("start", "end"), [(60.0, 74.0), (340.0, 370.0), (385.0, 434.0), (500.0, 565.0), (575.0, 599.9)]
)
def test_silence_is_silent(pause: Pause, start: float, end: float) -> None:
    assert max(frames_dbfs(pause.part(start, end))) < -60


def test_most_of_the_ten_minutes_is_quiet(pause: Pause) -> None:
    """At most a fifth is speech, the chimes counted with it, and two whole minutes are without a word."""
    loud = np.array(frames_dbfs(pause.part(0, 600))) > LOUD_DBFS
    # Between the words of a sentence it is quiet for a moment, too; that belongs to the speech.
    places = np.flatnonzero(loud)
    gaps = np.diff(places)
    speech = len(places) + int(gaps[gaps <= 10].sum() - np.count_nonzero(gaps <= 10))
    assert 0.08 < speech / len(loud) <= 0.20
    assert gaps.max() * 0.03 >= 120


def test_every_sentence_stands_at_its_second(pause: Pause) -> None:
    """Compared with the sound that was rendered: where in half a second before and after does it fit best?"""
    assert len(pause.sentences) > 30
    for sentence in pause.sentences:
        wanted = sentence.clip.samples.astype(np.float64)
        around = pause.part(sentence.second - 0.5, sentence.second + sentence.clip.seconds + 0.5).astype(np.float64)
        if sentence.second < 0.5:
            continue
        size = 1 << (len(around) + len(wanted)).bit_length()
        fits = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(wanted, size)), size)
        best = int(np.argmax(fits[: len(around) - len(wanted)]))
        under = around[best : best + len(wanted)]
        likeness = float(under @ wanted / np.sqrt((under @ under) * (wanted @ wanted)))
        assert best / RATE - 0.5 == pytest.approx(0.0, abs=0.1), sentence.text
        assert likeness > 0.9, sentence.text


def test_the_words_are_right(pause: Pause) -> None:
    """The recogniser reads the file, sentence by sentence, at the seconds where the script wants them."""
    transcriber = Transcriber()
    errors = words = 0
    told = []
    for sentence in pause.sentences:
        said = plain_words(sentence.text)
        if sentence.clip.seconds > CONTEXT_SECONDS - 0.2 or len(said) < 3:
            continue  # a single word is too little for the model; the sound itself is compared above
        part = pause.part(sentence.second - 0.1, sentence.second + sentence.clip.seconds + 0.1)
        heard = transcriber.words(AudioClip(part, RATE))[: len(said) + 3]
        wrong = Levenshtein.distance(said, heard)
        errors, words = errors + wrong, words + len(said)
        told.append(f"{wrong} of {len(said)}: {sentence.text} -> {' '.join(heard)}")
    assert words > 120
    assert errors / words <= 0.2, "\n".join(told)


def pitch_hz(samples: Samples) -> float:
    """The strongest frequency between 120 and 300 Hz: the tones glide from E3 to B3."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 16))
    frequencies = np.fft.rfftfreq(1 << 16, 1 / RATE)
    band = (frequencies > 120) & (frequencies < 300)
    return float(frequencies[band][np.argmax(spectrum[band])])


@pytest.mark.parametrize("second", [165.0, 205.0, 285.0])
def test_the_tones_rise_for_four_seconds_and_fall_for_six(pause: Pause, second: float) -> None:
    """In step with "In." at 2:05 and "And slowly out." at 2:09, and every ten seconds from there."""
    rising = [pitch_hz(pause.part(second + at - 0.2, second + at + 0.2)) for at in (0.9, 1.9, 2.9, 3.6)]
    falling = [pitch_hz(pause.part(second + at - 0.2, second + at + 0.2)) for at in (4.5, 6.0, 7.5, 9.0)]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert rising[-1] > 1.25 * rising[0]
    assert falling[0] > 1.25 * falling[-1]
    # Both turns are silent, so that the direction can be felt as well as heard.
    for turn in (0.0, 4.0):
        assert level_dbfs(pause.part(second + turn - 0.02, second + turn + 0.02)) < -50
    said = {sentence.text: sentence.second for sentence in pause.sentences[::-1]}
    assert (second - said["In."]) % 10 == 0
    assert (second + 4 - said["And slowly out."]) % 10 == 0


def test_the_tones_become_softer_and_end(pause: Pause) -> None:
    full = level_dbfs(pause.part(195.0, 205.0))
    soft = level_dbfs(pause.part(255.0, 265.0))
    assert full - soft == pytest.approx(6.0, abs=1.0)
    assert -45 < full < -30, "well below the voice"


# --- the couple -----------------------------------------------------------------------------------------------------


def test_a_conversation_that_cannot_be_read(tmp_path: Path) -> None:
    for content in (None, "[[line", "lines = 3", "line = 3", '[[line]]\nwho = "one"\ntext = "Hm."'):
        if content is not None:
            (tmp_path / "conversation.toml").write_text(content)
        with pytest.raises(RecordingError, match=r"The demo conversation cannot be read .*conversation\.toml"):
            read_conversation(tmp_path)


@pytest.mark.long
def test_the_couple_can_be_put_into_the_file(settled: Household, tmp_path: Path, pause: Pause) -> None:
    done = settled.run("demo", "--with-the-couple", "--output", tmp_path / "both.wav")
    assert done.returncode == 0, done.stderr
    samples = read_wav(tmp_path / "both.wav").samples
    assert level_dbfs(samples[: round((pause.began - 1) * RATE)]) > -45, "the argument before the pause"
    start, end = (round((pause.began + second) * RATE) for second in (340, 370))
    assert not samples[start:end].any(), "nobody speaks in the quiet of the pause"
