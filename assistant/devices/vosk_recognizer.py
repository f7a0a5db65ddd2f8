"""Vosk as the streaming first pass: one grammar of all phrases and decoys, and only whole phrases count.

What Vosk forces on us, each tried with 0.3.45: a grammar that is empty, not JSON, or changed in the middle of an
utterance kills the process, so the grammar is built here and set only after a reset; unknown words are dropped in
silence, so every word is looked up first; the grammar is a bigram over the words, so parts of phrases do come out;
confidences are nearly always 1.0, even for words that are not in the grammar; so a score has to come from somebody else
(`assistant.hearing.verified_recognizer`). And the process can die all the same: it belongs into a child process
(`assistant.recognizer_child`).
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant.errors import ModelBrokenError, VocabularyError
from assistant.ports import Hypothesis
from assistant.sound import HEARING_RATE_HZ, Samples

UNKNOWN = "[unk]"  # where the model has it, everything else that is said can go there
SCORE = -2.5  # Vosk cannot tell how well a phrase fits, so by itself this is good for nothing


def _library() -> Any:
    """Vosk, without what it would download models with: that library tries out a network socket when it is loaded."""
    if "vosk" not in sys.modules:
        with_network = sys.modules.get("requests")
        sys.modules["requests"] = ModuleType("requests")  # empty; only downloading by name would need it
        try:
            return importlib.import_module("vosk")  # slow, and `--help` should not need it
        finally:
            del sys.modules["requests"]
            if with_network is not None:
                sys.modules["requests"] = with_network
    return sys.modules["vosk"]


class VoskRecognizer:
    """A Vosk model in a folder, on one thread.

    Raises `ModelBrokenError` when Vosk refuses the folder; some kinds of damage make Vosk kill the process instead.
    """

    def __init__(self, folder: Path) -> None:
        vosk = _library()
        self._vosk = vosk
        vosk.SetLogLevel(-1)
        broken = ModelBrokenError(
            "Vosk cannot use this model", where=folder, remedy="Run `breather setup` for a fresh copy, or name another."
        )
        try:
            self._model: Any = vosk.Model(model_path=str(folder))
            # Some damage shows only here, or with the first sound.
            self._recognizer: Any = vosk.KaldiRecognizer(self._model, HEARING_RATE_HZ)
            self._recognizer.AcceptWaveform(bytes(2 * HEARING_RATE_HZ))
            self._recognizer.FinalResult()
        except Exception as error:  # Vosk raises bare Exception
            raise broken from error
        self._recognizer.SetWords(True)
        self._recognizer.SetPartialWords(True)
        self._writer: Any = None  # without a grammar; made when it is first needed
        self._phrases: frozenset[str] = frozenset()
        self._grammar: set[str] = set()
        self._known: dict[str, bool] = {}
        self._frames = self._began = HEARING_RATE_HZ  # Vosk's seconds count from its very first sample, for ever
        self._listening = False

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        for phrase in phrases:
            if missing := [word for word in phrase.split() if not self._knows(word)]:
                raise VocabularyError(
                    f'"{phrase}" can never be heard: the model does not know {", ".join(missing)}',
                    remedy="Choose another phrase in config/agreement.toml or config/phrases.en.toml.",
                )
        self.reset()
        self._phrases = frozenset(phrases)
        self._listening = bool(phrases)
        if not phrases:
            return
        usable = {decoy for decoy in decoys if all(self._knows(word) for word in decoy.split())}
        # One grammar for all windows: it grows until every window has been seen, and what is not listened for at the
        # moment is something else that may be said.
        if not self._grammar.issuperset(usable.union(phrases)):
            self._grammar |= usable.union(phrases)
            elsewhere = [UNKNOWN] if self._knows(UNKNOWN) else []
            # Vosk does not know the \u of JSON: escaped letters would be words that no model has.
            self._recognizer.SetGrammar(json.dumps([*sorted(self._grammar), *elsewhere], ensure_ascii=False))

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        if not self._listening:
            return ()
        self._frames += len(samples)
        if self._recognizer.AcceptWaveform(samples.tobytes()):
            return self._found(self._recognizer.Result())
        return ()

    def lull(self) -> Sequence[Hypothesis]:
        """What the words so far look like. Vosk revises them often, so somebody else has to agree."""
        return self._found(self._recognizer.PartialResult(), "partial_result") if self._listening else ()

    def finish(self) -> Sequence[Hypothesis]:
        if not self._listening:
            return ()
        found = self._found(self._recognizer.FinalResult())
        self._began = self._frames
        return found

    def reset(self) -> None:
        self._recognizer.Reset()
        self._began = self._frames

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def close(self) -> None:
        self._listening = False

    def transcript(self, samples: Samples) -> str:
        """What Vosk writes when any word of the model may have been said; five times the work, so for seconds only."""
        if self._writer is None:
            self._writer = self._vosk.KaldiRecognizer(self._model, HEARING_RATE_HZ)
        self._writer.AcceptWaveform(samples.tobytes())
        text: str = json.loads(self._writer.FinalResult()).get("text", "")
        return " ".join(word for word in text.split() if word != UNKNOWN)

    def _knows(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = self._model.vosk_model_find_word(word) >= 0
        return self._known[word]

    def _found(self, result: str, words_in: str = "result") -> Sequence[Hypothesis]:
        """Every phrase in the words, the longer one where two begin together or share words."""
        heard = json.loads(result).get(words_in, [])
        words = [entry["word"] for entry in heard]
        passed = self._began / HEARING_RATE_HZ
        taken: set[int] = set()
        found = []
        for phrase in sorted(self._phrases, key=lambda phrase: (-len(phrase), phrase)):
            run = phrase.split()
            for first in range(len(words) - len(run) + 1):
                end = first + len(run)
                if words[first:end] == run and taken.isdisjoint(range(first, end)):
                    taken.update(range(first, end))
                    found.append(
                        Hypothesis(
                            phrase=phrase,
                            score=SCORE,
                            start_seconds=heard[first]["start"] - passed,
                            end_seconds=heard[end - 1]["end"] - passed,
                            before=" ".join(words[:first]),
                            inside=phrase,
                            after=" ".join(words[end:]),
                        )
                    )
        return sorted(found, key=lambda hypothesis: hypothesis.start_seconds)
