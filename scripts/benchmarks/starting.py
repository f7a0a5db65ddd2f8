"""`breather run` as a person starts it: how soon it is ready, and how much memory it takes.

Where the virtual rooms of the tests can be built, it listens through real sound devices; elsewhere to a recording.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rooms.rooms import VirtualRooms, missing

from assistant.places import Places
from assistant.sound import HEARING_RATE_HZ, joined, silence, write_wav
from benchmarks.figures import Figure, Row, Say
from benchmarks.standard import argument, parts

READY = Figure("ready to listen after a warm start, median", "s", 1, 3)
MEMORY = Figure("resident memory while listening, both processes", "MB", 0, 300)
MEMORY_LATER = Figure("the same after 20 utterances", "MB", 0, 300)
FIGURES = (READY, MEMORY, MEMORY_LATER)

WARM_STARTS = 3
UTTERANCES = 20
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Started:
    """A running `breather run`, and after how many seconds it listened."""

    process: subprocess.Popen[str]
    ready_seconds: float


def measure(where: Places, say: Say) -> Iterator[Row]:
    say("how soon it is ready, and its memory")
    parts(where)  # so that everything is rendered
    lacking = missing()
    with ExitStack() as closing:
        if lacking is None:
            rooms = closing.enter_context(VirtualRooms())
            ready_seconds, listening, later = in_a_room(where, rooms)
            how = "through sound devices"
        else:
            ready_seconds, listening, later = on_a_recording(where)
            how = "on a recording: no virtual rooms here"
    yield READY.measured(statistics.median(ready_seconds), f"`breather run` {how}, {len(ready_seconds)} starts")
    yield MEMORY.measured(listening, "RSS, what both share counted once")
    yield MEMORY_LATER.measured(later, "RSS, what both share counted once")


def in_a_room(where: Places, rooms: VirtualRooms) -> tuple[list[float], float, float]:
    """Seconds of each start but the first; megabytes while listening, and after the utterances."""
    devices = ["--microphone", rooms.device("A"), "--loudspeaker", rooms.device("A")]
    seconds = []
    for start in range(WARM_STARTS + 1):
        started = _start(where, devices, environment=rooms.environment, ready_line="Ready.")
        seconds.append(started.ready_seconds)
        if start == WARM_STARTS:
            time.sleep(2)
            listening = megabytes(started.process.pid)
            rooms.say("A", argument(where, UTTERANCES))
            later = megabytes(started.process.pid)
        _stop(started.process)
    return seconds[1:], listening, later


def on_a_recording(where: Places) -> tuple[list[float], float, float]:
    """The same with a recorded microphone; what is read after the last utterance is the largest of what was seen."""
    with TemporaryDirectory(prefix="breather-bench-") as folder:
        talk = Path(folder) / "talk.wav"
        write_wav(talk, joined([silence(30, HEARING_RATE_HZ), argument(where, UTTERANCES)]))
        devices = ["--microphone", f"recorded:{talk}"]
        seconds = []
        for _ in range(WARM_STARTS + 1):
            started = _start(where, devices, environment=dict(os.environ), ready_line="listening")
            seconds.append(started.ready_seconds)
            listening = later = megabytes(started.process.pid)
            while started.process.poll() is None:
                later = max(later, megabytes(started.process.pid))
                time.sleep(0.02)
    return seconds[1:], listening, later


def _start(where: Places, devices: list[str], *, environment: dict[str, str], ready_line: str) -> Started:
    command = [sys.executable, "-m", "assistant.cli", "--config", str(where.config), "run", *devices]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if ready_line in line and "Listening" not in line:
            return Started(process, time.perf_counter() - began)
    raise RuntimeError(f"`breather run` ended with {process.wait()} before it was ready")


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)


def megabytes(process_id: int) -> float:
    """What a process and its children hold in memory (RSS, 10^6 bytes), what they share with each other counted once.

    Not PSS, which becomes less when other programs on the machine use the same libraries. 0 when they have ended.
    """
    children = Path(f"/proc/{process_id}/task/{process_id}/children")
    private, shared = 0, dict[str, int]()
    try:
        for each in [process_id, *map(int, children.read_text().split())]:
            own_shared = dict[str, int]()
            place = ""
            for name, value, *rest in map(str.split, Path(f"/proc/{each}/smaps").read_text().splitlines()):
                if "-" in name:
                    place = f"{rest[0]} {rest[2]} {each if rest[2] == '0' else ''}"  # offset and file
                elif name in ("Private_Clean:", "Private_Dirty:"):
                    private += int(value)
                elif name in ("Shared_Clean:", "Shared_Dirty:"):
                    own_shared[place] = own_shared.get(place, 0) + int(value)
            for place, size in own_shared.items():
                shared[place] = max(shared.get(place, 0), size)
    except OSError:
        return 0.0
    return 1024 * (private + sum(shared.values())) / 1e6
