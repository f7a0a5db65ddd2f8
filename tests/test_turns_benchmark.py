"""What `scripts/bench turns` measures with: levels in its rooms, and what counts as an interruption that was heard."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from assistant.app import Parts
from assistant.devices import speexdsp_echo
from assistant.messages import Intent
from assistant.ports import Hypothesis
from assistant.settings.loader import load_settings
from assistant.sound import HEARING_RATE_HZ, SPEAKING_RATE_HZ, AudioClip, Samples, to_int16
from assistant.speaking.leveling import active_level_dbfs, leveled

sys.path.append(str(Path(__file__).parents[1] / "scripts"))
from benchmarks import speaking_room, turns
from benchmarks.figures import table
from benchmarks.speaking_room import TALK_DBFS, SpeakingRoom, interruptions
from benchmarks.turns import FIGURES, RATIOS_DB, WAYS, Options

QUIET = "quiet please"
CANCELLER = pytest.mark.skipif(
    not speexdsp_echo.installed(), reason="needs the echo canceller: sudo apt-get install libspeexdsp1, or scripts/test"
)


def murmur(seconds: float, rate_hz: int, seed: int = 1) -> AudioClip:
    """What goes up and down like speech, at Breather's own level."""
    rng = np.random.default_rng(seed)
    count = round(seconds * rate_hz)
    edges = np.arange(0, count, rate_hz // 6)
    syllables = np.interp(np.arange(count), edges, rng.uniform(0.1, 1, len(edges)))
    tones = sum(np.sin(2 * np.pi * 130 * k * np.arange(count) / rate_hz) / k for k in range(1, 20))
    wave = (tones + 0.3 * rng.standard_normal(count)) * syllables
    return leveled(AudioClip(to_int16(wave / np.abs(wave).max()), rate_hz))


class HearsAt:
    """A recogniser that finds a phrase in the look at the end of some second of its sound; it counts from a reset."""

    def __init__(self, phrase: str = QUIET, score: float = 0.0) -> None:
        self.phrase, self.score = phrase, score
        self.phrases: Sequence[str] = ()
        self.due = False

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        self.phrases = phrases

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        return ()

    def lull(self) -> Sequence[Hypothesis]:
        if not self.due or self.phrase not in self.phrases:
            return ()
        self.due = False
        return [Hypothesis(self.phrase, self.score, 0.3, 1.0, inside=self.phrase)]

    def finish(self) -> Sequence[Hypothesis]:
        return self.lull()

    def reset(self) -> None: ...

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def close(self) -> None: ...


@pytest.fixture
def ready() -> Parts:
    """A Breather that murmurs: three seconds for each sentence."""
    settings = load_settings(Path(__file__).parents[1] / "config")
    prompts = SimpleNamespace(clip=lambda sentences: murmur(3 * len(sentences), SPEAKING_RATE_HZ))
    wording = SimpleNamespace(everything=lambda: ["In."])
    return cast(Parts, SimpleNamespace(settings=settings, prompts=prompts, wording=wording))


@pytest.fixture
def room(ready: Parts) -> Iterator[SpeakingRoom]:
    if not speexdsp_echo.installed():
        pytest.skip(str(CANCELLER.kwargs["reason"]))
    room = SpeakingRoom(ready, HearsAt(), ratio_db=0, interruptible=True)
    yield room
    room.close()


@pytest.mark.parametrize("ratio", RATIOS_DB)
def test_the_talker_is_as_loud_as_said_and_the_echo_as_much_softer(ready: Parts, ratio: int) -> None:
    room = SpeakingRoom(ready, HearsAt(), ratio_db=ratio, interruptible=False)
    room.mixer.say(murmur(3, SPEAKING_RATE_HZ))
    echo = np.concatenate([cast(Samples, room.room.microphone.read(0.1)) for _ in range(100)])
    talker = speaking_room.said_in_the_room(murmur(1, HEARING_RATE_HZ).samples, seed=3)
    assert active_level_dbfs(talker) == pytest.approx(TALK_DBFS, abs=0.3)
    assert active_level_dbfs(AudioClip(echo, HEARING_RATE_HZ)) == pytest.approx(TALK_DBFS - ratio, abs=0.7)


def interrupted(room: SpeakingRoom, recognizer: HearsAt, meant: Intent, *, due_after: float | None) -> Any:
    """One interruption of a second, and a recogniser that finds its phrase so many seconds after the beginning."""
    voice = murmur(1, HEARING_RATE_HZ, seed=4).samples
    said_at: list[float] = []
    say = room.room.say

    def noticed(clip: AudioClip, at_seconds: float) -> None:
        said_at.append(at_seconds)
        say(clip, at_seconds)

    room.room.say = noticed  # type: ignore[method-assign]
    step = room.step

    def timed() -> Any:
        if said_at and due_after is not None and room.now >= said_at[0] + due_after and not recognizer.due:
            recognizer.due = room.now < said_at[0] + due_after + 0.5
        return step()

    room.step = timed  # type: ignore[method-assign]
    (one,) = interruptions(room, [(QUIET, meant, voice)], [["In."], ["In.", "In."]], seed=1)
    return one


@CANCELLER
def test_an_interruption_counts_from_the_end_of_the_word(ready: Parts) -> None:
    recognizer = HearsAt()
    room = SpeakingRoom(ready, recognizer, ratio_db=10, interruptible=True)
    one = interrupted(room, recognizer, Intent.QUIET, due_after=1.1)
    assert not one.wrong
    assert 0.05 <= one.decided <= 0.5
    assert one.silent == pytest.approx(0.008, abs=0.002), "the mixer's own fade"
    assert one.computing >= 0


@CANCELLER
def test_what_is_taken_for_another_wish_or_not_heard_at_all_is_no_hit(ready: Parts) -> None:
    for meant, due_after, wrong in ((Intent.SILENT_EXIT, 0.8, True), (Intent.QUIET, None, False)):
        recognizer = HearsAt()
        room = SpeakingRoom(ready, recognizer, ratio_db=10, interruptible=True)
        one = interrupted(room, recognizer, meant, due_after=due_after)
        assert (one.decided, one.wrong) == (None, wrong)
        room.close()


def test_the_table_has_a_row_for_every_way_voice_and_level() -> None:
    names = [figure.name for figure in FIGURES]
    assert len(set(names)) == len(names)
    assert sum("its own voice" in name for name in names) == len(WAYS) * 2
    assert turns.subject(Options(cache=Path())).figures == FIGURES
    assert table([]).startswith("| figure")
