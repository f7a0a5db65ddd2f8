"""The virtual rooms are what they claim to be: otherwise nothing that is measured in them means anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.sound import AudioClip, Samples, level_dbfs, write_wav
from rooms.inhabitant import TESTS
from rooms.rooms import VirtualRooms, missing

HISS = AudioClip((np.random.default_rng(8).standard_normal(9600) * 3277).astype(np.int16), 24_000)  # -20 dBFS, 0.4 s


def onset_seconds(sound: Samples, rate_hz: int) -> float:
    return float(np.flatnonzero(np.abs(sound.astype(int)) > 1000)[0]) / rate_hz


@pytest.mark.room
def test_a_recorder_knows_when_something_was_played(rooms: VirtualRooms, tmp_path: Path) -> None:
    write_wav(tmp_path / "hiss.wav", HISS)
    with rooms.recording("A") as recorder:
        for _ in range(2):
            time.sleep(0.3)
            began = time.monotonic()
            command = ["paplay", "--latency-msec=20", "-d", "roomA_speaker", str(tmp_path / "hiss.wav")]
            subprocess.run(command, env=rooms.environment, check=True)
            sound = recorder.between(began - 0.2, began + 0.5)
            assert onset_seconds(sound, 24_000) == pytest.approx(0.2, abs=0.15)
            assert not recorder.between(began - 0.25, began - 0.15).any()


@pytest.mark.room
def test_the_echo_is_as_loud_as_it_was_asked_to_be_and_ends(rooms: VirtualRooms, tmp_path: Path) -> None:
    write_wav(tmp_path / "hiss.wav", HISS)
    levels = []
    for echoing in (True, False):
        listening = ["parec", "--latency-msec=20", "-d", "roomA_mic", "--raw", "--format=s16le"]
        with (tmp_path / "heard").open("wb") as file:
            ear = subprocess.Popen([*listening, "--rate=24000", "--channels=1"], env=rooms.environment, stdout=file)
            try:
                with rooms.echo("A", -15) if echoing else rooms.recording("A"):
                    time.sleep(0.3)
                    command = ["paplay", "--latency-msec=20", "-d", "roomA_speaker", str(tmp_path / "hiss.wav")]
                    subprocess.run(command, env=rooms.environment, check=True)
                    time.sleep(0.2)
            finally:
                ear.terminate()
                ear.wait(5)
        heard = np.fromfile(tmp_path / "heard", "<i2").astype(np.int16)
        tenths = [level_dbfs(part) for part in np.array_split(heard, max(1, len(heard) // 2400))]
        levels.append(max(tenths))
    assert levels[0] == pytest.approx(-35, abs=1)
    assert levels[1] == pytest.approx(-70, abs=3)


@pytest.mark.room
@pytest.mark.usefixtures("rooms")
def test_nothing_is_left_of_the_rooms_when_a_test_fails() -> None:
    folder, pid = Path(), 0

    def fail() -> None:
        nonlocal folder, pid
        with VirtualRooms() as doomed:
            folder, pid = Path(doomed.environment["XDG_RUNTIME_DIR"]), doomed.daemon_pid
            assert folder.is_dir()
            doomed.say("B", HISS, wait=False)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not folder.exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.room
@pytest.mark.usefixtures("rooms")
def test_the_sound_system_ends_even_when_the_tests_are_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "from rooms.rooms import VirtualRooms\n"
        "with VirtualRooms() as rooms:\n"
        "    print(rooms.daemon_pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{TESTS.parent}:{TESTS}", "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    status = Path(f"/proc/{int(done.stdout)}/status")
    deadline = time.monotonic() + 2
    while status.exists() and "zombie" not in status.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not status.exists() or "zombie" in status.read_text()


def test_a_machine_that_lacks_something_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == "parec" else f"/usr/bin/{tool}")
    lacking = missing()
    assert lacking is not None
    assert lacking.startswith("no parec")
    assert "scripts/test" in lacking
    assert "sudo apt-get install" in lacking
