from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.hearing.own_voice import EARLY_FRAMES, OwnVoice
from assistant.sound import HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples

BLOCK, RATE = HEARING_BLOCK_FRAMES, HEARING_RATE_HZ
SECONDS = 20
NOISE = np.random.default_rng(1).integers(-6000, 6000, 24_000 * (SECONDS + 30)).astype(np.int16)
NOISE_AT_16_KHZ = np.interp(np.arange(16_000 * (SECONDS + 29)) * 1.5, np.arange(len(NOISE)), NOISE)


class Pairs:
    """A canceller that only keeps what it is given."""

    def __init__(self) -> None:
        self.heard: list[Samples] = []
        self.played: list[Samples] = []
        self.resets = 0

    def cleaned(self, heard: Samples, played: Samples) -> Samples:
        self.heard.append(heard)
        self.played.append(played)
        return heard // 2

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None: ...

    def lateness(self, seconds: float = 1.0) -> float:
        """How many frames after what is given with it the echo comes, in the last seconds."""
        blocks = round(seconds / 0.03)
        heard, played = (np.concatenate(row[-blocks:]).astype(float) for row in (self.heard, self.played))
        size = 2 * len(heard)
        likeness = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size)), size)
        best = int(likeness.argmax())
        return best if best < len(heard) else best - size


class House:
    """A loudspeaker, a microphone, and what each of them has done so far.

    ``delay_seconds``: from rendering to hearing. ``drift``: how much faster the loudspeaker's clock is.
    """

    def __init__(self, *, delay_seconds: float = 0.12, drift: float = 0.0) -> None:
        self.delay, self.drift = delay_seconds, drift
        self.pairs = Pairs()
        self.waiting: list[tuple[int, Samples]] = []
        self.own_voice = OwnVoice(canceller=self.pairs, played=self._taken)
        self.now = 0.0
        self.rendered = 0
        self.loudspeaker_gone = 0.0  # seconds in all

    def _taken(self) -> Sequence[tuple[int, Samples]]:
        waiting, self.waiting = self.waiting, []
        return waiting

    def pass_block(self, *, microphone: bool = True, loudspeaker: bool = True, silent: bool = False) -> Samples | None:
        self.now += 0.03
        if not loudspeaker:
            self.loudspeaker_gone += 0.03
        while self.rendered / 24_000 < (self.now - self.loudspeaker_gone) * (1 + self.drift):
            piece = NOISE[self.rendered : self.rendered + 720]
            self.waiting.append((self.rendered, np.zeros_like(piece) if silent else piece))
            self.rendered += 720
        if not microphone:
            return None
        return self.own_voice.cleaned(self._air(silent=silent))

    def live(self, seconds: float, *, microphone: bool = True, loudspeaker: bool = True) -> None:
        for _ in range(round(seconds / 0.03)):
            self.pass_block(microphone=microphone, loudspeaker=loudspeaker)

    def _air(self, *, silent: bool) -> Samples:
        begins = self.now - 0.03 - self.delay - self.loudspeaker_gone
        places = (begins + np.arange(BLOCK) / RATE) * (1 + self.drift) * RATE
        if silent or places[0] < 0:
            return np.zeros(BLOCK, np.int16)
        before = places.astype(int)
        part = places - before
        sound: Samples = 0.3 * ((1 - part) * NOISE_AT_16_KHZ[before] + part * NOISE_AT_16_KHZ[before + 1])
        return sound.astype(np.int16)


@pytest.mark.parametrize("delay", [0.09, 0.173, 0.4, 0.7])
def test_what_was_played_comes_a_little_before_its_echo(delay: float) -> None:
    house = House(delay_seconds=delay)
    house.live(5)
    assert house.own_voice.delay_known
    assert house.pairs.lateness() == pytest.approx(EARLY_FRAMES, abs=12)
    assert house.pairs.resets == 1, "what was learned before was learned of something else"


def test_a_delay_that_is_good_enough_is_left_alone() -> None:
    house = House(delay_seconds=0.04)
    house.live(5)
    assert house.own_voice.delay_known
    assert house.pairs.resets == 0


@pytest.mark.parametrize("drift", [100e-6, -300e-6])
def test_clocks_that_drift_apart_are_followed(drift: float) -> None:
    house = House(drift=drift)
    house.live(22)
    assert house.pairs.resets == 1
    before = house.pairs.lateness()
    house.live(15)
    # Without it, 15 s at 100 millionths are 24 frames.
    assert house.pairs.lateness() == pytest.approx(before, abs=4)
    assert house.pairs.resets == 1


@pytest.mark.parametrize("gone", ["microphone", "loudspeaker"])
@pytest.mark.parametrize("seconds", [0.5, 4.0])
def test_a_device_that_was_gone_for_a_while_is_found_again(gone: str, seconds: float) -> None:
    house = House()
    house.live(5)
    house.live(seconds, microphone=gone != "microphone", loudspeaker=gone != "loudspeaker")
    house.live(6)
    lateness = house.pairs.lateness()
    assert 0 < lateness < RATE * 0.06, f"{1000 * lateness / RATE:.0f} ms"


def test_blocks_that_waited_while_the_model_was_loaded_are_no_delay() -> None:
    house = House()
    waiting = [house._air(silent=False) for _ in range(60) if house.pass_block(microphone=False) is None]
    for block in waiting:
        house.own_voice.cleaned(block)
    house.live(6)
    assert 0 < house.pairs.lateness() < RATE * 0.06


def test_when_nothing_is_played_nothing_is_changed_and_the_canceller_rests() -> None:
    house = House()
    for _ in range(100):
        house.pass_block(silent=True)
    block = np.arange(BLOCK).astype(np.int16)
    assert house.own_voice.cleaned(block) is block
    assert not house.pairs.heard


def test_while_it_rings_the_canceller_still_works() -> None:
    house = House()
    house.live(3)
    worked = len(house.pairs.heard)
    for _ in range(100):
        house.pass_block(silent=True)
    assert 20 <= len(house.pairs.heard) - worked <= 30, "0.8 s"
