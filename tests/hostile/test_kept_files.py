"""Files that Breather itself keeps, after an accident: each is read, or passed over with a sentence; nothing ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from history.house import FRIDAY_EVENING, filled
from household import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.agreeing.recent_pause import NAME as STAMP
from assistant.agreeing.recent_pause import LastPause, Recent
from assistant.agreeing.versions import agree_on
from assistant.errors import BreatherError, ConfigError, HistoryError, HistoryNewerError
from assistant.history.folder import FILE
from assistant.history.store import History
from assistant.keeping.practice import NAME as PRACTICE
from assistant.keeping.practice import keep_practice, with_practice
from assistant.records import Ending, PauseOver, Saying
from assistant.settings.loader import AGREEMENT, FILES, load_settings
from hostile.damage import QUICK, THOROUGH, damaged

CONFIG = ROOT / "config"
SHIPPED = load_settings(CONFIG)
SAYINGS = tuple(Saying(phrase, -0.2, heard=True) for phrase in ("i need a pause", "time out") for _ in range(3))


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(CONFIG / name, tmp_path / name)
    return tmp_path


def used_or_refused(folder: Path, name: str, content: bytes) -> None:
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(content)
    problems: tuple[str, ...] | None = None
    try:
        load_settings(folder)
    except ConfigError as refused:
        problems = refused.problems
    finally:
        (folder / name).write_bytes(whole)
    assert problems != (), "a refusal says why"
    assert all(problem.isprintable() and problem.startswith(FILES) for problem in problems or ())


@QUICK
@given(data=st.data(), name=st.sampled_from(FILES))
def test_damaged_settings_are_used_or_refused(folder: Path, data: st.DataObject, name: str) -> None:
    used_or_refused(folder, name, data.draw(damaged((CONFIG / name).read_bytes())))


@pytest.mark.hours
@THOROUGH
@given(data=st.data(), name=st.sampled_from(FILES))
def test_much_damaged_settings_are_used_or_refused(folder: Path, data: st.DataObject, name: str) -> None:
    used_or_refused(folder, name, data.draw(damaged((CONFIG / name).read_bytes())))


# --- the couple's own folder ----------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An agreement that both said yes to, and what a rehearsal found out."""
    own = tmp_path / "own"
    agree_on(own, SHIPPED.agreement, today=FRIDAY_EVENING.date())
    keep_practice(own, SAYINGS, act_score=SHIPPED.machine.hearing.act_score)
    return own


def still_listens(own: Path, path: Path, content: bytes) -> None:
    """With the last agreement, and with what the settings say, at the least."""
    whole = path.read_bytes()
    path.write_bytes(content)
    try:
        settings = with_practice(load_settings(CONFIG, own=own), own)
        assert settings.agreement.names == SHIPPED.agreement.names or path.name != AGREEMENT
        assert all(-0.6 <= offset <= 0.0 for offset in settings.machine.hearing.phrase_offsets.values())
        assert all(line.isprintable() for notice in settings.notices for line in notice.splitlines())
    finally:
        path.write_bytes(whole)


@QUICK
@given(data=st.data())
def test_a_damaged_agreement_or_practice_stops_nobody(own: Path, data: st.DataObject) -> None:
    path = own / data.draw(st.sampled_from([AGREEMENT, PRACTICE]))
    still_listens(own, path, data.draw(damaged(path.read_bytes())))


@pytest.mark.hours
@THOROUGH
@given(data=st.data())
def test_much_damage_to_an_agreement_or_practice_stops_nobody(own: Path, data: st.DataObject) -> None:
    path = own / data.draw(st.sampled_from([AGREEMENT, PRACTICE]))
    still_listens(own, path, data.draw(damaged(path.read_bytes())))


# --- the state folder -----------------------------------------------------------------------------------------------

SETTLED = PauseOver(10, 0, Ending.SETTLED)


def counts_again(folder: Path, content: bytes) -> None:
    """Read or set aside; and the next pause is counted, whatever it was."""
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    (folder / FILE).write_bytes(content)
    notices: list[str] = []
    history = History(folder, on_notice=notices.append)
    refused: BreatherError | None = None
    try:
        before = len(history.pauses())
        history.add(SETTLED, FRIDAY_EVENING)
    except (HistoryError, HistoryNewerError) as error:
        refused = error
    if refused is None:
        assert len(history.pauses()) == before + 1
    else:
        assert str(refused).isprintable()
    if isinstance(refused, HistoryNewerError):
        assert (folder / FILE).read_bytes() == content, "what a newer Breather wrote is left alone"
    assert len(notices) <= 1
    history.erase()
    assert list(folder.iterdir()) == []


@pytest.fixture
def state(tmp_path: Path) -> Path:
    filled(tmp_path / "state", 20)
    return tmp_path / "state"


@QUICK
@given(data=st.data())
def test_damaged_counts_are_read_or_set_aside(state: Path, data: st.DataObject) -> None:
    counts_again(state, data.draw(damaged(_whole(state))))


@pytest.mark.hours
@THOROUGH
@given(data=st.data())
def test_much_damaged_counts_are_read_or_set_aside(state: Path, data: st.DataObject) -> None:
    counts_again(state, data.draw(damaged(_whole(state))))


_counts: dict[Path, bytes] = {}


def _whole(state: Path) -> bytes:
    """As they were before the first accident."""
    if state not in _counts:
        _counts[state] = (state / FILE).read_bytes()
    return _counts[state]


@settings(QUICK, max_examples=200)
@given(data=st.data())
def test_a_damaged_stamp_is_read_or_not_known(tmp_path: Path, data: st.DataObject) -> None:
    last = LastPause(tmp_path)
    last.over()
    content = data.draw(damaged((tmp_path / STAMP).read_bytes()) | st.binary(max_size=80))
    (tmp_path / STAMP).write_bytes(content)
    assert last.recent() in set(Recent)
    last.under_way()
    assert LastPause(tmp_path).recent() is Recent.YES, "the next pause is known again"
