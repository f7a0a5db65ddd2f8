from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from assistant.errors import ModelBrokenError, ModelMissingError
from assistant.models import whisper_model
from assistant.models.whisper_model import check_whisper_model, embedded_whisper_model

WEIGHTS = b"weights of a very small model"
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).write_text("{}")
    (folder / "model.bin").write_bytes(WEIGHTS)
    return folder


def test_the_model_that_is_installed_is_the_published_one(tmp_path: Path) -> None:
    check_whisper_model(embedded_whisper_model(), notes_folder=tmp_path)
    assert (embedded_whisper_model() / "model.bin").stat().st_size == whisper_model.WEIGHTS_BYTES


def test_no_package_is_a_missing_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper_model, "PACKAGE", "no_such_package_of_models")
    with pytest.raises(ModelMissingError, match=r"not installed.*scripts/setup"):
        embedded_whisper_model()


def test_other_weights_are_refused_every_time(model: Path, tmp_path: Path) -> None:
    (model / "model.bin").write_bytes(WEIGHTS[:-1] + b"!")
    for _ in range(2):
        with pytest.raises(ModelBrokenError, match=r"model\.bin is not the published one"):
            check_whisper_model(model, notes_folder=tmp_path, sha256=SHA256)


def test_weights_are_read_once_and_again_when_the_file_has_changed(model: Path, tmp_path: Path) -> None:
    check_whisper_model(model, notes_folder=tmp_path / "notes", sha256=SHA256)
    weights = model / "model.bin"
    then = weights.stat()
    weights.write_bytes(WEIGHTS[:-1] + b"!")
    os.utime(weights, ns=(then.st_atime_ns, then.st_mtime_ns))
    # Same size and time: the note is believed, which shows that the file was not read.
    check_whisper_model(model, notes_folder=tmp_path / "notes", sha256=SHA256)
    os.utime(weights, ns=(then.st_atime_ns, then.st_mtime_ns + 1))
    with pytest.raises(ModelBrokenError):
        check_whisper_model(model, notes_folder=tmp_path / "notes", sha256=SHA256)


def test_a_place_that_takes_no_notes_is_no_obstacle(model: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("a file where the folder should be")
    check_whisper_model(model, notes_folder=tmp_path / "notes", sha256=SHA256)


@pytest.mark.parametrize("part", ["config.json", "model.bin", "tokenizer.json", "vocabulary.txt"])
def test_a_missing_part_of_the_model_is_named(model: Path, tmp_path: Path, part: str) -> None:
    (model / part).unlink()
    with pytest.raises(ModelBrokenError, match=f"{part} is missing or empty"):
        check_whisper_model(model, notes_folder=tmp_path, sha256=SHA256)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError):
        check_whisper_model(tmp_path / "nowhere", notes_folder=tmp_path)
