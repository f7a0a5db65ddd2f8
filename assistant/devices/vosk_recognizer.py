"""Vosk as a `Recognizer`: one grammar of the phrases and decoys, and only whole phrases count.

What Vosk forces on us, each tried with 0.3.45: a grammar that is empty, not JSON, or changed in the middle of an
utterance kills the process, so the grammar is built here and set only after a reset; unknown words are dropped in
silence, so every word is looked up first; the grammar is a bigram over the words, so parts of phrases do come out;
confidences are nearly always 1.0, even for words that are not in the grammar. And the process can die all the same:
it belongs into a child process (`assistant.recognizer_child`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import ModelBrokenError, VocabularyError
from assistant.ports import Hypothesis
from assistant.sound import HEARING_RATE_HZ, Samples

UNKNOWN = "[unk]"  # where the model has it, everything else that is said can go there
SCORE_WHOLE_UTTERANCE = 0.0
SCORE_AMONG_OTHER_WORDS = -1.2  # Vosk cannot tell how well it fits; the trigger asks for more when words stand around


class VoskRecognizer:
    """A Vosk model in a folder, on one thread.

    Raises `ModelBrokenError` when Vosk refuses the folder; some kinds of damage make Vosk kill the process instead.
    """

    def __init__(self, folder: Path) -> None:
        import vosk  # noqa: PLC0415  (slow to import, and `--help` should not need it)

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
        self._phrases: frozenset[str] = frozenset()
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
        usable = [decoy for decoy in decoys if all(self._knows(word) for word in decoy.split())]
        elsewhere = [UNKNOWN] if self._knows(UNKNOWN) else []
        # Vosk does not know the \u of JSON: escaped letters would be words that no model has.
        self._recognizer.SetGrammar(json.dumps([*sorted({*phrases, *usable}), *elsewhere], ensure_ascii=False))

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        if not self._listening:
            return ()
        self._frames += len(samples)
        if self._recognizer.AcceptWaveform(samples.tobytes()):
            return self._found(self._recognizer.Result())
        return ()

    def lull(self) -> Sequence[Hypothesis]:
        # Partial results are revised too often to act on: one utterance gave ten different ones.
        return ()

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

    def _knows(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = self._model.vosk_model_find_word(word) >= 0
        return self._known[word]

    def _found(self, result: str) -> Sequence[Hypothesis]:
        heard = json.loads(result).get("result", [])
        words = [entry["word"] for entry in heard]
        passed = self._began / HEARING_RATE_HZ
        for phrase in sorted(self._phrases, key=len, reverse=True):
            run = phrase.split()
            for first in range(len(words) - len(run) + 1):
                end = first + len(run)
                if words[first:end] == run:
                    alone = len(run) == len(words)
                    return (
                        Hypothesis(
                            phrase=phrase,
                            score=SCORE_WHOLE_UTTERANCE if alone else SCORE_AMONG_OTHER_WORDS,
                            start_seconds=heard[first]["start"] - passed,
                            end_seconds=heard[end - 1]["end"] - passed,
                            before=" ".join(words[:first]),
                            inside=phrase,
                            after=" ".join(words[end:]),
                        ),
                    )
        return ()
