"""The journal on a disk: it is there while a pause is under way, and then nothing of it is."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.dialogue.flow import State
from assistant.errors import HistoryError
from assistant.history.store import History
from assistant.journal.file import NAME, NEW_NAME, ROOM_BYTES, Journal
from assistant.journal.record import last_in
from journal.disk import PAUSE, Machine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(folder: Path, machine: Machine) -> Iterator[Journal]:
    journal = Journal(folder, machine=machine)
    yield journal
    journal.close()


def left_in(folder: Path) -> float | None:
    saved = Journal(folder).load()
    return None if saved is None else saved.pause.left_seconds


def no_new_file(open_: Callable[..., int]) -> Callable[..., int]:
    """`os.open` on a full disk."""

    def refusing(path: str, flags: int, *rest: int, **more: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "full")
        return open_(path, flags, *rest, **more)

    return refusing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_saved_last_is_read(journal: Journal, folder: Path) -> None:
    assert left_in(folder) is None
    for left in (300.0, 298.0, 296.0):
        journal.save(replace(PAUSE, left_seconds=left), surely=False)
        assert left_in(folder) == left
    assert names(folder) == [NAME]
    assert oct(folder.stat().st_mode)[-3:] == "700"
    assert oct((folder / NAME).stat().st_mode)[-3:] == "600"
    saved = Journal(folder).load()
    assert saved is not None
    assert (saved.boot, saved.since_boot) == ("first", 1000.0)


def test_room_is_made_ahead_so_that_a_line_changes_no_length(journal: Journal, folder: Path) -> None:
    sizes = set()
    for number in range(20):
        journal.save(replace(PAUSE, left_seconds=300.0 - number), surely=True)
        sizes.add((folder / NAME).stat().st_size)
    assert sizes == {ROOM_BYTES}


def test_a_long_pause_needs_no_more_room_than_a_short_one(
    journal: Journal, machine: Machine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour, a line every two seconds, on a card that is full as soon as the pause has begun."""
    for number in range(1800):
        machine.on_for = 1000.0 + 2 * number
        if number == 1:
            monkeypatch.setattr(os, "open", no_new_file(os.open))
        journal.save(replace(PAUSE, left_seconds=round(599.0 - number / 10, 1)), surely=False)
        if number % 100 == 0:
            assert left_in(folder) == round(599.0 - number / 10, 1)
            assert names(folder) == [NAME]
            assert (folder / NAME).stat().st_size == ROOM_BYTES


