"""Where things are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import places as module
from assistant.places import places, shipped


def test_the_usual_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    usual = places()
    assert (usual.config / "agreement.toml").is_file()
    assert (usual.audio / "start.wav").is_file()
    assert usual.prompts == tmp_path / "cache" / "breather" / "prompts"
    assert usual.models == tmp_path / "data" / "breather" / "models"
    assert list(tmp_path.iterdir()) == [], "nothing is made by asking"


def test_places_that_were_named(tmp_path: Path) -> None:
    named = places(config=tmp_path / "ours", cache=tmp_path / "stick")
    assert named.config == tmp_path / "ours"
    assert (named.prompts, named.models) == (tmp_path / "stick" / "prompts", tmp_path / "stick" / "models")
    assert named.audio == shipped("audio")


def test_an_installed_package_finds_what_it_brings_along(tmp_path: Path) -> None:
    """As the wheel lays it out: the folders inside the package, and none beside it."""
    package = tmp_path / "site" / "assistant"
    (package / "shipped" / "config").mkdir(parents=True)
    shutil.copy(module.__file__, package / "places.py")
    (package / "__init__.py").touch()
    code = "from assistant.places import places; print(places().config)"
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(package.parent)}, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == str(package / "shipped" / "config")
