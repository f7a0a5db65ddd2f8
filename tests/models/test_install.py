from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from file_server import serving
from test_vosk_model import make_model

from assistant.errors import (
    CacheError,
    DownloadCorruptError,
    DownloadRefusedError,
    ModelBrokenError,
    ModelMissingError,
)
from assistant.models.download import PublishedFile
from assistant.models.install import install_from_file, install_from_network
from assistant.models.vosk_model import check_vosk_model

NAME = "vosk-model-small-en-us-0.15"


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture
def model_files(tmp_path: Path) -> dict[str, bytes]:
    model = make_model(tmp_path / "source")
    return {
        f"{NAME}/{path.relative_to(model)}": path.read_bytes() for path in sorted(model.rglob("*")) if path.is_file()
    }


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def leftovers(models: Path) -> list[str]:
    return sorted(path.name for path in models.iterdir())


def install(content: bytes, tmp_path: Path, models: Path) -> Path:
    archive = tmp_path / "given.zip"
    archive.write_bytes(content)
    return install_from_file(archive, models)


def test_from_the_network_once(model_files: dict[str, bytes], models: Path) -> None:
    content = zipped(model_files)
    with serving(content) as server:
        wanted = PublishedFile(url=server.url, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        folder = install_from_network(models, on_progress=lambda *_: None, wanted=wanted)
        again = install_from_network(models, on_progress=lambda *_: None, wanted=wanted)
        asked = list(server.asked)
        (folder / "graph" / "Gr.fst").write_bytes(b"")
        install_from_network(models, on_progress=lambda *_: None, wanted=wanted)
    assert folder == again == models / "vosk"
    assert asked == [None]
    check_vosk_model(folder)
    assert leftovers(models) == ["vosk"]


def test_a_refusal_leaves_the_damaged_model_for_another_day(models: Path) -> None:
    make_model(models / "vosk")
    (models / "vosk" / "graph" / "Gr.fst").unlink()
    with serving(b"") as server:
        server.status = 503
        with pytest.raises(DownloadRefusedError):
            install_from_network(
                models, on_progress=lambda *_: None, wanted=PublishedFile(url=server.url, size_bytes=9, sha256="")
            )
    assert leftovers(models) == ["vosk"]


def test_from_a_zip_file_with_the_model_in_a_folder(
    model_files: dict[str, bytes], tmp_path: Path, models: Path
) -> None:
    folder = install(zipped(model_files), tmp_path, models)
    check_vosk_model(folder)
    assert leftovers(models) == ["vosk"]


def test_from_a_zip_file_with_the_model_at_the_top(model_files: dict[str, bytes], tmp_path: Path, models: Path) -> None:
    flat = {name.partition("/")[2]: content for name, content in model_files.items()}
    check_vosk_model(install(zipped(flat), tmp_path, models))


def test_from_a_folder_which_stays_as_it_was(tmp_path: Path, models: Path) -> None:
    source = make_model(tmp_path / "mine")
    before = sorted(str(path) for path in source.rglob("*"))
    folder = install_from_file(source, models)
    check_vosk_model(folder)
    assert folder == models / "vosk"
    assert sorted(str(path) for path in source.rglob("*")) == before


def test_what_is_installed_last_counts(tmp_path: Path, models: Path) -> None:
    install_from_file(make_model(tmp_path / "one"), models)
    second = make_model(tmp_path / "two")
    (second / "README").write_text("the second")
    assert (install_from_file(second, models) / "README").read_text() == "the second"
    assert leftovers(models) == ["vosk"]


def test_the_installed_folder_can_be_named_itself(tmp_path: Path, models: Path) -> None:
    folder = install_from_file(make_model(tmp_path / "one"), models)
    assert install_from_file(folder, models) == folder
    check_vosk_model(folder)


def test_remains_of_an_interrupted_installation_are_cleared_away(tmp_path: Path, models: Path) -> None:
    (models / ".unfinished-abc" / "unpacked").mkdir(parents=True)
    install_from_file(make_model(tmp_path / "one"), models)
    assert leftovers(models) == ["vosk"]


@pytest.mark.parametrize("name", ["../escaped", "/escaped", "a/../../escaped", "..\\escaped", "C:/escaped"])
def test_an_entry_that_points_elsewhere_is_refused_before_anything_is_written(
    model_files: dict[str, bytes], tmp_path: Path, models: Path, name: str
) -> None:
    with pytest.raises(DownloadCorruptError, match="outside its folder"):
        install(zipped(model_files | {name: b"x"}), tmp_path, models)
    assert not list(tmp_path.rglob("*escaped*"))
    assert leftovers(models) == []


def test_a_link_in_a_zip_file_is_refused(model_files: dict[str, bytes], tmp_path: Path, models: Path) -> None:
    packed = io.BytesIO(zipped(model_files))
    with zipfile.ZipFile(packed, "a") as archive:
        link = zipfile.ZipInfo(f"{NAME}/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc")
    with pytest.raises(DownloadCorruptError, match="link"):
        install(packed.getvalue(), tmp_path, models)


def test_a_zip_file_cut_short_is_refused_and_the_installed_model_stays(
    model_files: dict[str, bytes], tmp_path: Path, models: Path
) -> None:
    content = zipped(model_files)
    folder = install(content, tmp_path, models)
    with pytest.raises(DownloadCorruptError, match="damaged, or is none") as caught:
        install(content[: len(content) // 2], tmp_path, models)
    assert caught.value.exit_code == 25
    check_vosk_model(folder)


def test_a_flipped_bit_is_found_by_the_checksums_of_the_archive(
    model_files: dict[str, bytes], tmp_path: Path, models: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, file in model_files.items():
            archive.writestr(name, file)
    content = bytearray(packed.getvalue())
    content[content.index(b"input-node")] ^= 1
    with pytest.raises(DownloadCorruptError, match="damaged"):
        install(bytes(content), tmp_path, models)


def test_a_file_with_the_published_name_must_be_the_published_file(
    model_files: dict[str, bytes], tmp_path: Path, models: Path
) -> None:
    archive = tmp_path / f"{NAME}.zip"
    archive.write_bytes(zipped(model_files))
    with pytest.raises(DownloadCorruptError, match="SHA-256 differs"):
        install_from_file(archive, models)


def test_a_zip_file_of_something_else_is_told_what_it_looks_like(tmp_path: Path, models: Path) -> None:
    with pytest.raises(ModelBrokenError, match="Whisper model") as caught:
        install(zipped({"whisper/model.bin": b"x", "whisper/config.json": b"{}"}), tmp_path, models)
    assert caught.value.where == tmp_path / "given.zip"
    assert leftovers(models) == []


def test_no_such_file(tmp_path: Path, models: Path) -> None:
    with pytest.raises(ModelMissingError, match="no such file or folder"):
        install_from_file(tmp_path / "nothing.zip", models)


def test_a_place_that_cannot_be_written_to(tmp_path: Path, models: Path) -> None:
    models.write_text("a file where the folder should be")
    with pytest.raises(CacheError, match="cannot be written to"):
        install_from_file(make_model(tmp_path / "one"), models)