@pytest.mark.parametrize("full", [False, True])
def test_who_took_how_long_to_answer_is_known_no_longer_than_they_are_asked(
    journal: Journal, machine: Machine, folder: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    states = [State.MIND, State.CALLED_BACK, State.ASK_FIRST, State.ASK_FIRST, State.ASK_SECOND, State.WAITING]
    for number, state in enumerate(states):
        machine.on_for = 1000.0 + 10 * number
        if number == 2 and full:
            monkeypatch.setattr(os, "open", no_new_file(os.open))
        journal.save(replace(PAUSE, state=state), surely=False)
        saved = Journal(folder).load()
        assert saved is not None
        assert saved.pause.state is state, "full or not, it goes on from here"
    content = (folder / NAME).read_bytes()
    assert (b"ask_" in content) is full
    assert (b"mind" in content) is full, "nor how long it was until then"


def test_nor_when_it_was_taken_up_in_the_middle_of_that(journal: Journal, folder: Path) -> None:
    for state in (State.ASK_FIRST, State.WAITING):
        journal.save(replace(PAUSE, state=state), surely=False)
    assert b"ask_" not in (folder / NAME).read_bytes()


def test_what_is_erased_is_written_over_and_away(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.save(PAUSE, surely=True)
    other_name = folder.parent / "another name"
    os.link(folder / NAME, other_name)  # for looking at its bytes afterwards
    seen: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(other_name.read_bytes()))
    journal.erase()
    assert b"mind" in seen[0]
    assert last_in(seen[0]) is None, "a power cut here brings nothing back"
    assert all(b"mind" not in content for content in seen[1:])
    assert not seen[1].strip(b"\0")
    assert other_name.read_bytes() == b""
    assert not folder.exists(), "it had made the folder itself"


def test_the_folder_stays_where_something_else_is_in_it(journal: Journal, folder: Path) -> None:
    folder.mkdir()
    journal.save(PAUSE, surely=True)
    (folder / "history.sqlite3").write_bytes(b"")
    journal.erase()
    assert names(folder) == ["history.sqlite3"]


def test_the_folder_does_not_tell_when(journal: Journal, folder: Path) -> None:
    folder.mkdir()
    os.utime(folder, (1000, 2000))
    for number in range(1500):  # room enough for two rounds
        journal.save(replace(PAUSE, left_seconds=300.0 - number / 10), surely=False)
        assert folder.stat().st_mtime == 2000
    journal.erase()
    assert folder.stat().st_mtime == 2000


def test_what_a_killed_program_left_is_replaced_and_written_over(folder: Path) -> None:
    killed = Journal(folder, machine=Machine())
    killed.save(PAUSE, surely=True)
    (folder / NEW_NAME).write_bytes(b"half a file")
    old = os.open(folder / NAME, os.O_RDONLY)
    after = Journal(folder, machine=Machine())
    after.save(replace(PAUSE, left_seconds=100.0), surely=True)
    assert (left_in(folder), names(folder)) == (100.0, [NAME])
    assert os.pread(old, 1000, 0) == b""
    os.close(old)
    killed.close()
    after.close()


def test_a_power_cut_while_the_new_file_is_made_loses_nothing(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.save(PAUSE, surely=True)
    journal.close()
    for step in ("fsync", "rename"):

        def cut(*_: object, **__: object) -> None:
            raise OSError(errno.EIO, "the power goes here")

        with monkeypatch.context() as patched:
            patched.setattr(os, step, cut)
            with pytest.raises(HistoryError):
                journal.save(replace(PAUSE, left_seconds=100.0), surely=True)
        assert left_in(folder) == 300.0
    journal.save(replace(PAUSE, left_seconds=90.0), surely=True)
    assert left_in(folder) == 90.0


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES])
def test_a_disk_that_refuses_is_told_of_and_tried_again(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(error, os.strerror(error))

    for call in ("pwrite", "open", "fsync"):
        with monkeypatch.context() as patched:
            patched.setattr(os, call, refuse)
            with pytest.raises(HistoryError) as told:
                journal.save(PAUSE, surely=True)
            assert "can be saved" in str(told.value)
    journal.save(PAUSE, surely=True)
    assert left_in(folder) == 300.0
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", refuse)
        with pytest.raises(HistoryError):
            journal.save(replace(PAUSE, left_seconds=200.0), surely=True)
    assert left_in(folder) == 300.0


def test_a_full_disk_can_still_be_erased(journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.save(PAUSE, surely=True)
    write = os.pwrite

    def full(file: int, content: bytes, at: int) -> int:
        if at + len(content) > os.fstat(file).st_size:
            raise OSError(errno.ENOSPC, "full")
        return write(file, content, at)

    monkeypatch.setattr(os, "pwrite", full)
    journal.erase()
    assert not (folder / NAME).exists()


def test_a_file_that_never_got_its_name_is_erased_too(journal: Journal, folder: Path) -> None:
    folder.mkdir()
    (folder / NEW_NAME).write_bytes(b"a whole line")
    assert Journal(folder).there
    assert journal.load() is None
    journal.erase()
    assert not Journal(folder).there
    assert names(folder) == []


def test_a_folder_behind_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    journal = Journal(folder)
    for refused in (lambda: journal.save(PAUSE, surely=True), journal.load, journal.erase):
        with pytest.raises(HistoryError):
            refused()
    assert names(tmp_path / "elsewhere") == []


def test_a_link_or_a_folder_of_its_name_is_left_alone(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    folder.mkdir()
    (folder / NAME).symlink_to(target)
    journal = Journal(folder)
    for refused in (lambda: journal.save(PAUSE, surely=True), journal.load, journal.erase):
        with pytest.raises(HistoryError):
            refused()
    (folder / NAME).unlink()
    (folder / NAME).mkdir()
    for refused in (lambda: journal.save(PAUSE, surely=True), journal.load, journal.erase):
        with pytest.raises(HistoryError):
            refused()
    assert target.read_text() == "precious"
    assert names(folder) == [NAME]


def test_a_file_where_the_folder_belongs_is_refused(folder: Path) -> None:
    folder.write_text("a file")
    journal = Journal(folder)
    for refused in (lambda: journal.save(PAUSE, surely=True), journal.load):
        with pytest.raises(HistoryError):
            refused()
    assert folder.read_text() == "a file"


def test_a_pause_that_is_erased_by_another_program_goes_on_and_is_saved_anew(journal: Journal, folder: Path) -> None:
    journal.save(PAUSE, surely=True)
    History(folder, on_notice=print).erase()
    assert names(folder) == []
    journal.save(replace(PAUSE, left_seconds=200.0), surely=False)
    assert left_in(folder) == 200.0
    History(folder, on_notice=print).erase()
    journal.erase()
    assert not folder.exists() or names(folder) == []


def test_a_huge_file_is_not_read_to_its_end(folder: Path) -> None:
    folder.mkdir()
    with (folder / NAME).open("wb") as file:
        file.truncate(1 << 40)
    assert Journal(folder).load() is None


def test_an_unknown_machine_is_no_trouble(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.journal.machine_run._BOOT", folder / "not there")
    journal = Journal(folder)
    journal.save(replace(PAUSE, state=State.WAITING, left_seconds=-10.0), surely=True)
    saved = journal.load()
    assert saved is not None
    assert saved.boot == ""
    journal.close()
