"""Whoever may write into a folder above the one for what is kept could put another in its place."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.state_folder import usable
from hostile.strangers import STRANGER, give_to_another_group, needs_root


def open_above(home: Path) -> Path:
    home.chmod(0o777)
    return home


def a_group_above(home: Path) -> Path:
    home.chmod(0o775)
    give_to_another_group(home)
    return home


def open_behind_a_link(home: Path) -> Path:
    (home / "real" / "deep").mkdir(parents=True)
    (home / "link").symlink_to("real/deep")
    (home / "real").chmod(0o777)
    return home / "real"


def open_where_a_link_is(home: Path) -> Path:
    (home / "real").mkdir()
    (home / "links").mkdir()
    (home / "link").symlink_to("links/there")
    (home / "links" / "there").symlink_to("../real")
    (home / "links").chmod(0o777)
    return home / "links"


@pytest.mark.parametrize("made", [open_above, a_group_above, open_behind_a_link, open_where_a_link_is])
def test_where_others_could_put_another_in_its_place_it_is_refused(
    tmp_path: Path, made: Callable[[Path], Path]
) -> None:
    open_to_others = made(tmp_path)
    folder = (tmp_path / "link" if (tmp_path / "link").is_symlink() else tmp_path) / "local" / "state"
    problem = usable(folder)
    assert problem is not None
    assert not problem.safe
    assert problem.where.resolve() == open_to_others
    assert "may put another folder in the place" in problem.sentence
    assert not folder.exists(), "nothing is made there"


def test_a_folder_in_which_only_owners_may_take_away_will_do(tmp_path: Path) -> None:
    """Such as /tmp."""
    tmp_path.chmod(0o1777)
    assert usable(tmp_path / "state" / "breather") is None


def test_a_home_on_another_disk_will_do(tmp_path: Path) -> None:
    (tmp_path / "data" / "home").mkdir(parents=True)
    (tmp_path / "home").symlink_to(tmp_path / "data" / "home")
    assert usable(tmp_path / "home" / "state" / "breather") is None
    assert (tmp_path / "data" / "home" / "state" / "breather").is_dir()


@needs_root
def test_a_link_of_somebody_elses_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert usable(tmp_path / "link" / "state") is None
    os.lchown(tmp_path / "link", STRANGER, STRANGER)
    problem = usable(tmp_path / "link" / "state")
    assert problem is not None
    assert not problem.safe
    assert problem.what.startswith("Somebody else may put another folder")


@needs_root
def test_the_owner_of_a_sticky_folder_counts_as_well(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    os.chown(tmp_path, STRANGER, -1)
    assert usable(tmp_path / "state") is not None


def test_links_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    problem = usable(tmp_path / "one" / "state")
    assert problem is not None


def test_what_it_makes_above_is_ours_alone_too(tmp_path: Path) -> None:
    """Otherwise, where new files are everybody's, the next start would refuse it."""
    before = os.umask(0)
    try:
        assert usable(tmp_path / "local" / "state" / "breather") is None
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "local" / "state").stat().st_mode) == 0o700
    assert usable(tmp_path / "local" / "state" / "breather") is None
