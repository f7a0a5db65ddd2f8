"""What stays of a pause, an agreement and a rehearsal; and that nothing that goes wrong there can end a pause."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from assistant.agreeing.recent_pause import QUIET_SECONDS, LastPause, Recent, SystemClocks
from assistant.agreeing.versions import agree_on
from assistant.errors import AgreementFileError
from assistant.history.store import History
from assistant.keeping.keeper import Keeper
from assistant.messages import Silence
from assistant.places import Places, places
from assistant.records import Agreed, Ending, Erase, Kept, PauseOver, PauseUnderWay, Practised, Saying
from assistant.settings.loader import Settings, load_settings

CONFIG = Path(__file__).parents[2] / "config"
SETTINGS = load_settings(CONFIG)
TUESDAY_EVENING = datetime(2026, 11, 24, 20, 15)
OVER = PauseOver(10, 1, Ending.SETTLED)


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return replace(places(), own=tmp_path / "own", state=tmp_path / "state")


def keeper(
    where: Places, notices: list[str], *, history: bool = True, agreed: bool = True, at: datetime = TUESDAY_EVENING
) -> Keeper:
    agreement = SETTINGS.agreement.model_copy(update={"history": history})
    if agreed:
        with suppress(AgreementFileError):
            agree_on(where.own, agreement, today=at.date())
    return Keeper(
        settings=Settings(**{**_fields(), "agreement": agreement}),  # type: ignore[arg-type]
        places=where,
        on_notice=notices.append,
        clock=lambda: at,
    )


def _fields() -> dict[str, object]:
    return {name: getattr(SETTINGS, name) for name in Settings.__dataclass_fields__}


def counted(where: Places) -> list[tuple[int, int, Ending]]:
    pauses = History(where.state, on_notice=print).pauses()
    return [(pause.minutes, pause.extensions, pause.ending) for pause in pauses]


def test_a_pause_is_counted_when_both_want_that(where: Places) -> None:
    notices: list[str] = []
    keep = keeper(where, notices).keep
    keep(PauseUnderWay())
    assert LastPause(where.state).recent() is Recent.YES
    keep(OVER)
    assert counted(where) == [(10, 1, Ending.SETTLED)]
    (pause,) = History(where.state, on_notice=notices.append).pauses()
    assert pause.when is not None
    assert (pause.when.weekday, pause.when.band.value) == (1, "evening")
    assert notices == []


def test_otherwise_only_that_there_was_one_is_known_and_for_two_hours(where: Places) -> None:
    keep = keeper(where, [], history=False).keep
    keep(PauseUnderWay())
    keep(OVER)
    assert [path.name for path in where.state.iterdir()] == ["last_pause"]
    assert b"settled" not in (where.state / "last_pause").read_bytes()


def test_the_stamp_of_a_pause_goes_after_two_hours(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = keeper(where, [], history=False)
    keep.keep(OVER)
    keep.tidy(0.0)
    assert list(where.state.iterdir())
    later = SystemClocks().since_boot() + QUIET_SECONDS + 1
    monkeypatch.setattr(SystemClocks, "since_boot", lambda _: later)
    keep.tidy(599.0)
    assert list(where.state.iterdir()), "it is not looked at all the time"
    keep.tidy(600.0)
    assert list(where.state.iterdir()) == []


def test_a_pause_that_was_left_silently_has_never_been(where: Places) -> None:
    keep = keeper(where, []).keep
    keep(PauseUnderWay())
    keep(Silence())
    assert LastPause(where.state).recent() is Recent.NO
    assert counted(where) == []


def test_everything_that_was_kept_of_pauses_is_erased(where: Places) -> None:
    keep = keeper(where, []).keep
    keep(PauseUnderWay())
    keep(OVER)
    keep(Erase())
    assert [path.name for path in where.state.iterdir()] == ["last_pause"], "which keeps the agreement at rest"
    assert counted(where) == []


def test_what_one_of_them_wrote_into_the_file_counts_nothing(where: Places) -> None:
    keep = keeper(where, [], agreed=False).keep
    keep(PauseUnderWay())
    keep(OVER)
    assert counted(where) == []


def test_an_agreement_that_was_changed_elsewhere_meanwhile_is_not_undone(where: Places) -> None:
    notices: list[str] = []
    here = keeper(where, notices)
    longer = SETTINGS.agreement.model_copy(update={"minutes": 30})
    agree_on(where.own, longer, today=TUESDAY_EVENING.date())
    assert not here.keep(Agreed({"talk": "some"}))
    assert "was changed in a terminal" in notices[0]
    assert load_settings(CONFIG, own=where.own).agreement == longer
    assert not here.settings_changed


def test_one_change_after_the_other(where: Places) -> None:
    here = keeper(where, [])
    assert here.keep(Agreed({"talk": "some"}))
    assert here.keep(Agreed({"minutes": 20}))
    agreed = load_settings(CONFIG, own=where.own).agreement
    assert (agreed.talk, agreed.minutes) == ("some", 20)
    assert here.settings_changed


def killed_in_a_pause(where: Places) -> None:
    keeper(where, []).keep(PauseUnderWay())


def test_a_pause_that_goes_on_after_a_power_cut_is_counted_once(where: Places) -> None:
    killed_in_a_pause(where)
    notices: list[str] = []
    after = keeper(where, notices)
    after.resumes()
    after.keep(PauseUnderWay())
    assert LastPause(where.state).recent() is Recent.YES
    after.keep(OVER)
    assert LastPause(where.state).recent() is Recent.YES
    assert (counted(where), notices) == ([(10, 1, Ending.SETTLED)], [])


def test_one_that_goes_on_can_still_be_left_without_a_trace(where: Places) -> None:
    killed_in_a_pause(where)
    after = keeper(where, [])
    after.resumes()
    after.keep(PauseUnderWay())
    after.keep(Silence())
    assert not where.state.exists() or list(where.state.iterdir()) == []
    assert LastPause(where.state).recent() is Recent.NO


def test_a_program_that_is_ended_ends_its_pause(where: Places) -> None:
    ended = keeper(where, [])
    ended.stopped()
    assert LastPause(where.state).recent() is Recent.NO, "there was none"
    ended.keep(PauseUnderWay())
    ended.stopped()
    assert LastPause(where.state).recent() is Recent.YES
    assert counted(where) == []


def test_what_both_said_yes_to_is_in_force_from_the_next_start_on(where: Places) -> None:
    notices: list[str] = []
    keeper(where, notices).keep(Agreed({"minutes": 20, "children": "whoever is nearer"}))
    agreed = load_settings(CONFIG, own=where.own)
    assert (agreed.agreement.minutes, agreed.agreement.children) == (20, "whoever is nearer")
    assert agreed.agreement.names == SETTINGS.agreement.names
    assert (*notices, *agreed.notices) == ()


@pytest.mark.parametrize(
    "command",
    [
        PauseUnderWay(),
        OVER,
        Silence(),
        Erase(),
        Agreed({"minutes": 20}),
        Practised((Saying("i need a pause", -0.2, True),)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_no_disk_can_stop_a_pause(where: Places, command: Kept | Silence) -> None:
    notices: list[str] = []
    keep = keeper(where, notices).keep
    for folder in (where.own,) if isinstance(command, Agreed | Practised) else (where.state,):
        if folder.exists():
            shutil.rmtree(folder)
        folder.write_text("a file where a folder belongs")
    keep(command)
    assert all("\n" not in notice for notice in notices)
    if isinstance(command, PauseOver | Agreed | Practised):
        assert len(notices) == 1
        assert notices[0].startswith("This could not be kept: ")
