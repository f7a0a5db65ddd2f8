"""A small Breather to install, in a home of its own: the real install scripts; set-up and program are actors."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Makes what scripts/setup would make. The program notes what it is asked, and ends as CODE_<COMMAND> says.
# Its set-up renders one sentence, which is another one with other words, and removes all others.
SETUP = """#!/bin/sh
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
echo "setup $*" >> "$LOG"
mkdir -p "$root/.venv/bin" "$root/.venv/breather"
[ "${SETUP_SECONDS:-0}" = 0 ] || sleep "$SETUP_SECONDS"
case "$*" in
    *--no-piper*) : > "$root/.venv/breather/no-piper" ;;
    *--piper*) rm -f "$root/.venv/breather/no-piper" ;;
esac
ln -sf "$PYTHON" "$root/.venv/bin/python"
cp "$root/scripts/program" "$root/.venv/bin/breather"
exit "${CODE_PACKAGES:-0}"
"""
PROGRAM = """#!/bin/sh
config=$2 cache=$4
shift 6
echo "breather $*" >> "$LOG"
case "$*" in
    check) [ -z "${SOUND_CARDS_AWAY:-}" ] || exit "${CODE_WITHOUT_CARDS:-0}"; exit "${CODE_CHECK:-0}" ;;
    doctor*quick) echo "note Only 9 MB are free."; exit "${CODE_DOCTOR:-0}" ;;
    setup*)
        sentence=$(cksum < "$config/script.en.toml" | cut -d ' ' -f 1).wav
        mkdir -p "$cache/prompts"
        for each in "$cache"/prompts/*.wav; do [ "${each##*/}" = "$sentence" ] || rm -f "$each"; done
        [ -e "$cache/prompts/$sentence" ] || cp "$config/script.en.toml" "$cache/prompts/$sentence"
        exit "${CODE_SETUP:-0}" ;;
esac
"""
# A service manager that starts every version but those with a file `broken.toml`.
SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >> "$LOG"
current=$HOME/.local/opt/breather/current
case "$*" in
    *show-environment*) [ -z "${NO_MANAGER:-}" ] ;;
    *no-block*) ;;
    *restart*) sleep "${START_SECONDS:-0}"; [ ! -e "$current/config/broken.toml" ] && [ -z "${CODE_START:-}" ] ;;
    *ExecMainStatus*) echo "${CODE_START:-1}" ;;
    *is-active*) false ;;
esac
"""


# A room without sound cards, as unshare would make it.
UNSHARE = """#!/bin/sh
while [ "$1" != sh ]; do shift; done
SOUND_CARDS_AWAY=yes exec "$@"
"""


@dataclass(frozen=True)
class Installation:
    """``clone``: what is installed from. ``home``: where it goes, with scripts/install --user."""

    folder: Path

    @classmethod
    def new(cls, folder: Path) -> Installation:
        made = cls(folder)
        for name in ("home", "bin", "tmp", "alsa"):
            (folder / name).mkdir(parents=True)
        for name in ("assistant", "audio", "config", "scripts/service"):
            (made.clone / name).mkdir(parents=True)
        for name in (
            "install",
            "uninstall",
            *(f"service/{each.name}" for each in (ROOT / "scripts/service").iterdir()),
        ):
            shutil.copy(ROOT / "scripts" / name, made.clone / "scripts" / name)
        for name in ("README.md", "CHANGELOG.md", "LICENSE", "assistant/cli.py"):
            (made.clone / name).write_text("text\n")
        made.release("0.1.0")
        made.settings("machine.toml", '[sound]\nmicrophone = "default"\nloudspeaker = "default"\n')
        made.settings("script.en.toml", "# as shipped\n")
        executable(made.clone / "scripts" / "setup", SETUP)
        executable(made.clone / "scripts" / "program", PROGRAM)
        executable(folder / "bin" / "systemctl", SYSTEMCTL)
        executable(folder / "bin" / "loginctl", "#!/bin/sh\necho no\n")
        executable(folder / "bin" / "unshare", UNSHARE)
        executable(folder / "bin" / "mount", "#!/bin/sh\n")
        (folder / "alsa" / "libasound_module_pcm_pulse.so").touch()
        return made

    @property
    def clone(self) -> Path:
        return self.folder / "clone"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def program(self) -> Path:
        return self.home / ".local/opt/breather"

    @property
    def config(self) -> Path:
        return self.home / ".config/breather"

    @property
    def state(self) -> Path:
        return self.home / ".local/state/breather"

    @property
    def sentences(self) -> list[str]:
        """What is rendered."""
        return sorted(path.read_text() for path in self.home.glob(".cache/breather/prompts/*.wav"))

    @property
    def unit(self) -> Path:
        return self.home / ".config/systemd/user/breather.service"

    @property
    def log(self) -> list[str]:
        """What the actors were asked, in order."""
        path = self.folder / "log"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def versions(self) -> list[str]:
        """The numbers of the versions that are there, oldest first."""
        return sorted(
            each.name.partition("-")[0] for each in self.program.iterdir() if each.is_dir() and not each.is_symlink()
        )

    @property
    def current(self) -> str:
        return (self.program / "current").readlink().name.partition("-")[0]

    def release(self, number: str) -> None:
        """The clone is at this version from now on."""
        (self.clone / "pyproject.toml").write_text(f'[project]\nversion = "{number}"\n')

    def settings(self, name: str, text: str) -> None:
        """What the clone ships under this name."""
        (self.clone / "config" / name).write_text(text)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "TMPDIR": str(self.folder / "tmp"),
            "LOG": str(self.folder / "log"),
            "PYTHON": sys.executable,
            "ALSA_PLUGIN_DIR": str(self.folder / "alsa"),
            **more,
        }

    def install(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run("install", *(arguments if "--prefix" in arguments else ("--user", *arguments)), **more)

    def run(self, script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.clone / "scripts" / script, *arguments],
            cwd=self.folder,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def interrupted(self, wanted: str, by: signal.Signals, **more: str) -> tuple[int, str]:
        """Install, and send all that runs a signal as soon as the log says what is wanted. The code and sentences."""
        asked = len(self.log)
        process = subprocess.Popen(
            [self.clone / "scripts/install", "--user"],
            env=self.environment(**more),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        deadline = time.monotonic() + 20
        while not any(wanted in line for line in self.log[asked:]) and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, by)
        _, said = process.communicate(timeout=20)
        return process.returncode, said

    def everything(self) -> dict[str, bytes]:
        """Every file of the home, by its path; links by what they point to."""
        return {
            str(path.relative_to(self.home)): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
            for path in sorted(self.home.rglob("*"))
            if path.is_symlink() or path.is_file()
        }


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
