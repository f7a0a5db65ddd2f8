"""The talks of a calm day as this household gets them: what is kept, and when it is too soon, are its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.agreeing.recent_pause import LastPause, SystemClocks
from assistant.calm.talk import Talk
from assistant.history.store import History
from assistant.messages import Heard, Intent, Speak
from assistant.places import Places, places
from assistant.records import CalmTalk, Ending, PauseOver
from assistant.settings.content_lint import estimated_seconds
from assistant.settings.loader import load_settings
from assistant.talks import everything_said, talks_of

SETTINGS = load_settings(Path(__file__).parents[1] / "config")


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return replace(places(), own=tmp_path / "own", state=tmp_path / "state")


def begun(where: Places, talk: CalmTalk) -> Talk:
    return talks_of(SETTINGS, where, seconds_of=estimated_seconds, first=0, lot=range)[talk](0.0)


def lines(talk: Talk, *, seconds: float = 200.0) -> list[str]:
    """What is said, when every question is answered with yes."""
    said: list[str] = []
    now = 0.0
    while not talk.over and now < seconds:
        now += 0.5
        commands = talk.tick(now)
        if not talk.speaking:
            commands += talk.handle(Heard(Intent.YES), now)
        said += [command.line for command in commands if isinstance(command, Speak)]
    return said


def test_in_a_new_home_there_is_nothing_to_erase(where: Places) -> None:
    assert lines(begun(where, CalmTalk.FORGETTING)) == ["nothing_kept"]


def test_what_was_counted_can_be_erased(where: Places) -> None:
    History(where.state, on_notice=print).add(PauseOver(10, 0, Ending.SETTLED), None)
    assert lines(begun(where, CalmTalk.FORGETTING))[0] == "erase"


def test_a_folder_that_cannot_be_looked_at_is_no_reason_to_say_that_nothing_is_kept(where: Places) -> None:
    where.state.symlink_to(where.state.parent / "elsewhere")
    assert lines(begun(where, CalmTalk.FORGETTING))[0] == "erase"


def test_after_a_pause_practice_and_the_agreement_rest(where: Places) -> None:
    LastPause(where.state).over()
    assert lines(begun(where, CalmTalk.REHEARSAL)) == ["rehearsal_too_soon"]
    assert lines(begun(where, CalmTalk.AGREEMENT))[-1] == "agree_too_soon"
    LastPause(where.state).forget()
    assert lines(begun(where, CalmTalk.REHEARSAL), seconds=60.0)[0] == "rehearsal_welcome"


def test_where_no_clock_can_tell_they_are_asked(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    LastPause(where.state).over()
    monkeypatch.setattr(SystemClocks, "boot", "another")
    monkeypatch.setattr(SystemClocks, "wall", lambda _: 0.0)
    said = lines(begun(where, CalmTalk.AGREEMENT))
    assert said[-2:] == ["agree_recent", "agree_too_soon"]


def test_whatever_is_said_in_them_is_rendered_ahead(where: Places) -> None:
    prepared = set(everything_said(SETTINGS).everything)
    assert len(prepared) == len(everything_said(SETTINGS).everything), "each once"
    for talk in CalmTalk:
        asked = begun(where, talk)
        now = 0.0
        while not asked.over and now < 400.0:
            now += 0.5
            for command in asked.tick(now):
                if isinstance(command, Speak):
                    assert set(command.sentences) <= prepared, command.line
