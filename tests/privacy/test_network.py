"""Nothing leaves the house: traced by the system, and tried where there is no network at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from agreeing.terminal import ENTER, TypedInto
from household import COMMAND, ROOT, Household
from live.breather import Breather
from rooms.rooms import VirtualRooms

from assistant.sound import HEARING_RATE_HZ, AudioClip, Samples, joined, read_wav, silence
from privacy import tracing
from privacy.spoken import CANARIES, words_in
from privacy.tracing import network, reached_out, sockets, tracer, without_network, written
from privacy.watched import Watched, children_of


def test_the_trace_would_show_a_connection(tmp_path: Path) -> None:
    """The next tests could not fail if strace did not see what it looks for."""
    log = tmp_path / "log"
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; socket.socket()'])"
    subprocess.run([*tracer(log), sys.executable, "-c", code], capture_output=True, check=True)
    assert network(log.read_text())


MADE = {
    "by its path": "os.open('lighthouse', os.O_WRONLY | os.O_CREAT)",
    "in an open folder": "os.open('lighthouse', os.O_RDWR | os.O_CREAT, dir_fd=folder)",
    "to be emptied": "open('other', 'x').close(); os.open('lighthouse', os.O_RDONLY | os.O_CREAT | os.O_TRUNC)",
    "as before there was open": "libc.creat(b'lighthouse', 0o600)",
    "by the newest call": "libc.syscall(437, folder, b'lighthouse', (ctypes.c_uint64 * 3)(os.O_RDWR | os.O_CREAT), 24)",
    "as a node": "os.mknod('lighthouse')",
    "as a node in an open folder": "os.mknod('lighthouse', dir_fd=folder)",
    "by a child": "subprocess.run(['touch', 'lighthouse'])",
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_the_trace_would_show_a_file(tmp_path: Path, made: str) -> None:
    log, here = tmp_path / "log", tmp_path / "here"
    here.mkdir()
    code = f"import ctypes, os, subprocess; libc, folder = ctypes.CDLL(None), os.open('.', os.O_RDONLY); {made}"
    subprocess.run([*tracer(log), sys.executable, "-c", code], cwd=here, capture_output=True, check=True)
    assert (here / "lighthouse").exists(), "this system has no such call"
    (path,) = (path for path in written(log.read_text()) if path.endswith("lighthouse"))
    assert path == str(here / "lighthouse") or "folder" not in made


NEEDED: dict[str, Callable[[Path], Sequence[str]]] = {"strace": tracer, "unshare": lambda _: without_network()}


@pytest.mark.parametrize("tool", NEEDED)
def test_a_proof_that_was_asked_for_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    """Without the tool nothing is proven. Everyday, that is only told."""
    needed = NEEDED[tool]
    needed(tmp_path / "log")  # so nothing but the tool is missing
    monkeypatch.setattr(tracing, "proof_is_asked_for", True)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(pytest.fail.Exception, match=f"Nothing has been proven: this needs {tool}: sudo"):
        needed(tmp_path / "log")
    monkeypatch.setattr(tracing, "proof_is_asked_for", False)
    with pytest.raises(pytest.skip.Exception, match=f"needs {tool}: sudo"):
        needed(tmp_path / "log")


def test_the_empty_network_is_empty() -> None:
    """Nor these, if there were anything in it."""
    code = (
        "import socket\n"
        "for family, where in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):\n"
        "    try: socket.socket(family, socket.SOCK_DGRAM).connect((where, 9)); print('reached', where)\n"
        "    except OSError: pass"
    )
    done = subprocess.run([*without_network(), sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["run", pytest.param("demo", marks=pytest.mark.hours)])
def test_no_network_and_no_file_but_the_one_that_was_asked_for(
    household: Household, evening: Path, tmp_path: Path, command: str
) -> None:
    arguments = {
        "run": ["run", "--microphone", f"recorded:{evening}", "--loudspeaker", "recorded:heard.wav"],
        "demo": ["demo", "--output", "heard.wav"],
    }[command]
    log = tmp_path / "log"
    done = household.run(*arguments, before=tracer(log), seconds=120)
    assert done.returncode == 0, done.stderr
    trace = log.read_text(errors="replace")
    assert "conversation.toml" in trace or "evening.wav" in trace
    assert "model.bin" in trace, "the recogniser's process was not traced"
    assert network(trace) == sockets(trace) == []
    unfinished = str(household.here / ".heard.wav.")
    assert [path for path in written(trace) if not path.startswith(unfinished)] == []
    assert any(path.startswith(unfinished) for path in written(trace))


@pytest.mark.long
def test_the_demo_needs_no_network(household: Household) -> None:
    done = household.run("demo", before=without_network(), seconds=120)
    assert done.returncode == 0, done.stderr
    assert "heard     settled" in done.stdout


QUIET_COMMANDS = {
    "agree": ("agree", "--show"),
    "sheet": ("sheet", "--folder", "sheets"),
    "reflect": ("reflect", "--card"),
    "history": ("history",),
}


@pytest.mark.hours
@pytest.mark.parametrize("command", QUIET_COMMANDS.values(), ids=QUIET_COMMANDS)
def test_the_other_commands_use_none_either(household: Household, tmp_path: Path, command: tuple[str, ...]) -> None:
    log = tmp_path / "log"
    done = household.run(*command, before=[*without_network(), *tracer(log)], seconds=120)
    assert done.returncode == 0, done.stderr
    trace = log.read_text(errors="replace")
    assert "agreement.toml" in trace or "history" in trace
    assert network(trace) == []


@pytest.mark.hours
def test_a_question_on_a_terminal_uses_none_either(
    household: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its library waits for keys with a pair of sockets; those are of this process alone."""
    log = tmp_path / "log"
    arguments = ["--config", str(household.folder / "config"), "reflect"]
    monkeypatch.setattr("agreeing.terminal.COMMAND", [*tracer(log), *COMMAND])
    with TypedInto(*arguments, environment=household.environment) as terminal:
        terminal.answer("What would you like to look at?", ENTER)
        terminal.until("nothing is kept")
    trace = log.read_text(errors="replace")
    assert "socketpair(AF_UNIX" in trace
    assert reached_out(trace) == []


