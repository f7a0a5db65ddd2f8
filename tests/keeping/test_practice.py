"""What a rehearsal leaves behind: numbers for both together, and ears that listen as closely as that suggests."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant.keeping.practice import NAME, keep_practice, with_practice
from assistant.records import Saying
from assistant.settings.loader import Settings, load_settings

SETTINGS = load_settings(Path(__file__).parents[2] / "config")
ACT = SETTINGS.machine.hearing.act_score
NEEDED, LET_S = "i need a pause", "let's take a pause"


def said(phrase: str, *scores: float) -> list[Saying]:
    return [Saying(phrase, score, score >= ACT) for score in scores]


def offsets(settings: Settings) -> dict[str, float]:
    return settings.machine.hearing.phrase_offsets


def test_a_phrase_that_is_nearly_heard_is_listened_for_more_closely(tmp_path: Path) -> None:
    keep_practice(tmp_path, [*said(NEEDED, -0.4, -1.3, -1.5), *said(LET_S, -0.2, -0.3)], act_score=ACT)
    table = tomllib.loads((tmp_path / NAME).read_text())
    assert table["practice"] == {"heard": 3, "called": 5}
    assert table["phrase_offsets"] == {NEEDED: pytest.approx(-0.6)}
    assert offsets(with_practice(SETTINGS, tmp_path)) == {NEEDED: pytest.approx(-0.6)}


def test_one_saying_is_not_enough_and_what_nobody_heard_changes_nothing(tmp_path: Path) -> None:
    keep_practice(tmp_path, [*said(NEEDED, -1.4), Saying("", None, False), *said(LET_S, -5.0, -5.5)], act_score=ACT)
    assert tomllib.loads((tmp_path / NAME).read_text())["phrase_offsets"] == {}
    assert with_practice(SETTINGS, tmp_path) == SETTINGS


def test_only_numbers_are_kept_and_not_in_whose_order(tmp_path: Path) -> None:
    hers, his = said(NEEDED, -0.4, -0.5, -1.5), said(LET_S, -1.3, -1.4, -1.45)
    keep_practice(tmp_path / "a", [*hers, *his], act_score=ACT)
    keep_practice(tmp_path / "b", [*his, *hers], act_score=ACT)
    written = (tmp_path / "a" / NAME).read_text()
    assert written == (tmp_path / "b" / NAME).read_text()
    assert not {"Alex", "Sam"} & set(written.split())
    assert {path.name for path in (tmp_path / "a").iterdir()} == {NAME}


def test_what_the_settings_say_of_a_phrase_counts_more(tmp_path: Path) -> None:
    keep_practice(tmp_path, said(NEEDED, -1.3, -1.5), act_score=ACT)
    hearing = SETTINGS.machine.hearing.model_copy(update={"phrase_offsets": {NEEDED: 0.2}})
    mine = Settings(
        agreement=SETTINGS.agreement,
        script=SETTINGS.script,
        phrases=SETTINGS.phrases,
        reflection=SETTINGS.reflection,
        calm=SETTINGS.calm,
        machine=SETTINGS.machine.model_copy(update={"hearing": hearing}),
    )
    assert offsets(with_practice(mine, tmp_path)) == {NEEDED: 0.2}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[phrase_off",
        b"\xff\xfe",
        b'phrase_offsets = "low"',
        b'[phrase_offsets]\n"i need a pause" = -6.0',
        b'[phrase_offsets]\n"i need a pause" = "low"',
        b'[phrase_offsets]\n"i need a pause" = nan',
    ],
)
def test_a_file_that_cannot_be_used_is_told_of_and_changes_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    told = with_practice(SETTINGS, tmp_path)
    assert offsets(told) == {}
    assert bool(told.notices) == bool(content), "an empty file says nothing, and needs no word"


def test_a_phrase_that_nobody_can_choose_any_more_is_left_out(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('[phrase_offsets]\n"our old phrase" = -0.3\n')
    assert offsets(with_practice(SETTINGS, tmp_path)) == {}
