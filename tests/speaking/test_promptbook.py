import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import CacheError, VoiceError
from assistant.sound import SPEAKING_RATE_HZ, AudioClip, level_dbfs, peak_dbfs, to_int16
from assistant.speaking.leveling import active_level_dbfs
from assistant.speaking.promptbook import Promptbook

KEY = {"engine": "hum", "version": "1", "voice": "low", "rate": "115"}
STOP_HERE, COME_BACK, IN = "Please stop here.", "We come back together.", "In."


class HummingVoice:
    """Hums 0.1 s for every letter, at 22,050 Hz, between half seconds of silence; each text at its own pitch."""

    def __init__(self) -> None:
        self.rendered: list[str] = []

    @property
    def key(self) -> Mapping[str, str]:
        return KEY

    def render(self, sentence: str) -> AudioClip:
        self.rendered.append(sentence)
        time = np.arange(round(0.1 * len(sentence) * 22_050)) / 22_050
        hum = to_int16(0.3 * np.sin(2 * np.pi * (200 + 10 * len(sentence)) * time))
        edge = np.zeros(11_025, np.int16)
        return AudioClip(np.concatenate([edge, hum, edge]), 22_050)

    def close(self) -> None:
        pass


def book(cache: Path, **changed: str) -> Promptbook:
    return Promptbook(cache=cache, synthesizer_key={**KEY, **changed})


