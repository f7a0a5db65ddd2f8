"""The machine's settings: what holds when nothing is said."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings.machine import Machine

SHIPPED = Path(__file__).parents[2] / "config" / "machine.toml"


def test_the_shipped_file_says_what_holds_without_it_and_leaves_nothing_out() -> None:
    table = tomllib.loads(SHIPPED.read_text("utf-8"))
    assert Machine.model_validate(table) == Machine()
    assert table == Machine().model_dump()


def test_any_line_may_be_left_out() -> None:
    machine = Machine.model_validate({"hearing": {"act_score": -1}})
    assert machine.hearing.act_score == -1.0
    assert machine.hearing.control_score == -2.0
    assert machine.voice.words_per_minute == 115


def test_no_model_named_is_no_folder() -> None:
    assert Machine().hearing.vosk_model_folder is None


def test_a_home_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    machine = Machine.model_validate({"hearing": {"vosk_model": "~/models/big"}})
    assert machine.hearing.vosk_model_folder == tmp_path / "models" / "big"


def test_the_home_of_nobody_is_left_for_the_model_check_to_miss() -> None:
    machine = Machine.model_validate({"hearing": {"vosk_model": "~there_is_no_such_user/model"}})
    assert machine.hearing.vosk_model_folder == Path("~there_is_no_such_user/model")


@pytest.mark.parametrize(
    ("table", "key", "edge"),
    [
        ("sound", "volume_db", -30), ("sound", "volume_db", 0),
        ("voice", "words_per_minute", 90), ("voice", "words_per_minute", 160),
        ("hearing", "act_score", 0), ("hearing", "control_score", 0), ("hearing", "control_score", -6),
        ("hearing", "repeat_score", -6), ("hearing", "answer_score", -6), ("hearing", "answer_score", 0),
    ],
)  # fmt: skip
def test_both_ends_of_a_range_are_possible_and_nothing_beyond(table: str, key: str, edge: int) -> None:
    Machine.model_validate({table: {key: edge}})
    outside = edge - 1 if edge in {-30, 90, -6} else edge + 1
    with pytest.raises(ValidationError, match="is not possible"):
        Machine.model_validate({table: {key: outside}})


@pytest.mark.parametrize(
    ("scores", "problems"),
    [
        ({"act_score": -2.0, "ask_score": -2.0, "repeat_score": -2.0}, []),
        ({"ask_score": -1.1}, [("ask_score", "-1.1 is higher than act_score, -1.2; use a number from -6 to -1.2")]),
        ({"repeat_score": -1}, [("repeat_score", "-1 is higher than ask_score, -2.1; use a number from -6 to -2.1")]),
        ({"act_score": -2.5}, [("ask_score", "-2.1 is higher than act_score, -2.5; use a number from -6 to -2.5")]),
        (
            {"ask_score": -1, "repeat_score": -0.5},
            [
                ("ask_score", "-1 is higher than act_score, -1.2; use a number from -6 to -1.2"),
                ("repeat_score", "-0.5 is higher than act_score, -1.2; use a number from -6 to -1.2"),
            ],
        ),
        ({"act_score": 3, "ask_score": -1}, [("act_score", "3 is not possible; use a number from -6 to 0")]),
    ],
)
def test_the_less_sure_the_less_may_follow(scores: dict[str, float], problems: list[tuple[str, str]]) -> None:
    if not problems:
        assert Machine.model_validate({"hearing": scores}).hearing.ask_score == scores["ask_score"]
        return
    with pytest.raises(ValidationError) as raised:
        Machine.model_validate({"hearing": scores, "sound": {"volume_db": 3}})
    told = {error["loc"]: error["msg"] for error in raised.value.errors()}
    assert ("sound", "volume_db") in told, "what is wrong elsewhere is told as well"
    assert {key for table, key in told if table == "hearing"} == {key for key, _ in problems}
    for key, sentence in problems:
        assert sentence in told["hearing", key]


@pytest.mark.parametrize("offset", [-0.7, 1.1, True, "0.2"])
def test_an_offset_is_small(offset: object) -> None:
    with pytest.raises(ValidationError, match=r"from -0\.6 to 1"):
        Machine.model_validate({"hearing": {"phrase_offsets": {"time out": offset}}})


def test_an_offset_is_for_a_phrase_however_it_is_written() -> None:
    hearing = Machine.model_validate({"hearing": {"phrase_offsets": {"I need a break!": 0.2}}}).hearing
    assert hearing.phrase_offsets == {"i need a break": 0.2}
    assert list(hearing.offset_problems({"i need a break"})) == []
    assert list(hearing.offset_problems({"i need a pause"})) == [
        ("hearing.phrase_offsets", 'nothing listens for "i need a break"; did you mean "i need a pause"?')
    ]
