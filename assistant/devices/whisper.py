"""Whisper tiny.en through CTranslate2, on a three-second context: what was said, and how well a given text fits.

Whisper is usually run on thirty seconds; CTranslate2 accepts any context, and three seconds cost a tenth (measured:
33 ms instead of 380 ms on one x86-64 core). The text it decodes freely is not trusted as a transcript; it is the
yardstick that a phrase has to measure up to (see `assistant.hearing.phrase_scorer`).

The mel filter bank and the scaling are those of openai/whisper `audio.py` (MIT), written anew in numpy.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import PACKAGES_ANEW, ModelBrokenError
from assistant.ports import DecodedWord, ForcedDecode, FreeDecode
from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, Samples

Floats = npt.NDArray[np.float32]

HOP_FRAMES = 160  # 10 ms at 16 kHz: one mel column
FFT_FRAMES = 400
MEL_BANDS = 80
CONTEXT_SECONDS = 3.0
COLUMNS_PER_SECOND = HEARING_RATE_HZ // HOP_FRAMES
SECONDS_PER_POSITION = 0.02  # the encoder halves the columns
TOKENS_PER_SECOND = 7  # without a limit the decoder can repeat itself for ever


@functools.cache
def mel_filters() -> Floats:
    """Slaney's mel filter bank, shape ``(80, 201)``."""

    def hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    top = 15 + 27 * np.log(8) / np.log(6.4)
    edges = hertz(np.linspace(0, top, MEL_BANDS + 2))
    bins = np.linspace(0, HEARING_RATE_HZ / 2, FFT_FRAMES // 2 + 1)
    up = (bins[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    down = (edges[2:, None] - bins[None]) / np.diff(edges)[1:, None]
    scale = (2 / (edges[2:] - edges[:-2]))[:, None]
    filters: Floats = (np.maximum(0, np.minimum(up, down)) * scale).astype(np.float32)
    return filters


def log_mel(samples: Samples, seconds: float = CONTEXT_SECONDS) -> Floats:
    """The last `seconds` as Whisper's input, shape ``(80, 100 * seconds)``; shorter sound is padded with silence.

    The loudest sample is brought to 0.8 of full scale first, so that a whisper and a shout look alike.
    """
    wanted = round(seconds * COLUMNS_PER_SECOND) * HOP_FRAMES
    wave = samples[-wanted:].astype(np.float32) / FULL_SCALE
    wave *= 0.8 / max(0.01, float(np.abs(wave).max(initial=0.0)))
    margin = FFT_FRAMES // 2
    wave = np.pad(wave, (margin, wanted - len(wave) + margin))
    window = np.hanning(FFT_FRAMES + 1)[:-1].astype(np.float32)
    slices = np.lib.stride_tricks.sliding_window_view(wave, FFT_FRAMES)[:wanted:HOP_FRAMES] * window
    power = (np.abs(np.fft.rfft(slices)) ** 2).astype(np.float32)
    mel = np.log10(np.maximum(mel_filters() @ power.T, 1e-10))
    scaled: Floats = ((np.maximum(mel, mel.max() - 8) + 4) / 4).astype(np.float32)
    return scaled


class WhisperModel:
    """The model in a folder in CTranslate2 form, quantised to int8, on one thread.

    ``context_seconds``: how much sound it looks at; thirty at most. Raises `ModelBrokenError` when the folder holds no
    such model, or this machine computes nonsense with it.
    """

    def __init__(self, folder: Path, *, threads: int = 1, context_seconds: float = CONTEXT_SECONDS) -> None:
        import ctranslate2  # noqa: PLC0415  (slow to import; whoever only asks for help should not wait for it)
        import tokenizers  # noqa: PLC0415

        self._storage: Any = ctranslate2.StorageView.from_array
        try:
            self._model: Any = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", intra_threads=threads
            )
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # ctranslate2 and tokenizers raise RuntimeError, ValueError and bare Exception
            raise ModelBrokenError(
                f"The embedded English model does not load ({type(error).__name__})",
                where=folder,
                remedy=PACKAGES_ANEW,
            ) from error
        token = self._tokenizer.token_to_id
        self._start = [token("<|startoftranscript|>")]
        if self._model.is_multilingual:
            self._start += [token("<|en|>"), token("<|transcribe|>")]
        self._prompt = [*self._start, token("<|notimestamps|>")]
        self._end = token("<|endoftext|>")
        self._seconds = context_seconds
        noise = np.random.default_rng(0).integers(-8000, 8000, HEARING_RATE_HZ, np.int16)
        if not np.isfinite(self.features(self.encoded(noise))).all():
            raise ModelBrokenError(
                "The embedded English model loads, but this machine computes no numbers with it",
                where=folder,
                remedy=f"{PACKAGES_ANEW} If that does not help, a library computes wrongly on this processor.",
            )

    def tokens(self, text: str) -> tuple[int, ...]:
        """The tokens of a text; a word in the middle of a sentence needs its leading space."""
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encoded(self, samples: Samples) -> Any:
        """The last seconds of the sound in the model's own form, for `free` and `forced`."""
        return self._model.encode(self._storage(np.ascontiguousarray(log_mel(samples, self._seconds)[None])))

    def features(self, encoded: Any) -> Floats:
        """The encoded sound as numbers, shape ``(positions, channels)``; a position is 20 ms."""
        numbers: Floats = np.array(encoded, np.float32)[0]
        return numbers

    def free(self, encoded: Any) -> FreeDecode:
        """What the model would write by itself."""
        result = self._model.generate(
            encoded,
            [self._prompt],
            beam_size=1,
            max_length=round(TOKENS_PER_SECOND * self._seconds),
            return_scores=True,
        )[0]
        tokens = tuple(token for token in result.sequences_ids[0] if token < self._end)
        words: list[DecodedWord] = []
        for index, token in enumerate(tokens):
            piece = self._tokenizer.id_to_token(token) or ""
            if piece.startswith("Ġ") or not words:
                words.append(DecodedWord(index, piece.removeprefix("Ġ")))
            else:
                words[-1] = DecodedWord(words[-1].token, words[-1].text + piece)
        return FreeDecode(tokens, tuple(words), float(result.scores[0]))

    def forced(self, encoded: Any, rows: Sequence[Sequence[int]]) -> list[ForcedDecode]:
        """How well each row of tokens fits the sound, all in one call."""
        repeated = self._storage(np.ascontiguousarray(np.repeat(np.array(encoded), len(rows), 0)))
        results = self._model.align(
            repeated,
            self._start,
            [list(row) for row in rows],
            [round(self._seconds * COLUMNS_PER_SECOND)] * len(rows),
            median_filter_width=1,
        )
        return [self._forced(result, len(row)) for result, row in zip(results, rows, strict=True)]

    def _forced(self, result: Any, length: int) -> ForcedDecode:
        log_probs = np.log(np.maximum(np.array(result.text_token_probs, np.float32), 1e-6))
        seconds = np.full(length, self._seconds, np.float32)
        for token, position in reversed(result.alignments):
            if token < length:
                seconds[token] = position * SECONDS_PER_POSITION
        return ForcedDecode(log_probs, seconds)