@contextmanager
def nothing_can_be_written() -> Iterator[None]:
    """Every write to a file fails, for root as well."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_prepares_each_missing_sentence_once_and_reports_progress(tmp_path: Path) -> None:
    voice, seen = HummingVoice(), list[tuple[int, int]]()
    prompts = book(tmp_path / "prompts" / "en")
    assert prompts.missing([STOP_HERE, IN, STOP_HERE]) == (STOP_HERE, IN)
    prompts.prepare([STOP_HERE, IN, STOP_HERE], voice, lambda done, total: seen.append((done, total)))
    assert voice.rendered == [STOP_HERE, IN]
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert prompts.missing([STOP_HERE, IN]) == ()


def test_a_later_start_needs_no_voice(tmp_path: Path) -> None:
    first = book(tmp_path)
    first.prepare([STOP_HERE, COME_BACK], HummingVoice())
    later = book(tmp_path)
    assert later.missing([STOP_HERE, COME_BACK]) == ()
    assert np.array_equal(later.clip([STOP_HERE]).samples, first.clip([STOP_HERE]).samples)
    idle = HummingVoice()
    later.prepare([STOP_HERE, COME_BACK], idle)
    assert idle.rendered == []


def test_only_what_is_new_is_rendered(tmp_path: Path) -> None:
    book(tmp_path).prepare([STOP_HERE], HummingVoice())
    voice = HummingVoice()
    book(tmp_path).prepare([STOP_HERE, COME_BACK], voice)
    assert voice.rendered == [COME_BACK]


@pytest.mark.parametrize("part", ["engine", "version", "voice", "rate"])
def test_another_voice_has_its_own_sentences(tmp_path: Path, part: str) -> None:
    book(tmp_path).prepare([IN], HummingVoice())
    assert book(tmp_path, **{part: "other"}).missing([IN]) == (IN,)
    assert book(tmp_path).missing([IN]) == ()


def test_sentences_are_trimmed_levelled_and_joined_with_gaps(tmp_path: Path) -> None:
    prompts = book(tmp_path)
    prompts.prepare([STOP_HERE, COME_BACK], HummingVoice())
    alone = [prompts.clip([sentence]) for sentence in (STOP_HERE, COME_BACK)]
    assert alone[0].rate_hz == SPEAKING_RATE_HZ
    assert alone[0].seconds == pytest.approx(0.1 * len(STOP_HERE) + 0.11, abs=0.02)
    for clip in alone:
        assert active_level_dbfs(clip) == pytest.approx(-20, abs=0.2)
        assert peak_dbfs(clip.samples) <= -3
    both = prompts.clip((STOP_HERE, COME_BACK))
    gap = round(0.6 * SPEAKING_RATE_HZ)
    start = len(alone[0].samples)
    assert len(both.samples) == start + gap + len(alone[1].samples)
    assert level_dbfs(both.samples[start : start + gap]) == -120
    assert prompts.seconds((STOP_HERE, COME_BACK)) == both.seconds


def test_gap_can_be_chosen(tmp_path: Path) -> None:
    prompts = Promptbook(cache=tmp_path, synthesizer_key=KEY, sentence_gap_seconds=1.0)
    prompts.prepare([IN], HummingVoice())
    assert prompts.seconds([IN, IN]) == pytest.approx(2 * prompts.seconds([IN]) + 1.0)


def test_what_is_seldom_said_is_rendered_ahead_and_read_when_it_is_said(tmp_path: Path) -> None:
    voice, seen = HummingVoice(), list[tuple[int, int]]()
    prompts = book(tmp_path)
    prompts.prepare([IN], voice, lambda done, total: seen.append((done, total)), on_disk=[STOP_HERE, IN])
    assert voice.rendered == [IN, STOP_HERE]
    assert seen == [(0, 2), (1, 2), (2, 2)]
    for path in tmp_path.glob("*.wav"):
        path.rename(path.with_suffix(".away"))
    prompts.clip([IN])
    with pytest.raises(VoiceError):
        prompts.clip([STOP_HERE])
    assert prompts.seconds([STOP_HERE]) > 1.0, "about as long as it takes"
    for path in tmp_path.glob("*.away"):
        path.rename(path.with_suffix(".wav"))
    assert prompts.clip([STOP_HERE]).seconds == prompts.seconds([STOP_HERE])


def test_a_sentence_never_prepared_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VoiceError) as caught:
        book(tmp_path).clip([IN])
    assert str(caught.value) == (f"1 of the sentences to be said was never prepared: {tmp_path}. Run: breather setup")


@pytest.mark.parametrize("damage", ["empty", "cut", "one bit", "text", "zeros", "other rate"])
def test_a_damaged_file_is_rendered_again(tmp_path: Path, damage: str) -> None:
    book(tmp_path).prepare([STOP_HERE], HummingVoice())
    (path,) = tmp_path.glob("*.wav")
    whole = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "cut": whole[: len(whole) // 2],
            "one bit": whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
            "text": b"not a recording",
            "zeros": whole[:44] + bytes(len(whole) - 44),
            "other rate": whole[:24] + (16_000).to_bytes(4, "little") + whole[28:],
        }[damage]
    )
    again, voice = book(tmp_path), HummingVoice()
    assert again.missing([STOP_HERE]) == (STOP_HERE,)
    again.prepare([STOP_HERE], voice)
    assert voice.rendered == [STOP_HERE]
    assert path.read_bytes() == whole
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_cache_says_so_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    prompts = book(tmp_path)
    with nothing_can_be_written(), pytest.raises(CacheError) as caught:
        prompts.prepare([STOP_HERE], HummingVoice())
    assert str(caught.value) == (
        f"Rendered speech cannot be stored (File too large): {tmp_path}. "
        "Make room, or make the folder writable, and try again."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_made_says_so_before_anything_is_rendered(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    voice = HummingVoice()
    with pytest.raises(CacheError, match="Rendered speech cannot be stored"):
        book(tmp_path / "file" / "prompts").prepare([STOP_HERE], voice)
    assert voice.rendered == []


def test_a_complete_cache_may_be_read_only(tmp_path: Path) -> None:
    book(tmp_path).prepare([STOP_HERE], HummingVoice())
    tmp_path.chmod(0o555)
    try:
        with nothing_can_be_written():
            later = book(tmp_path)
            later.prepare([STOP_HERE], HummingVoice())
            assert later.seconds([STOP_HERE]) > 1
    finally:
        tmp_path.chmod(0o755)


def test_what_the_voice_raises_comes_through_and_what_was_done_is_kept(tmp_path: Path) -> None:
    class TiredVoice(HummingVoice):
        def render(self, sentence: str) -> AudioClip:
            if self.rendered:
                raise VoiceError("The voice is tired", remedy="Let it rest.")
            return super().render(sentence)

    with pytest.raises(VoiceError, match="tired"):
        book(tmp_path).prepare([STOP_HERE, COME_BACK], TiredVoice())
    assert book(tmp_path).missing([STOP_HERE, COME_BACK]) == (COME_BACK,)


@pytest.mark.parametrize("frames", [0, 1000])
def test_a_silent_rendering_is_an_error_and_is_not_kept(tmp_path: Path, frames: int) -> None:
    class SilentVoice(HummingVoice):
        def render(self, sentence: str) -> AudioClip:
            return AudioClip(np.zeros(frames, np.int16), 22_050)

    with pytest.raises(VoiceError, match="The voice made no sound of a sentence: hum"):
        book(tmp_path).prepare([STOP_HERE], SilentVoice())
    assert list(tmp_path.iterdir()) == []


def test_file_names_tell_nothing_of_the_words(tmp_path: Path) -> None:
    book(tmp_path).prepare(["Alex, please stop here."], HummingVoice())
    (path,) = tmp_path.iterdir()
    assert "alex" not in path.name.lower()
