"""What set-up installs: every file by its checksum, and nothing that talks to anybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCKS = sorted((Path(__file__).parent.parent / "scripts" / "requirements").glob("*.lock"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)


def entries(lock: Path) -> list[str]:
    """Each package's lines: its pin, then its checksums."""
    return re.split(r"\n(?=[a-z])", lock.read_text().strip())


def versions() -> dict[str, str]:
    return dict(pin for lock in LOCKS for pin in PIN.findall(lock.read_text()))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_checksums_and_comes_from_no_particular_place(lock: Path) -> None:
    for entry in entries(lock):
        assert PIN.match(entry), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]
        assert not re.search(r"://|--index|--find-links| @ ", entry), entry.splitlines()[0]


def test_what_only_downloads_is_left_out() -> None:
    assert not {"huggingface-hub", "hf-xet", "httpx", "httpx2"} & versions().keys()


def test_the_voice_does_not_report_to_anybody() -> None:
    # From 1.29 on, ONNX Runtime on Linux sends usage data to its maker: microsoft/onnxruntime#27379.
    major, minor = versions()["onnxruntime"].split(".")[:2]
    assert (int(major), int(minor)) < (1, 29)
