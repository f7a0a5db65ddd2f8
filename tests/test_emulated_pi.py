"""Breather on a Raspberry Pi, as far as an emulated one can tell (``scripts/pi``). By hand: it takes hours.

What counts is that all of it installs, starts and decides the same there. How fast it is says nothing.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PI = ROOT / "scripts" / "pi"
REGISTERED = Path("/proc/sys/fs/binfmt_misc")  # the kinds of program that this machine runs through another
SUITES = {"bookworm": "3.11", "trixie": "3.13"}
SUITE = os.environ.get("BREATHER_PI_SUITE", "bookworm")
ON_ANOTHER = shutil.which("apt-get") is None or os.geteuid() != 0

pytestmark = [
    pytest.mark.hours,
    pytest.mark.skipif(ON_ANOTHER, reason="the emulated Pi needs root, and Debian or Ubuntu"),
]


def pi(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PI, "--suite", SUITE, *arguments], capture_output=True, text=True, check=False)


def said(*arguments: str) -> str:
    """What a command in there prints."""
    done = pi(*arguments)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    said("build")


def mounted() -> list[str]:
    return [line for line in Path("/proc/self/mounts").read_text().splitlines() if "build/pi" in line]


def running(words: bytes) -> bool:
    """Whether a process of this machine, in any namespace, has these words in its command."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if words in process.read_bytes().replace(b"\0", b" "):
                return True
        except OSError:
            continue  # it ended while we looked
    return False


def wait_until(found: bool, words: bytes, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while running(words) is not found and time.monotonic() < end:
        time.sleep(0.1)
    return running(words) is found


def test_it_is_64_bit_arm_with_the_python_of_its_system_and_a_user_who_is_not_root() -> None:
    machine, bits, python, user = said(
        "run", "sh", "-c", "uname -m; getconf LONG_BIT; python3 --version; id --user --name"
    ).splitlines()
    assert (machine, bits, user) == ("aarch64", "64", "pi")
    assert python.startswith(f"Python {SUITES[SUITE]}.")


@pytest.mark.skipif(platform.machine() == "aarch64", reason="this machine's own processor runs it: try another kind")
@pytest.mark.parametrize("command", [[], ["sh", "-c", '"$@"', "sh"], ["sudo"]])
def test_each_program_runs_on_a_processor_that_has_no_more_than_a_pi_4(command: list[str]) -> None:
    """What QEMU emulates unasked can multiply matrices by itself, and says so in these numbers."""
    features = "import ctypes; print(*map(ctypes.CDLL(None).getauxval, (16, 26)))"
    had, had_too = map(int, said("run", *command, "python3", "-c", features).split())
    assert had & 1 << 1, "it can compute with several numbers at once"
    assert had & (1 << 8 | 1 << 20 | 1 << 22) == 0, "atomics, dot products and scalable vectors came later"
    assert had_too == 0


def test_what_happens_in_there_leaves_the_checkout_alone() -> None:
    pi("run", "sh", "-c", "echo changed > README.md; sudo rm -rf /checkout/README.md")
    assert (ROOT / "README.md").read_text().startswith("# Breather")
    assert said("run", "head", "-n", "1", "README.md") == "# Breather\n", "the copy is a new one each time"


def test_exit_codes_come_through() -> None:
    assert pi("run", "sh", "-c", "exit 23").returncode == 23


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_it_leaves_no_process_and_no_mount(how: signal.Signals) -> None:
    seconds = f"86{how.value:03}"
    registered = sorted(REGISTERED.iterdir())
    # A group of its own, as a terminal gives it: Ctrl-C goes to the whole group.
    process = subprocess.Popen([PI, "--suite", SUITE, "run", "sleep", seconds], start_new_session=True)
    sleeper = f"qemu-aarch64-static /usr/bin/sleep {seconds}".encode()
    assert wait_until(True, sleeper, 120)
    if how is signal.SIGINT:
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    assert process.wait(20) != 0
    assert wait_until(False, sleeper, 20), "the emulated program goes on"
    assert mounted() == []
    assert sorted(REGISTERED.iterdir()) == registered
    assert pi("run", "true").returncode == 0, "and the next one finds it free"


def test_the_tests_pass_in_there() -> None:
    done = pi("test")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 1000, "that is not the whole suite"


def test_the_demo_goes_as_it_does_here(tmp_path: Path) -> None:
    """The same is heard at the same second, and the same is answered: what the recogniser decided is in these lines."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    machine = config / "machine.toml"
    machine.write_text(machine.read_text().replace('engine = "auto"', 'engine = "pyttsx3"'))
    breather = [
        str(ROOT / ".venv/bin/breather"),
        "--config",
        str(config),
        "demo",
        "--output",
        str(tmp_path / "pause.wav"),
    ]
    here = subprocess.run(breather, capture_output=True, text=True, check=True).stdout
    there = said("demo")
    assert happenings(here), here
    assert happenings(there) == happenings(here)


def happenings(output: str) -> list[str]:
    """The lines of the demo that say what was said, heard and done, with their seconds."""
    return [line.rstrip() for line in output.splitlines() if re.match(r" *\d+:\d\d ", line)]
