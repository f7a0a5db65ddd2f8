"""A home of its own for Breather: settings, folders and an environment, so that tests meet it as a person does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from assistant.devices import pyttsx3_voice
from assistant.places import Places, places

ROOT = Path(__file__).parents[1]
NO_VOICE = "needs espeak-ng: sudo apt-get install espeak-ng, or scripts/test"
COMMAND = [sys.executable, "-P", "-m", "assistant"]  # -P: as the installed command does


@dataclass(frozen=True)
class Household:
    """``folder`` holds everything: ``home``, ``tmp``, ``config``, and ``here``, the folder the commands run in."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls, folder: Path) -> Household:
        """Settings as shipped, but with the voice that is always there; nothing rendered yet."""
        for name in ("home", "tmp", "here"):
            (folder / name).mkdir(parents=True)
        shutil.copytree(ROOT / "config", folder / "config")
        household = cls(folder)
        household.change("machine.toml", 'engine = "auto"', 'engine = "pyttsx3"')
        return household

    def copy(self, folder: Path) -> Household:
        """The same home somewhere else, as far as it has come.

        Rendered sentences are many, and never changed in place, so those are the same files under a second name.
        """
        shutil.copytree(self.folder, folder, copy_function=_linked_or_copied)
        return Household(folder, dict(self.extra))

    def change(self, file: str, old: str, new: str) -> None:
        """Replace a text in a settings file; it must be there exactly once."""
        path = self.folder / "config" / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{file} has {text.count(old)} of {old!r}"
        path.write_text(text.replace(old, new), "utf-8")

    @property
    def here(self) -> Path:
        return self.folder / "here"

    @property
    def prompts(self) -> Path:
        return self.folder / "home" / "cache" / "breather" / "prompts"

    @property
    def models(self) -> Path:
        return self.folder / "home" / "data" / "breather" / "models"

    @property
    def places(self) -> Places:
        """Where this household's things are, for a test that needs no process of its own."""
        state = self.folder / "home" / "state" / "breather"
        where = places(config=self.folder / "config", state=state)
        return replace(where, prompts=self.prompts, models=self.models)

    @property
    def environment(self) -> dict[str, str]:
        """Of this machine only what Python needs; no sound system, no settings of the person who runs the tests."""
        home = self.folder / "home"
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(home),
            "TMPDIR": str(self.folder / "tmp"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_RUNTIME_DIR": str(self.folder / "tmp"),
            "PULSE_SERVER": f"unix:{home}/no-sound-server",  # a virtual room that is open belongs to other tests
            **self.extra,
        }

    def command(self, *arguments: object) -> list[str]:
        return [*COMMAND, "--config", str(self.folder / "config"), *map(str, arguments)]

    def start(self, *arguments: object, before: Sequence[str] = ()) -> subprocess.Popen[str]:
        """A command that goes on running. ``before``: another program that runs it, such as strace."""
        return subprocess.Popen(
            [*before, *self.command(*arguments)],
            cwd=self.here,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )

    def run(
        self, *arguments: object, before: Sequence[str] = (), seconds: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """A command from beginning to end."""
        process = self.start(*arguments, before=before)
        try:
            out, complaints = process.communicate(timeout=seconds)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, out, complaints)

    def files(self, *, but: Path = Path("-")) -> dict[Path, bytes]:
        """Every file below the folder, but those below this part of it."""
        return {
            path.relative_to(self.folder): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.is_relative_to(self.folder / but)
        }


def _linked_or_copied(source: str, target: str) -> str:
    if "prompts" in Path(source).parts:
        os.link(source, target)
        return target
    return str(shutil.copy2(source, target))


@dataclass(frozen=True)
class Demo:
    """The demo as a person would run it once: ``out`` is what it printed, ``wav`` what the room heard."""

    out: str
    complaints: str
    exit_code: int
    wav: Path


NewHousehold = Callable[[], Household]


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Household:
    """A household in which `breather setup` has been run. Not to be changed: `copy` it."""
    if not pyttsx3_voice.installed():
        pytest.skip(NO_VOICE)
    household = Household.new(tmp_path_factory.mktemp("settled") / "home")
    done = household.run("setup", "--no-download")
    assert done.returncode == 0, done.stderr
    return household


@pytest.fixture
def household(settled: Household, tmp_path: Path) -> Household:
    """A settled household to live in."""
    return settled.copy(tmp_path / "household")


@pytest.fixture(scope="session")
def demo(settled: Household, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The real demo, run once for all tests that look at it."""
    wav = tmp_path_factory.mktemp("demo") / "pause.wav"
    done = settled.run("demo", "--output", wav)
    return Demo(done.stdout, done.stderr, done.returncode, wav)
