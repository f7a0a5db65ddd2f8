"""The files, and the command that writes them."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from sheet_settings import FULL, ROOT, settings

from assistant.commands import sheet as command
from assistant.errors import OutputError, PdfLibraryError
from assistant.places import places
from assistant.sheet import fitting
from assistant.sheet.pdf import LaidOut
from assistant.sheet.writing import write_sheets

ALL = {f"{stem}.{ending}" for stem in ("pause-rule", "for-alex", "for-sam") for ending in ("html", "pdf")}


@pytest.fixture
def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF of nine bytes, at once."""

    def at_once(html: str) -> LaidOut:
        page = {"title": 10.0, "rule": 40.0, "end": 200.0}
        return LaidOut(tops_mm=(page,) * (2 if "page-2" in html else 1), as_pdf=lambda: b"%PDF-fake")

    monkeypatch.setattr(fitting, "lay_out", at_once)


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(html: str) -> LaidOut:
        raise PdfLibraryError("HTML only", remedy="Print the HTML")

    monkeypatch.setattr(fitting, "lay_out", missing)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    for option in ("--config", "--cache", "--state"):
        parser.add_argument(option, type=Path)
    command.add(parser.add_subparsers())
    options = parser.parse_args(arguments)
    return int(options.command(options))


@pytest.mark.usefixtures("without_drawing")
def test_every_page_is_there_twice_and_nothing_else(tmp_path: Path) -> None:
    written = write_sheets(settings(), tmp_path / "a" / "b")
    assert names(tmp_path / "a" / "b") == ALL
    assert written.for_both.name == "pause-rule"
    assert [path.name for path in written.for_each] == ["for-alex", "for-sam"]
    assert written.no_pdf is None


@pytest.mark.usefixtures("without_drawing")
def test_each_page_is_in_the_file_of_its_name(tmp_path: Path) -> None:
    write_sheets(settings(), tmp_path)
    alex, sam = (tmp_path.joinpath(f"for-{name}.html").read_text("utf-8") for name in ("alex", "sam"))
    assert "For Alex" in alex
    assert "For Sam" in sam
    assert "Sam" not in alex


@pytest.mark.usefixtures("without_library")
def test_without_the_library_the_html_is_written_and_older_pdfs_stay(tmp_path: Path) -> None:
    (tmp_path / "pause-rule.pdf").write_bytes(b"from another day")
    written = write_sheets(settings(), tmp_path)
    assert names(tmp_path) == {name for name in ALL if name.endswith("html")} | {"pause-rule.pdf"}
    assert isinstance(written.no_pdf, PdfLibraryError)


@pytest.mark.usefixtures("without_drawing")
def test_a_disk_that_fills_up_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ALL:
        (tmp_path / name).write_text("good")

    def half(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:5])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OutputError, match="No space left"):
        write_sheets(settings(), tmp_path)
    assert {path.read_text() for path in tmp_path.iterdir()} == {"good"}
    assert names(tmp_path) == ALL


@pytest.mark.usefixtures("without_drawing")
def test_a_file_in_place_of_the_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "sheets").write_text("not a folder")
    with pytest.raises(OutputError, match=r"a file where a folder would be\): .*sheets"):
        write_sheets(settings(), tmp_path / "sheets")


@pytest.mark.usefixtures("without_drawing")
def test_a_folder_in_place_of_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "for-sam.html").mkdir()
    with pytest.raises(OutputError, match=r"for-sam\.html"):
        write_sheets(settings(), tmp_path)
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_the_command_says_what_it_wrote_for_whom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "out"
    assert run("--config", str(ROOT / "config"), "sheet", "--folder", str(folder), "--paper", "letter") == 0
    assert names(folder) == ALL
    assert all(folder.joinpath(name).read_bytes().startswith(b"%PDF") for name in ALL if name.endswith("pdf"))
    said = capsys.readouterr().out
    assert f"For the fridge: {folder}/pause-rule.pdf" in said
    assert f"For Alex alone: {folder}/for-alex.pdf" in said
    assert "one pair of eyes each" in said


@pytest.mark.usefixtures("without_library")
def test_the_command_names_the_html_before_it_tells_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PdfLibraryError):
        run("--config", str(ROOT / "config"), "sheet", "--folder", str(tmp_path))
    assert f"For Sam alone: {tmp_path}/for-sam.html" in capsys.readouterr().out


@pytest.mark.usefixtures("without_drawing")
def test_the_agreement_the_couple_made_is_the_one_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def load(folder: Path, **given: object) -> object:
        asked.append({"folder": folder, **given})
        return settings(**FULL)

    monkeypatch.setattr("assistant.settings.loader.load_settings", load)
    run("--config", str(tmp_path), "sheet", "--folder", str(tmp_path / "out"))
    assert asked == [{"folder": tmp_path, "own": places(config=tmp_path).own}]
    assert "a long hug" in tmp_path.joinpath("out", "pause-rule.html").read_text("utf-8")
