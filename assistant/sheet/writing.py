"""The sheets of one household as files: all of them drawn first, then each put in its place as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import OutputError, PdfLibraryError
from assistant.settings.loader import Settings
from assistant.sheet.content import pause_rule, private_page
from assistant.sheet.file_names import PAUSE_RULE, private_names
from assistant.sheet.fitting import fitted, guessed
from assistant.sheet.pages import Paper, Sheet


@dataclass(frozen=True, slots=True)
class Written:
    """The files, without their endings: ``for_both``, and one for each name. ``no_pdf``: why there is HTML only."""

    for_both: Path
    for_each: tuple[Path, ...]
    no_pdf: PdfLibraryError | None


def write_sheets(settings: Settings, folder: Path, *, paper: Paper = Paper.A4) -> Written:
    """Draw every sheet and write it into the folder, which is made when it is not there.

    A file that is there already is replaced by a whole one, or stays as it is. Where PDF files are not possible the
    HTML is written all the same. Raises `OutputError`.
    """
    sheets = _sheets(settings, paper)
    files: dict[str, bytes] = {}
    no_pdf: PdfLibraryError | None = None
    sizes: dict[int, float] = {}  # the two private pages differ in a name: what fits one fits the other
    for stem, sheet in sheets.items():
        size = guessed(sheet)
        if no_pdf is None:
            try:
                size, done = fitted(sheet, at_most=sizes.get(sheet.pages))
                sizes[sheet.pages] = size.points
                files[f"{stem}.pdf"] = done.as_pdf()
            except PdfLibraryError as error:
                no_pdf = error
        files[f"{stem}.html"] = sheet.html(size).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            _put(folder / name, content)
    except OSError as error:
        raise OutputError(
            f"The sheets cannot be written ({_reason(error)})",
            where=error.filename or folder,
            remedy="Choose another folder with --folder, or mend this one.",
        ) from None
    for_both, *for_each = (folder / stem for stem in sheets)
    return Written(for_both=for_both, for_each=tuple(for_each), no_pdf=no_pdf)


def _sheets(settings: Settings, paper: Paper) -> Mapping[str, Sheet]:
    """Every sheet by the name of its file; the one for both comes first."""

    def all_of_them() -> Iterator[tuple[str, Sheet]]:
        language = settings.script.language
        yield PAUSE_RULE, Sheet(content=pause_rule(settings), language=language, paper=paper)
        for who, stem in enumerate(private_names(settings.agreement.names)):
            yield stem, Sheet(content=private_page(settings, who=who), language=language, paper=paper)

    return dict(all_of_them())


def _reason(error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "there is a file where a folder would be"
    if isinstance(error, IsADirectoryError):
        return "there is a folder where a file would be"
    return error.strerror or type(error).__name__


def _put(path: Path, content: bytes) -> None:
    """Write beside the file, and let the new one take its place when it is whole."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()
