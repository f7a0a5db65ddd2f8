from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.devices.whisper import WhisperModel
from assistant.hearing.phrase_scorer import PhraseScorer
from assistant.hearing.phrase_spotter import TAUGHT, PhraseSpotter
from assistant.ports import FreeDecode, Hypothesis
from assistant.settings.loader import Settings
from assistant.sound import HEARING_RATE_HZ, Samples, gain, level_dbfs, to_int16
from hearing.speech import Talkers

PAUSE = "i need a pause"


class CountingDecoder(WhisperModel):
    """Whisper, and how often its decoder was asked."""

    decoded = 0

    def free(self, encoded: Any) -> FreeDecode:
        self.decoded += 1
        return super().free(encoded)


@pytest.fixture(scope="module")
def spotter() -> PhraseSpotter:
    return PhraseSpotter()


def said(scorer: PhraseScorer, sound: Samples, phrases: Sequence[str] = (PAUSE,)) -> Sequence[Hypothesis]:
    scorer.reset()
    scorer.listen_for(phrases, [])
    return [*scorer.accept(sound), *scorer.finish()]


def in_hiss(sound: Samples, ratio_db: float) -> Samples:
    """With white noise so far below the speech."""
    noise = np.random.default_rng(3).standard_normal(len(sound)).astype(np.float32) * 0.1
    noise *= gain(level_dbfs(sound) - ratio_db - level_dbfs(to_int16(noise)))
    return to_int16(sound.astype(np.float32) / 32768 + noise)


def test_it_was_taught_every_pause_phrase_that_can_be_chosen(spotter: PhraseSpotter, settings: Settings) -> None:
    assert spotter.can_deny(settings.phrases.pause.phrases)
    assert not spotter.can_deny([PAUSE, "purple elephants"])


def test_the_phrase_that_was_said_is_the_likeliest(
    whisper: WhisperModel, spotter: PhraseSpotter, talkers: Talkers, settings: Settings
) -> None:
    phrases = settings.phrases.pause.recommended
    for phrase in phrases:
        sound = talkers.say(phrase.replace("i ", "I "), "en-us").samples
        spots = spotter.spots(whisper.features(whisper.encoded(sound)), phrases)
        assert max(phrases, key=lambda each: spots[each].logit) == phrase


def test_it_says_where_the_phrase_is(whisper: WhisperModel, spotter: PhraseSpotter, talkers: Talkers) -> None:
    said_at = talkers.say("I need a pause.", "en-us").samples
    for before_seconds in (0.2, 1.4):
        sound = np.concatenate([np.zeros(round(before_seconds * HEARING_RATE_HZ), np.int16), said_at])
        spot = spotter.spots(whisper.features(whisper.encoded(sound)), [PAUSE])[PAUSE]
        assert before_seconds < spot.seconds < before_seconds + len(said_at) / HEARING_RATE_HZ + 0.4


def test_in_noise_it_hears_what_the_decoder_alone_does_not(
    whisper: WhisperModel, spotter: PhraseSpotter, talkers: Talkers
) -> None:
    loud = in_hiss(talkers.say("I need a pause.", "en-us").samples, ratio_db=4)
    alone = max((one.score for one in said(PhraseScorer(whisper), loud)), default=-9.0)
    both = max((one.score for one in said(PhraseScorer(whisper, spotter), loud)), default=-9.0)
    assert alone < -1.4 <= both


def test_where_it_hears_none_of_the_phrases_nothing_is_decoded(spotter: PhraseSpotter, talkers: Talkers) -> None:
    from assistant.models.whisper_model import embedded_whisper_model  # noqa: PLC0415

    decoder = CountingDecoder(embedded_whisper_model())
    scorer = PhraseScorer(decoder, spotter)
    assert said(scorer, talkers.say("The weather will be fine tomorrow in the hills.", "en-us").samples) == []
    assert decoder.decoded == 0
    assert said(scorer, talkers.say("I need a pause.", "en-us").samples)
    assert decoder.decoded > 0


def test_a_phrase_of_the_couples_own_is_still_heard_by_the_decoder(
    whisper: WhisperModel, spotter: PhraseSpotter, talkers: Talkers
) -> None:
    own = "purple elephants"
    found = said(PhraseScorer(whisper, spotter), talkers.say("Purple elephants.", "en-us").samples, (PAUSE, own))
    assert [one.phrase for one in found if one.score > -1.4] == [own]


def test_silence_and_hiss_are_no_phrase(whisper: WhisperModel, spotter: PhraseSpotter) -> None:
    hiss = to_int16(np.random.default_rng(0).standard_normal(3 * HEARING_RATE_HZ).astype(np.float32) * 0.1)
    for sound in (np.zeros(2 * HEARING_RATE_HZ, np.int16), hiss):
        assert all(one.score < -2.6 for one in said(PhraseScorer(whisper, spotter), sound))


def test_both_opinions_count(spotter: PhraseSpotter) -> None:
    assert spotter.fused(PAUSE, 2.0, -1.5) > spotter.fused(PAUSE, 2.0, -3.0) > spotter.fused(PAUSE, 1.0, -3.0)
    assert spotter.fused(PAUSE, 0.0, -0.2) == pytest.approx(-0.2), "the decoder is sure, and nothing speaks against it"
    assert spotter.fused(PAUSE, -1.0, -0.2) == pytest.approx(-1.2), "the spotter doubts it"
    assert spotter.fused(PAUSE, -6.0, -0.2) < -2.6, "the spotter denies it"
    assert spotter.fused(PAUSE, 30.0, 0.0) == 0.0


def test_the_shipped_file_holds_numbers_and_phrases_only() -> None:
    for file in TAUGHT:
        with np.load(file, allow_pickle=False) as numbers:
            assert set(json.loads(str(numbers["about"]))) == {"phrases", "fusion", "denies"}
            assert all(numbers[name].dtype == np.float16 for name in numbers.files if name != "about")
        assert file.stat().st_size < 500_000


def test_a_file_of_another_make_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.npz").write_bytes(b"not numbers")
    with pytest.raises(ValueError, match="pickled"):
        PhraseSpotter([tmp_path / "other.npz"])
