"""The book of rendered sentences: everything that may be said is in it before it is needed.

A sentence is one WAV file in the cache folder (24 kHz, levelled, trimmed). Its name holds the SHA-256 of voice and
text, and the CRC-32 of the samples, so that a file which a power cut has emptied is noticed and rendered again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import soxr

from assistant.errors import CacheError, RecordingError, VoiceError
from assistant.ports import Synthesizer
from assistant.sound import SPEAKING_RATE_HZ, AudioClip, joined, read_wav, silence, write_wav
from assistant.speaking.leveling import leveled, trimmed

SENTENCE_GAP_SECONDS = 0.6
SECONDS_A_WORD = 0.5  # at a calm pace
RECIPE = "1"
"""Counts the ways in which a rendered sentence was treated before it was stored; part of the key."""


class Promptbook:
    """Speaks from memory, once every sentence has been prepared.

    ``cache``: the folder of rendered sentences; made when something is stored. ``synthesizer_key``: the `key` of the
    voice that rendered them; the voice itself is needed only for what is missing. ``sentence_gap_seconds``: quiet
    between two sentences of a line.
    """

    def __init__(
        self,
        *,
        cache: Path,
        synthesizer_key: Mapping[str, str],
        sentence_gap_seconds: float = SENTENCE_GAP_SECONDS,
    ) -> None:
        self._cache = cache
        self._key = {**synthesizer_key, "recipe": RECIPE}
        self._gap = silence(sentence_gap_seconds, SPEAKING_RATE_HZ)
        self._clips: dict[str, AudioClip] = {}

    def missing(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Those of the sentences that are not in the book, each once, in their order. Loads the others."""
        wanted = dict.fromkeys(sentences)
        stored = self._stored_files() if any(sentence not in self._clips for sentence in wanted) else {}
        for sentence in wanted.keys() - self._clips.keys():
            clip = self._stored(stored.get(self._name(sentence), ()))
            if clip:
                self._clips[sentence] = clip
        return tuple(sentence for sentence in wanted if sentence not in self._clips)

    def absent(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Those of the sentences that have no file in the book, each once. Looks into none, and loads none."""
        stored = self._stored_files()
        return tuple(each for each in dict.fromkeys(sentences) if self._name(each) not in stored)

    def prepare(
        self,
        sentences: Iterable[str],
        synthesizer: Synthesizer,
        progress: Callable[[int, int], None] | None = None,
        *,
        on_disk: Iterable[str] = (),
    ) -> None:
        """Render and store what is missing; `progress` gets how many of how many are done, from (0, n) on.

        ``on_disk``: sentences that are seldom said; they stay on the disk until then, to save memory.
        Raises `CacheError` when the folder cannot be written to, `VoiceError` when the voice is silent, and what the
        synthesizer raises.
        """
        at_hand = self.missing(sentences)
        missing = tuple(dict.fromkeys([*at_hand, *self.absent(on_disk)]))
        if missing:
            self._make_folder()
        for done, sentence in enumerate(missing):
            if progress:
                progress(done, len(missing))
            clip = finished(self._rendered(sentence, synthesizer))
            self._store(sentence, clip)
            if done < len(at_hand):
                self._clips[sentence] = clip
        if progress:
            progress(len(missing), len(missing))

    def prune(self, sentences: Iterable[str]) -> None:
        """Remove every rendered sentence but these: names and wishes of an agreement that counts no more."""
        wanted = {self._name(sentence) for sentence in sentences}
        for name, files in self._stored_files().items():
            for file in files if name not in wanted else ():
                with suppress(OSError):
                    file.unlink()

    def _rendered(self, sentence: str, synthesizer: Synthesizer) -> AudioClip:
        clip = synthesizer.render(sentence)
        if not clip.samples.any():
            raise VoiceError(
                "The voice made no sound of a sentence",
                where=self._key.get("engine"),
                remedy="Look for unusual letters in the names and texts of agreement.toml, or choose another voice.",
            )
        return clip

    def clip(self, sentences: Sequence[str]) -> AudioClip:
        """The sentences one after the other with a gap between them, 24 kHz.

        Raises `VoiceError` when one was never prepared.
        """
        self._all_prepared(sentences)
        parts = [part for sentence in sentences for part in (self._gap, self._clips[sentence])]
        return joined(parts[1:])

    def seconds(self, sentences: Sequence[str]) -> float:
        """How long it takes to say them, gaps included; about as long, where one was never prepared."""
        self.missing(sentences)
        frames = sum(self._frames(sentence) for sentence in sentences)
        return (frames + len(self._gap.samples) * max(0, len(sentences) - 1)) / SPEAKING_RATE_HZ

    def _frames(self, sentence: str) -> int:
        clip = self._clips.get(sentence)
        return len(clip.samples) if clip else round(SECONDS_A_WORD * len(sentence.split()) * SPEAKING_RATE_HZ)

    def _all_prepared(self, sentences: Sequence[str]) -> None:
        missing = self.missing(sentences)
        if missing:
            raise VoiceError(
                f"{len(missing)} of the sentences to be said {'was' if len(missing) == 1 else 'were'} never prepared",
                where=self._cache,
                remedy="Run: breather setup",
            )

    def _name(self, sentence: str) -> str:
        key = json.dumps([self._key, sentence], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(key.encode()).hexdigest()[:40]

    def _stored_files(self) -> dict[str, list[Path]]:
        """The files of the folder by the first part of their names."""
        files: dict[str, list[Path]] = {}
        try:
            for path in self._cache.glob("*-*.wav"):
                files.setdefault(path.name.partition("-")[0], []).append(path)
        except OSError:
            return {}
        return files

    @staticmethod
    def _stored(paths: Iterable[Path]) -> AudioClip | None:
        """The first of these files that is whole, None when none is."""
        for path in paths:
            try:
                clip = read_wav(path, rate_hz=SPEAKING_RATE_HZ)
            except RecordingError:
                continue
            if path.stem.endswith(f"-{_checksum(clip)}"):
                return clip
        return None

    def _make_folder(self) -> None:
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            self._cache.chmod(0o700)  # the sentences hold the names, and what the couple wants to hear
        except OSError as error:
            raise self._cannot_write(error) from None

    def _store(self, sentence: str, clip: AudioClip) -> None:
        name = self._name(sentence)
        try:
            for damaged in self._cache.glob(f"{name}-*.wav"):
                damaged.unlink()
            write_wav(self._cache / f"{name}-{_checksum(clip)}.wav", clip, mode=0o600)
        except OSError as error:
            raise self._cannot_write(error) from None

    def _cannot_write(self, error: OSError) -> CacheError:
        return CacheError(
            f"Rendered speech cannot be stored ({error.strerror})",
            where=self._cache,
            remedy="Make room, or make the folder writable, and try again.",
        )


def _checksum(clip: AudioClip) -> str:
    return f"{zlib.crc32(clip.samples.astype('<i2').tobytes()):08x}"


def finished(clip: AudioClip) -> AudioClip:
    """A rendered sentence at 24 kHz, without silence around it, at the level of speech."""
    if clip.rate_hz == SPEAKING_RATE_HZ:
        return leveled(trimmed(clip))
    samples = soxr.resample(clip.samples, clip.rate_hz, SPEAKING_RATE_HZ, quality="HQ")
    return leveled(trimmed(AudioClip(samples, SPEAKING_RATE_HZ)))
