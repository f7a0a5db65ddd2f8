"""How the parts are put together, and how they are let go of again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from household import ROOT

from assistant import app, recognizers
from assistant.app import Parts, choose_voice
from assistant.devices import piper_voice, pyttsx3_voice, speexdsp_echo
from assistant.devices.piper_voice import PiperVoice
from assistant.devices.pyttsx3_voice import Pyttsx3Voice
from assistant.dialogue.flow import State
from assistant.errors import OutputError, SoundSystemError, VoiceError
from assistant.hearing.notices import Notice
from assistant.messages import Intent
from assistant.running import run_recording, whole_or_nothing
from assistant.settings.loader import load_settings
from assistant.settings.machine import Hearing, Voice
from assistant.sound import HEARING_RATE_HZ, AudioClip, joined, read_wav, silence, write_wav
from assistant.speaking.mixer import Mixer

# --- the voice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "piper", "espeak", "chosen"),
    [
        ("auto", True, True, PiperVoice),
        ("auto", True, False, PiperVoice),
        ("auto", False, True, Pyttsx3Voice),
        ("piper", True, True, PiperVoice),
        ("pyttsx3", True, True, Pyttsx3Voice),
        ("auto", False, False, "No voice is installed"),
        ("pyttsx3", True, False, "No voice is installed"),
        ("piper", False, True, "The voice piper is not installed"),
    ],
)
def test_which_voice_speaks(
    monkeypatch: pytest.MonkeyPatch, engine: str, piper: bool, espeak: bool, chosen: type | str
) -> None:
    monkeypatch.setattr(piper_voice, "installed", lambda: piper)
    monkeypatch.setattr(pyttsx3_voice, "installed", lambda: espeak)
    voice = Voice.model_validate({"engine": engine, "words_per_minute": 115})
    if isinstance(chosen, str):
        with pytest.raises(VoiceError, match=chosen):
            choose_voice(voice)
    else:
        assert type(choose_voice(voice)) is chosen


# --- the speech gate ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("second_gate", "opens"), [(False, True), (True, False)])
def test_the_second_gate_is_there_when_it_is_wanted(second_gate: bool, opens: bool) -> None:
    gate = app.speech_gate(Hearing(second_gate=second_gate))
    hum = 3000 * np.sin(2 * np.pi * 180 * np.arange(2 * HEARING_RATE_HZ) / HEARING_RATE_HZ)
    noise = np.random.default_rng(1).normal(0, 900, len(hum))
    for block in np.rint(hum + noise).astype(np.int16)[:31_680].reshape(-1, 480):
        gate.push(block)
    assert gate.is_open is opens


def test_a_sound_cards_offset_does_not_reach_the_recognizer() -> None:
    gate = app.speech_gate(Hearing())
    line = read_wav(ROOT / "audio" / "demo" / "one-05.wav", rate_hz=HEARING_RATE_HZ).samples // 2 + np.int16(9830)
    events = [gate.push(block) for block in line[: len(line) // 480 * 480].reshape(-1, 480)]
    heard = np.concatenate([event.samples for event in events])
    assert len(heard) > HEARING_RATE_HZ / 2
    assert abs(heard.mean()) < 20


# --- a file that is asked for ---------------------------------------------------------------------------------------


def test_a_whole_file_takes_its_place(tmp_path: Path) -> None:
    output = tmp_path / "pause.wav"
    output.write_text("of last time")
    with whole_or_nothing(output) as file:
        assert file is not None
        file.write_text("new")
        assert output.read_text() == "of last time"
    assert output.read_text() == "new"
    assert list(tmp_path.iterdir()) == [output]


def begun_and_broken(output: Path, interruption: BaseException) -> None:
    with whole_or_nothing(output) as file:
        assert file is not None
        file.write_text("ha")
        raise interruption


def test_half_a_file_does_not(tmp_path: Path) -> None:
    output = tmp_path / "pause.wav"
    output.write_text("of last time")
    with pytest.raises(KeyboardInterrupt):
        begun_and_broken(output, KeyboardInterrupt())
    with pytest.raises(OutputError) as caught:
        begun_and_broken(output, OutputError("No room", where=".pause.wav.77", remedy="Make some."))
    assert caught.value.where == output, "the name the person gave, and not ours"
    assert output.read_text() == "of last time"
    assert list(tmp_path.iterdir()) == [output]


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    link = tmp_path / "pause.wav"
    link.symlink_to(tmp_path / "music" / "ours.wav")
    with whole_or_nothing(link) as file:
        assert file is not None
        file.write_text("new")
    assert link.is_symlink()
    assert (tmp_path / "music" / "ours.wav").read_text() == "new"
    with whole_or_nothing(Path(os.devnull)) as file:
        assert file == Path(os.devnull)
    assert Path(os.devnull).is_char_device()
    with whole_or_nothing(None) as file:
        assert file is None


# --- the recogniser ---------------------------------------------------------------------------------------------


def test_the_recogniser_is_told_what_to_spot_and_what_it_says_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(ROOT / "config")
    told: dict[str, Any] = {}

    class Running:
        def wait_until_ready(self, _timeout_seconds: float) -> None:
            told["on_notice"](Notice.VERIFIER_SLOW)

        def check_phrases(self, phrases: Sequence[str], _timeout_seconds: float) -> None:
            told["checked"] = phrases

        def close(self) -> None:
            told["closed"] = True

    def started(_chosen: recognizers.Chosen, **options: Any) -> Running:
        told.update(options)
        return Running()

    monkeypatch.setattr(recognizers, "start", started)
    said: list[str] = []
    chosen = recognizers.Chosen("vosk", Path("nowhere"), "")
    with app.recognizer_running(chosen, settings, wait=False, on_notice=said.append):
        assert told["spotted"] == settings.agreement.pause_words
        assert set(told["spotted"]) < set(told["checked"])
    assert said == [
        "The second recogniser is too slow at the moment. Vosk decides alone, and asks for more before it acts."
    ]
    assert told["closed"]


# --- over its own voice -----------------------------------------------------------------------------------------------


def interruptible(parts: Parts) -> Parts:
    machine = parts.settings.machine
    hearing = machine.hearing.model_copy(update={"interruptible": True})
    settings = replace(parts.settings, machine=machine.model_copy(update={"hearing": hearing}))
    return replace(parts, settings=settings)


def test_only_whoever_wants_it_needs_the_library_for_it(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speexdsp_echo, "LIBRARY", "no-such-library.so.1")
    with app.own_voice_taken_out(parts.settings, Mixer()) as (_, over_speech):
        assert over_speech is None
    with (
        pytest.raises(SoundSystemError, match="libspeexdsp1"),
        app.own_voice_taken_out(interruptible(parts).settings, Mixer()),
    ):
        pass


@pytest.mark.long
@pytest.mark.skipif(not speexdsp_echo.installed(), reason="needs libspeexdsp1: scripts/test installs it")
def test_a_recording_is_listened_to_over_its_own_voice_as_well(parts: Parts, tmp_path: Path) -> None:
    seen: list[object] = []
    write_wav(tmp_path / "called.wav", demo_call())
    watched = replace(interruptible(parts), watch=lambda _now, event: seen.append(event))
    run_recording(watched, recording=tmp_path / "called.wav", output=None)
    assert Intent.PAUSE in seen
    assert State.OPENING in seen


def demo_call() -> AudioClip:
    """Somebody calls a pause, and then the room is quiet."""
    spoken = read_wav(ROOT / "audio" / "demo" / "one-05.wav", rate_hz=HEARING_RATE_HZ)
    return joined([silence(1.0, HEARING_RATE_HZ), spoken, silence(2.0, HEARING_RATE_HZ)])
