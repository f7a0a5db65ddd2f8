from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from file_server import FileServer, serving

from assistant.errors import CacheError, DownloadCorruptError, DownloadCutError, DownloadRefusedError
from assistant.models.download import PublishedFile, fetch

CONTENT = random.Random(7).randbytes(300_000)


def published(url: str, content: bytes = CONTENT) -> PublishedFile:
    return PublishedFile(url=url, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def bring(wanted: PublishedFile, folder: Path) -> Path:
    return fetch(wanted, folder, on_progress=lambda *_: None, connect_seconds=5, quiet_seconds=5)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(CONTENT) as running:
        yield running


def test_the_file_arrives_whole_and_progress_runs_from_nothing_to_all(server: FileServer, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = fetch(published(server.url), tmp_path / "new", on_progress=lambda have, of: seen.append((have, of)))
    assert path == tmp_path / "new" / "model.zip"
    assert path.read_bytes() == CONTENT
    assert [have for have, _ in seen] == sorted(have for have, _ in seen)
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert not (tmp_path / "new" / "model.zip.part").exists()


def test_a_file_that_is_there_already_is_not_asked_for_again(server: FileServer, tmp_path: Path) -> None:
    bring(published(server.url), tmp_path)
    bring(published(server.url), tmp_path)
    assert server.asked == [None]


def test_a_damaged_file_that_is_there_already_is_fetched_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(bytes(len(CONTENT)))
    assert bring(published(server.url), tmp_path).read_bytes() == CONTENT


def test_after_two_interruptions_only_the_rest_is_asked_for(server: FileServer, tmp_path: Path) -> None:
    server.cut_after = [100_000, 50_000]
    with pytest.raises(DownloadCutError, match=r"stopped after 0\.1 MB of 0\.3 MB.*goes on from there"):
        bring(published(server.url), tmp_path)
    first = (tmp_path / "model.zip.part").stat().st_size
    with pytest.raises(DownloadCutError):
        bring(published(server.url), tmp_path)
    second = (tmp_path / "model.zip.part").stat().st_size
    assert bring(published(server.url), tmp_path).read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={first}-", f"bytes={second}-"]
    assert 80_000 < first <= 100_000 < second <= 150_000


def test_a_cut_without_announced_length_is_noticed(server: FileServer, tmp_path: Path) -> None:
    server.tells_length, server.cut_after = False, [100_000]
    with pytest.raises(DownloadCutError):
        bring(published(server.url), tmp_path)


def test_a_part_that_is_whole_needs_no_server(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").write_bytes(CONTENT)
    assert bring(published(server.url), tmp_path).read_bytes() == CONTENT
    assert server.asked == []


def test_a_server_that_ignores_range_is_taken_from_the_start(server: FileServer, tmp_path: Path) -> None:
    server.honors_range = False
    (tmp_path / "model.zip.part").write_bytes(CONTENT[:1000])
    assert bring(published(server.url), tmp_path).read_bytes() == CONTENT
    assert server.asked == ["bytes=1000-"]


def test_a_part_longer_than_the_file_is_thrown_away(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").write_bytes(CONTENT + b"more")
    assert bring(published(server.url), tmp_path).read_bytes() == CONTENT
    assert server.asked == [None]


def test_a_part_of_another_file_costs_one_fresh_attempt(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").write_bytes(b"\0" * 1000)
    assert bring(published(server.url), tmp_path).read_bytes() == CONTENT
    assert server.asked == ["bytes=1000-", None]


def test_a_server_whose_file_became_shorter_than_our_part(server: FileServer, tmp_path: Path) -> None:
    wanted = published(server.url)
    server.content = CONTENT[:5000]
    (tmp_path / "model.zip.part").write_bytes(CONTENT[:6000])
    with pytest.raises(DownloadCorruptError, match="5,000 bytes instead of 300,000"):
        bring(wanted, tmp_path)
    assert server.asked[:2] == ["bytes=6000-", None]
    assert list(tmp_path.iterdir()) == []


def test_other_bytes_of_the_same_length_are_refused_and_removed(server: FileServer, tmp_path: Path) -> None:
    wanted = published(server.url)
    server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(DownloadCorruptError, match="not the file that was published: its SHA-256 differs"):
        bring(wanted, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tells_length", [True, False])
def test_more_bytes_than_published_are_refused_and_removed(
    server: FileServer, tmp_path: Path, tells_length: bool
) -> None:
    wanted = published(server.url)
    server.content, server.tells_length = CONTENT + bytes(200_000), tells_length
    with pytest.raises(DownloadCorruptError):
        bring(wanted, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_login_page_is_told_by_its_size(server: FileServer, tmp_path: Path) -> None:
    wanted = published(server.url)
    server.content = b"<html>Welcome to our hotel</html>"
    with pytest.raises(DownloadCorruptError, match=r"33 bytes instead of 300,000.*page of its own in the way"):
        bring(wanted, tmp_path)


def test_not_found_says_what_the_server_said(server: FileServer, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(DownloadRefusedError, match=r"HTTP 404.*breather setup --model FILE"):
        bring(published(server.url), tmp_path)
    assert not (tmp_path / "model.zip.part").exists()


def test_a_closed_port_is_a_refusal_and_keeps_the_part(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/model.zip"
    (tmp_path / "model.zip.part").write_bytes(CONTENT[:1000])
    with pytest.raises(DownloadRefusedError, match="no connection to the server") as caught:
        bring(published(url), tmp_path)
    assert caught.value.exit_code == 23
    assert (tmp_path / "model.zip.part").stat().st_size == 1000


def test_a_server_that_takes_the_call_and_says_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        wanted = published(f"http://127.0.0.1:{silent.getsockname()[1]}/model.zip")
        with pytest.raises(DownloadRefusedError, match="does not answer"):
            fetch(wanted, tmp_path, on_progress=lambda *_: None, connect_seconds=0.2, quiet_seconds=0.2)


def test_a_redirect_is_followed(server: FileServer, tmp_path: Path) -> None:
    with serving(b"") as doorman:
        doorman.location = lambda: server.url
        assert bring(published(doorman.url), tmp_path).read_bytes() == CONTENT


def test_a_redirect_away_from_encryption_is_not_followed(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def redirecting(_: requests.Session, url: str, **_options: object) -> requests.Response:
        asked.append(url)
        answer = requests.Response()
        answer.status_code, answer.headers["Location"], answer.raw = 302, server.url, io.BytesIO()
        return answer

    monkeypatch.setattr(requests.Session, "get", redirecting)  # there is no certificate for a server of our own
    with pytest.raises(DownloadRefusedError, match="address without encryption"):
        bring(published("https://models.example/model.zip"), tmp_path)
    assert asked == ["https://models.example/model.zip"]


def test_a_redirect_in_circles_ends(server: FileServer, tmp_path: Path) -> None:
    server.location = lambda: server.url
    with pytest.raises(DownloadRefusedError, match="in circles"):
        bring(published(server.url), tmp_path)
    assert len(server.asked) < 10


def test_a_folder_that_cannot_be_made(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(CacheError, match="cannot be written to"):
        bring(published(server.url), tmp_path / "models")


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="needs /dev/full")
def test_a_disk_that_fills_up_on_the_way(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").symlink_to("/dev/full")
    with pytest.raises(CacheError, match="The disk is full"):
        bring(published(server.url), tmp_path)


def test_a_disk_that_is_too_full_is_said_before_the_download(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=299_999))
    with pytest.raises(CacheError, match="The disk is full"):
        bring(published(server.url), tmp_path)
    assert server.asked == []