@pytest.mark.hours
@pytest.mark.room
def test_a_session_through_sound_devices(
    rooms: VirtualRooms, household: Household, canaries: tuple[Samples, Samples], tmp_path: Path
) -> None:
    """Live, where things are kept: the sound server is a socket of this machine; what is written tells no word."""
    log, device, state = tmp_path / "log", rooms.device("A"), tmp_path / "state"
    said = [AudioClip(canary, HEARING_RATE_HZ) for canary in canaries]
    called = read_wav(ROOT / "audio" / "demo" / "one-05.wav")
    places = ["--config", str(household.folder / "config"), "--state", str(state)]
    environment = {**household.environment, **_of_the_room(rooms)}
    arguments = [*places, "run", "--microphone", device, "--loudspeaker", device]
    with Breather(*arguments, environment=environment) as breather:
        tracing = subprocess.Popen(
            [*_attached(tracer(log)), "-p", str(breather.process.pid)], stderr=subprocess.DEVNULL
        )
        try:
            gap = silence(1.5, HEARING_RATE_HZ)
            # We ourselves share memory with the sound server, which is its way; the recogniser shares with nobody.
            (recogniser,) = children_of(breather.process.pid)
            with Watched(recogniser) as watched:
                rooms.say("A", joined([gap, said[0], gap, called, silence(24, HEARING_RATE_HZ), said[1], gap]))
        finally:
            tracing.terminate()
            tracing.wait(10)
    assert watched.strange == watched.written == set()
    trace = log.read_text(errors="replace")
    assert reached_out(trace) == []
    assert {path for path in written(trace) if not path.startswith(f"{state}/")} == set()
    kept = list(state.iterdir())
    assert "last_pause" in {path.name for path in kept}, "no pause began"
    assert [path for path in kept if words_in(path.read_bytes()) or b"RIFF" in path.read_bytes()] == []
    assert words_in("".join(breather.lines)) == []


def _attached(strace: list[str]) -> list[str]:
    """Without the filter that can be set only when a program begins."""
    return [word for word in strace if word != "--seccomp-bpf"]


def _of_the_room(rooms: VirtualRooms) -> dict[str, str]:
    return {name: value for name, value in rooms.environment.items() if os.environ.get(name) != value}


def test_what_downloads_is_not_even_loaded() -> None:
    """Loading it opens a socket, to see whether there is IPv6."""
    loaded = "assistant.cli, assistant.preparing, assistant.demo"
    code = f"import sys, {loaded}; print({{'requests', 'urllib3'}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_canaries_are_in_nothing_that_is_shipped() -> None:
    """Otherwise a search for them could find what nobody said."""
    for path in (ROOT / "config").glob("*.toml"):
        assert words_in(path.read_text("utf-8")) == [], f"{path.name} has one of {CANARIES}"
