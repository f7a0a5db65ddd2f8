"""What a Vosk model folder must hold, looked at before Vosk does.

Vosk says only "Failed to create a model", or nothing at all until the first sound; so the parts are looked for by name.
The list is that of models with a look-ahead graph, the only ones that can be told what to listen for at run time.
Tried with 0.3.45: an empty or cut HCLr.fst or disambig_tid.int ends the process with a segmentation fault, an empty
splice.conf with an abort, and an empty model.conf loads for ever; the other damages raise. A file cut short cannot be
seen from outside unless we installed it and noted its size, so Vosk belongs into a process of its own all the same.
"""

from __future__ import annotations

import json
from pathlib import Path

from assistant.errors import ModelBrokenError, ModelMissingError

SLOT = "vosk"
"""The installed model's folder, inside the folder for models."""
SIZES_FILE = ".sizes.json"
"""Written beside the model at installation: the size in bytes of each of its files."""

PARTS = (
    "am/final.mdl",  # the acoustic model
    "conf/mfcc.conf",  # how sound becomes features
    "conf/model.conf",  # how wide to search, when to stop
    "graph/HCLr.fst",  # sounds to words
    "graph/Gr.fst",  # words to sentences, and the vocabulary
    "graph/disambig_tid.int",
    "graph/phones/word_boundary.int",
)
SPEAKER_PARTS = (  # asked for when the acoustic model wants to know the voice's character
    "ivector/final.dubm",
    "ivector/final.ie",
    "ivector/final.mat",
    "ivector/global_cmvn.stats",
    "ivector/online_cmvn.conf",
    "ivector/splice.conf",
)
FST_MAGIC = (2_125_659_606).to_bytes(4, "little")  # OpenFst, fst/fst.h: kFstMagicNumber
SPEAKER_INPUT = b"input-node name=ivector"  # Kaldi nnet3 writes its layers as text into the model
AGAIN = "Install it again: breather setup"


def installed_vosk_model(models_folder: Path) -> Path | None:
    """The folder of the model that set-up has installed; None when there is none. It is not checked here."""
    folder = models_folder / SLOT
    return folder if folder.is_dir() else None


def check_vosk_model(folder: Path) -> None:
    """Return when Vosk may load this folder.

    Raises `ModelMissingError` when there is no such folder, `ModelBrokenError` when it is no Vosk model, or a part is
    missing, empty, or not what its name says.
    """
    if not folder.exists():
        raise ModelMissingError("There is no Vosk model here", where=folder, remedy="Install one: breather setup")
    if not folder.is_dir():
        raise ModelBrokenError(
            "A Vosk model is a folder, and this is a file",
            where=folder,
            remedy=f"If it is a model's zip file, install it: breather setup --model {folder.name}",
        )
    if not (folder / "am" / "final.mdl").is_file():
        raise ModelBrokenError(f"This is no Vosk model; {_likeness(folder)}", where=folder, remedy=AGAIN)
    if (folder / "graph" / "HCLG.fst").is_file() and not (folder / "graph" / "HCLr.fst").is_file():
        raise ModelBrokenError(
            "This Vosk model has a fixed graph (graph/HCLG.fst) and cannot be told what to listen for",
            where=folder,
            remedy='Use a small model, or one with "lgraph" in its name.',
        )
    for part in PARTS + (SPEAKER_PARTS if _wants_speaker(folder / "am" / "final.mdl") else ()):
        _check_part(folder, part)
    for part in ("graph/HCLr.fst", "graph/Gr.fst"):
        with (folder / part).open("rb") as file:
            if file.read(len(FST_MAGIC)) != FST_MAGIC:
                raise ModelBrokenError(f"The Vosk model's {part} is damaged", where=folder, remedy=AGAIN)
    _check_sizes(folder)


def write_sizes(folder: Path) -> None:
    """Note the size of every file of a model that has just been unpacked and found whole. Raises OSError."""
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    (folder / SIZES_FILE).write_text(json.dumps(sizes, indent=1, sort_keys=True))


def _check_part(folder: Path, part: str) -> None:
    path = folder / part
    try:
        blank = path.suffix == ".conf" and not path.read_bytes().strip()
        if blank or path.stat().st_size == 0:
            raise ModelBrokenError(f"The Vosk model's {part} is empty", where=folder, remedy=AGAIN)
        path.open("rb").close()
    except FileNotFoundError:
        raise ModelBrokenError(f"The Vosk model's {part} is missing", where=folder, remedy=AGAIN) from None
    except OSError as error:
        raise ModelBrokenError(
            f"The Vosk model's {part} cannot be read ({error.strerror})", where=folder, remedy="Mend its permissions."
        ) from None


def _check_sizes(folder: Path) -> None:
    """Compare with what was noted at installation; a card that loses power likes to cut files short."""
    try:
        sizes = json.loads((folder / SIZES_FILE).read_bytes())
    except (OSError, ValueError):
        return  # somebody else's folder, or only the note is damaged: the trial run decides
    for part, size in sizes.items() if isinstance(sizes, dict) else ():
        path = folder / part
        if not path.is_file() or path.stat().st_size != size:
            raise ModelBrokenError(f"The Vosk model's {part} is not as it was installed", where=folder, remedy=AGAIN)


def _wants_speaker(acoustic_model: Path) -> bool:
    """Whether the acoustic model has an input for i-vectors. The layers stand behind a table of some 100 kB."""
    try:
        with acoustic_model.open("rb") as file:
            return SPEAKER_INPUT in file.read(4_000_000)
    except OSError:
        return False  # said better by `_check_part`


def _likeness(folder: Path) -> str:
    """What the folder looks like instead, as the end of a sentence."""
    contents = sorted(folder.iterdir())
    names = {path.name for path in contents}
    endings = {path.suffix for path in contents}
    inner = [path.name for path in contents if (path / "am" / "final.mdl").is_file()]
    guesses = (
        (not names, "the folder is empty"),
        (bool(inner), f"the model is one folder further in: {', '.join(inner)}"),
        ({"model.bin", "config.json"} <= names, "it looks like a Whisper model for CTranslate2"),
        ({"mdef", "means"} <= names, "it looks like a PocketSphinx model"),
        (".onnx" in endings, "it looks like a model for ONNX"),
        (".zip" in endings, "it holds a zip file that is not unpacked"),
        ("final.mdl" in names, "it looks like a Vosk model of the old kind, without folders"),
        (True, "am/final.mdl is missing"),
    )
    return next(guess for fits, guess in guesses if fits)
