"""Running with devices: what is opened first, what is closed last, and a pause that goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from journal.disk import PAUSE

from assistant import recognizers, running
from assistant.agreeing.recent_pause import NAME as STAMP
from assistant.agreeing.recent_pause import LastPause, Recent
from assistant.app import Parts
from assistant.dialogue.flow import State
from assistant.errors import HistoryError, LoudspeakerError, MicrophoneError
from assistant.journal.file import Journal
from assistant.messages import Command, Countdown, Intent, Press
from assistant.ports import Render
from assistant.running import run_live, run_recording
from assistant.sound import read_wav, silence, write_wav


class Device:
    """A microphone or a loudspeaker that writes down what is done to it."""

    flowing, seconds_since_block, seconds_since_error = True, 0.0, float("inf")

    def __init__(self, name: str, diary: list[str], error: Exception | None = None) -> None:
        self._name, self._diary, self._error = name, diary, error

    def open(self, _render: Render | None = None) -> None:
        self._diary.append(f"{self._name} opened")
        if self._error:
            raise self._error

    def read(self, _timeout_seconds: float) -> None:
        return None

    def close(self) -> None:
        self._diary.append(f"{self._name} closed")


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    entries: list[str] = []
    start = recognizers.start

    def started(*arguments: Any, **options: Any) -> object:
        entries.append("recogniser started")
        process = start(*arguments, **options)
        close = process.close

        def closed() -> None:
            entries.append("recogniser closed")
            close()

        monkeypatch.setattr(process, "close", closed)
        return process

    monkeypatch.setattr(recognizers, "start", started)
    return entries


def with_devices(
    monkeypatch: pytest.MonkeyPatch, diary: list[str], *, no_microphone: bool = False, no_loudspeaker: bool = False
) -> None:
    nothing = "There is none"
    microphone = MicrophoneError(nothing, remedy="Plug one in.") if no_microphone else None
    loudspeaker = LoudspeakerError(nothing, remedy="Plug one in.") if no_loudspeaker else None
    monkeypatch.setattr(running, "PortAudioMicrophone", lambda _name: Device("microphone", diary, microphone))
    monkeypatch.setattr(running, "PortAudioLoudspeaker", lambda _name: Device("loudspeaker", diary, loudspeaker))


def test_devices_come_first_and_go_last(parts: Parts, diary: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch, diary)
    rounds = iter([True, True, False])
    run_live(parts, on_ready=lambda: diary.append("ready"), keep_going=lambda: next(rounds))
    assert diary == [
        "microphone opened",
        "loudspeaker opened",
        "recogniser started",
        "ready",
        "recogniser closed",
        "loudspeaker closed",
        "microphone closed",
    ]


def test_without_a_microphone_no_model_is_loaded(
    parts: Parts, diary: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_devices(monkeypatch, diary, no_microphone=True)
    with pytest.raises(MicrophoneError):
        run_live(parts, on_ready=lambda: diary.append("ready"))
    assert diary == ["microphone opened", "microphone closed"]


def test_without_a_loudspeaker_the_microphone_is_let_go(
    parts: Parts, diary: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_devices(monkeypatch, diary, no_loudspeaker=True)
    with pytest.raises(LoudspeakerError):
        run_live(parts, on_ready=lambda: diary.append("ready"))
    assert diary[-2:] == ["loudspeaker closed", "microphone closed"]
    assert "recogniser started" not in diary


def test_a_pause_goes_on_where_the_devices_did_not_come_back_with_the_power(
    parts: Parts, diary: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_devices(monkeypatch, diary, no_microphone=True, no_loudspeaker=True)
    begun = Journal(tmp_path)
    begun.save(PAUSE, surely=True)
    begun.close()
    seen: list[object] = []
    rounds = iter([True, True, False])
    run_live(
        replace(parts, places=replace(parts.places, state=tmp_path), watch=lambda _now, event: seen.append(event)),
        on_ready=lambda: diary.append("ready"),
        keep_going=lambda: next(rounds),
    )
    assert "ready" in diary
    assert PAUSE.state in seen
    assert any(isinstance(event, Countdown) for event in seen), "the time is kept"
    kept = Journal(tmp_path).load()
    assert kept is not None
    assert kept.pause.restarts == PAUSE.restarts + 1


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.usefixtures("diary")
def test_ctrl_c_ends_a_pause_and_it_was_one(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, by_hand: bool
) -> None:
    """Ended, it keeps the agreement at rest for two hours; cut off, it goes on at the next start."""
    with_devices(monkeypatch, [])
    begun = Journal(tmp_path)
    begun.save(PAUSE, surely=True)
    begun.close()
    rounds = iter([True, True, False])
    run_live(
        replace(parts, places=replace(parts.places, state=tmp_path)),
        on_ready=lambda: None,
        keep_going=lambda: next(rounds),
        stopped_by_hand=lambda: by_hand,
    )
    assert (Journal(tmp_path).load() is None) is by_hand
    assert LastPause(tmp_path).recent() is Recent.YES
    stamp = json.loads((tmp_path / STAMP).read_text("utf-8"))
    assert stamp["under_way"] is not by_hand


@pytest.mark.parametrize("into_a_log", [True, False])
def test_no_log_tells_by_a_disk_that_is_full_when_there_was_a_pause(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, into_a_log: bool
) -> None:
    with_devices(monkeypatch, [])
    begun = Journal(tmp_path)
    begun.save(PAUSE, surely=True)
    begun.close()

    refused_at: list[float] = []

    def refused(*_: object, **__: object) -> None:
        refused_at.append(time.monotonic())
        raise HistoryError("The disk is full", where=tmp_path, remedy="Make some room.")

    monkeypatch.setattr(Journal, "save", refused)
    told: list[str] = []
    meanwhile: list[str] = []
    patience = time.monotonic() + 60.0  # an emulated processor takes seconds to come to it

    def until_it_could_have_been_told() -> bool:
        meanwhile[:] = told
        return time.monotonic() < (refused_at[0] + 0.5 if refused_at else patience)

    run_live(
        replace(parts, places=replace(parts.places, state=tmp_path), on_notice=told.append),
        on_ready=lambda: None,
        keep_going=until_it_could_have_been_told,
        into_a_log=into_a_log,
    )
    assert bool(meanwhile) is not into_a_log
    assert len(told) == 1, "it is not forgotten"


@pytest.mark.parametrize("broken", [KeyboardInterrupt, RuntimeError])
def test_everything_is_closed_whatever_happens(
    parts: Parts, diary: list[str], monkeypatch: pytest.MonkeyPatch, broken: type[BaseException]
) -> None:
    with_devices(monkeypatch, diary)

    def fail() -> bool:
        raise broken

    fails: Callable[[], bool] = fail
    with pytest.raises(broken):
        run_live(parts, on_ready=lambda: None, keep_going=fails)
    assert diary[-3:] == ["recogniser closed", "loudspeaker closed", "microphone closed"]


def test_a_silent_recording_is_listened_to_until_its_end(parts: Parts, tmp_path: Path) -> None:
    write_wav(tmp_path / "quiet.wav", silence(3.0, 16_000))
    seen: list[State | Intent | Press | Command] = []
    watched = Parts(
        settings=parts.settings,
        places=parts.places,
        wording=parts.wording,
        prompts=parts.prompts,
        chosen=parts.chosen,
        watch=lambda _now, event: seen.append(event),
    )
    run_recording(watched, recording=tmp_path / "quiet.wav", output=tmp_path / "heard.wav")
    heard = read_wav(tmp_path / "heard.wav", rate_hz=24_000)
    assert heard.seconds == pytest.approx(4.0, abs=0.1), "and a second more, for the last word"
    assert not heard.samples.any()
    assert [event for event in seen if isinstance(event, State | Intent)] == [State.LISTENING]
