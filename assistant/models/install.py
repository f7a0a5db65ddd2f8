"""Put a Vosk model where Breather looks for it: downloaded, or from a file or folder that somebody brought.

There is one place for it, ``MODELS/vosk``, and what is installed last is what counts. A model is unpacked beside that
place, checked, and then moved there in one step, so that what stands there is always whole.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import BreatherError, DownloadCorruptError, ModelBrokenError, ModelMissingError
from assistant.models.archive import unpack
from assistant.models.disk import disk_error
from assistant.models.download import Progress, PublishedFile, fetch, sha256_of
from assistant.models.vosk_model import SLOT, check_vosk_model, installed_vosk_model, write_sizes

ENGLISH_MODEL = PublishedFile(
    # The vendor publishes no checksum; this one is the same in a dozen package recipes that pin the file.
    url="https://alphacephei.com/vosk/models/vosk-model-small-en-us-0.15.zip",
    size_bytes=41_205_931,
    sha256="30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
)
UNFINISHED = ".unfinished-"


def install_from_network(models_folder: Path, *, on_progress: Progress, wanted: PublishedFile = ENGLISH_MODEL) -> Path:
    """Install the published English model; return its folder. One that is installed and whole already stays.

    Raises `DownloadRefusedError`, `DownloadCutError`, `DownloadCorruptError`, `ModelBrokenError`, or `CacheError` when
    `models_folder` cannot take it.
    """
    there = installed_vosk_model(models_folder)
    if there is not None:
        try:
            check_vosk_model(there)
        except ModelBrokenError:
            pass  # that is what we are here for
        else:
            return there
    archive = fetch(wanted, models_folder, on_progress=on_progress)
    folder = _install(archive, models_folder)
    archive.unlink(missing_ok=True)
    return folder


def install_from_file(source: Path, models_folder: Path, *, published: PublishedFile = ENGLISH_MODEL) -> Path:
    """Install a Vosk model from its zip file, or from a folder, which is copied; return where it is now.

    A zip file that bears the published model's name must be that file, bit for bit; others are taken as they are.

    Raises `ModelMissingError` when there is no such file, `DownloadCorruptError` when the zip file is damaged,
    `ModelBrokenError` when it holds no Vosk model, or `CacheError` when `models_folder` cannot take it.
    """
    if not source.exists():
        raise ModelMissingError("There is no such file or folder", where=source, remedy="Check the path.")
    if source.is_dir() and models_folder / SLOT in (source, *source.parents):
        check_vosk_model(source)  # it is the installed one
        return source
    try:
        if source.is_file() and source.name == published.name and sha256_of(source) != published.sha256:
            raise DownloadCorruptError(
                "This is not the file that was published: its SHA-256 differs", where=source, remedy="Fetch it again."
            )
    except OSError as error:
        raise ModelMissingError(
            f"The file cannot be read ({error.strerror})", where=source, remedy="Mend its permissions."
        ) from None
    return _install(source, models_folder)


def remove_model(models_folder: Path) -> None:
    """Take the installed Vosk model away, if there is one; the embedded recogniser takes its place."""
    shutil.rmtree(models_folder / SLOT, ignore_errors=True)


def _install(source: Path, models_folder: Path) -> Path:
    with _workspace(models_folder) as workspace:
        try:
            if source.is_dir():
                unpacked = workspace / source.name
                shutil.copytree(source, unpacked)
            else:
                unpacked = workspace / "unpacked"
                unpacked.mkdir()
                unpack(source, unpacked)
            found = _model_in(unpacked)
            _check(found, source)
            write_sizes(found)
            slot = models_folder / SLOT
            if slot.exists():
                slot.replace(workspace / "former")
            found.replace(slot)
        except shutil.Error as error:  # copytree's list of what it could not copy
            raise ModelBrokenError(
                f"The model cannot be copied: {error.args[0][0][2]}", where=source, remedy="Check its files."
            ) from None
        except OSError as error:
            raise disk_error(error, models_folder) from None
    return slot


@contextmanager
def _workspace(models_folder: Path) -> Iterator[Path]:
    """A folder beside the final place; those of earlier, interrupted attempts are cleared away."""
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        for left_over in models_folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        workspace = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=models_folder))
    except OSError as error:
        raise disk_error(error, models_folder) from None
    try:
        yield workspace
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def _model_in(folder: Path) -> Path:
    """The folder itself, or the only one inside it: vendors pack a model in a folder of its name."""
    inner = [path for path in folder.iterdir() if path.is_dir() and path.name != "__MACOSX"]
    return inner[0] if len(inner) == 1 and not (folder / "am").exists() else folder


def _check(folder: Path, source: Path) -> None:
    """Check, but name what the person gave us: our workspace will be gone when they read the sentence."""
    try:
        check_vosk_model(folder)
    except BreatherError as error:
        raise ModelBrokenError(error.what, where=source, remedy="Give another Vosk model.") from None
