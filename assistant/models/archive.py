"""Unpack a zip file whose content is somebody else's: nothing may land outside the folder it is unpacked to."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from assistant.errors import DownloadCorruptError

MOST_BYTES = 8_000_000_000
"""The largest Vosk model published unpacks to about 5 GB; a zip that claims more is no model."""


def unpack(archive: Path, into: Path) -> None:
    """Unpack `archive` into the empty folder `into`; every file is checked against the archive's own checksums.

    Raises `DownloadCorruptError` when it is no zip file, is damaged, or has entries that point elsewhere; OSError when
    the disk is full or the folder read-only.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise _corrupt("The zip file unpacks to more than any Vosk model", archive)
            for entry in entries:
                _check_entry(entry, archive)
            for entry in entries:
                _unpack_entry(opened, entry, into)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # RuntimeError is zipfile's word for an encrypted entry.
        raise _corrupt(f"The zip file is damaged, or is none ({error})", archive) from None


def _check_entry(entry: zipfile.ZipInfo, archive: Path) -> None:
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename:
        raise _corrupt("The zip file wants to write outside its folder", archive)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _corrupt("The zip file holds a link instead of a file", archive)


def _unpack_entry(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path) -> None:
    target = into / entry.filename
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(entry) as source, target.open("xb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _corrupt(what: str, archive: Path) -> DownloadCorruptError:
    return DownloadCorruptError(what, where=archive, remedy="Fetch the file again.")
