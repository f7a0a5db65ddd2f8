"""Fetch one published file over the network, whole and checked. Set-up calls this; nothing else ever does."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import requests

from assistant.errors import DownloadCorruptError, DownloadCutError, DownloadRefusedError
from assistant.models.disk import disk_error

Progress = Callable[[int, int], None]
"""Told the bytes that are there so far, and the bytes of the whole."""

CHUNK_BYTES = 16 * 1024  # of a connection that breaks, at most so much is lost
MOST_REDIRECTS = 5
OTHER_WAY = "Or fetch the file on another computer and run: breather setup --model FILE"


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file as its publisher describes it. ``sha256``: 64 lower-case hexadecimal digits."""

    url: str
    size_bytes: int
    sha256: str

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.rsplit("/", 1)[-1]


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(
    wanted: PublishedFile,
    folder: Path,
    *,
    on_progress: Progress,
    connect_seconds: float = 10.0,
    quiet_seconds: float = 30.0,
) -> Path:
    """Bring `wanted` into `folder` and return its path there; a checked copy that is there already is used.

    What has arrived stands in ``NAME.part``, and the next attempt goes on behind it.
    ``connect_seconds``: how long to wait for the server. ``quiet_seconds``: how long it may send nothing.

    Raises `DownloadRefusedError` when nothing could be had, `DownloadCutError` when the file broke off (the part
    stays), `DownloadCorruptError` when it is not the published file (the part goes), `CacheError` when `folder`
    cannot take it.
    """
    try:
        return _fetch(wanted, folder, on_progress, (connect_seconds, quiet_seconds))
    except OSError as error:  # of the disk; those of the network have their own sentences by now
        raise disk_error(error, folder) from None


def _fetch(wanted: PublishedFile, folder: Path, on_progress: Progress, timeouts: tuple[float, float]) -> Path:
    finished = folder / wanted.name
    part = folder / f"{wanted.name}.part"
    folder.mkdir(parents=True, exist_ok=True)
    if _size(finished) == wanted.size_bytes and sha256_of(finished) == wanted.sha256:
        on_progress(wanted.size_bytes, wanted.size_bytes)
        return finished
    if _size(part) > wanted.size_bytes:
        part.unlink()
    had = _size(part)
    if shutil.disk_usage(folder).free < wanted.size_bytes - had:
        raise OSError(errno.ENOSPC, "full")  # better now than after the first 40 MB
    try:
        _complete(part, wanted, on_progress, timeouts)
    except DownloadCorruptError:
        if not had:
            raise
        # The beginning may be from another day and another file; one attempt with nothing old in it.
        _complete(part, wanted, on_progress, timeouts)
    part.replace(finished)
    return finished


def _complete(part: Path, wanted: PublishedFile, on_progress: Progress, timeouts: tuple[float, float]) -> None:
    """Fill `part` up and compare it with what was published; a part that is wrong is removed."""
    try:
        if _size(part) < wanted.size_bytes:
            _receive(part, wanted, on_progress, timeouts)
        if sha256_of(part) != wanted.sha256:
            raise _corrupt("The download is not the file that was published: its SHA-256 differs", wanted)
    except DownloadCorruptError:
        part.unlink(missing_ok=True)
        raise


def _receive(part: Path, wanted: PublishedFile, on_progress: Progress, timeouts: tuple[float, float]) -> None:
    have = _size(part)
    with requests.Session() as session:
        response = _ask(session, wanted.url, have, timeouts)
        if response.status_code == requests.codes.requested_range_not_satisfiable:  # the server's file is shorter
            response.close()
            have = 0
            response = _ask(session, wanted.url, have, timeouts)
        with response:
            if response.status_code not in (requests.codes.ok, requests.codes.partial_content):
                raise _refused(f"The server said no (HTTP {response.status_code})", wanted.url)
            if response.status_code == requests.codes.ok:
                have = 0  # asked for the rest, and it sends all
            _compare_size(response, have, wanted)
            with part.open("r+b" if have else "wb") as file:
                file.seek(have)
                _write_down(response, file, have, wanted, on_progress)


def _write_down(
    response: requests.Response, file: BinaryIO, have: int, wanted: PublishedFile, on_progress: Progress
) -> None:
    on_progress(have, wanted.size_bytes)
    chunks = response.iter_content(CHUNK_BYTES)
    while have < wanted.size_bytes:
        try:
            chunk = next(chunks, b"")
        except requests.RequestException:  # broken off, or quiet for too long
            chunk = b""
        if not chunk:
            raise DownloadCutError(
                f"The download stopped after {_megabytes(have)} of {_megabytes(wanted.size_bytes)}",
                where=wanted.url,
                remedy=f"Run set-up again: it goes on from there. {OTHER_WAY}",
            )
        file.write(chunk)
        have += len(chunk)
        if have > wanted.size_bytes:
            raise _corrupt("The server sends more than the published file", wanted)
        on_progress(have, wanted.size_bytes)
    file.flush()
    os.fsync(file.fileno())


def _ask(session: requests.Session, url: str, have: int, timeouts: tuple[float, float]) -> requests.Response:
    """Ask for what is missing behind `have` bytes, and follow redirects, but never from https to http."""
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    schemes = {"https", urlsplit(url).scheme}
    here = url
    for _ in range(MOST_REDIRECTS + 1):
        if urlsplit(here).scheme not in schemes:
            raise _refused("The server sends us to an address without encryption", here)
        try:
            response = session.get(here, headers=headers, stream=True, timeout=timeouts, allow_redirects=False)
        except requests.exceptions.SSLError:
            raise _refused("The server cannot prove who it is (its certificate)", here) from None
        except requests.Timeout:
            raise _refused("The server does not answer", here) from None
        except requests.RequestException:
            raise _refused("There is no connection to the server", here) from None
        if not response.is_redirect:
            return response
        here = urljoin(here, response.headers["Location"])
        response.close()
    raise _refused("The server sends us in circles", url)


def _compare_size(response: requests.Response, have: int, wanted: PublishedFile) -> None:
    """The size tells most wrong files, such as a network's login page, before they are written down."""
    if have:
        _, _, total = response.headers.get("Content-Range", "").rpartition("/")
    else:
        total = response.headers.get("Content-Length", "")
    if total.isdecimal() and int(total) != wanted.size_bytes:
        raise _corrupt(f"The server's file has {int(total):,} bytes instead of {wanted.size_bytes:,}", wanted)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def _refused(what: str, url: str) -> DownloadRefusedError:
    return DownloadRefusedError(what, where=url, remedy=f"Check the network and run set-up again. {OTHER_WAY}")


def _corrupt(what: str, wanted: PublishedFile) -> DownloadCorruptError:
    return DownloadCorruptError(
        what,
        where=wanted.url,
        remedy="Run set-up again; should it stay so, look whether this network puts a page of its own in the way. "
        + OTHER_WAY,
    )
