"""What is done about sound devices that go: when, how often, and never while the heartbeat waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from assistant.devices import portaudio_keeper
from assistant.devices.portaudio_keeper import BACK, GONE, SoundKeeper
from assistant.errors import MicrophoneError, SoundSystemError
from assistant.speaking.mixer import Mixer

HEARTBEAT_SECONDS = 0.03


class Device:
    """One end. ``there``: whether it can be opened. ``deeds``: what was done to it."""

    def __init__(self, name: str, deeds: list[str]) -> None:
        self._name, self._deeds = name, deeds
        self.there, self.flows_when_opened = True, True
        self.flowing, self.seconds_since_block = True, 0.0
        self.error: Exception | None = None
        self.seconds_since_error = float("inf")
        self.trouble: Exception = MicrophoneError("It is not there", remedy="Plug it in.")
        self.held = threading.Event()
        self.held.set()

    def go(self) -> None:
        self.there, self.flowing, self.seconds_since_block = False, False, float("inf")

    def reopen(self) -> None:
        self._deeds.append(f"open {self._name}")
        self.flowing, self.seconds_since_block = False, float("inf")
        self.held.wait(5)
        if not self.there:
            raise self.trouble
        self.flowing, self.seconds_since_block = self.flows_when_opened, 0.0

    def skip(self) -> None:
        self._deeds.append("skip")

    def close(self) -> None:
        self._deeds.append(f"close {self._name}")
        self.flowing, self.seconds_since_block = False, float("inf")


@dataclass
class Desk:
    """A keeper with two devices, and time that passes as the test wants it to."""

    deeds: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    cards: str = "0: a card"
    now: float = 100.0
    can_be_heard: bool = True
    looks_anew: bool = True

    def __post_init__(self) -> None:
        self.microphone, self.loudspeaker = Device("microphone", self.deeds), Device("loudspeaker", self.deeds)
        self.keeper = SoundKeeper(
            microphone=self.microphone,
            loudspeaker=self.loudspeaker,
            on_notice=self.notices.append,
            cards=lambda: self.cards,
            look_anew=self.look_anew,
        )

    def look_anew(self) -> None:
        self.deeds.append("look anew")
        if not self.looks_anew:
            raise SoundSystemError("PortAudio does not start again", remedy="Restart it.")

    def pass_time(self, seconds: float, *, zeros: bool = False, playing: bool = False) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += HEARTBEAT_SECONDS
            self.can_be_heard = self.keeper.tick(self.now, zeros=zeros, playing=playing)
            errand = self.keeper._errand
            if errand is not None and self.microphone.held.is_set():
                errand.wait(5)

    def done(self, deed: str) -> int:
        return self.deeds.count(deed)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.microphone.held.set()
    desk.keeper.close()


def test_while_all_is_well_nothing_is_done(desk: Desk) -> None:
    desk.pass_time(20, playing=True)
    assert (desk.deeds, desk.notices, desk.can_be_heard) == ([], [], True)


def test_when_a_card_comes_or_goes_the_microphone_is_taken_by_its_name_again(desk: Desk) -> None:
    """Its own may have gone, and a sound server moves us to another without a word."""
    desk.cards = ""
    desk.microphone.there = False
    desk.pass_time(1.5, playing=True)
    assert desk.deeds == [], "a stream that is just dying must not be closed"
    desk.pass_time(1.5, playing=True)
    assert desk.deeds[0] == "open microphone"
    assert desk.notices == [GONE["microphone"]]
    desk.microphone.there = True
    desk.pass_time(4, playing=True)
    assert desk.notices == [GONE["microphone"], BACK["microphone"]]
    assert desk.done("look anew") == 0
    desk.cards = "0: a card"
    desk.pass_time(20, playing=True)
    assert desk.notices == [GONE["microphone"], BACK["microphone"]]


def test_a_microphone_that_has_gone_is_told_once_and_comes_back_within_five_seconds(desk: Desk) -> None:
    desk.microphone.go()
    desk.pass_time(60, playing=True)
    assert desk.notices == [GONE["microphone"]]
    assert 15 < desk.done("open microphone") < 25, "at once, and then every three seconds"
    assert desk.done("open loudspeaker") == desk.done("look anew") == 0, "no gap in what is played"
    desk.microphone.there = True
    desk.pass_time(4.0, playing=True)
    assert desk.notices == [GONE["microphone"], BACK["microphone"]]
    tried = desk.done("open microphone")
    desk.pass_time(20)
    assert desk.done("open microphone") == tried


def test_a_loudspeaker_that_has_gone_lets_time_pass_and_comes_back(desk: Desk) -> None:
    desk.loudspeaker.go()
    desk.pass_time(1)
    assert [desk.can_be_heard] == [False]
    assert desk.done("skip") > 20, "in every heartbeat"
    desk.loudspeaker.there = True
    desk.pass_time(4)
    assert [desk.can_be_heard] == [True]
    assert desk.notices == [GONE["loudspeaker"], BACK["loudspeaker"]]
    assert desk.done("open microphone") == 0, "whoever speaks is not cut off"


def test_when_nothing_is_played_portaudio_looks_anew_now_and_then(desk: Desk) -> None:
    desk.microphone.go()
    desk.pass_time(30)
    assert 1 <= desk.done("look anew") <= 4
    at = desk.deeds.index("look anew")
    assert desk.deeds[at - 2 : at + 3] == [
        "close microphone",
        "close loudspeaker",
        "look anew",
        "open loudspeaker",
        "open microphone",
    ]


def test_when_a_card_is_plugged_in_it_looks_anew_at_once_whatever_is_played(desk: Desk) -> None:
    desk.microphone.go()
    desk.pass_time(20, playing=True)
    assert desk.done("look anew") == 0
    desk.cards = "0: a card, 1: a microphone"
    desk.microphone.there = True
    desk.pass_time(1.0, playing=True)
    assert desk.done("look anew") == 1
    assert desk.notices == [GONE["microphone"], BACK["microphone"]]


def test_what_has_been_opened_is_given_time_for_its_first_block(desk: Desk) -> None:
    desk.microphone.go()
    desk.microphone.there, desk.microphone.flows_when_opened = True, False
    desk.pass_time(2.0)
    assert desk.done("open microphone") == 1
    assert desk.notices == [GONE["microphone"]], "an open stream is no sound yet"
    desk.microphone.seconds_since_block = 3.0
    desk.pass_time(1.0)
    assert desk.done("open microphone") == 2


def test_a_microphone_that_gives_zeros_is_opened_anew_but_not_all_the_time(desk: Desk) -> None:
    desk.pass_time(20, zeros=True)
    assert desk.done("open microphone") == 5
    assert desk.notices == [GONE["sound"]]
    desk.pass_time(600, zeros=True)
    assert desk.done("open microphone") < 50, "switched off for the night"
    assert desk.done("look anew") == desk.done("open loudspeaker") == 0
    desk.pass_time(1)
    assert desk.notices == [GONE["sound"], BACK["sound"]]


def test_a_sound_system_that_hangs_holds_nobody_up(desk: Desk) -> None:
    desk.microphone.go()
    desk.microphone.held.clear()
    began = time.monotonic()
    desk.pass_time(30)
    assert time.monotonic() - began < 2
    assert desk.done("open microphone") == 1, "one errand at a time"
    desk.microphone.there = True
    desk.microphone.held.set()
    desk.pass_time(4)
    assert desk.notices[-1] == BACK["microphone"]


def test_whoever_leaves_while_something_is_being_opened_leaves_nothing_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio_keeper, "CLOSING_SECONDS", 0.05)
    left: list[bool] = []
    monkeypatch.setattr(portaudio_keeper, "leave_it_at_exit", lambda: left.append(True))
    desk.microphone.go()
    desk.microphone.held.clear()
    desk.pass_time(0.1)
    began = time.monotonic()
    desk.keeper.close()
    assert time.monotonic() - began < 1
    assert left == [True]
    desk.microphone.there = True
    desk.microphone.held.set()
    errand = desk.keeper._errand
    assert errand is not None
    assert errand.wait(5)
    assert desk.deeds[-1] == "close microphone"


def test_when_portaudio_does_not_look_anew_nothing_is_opened_before_it_does(desk: Desk) -> None:
    desk.looks_anew = False
    desk.microphone.go()
    desk.cards = "0: a card, 1: a microphone"
    desk.pass_time(20)
    tried = desk.done("look anew")
    assert 5 < tried < 12
    assert desk.done("close microphone") == desk.done("close loudspeaker") == tried
    first = desk.deeds.index("look anew")
    assert not [deed for deed in desk.deeds[first:] if deed.startswith("open")]
    desk.looks_anew = desk.microphone.there = True
    desk.pass_time(4)
    assert desk.deeds[-3:] == ["look anew", "open loudspeaker", "open microphone"]
    assert [desk.can_be_heard] == [True]
    assert desk.notices[-2:] == [BACK["microphone"], BACK["loudspeaker"]]
    desk.pass_time(5)
    desk.microphone.go()
    before = desk.done("look anew")
    desk.pass_time(2, playing=True)
    assert desk.done("look anew") == before, "it is owed no more"


def test_whatever_one_device_raises_the_other_is_tried(desk: Desk) -> None:
    desk.loudspeaker.trouble = RuntimeError("not one of ours")
    desk.microphone.go()
    desk.loudspeaker.go()
    desk.microphone.there = True
    desk.pass_time(4)
    assert BACK["microphone"] in desk.notices


def test_without_a_thread_to_spare_it_is_tried_again(desk: Desk) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", refuse)
        desk.microphone.go()
        desk.cards = "0: a card, 1: a microphone"
        desk.pass_time(10)
        assert desk.deeds == []
    desk.microphone.there = True
    desk.pass_time(4, playing=True)
    assert desk.done("look anew") == 1, "the card that has come is not forgotten"
    assert desk.notices == [GONE["microphone"], BACK["microphone"]]


def test_a_fault_that_keeps_breather_silent_is_told_once_and_shown(desk: Desk) -> None:
    def fault() -> Exception:
        try:
            Mixer().say(None)  # type: ignore[arg-type]
        except Exception as error:
            return error
        raise AssertionError

    desk.loudspeaker.error, desk.loudspeaker.seconds_since_error = fault(), 0.0
    desk.pass_time(60)
    assert [desk.can_be_heard] == [False]
    (notice,) = desk.notices
    assert notice.startswith("A fault in Breather keeps it silent (AttributeError at mixer.py:")
    assert desk.deeds == [], "the devices are well"
    desk.loudspeaker.seconds_since_error = 9.0
    desk.pass_time(0.1)
    assert [desk.can_be_heard] == [False], "it may come again"
    desk.loudspeaker.seconds_since_error = 10.1
    desk.pass_time(0.1)
    assert [desk.can_be_heard] == [True]
    assert desk.notices == [notice, BACK["playing"]]
