"""The recogniser's own process: ``python -m assistant.recognizer_child ENGINE ... FOLDER FD FD``.

``vosk FOLDER``, ``whisper SPOTTED FOLDER``, or ``vosk+whisper SPOTTED SECONDS WHISPER VOSK``: the phrases that may come
in the middle of talk, one a line; how long the verifier may take; the folders of the two models.

It imports the engines it needs and little else, because every megabyte here is one less on a Pi.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.errors import ModelBrokenError
from assistant.hearing.notices import Notice
from assistant.hearing.recognizer_service import serve
from assistant.ports import Recognizer

if TYPE_CHECKING:
    from assistant.hearing.phrase_scorer import PhraseScorer

Engine = Literal["vosk", "whisper", "vosk+whisper"]


def build(arguments: Sequence[str]) -> Recognizer:
    """A recogniser in this process. Raises `ModelBrokenError` when the model does not load."""
    # Each child imports only the engines it runs.
    match arguments:
        case "vosk", folder:
            return _verified(Path(folder), None, spotted=(), budget_seconds=0.0)
        case "vosk+whisper", spotted, seconds, whisper, vosk:
            return _verified(Path(vosk), Path(whisper), spotted=spotted.splitlines(), budget_seconds=float(seconds))
        case "whisper", spotted, folder:
            return _scorer(Path(folder), spotted=spotted.splitlines())
    raise ValueError(arguments[0])


def _scorer(folder: Path, *, spotted: Sequence[str]) -> PhraseScorer:
    from assistant.devices.whisper import WhisperModel  # noqa: PLC0415
    from assistant.hearing.phrase_scorer import PhraseScorer  # noqa: PLC0415
    from assistant.hearing.phrase_spotter import PhraseSpotter  # noqa: PLC0415

    return PhraseScorer(WhisperModel(folder), PhraseSpotter(), amid=spotted)


def _verified(vosk: Path, whisper: Path | None, *, spotted: Sequence[str], budget_seconds: float) -> Recognizer:
    from assistant.devices.vosk_recognizer import VoskRecognizer  # noqa: PLC0415
    from assistant.hearing.verified_recognizer import VerifiedRecognizer  # noqa: PLC0415

    first = VoskRecognizer(vosk)
    try:
        verifier = None if whisper is None else _scorer(whisper, spotted=spotted)
    except ModelBrokenError:
        # It was there when we were started for the first time; what can still listen, listens.
        without = VerifiedRecognizer(first, None)
        without.tell(Notice.VERIFIER_GONE)
        return without
    return VerifiedRecognizer(first, verifier, spotted=spotted, budget_seconds=budget_seconds)


def main() -> None:
    """Serve until the program closes the pipe."""
    *arguments, requests_fd, answers_fd = sys.argv[1:]
    serve(lambda: build(arguments), int(requests_fd), int(answers_fd))


if __name__ == "__main__":
    main()
