"""The recogniser's own process: ``python -m assistant.recognizer_child ENGINE FOLDER FD FD``.

It imports one engine and little else, because every megabyte here is one less on a Pi.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from assistant.hearing.recognizer_service import serve
from assistant.ports import Recognizer

Engine = Literal["vosk", "whisper"]


def build(engine: Engine, folder: Path) -> Recognizer:
    """A recogniser in this process. Raises `ModelBrokenError` when the model does not load."""
    if engine == "vosk":
        from assistant.devices.vosk_recognizer import VoskRecognizer  # noqa: PLC0415  (each child imports one engine)

        return VoskRecognizer(folder)
    from assistant.devices.whisper import WhisperModel  # noqa: PLC0415
    from assistant.hearing.phrase_scorer import PhraseScorer  # noqa: PLC0415

    return PhraseScorer(WhisperModel(folder))


def main() -> None:
    """Serve until the program closes the pipe."""
    engine: Engine = "vosk" if sys.argv[1] == "vosk" else "whisper"
    serve(lambda: build(engine, Path(sys.argv[2])), int(sys.argv[3]), int(sys.argv[4]))


if __name__ == "__main__":
    main()
