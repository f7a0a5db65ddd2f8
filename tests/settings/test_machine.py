"""The machine's settings: what holds when nothing is said."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings.machine import Machine
from assistant.settings.plain_words import plain_problems

SHIPPED = Path(__file__).parents[2] / "config" / "machine.toml"


def test_the_shipped_file_says_what_holds_without_it_and_leaves_nothing_out() -> None:
    table = tomllib.loads(SHIPPED.read_text("utf-8"))
    assert Machine.model_validate(table) == Machine()
    assert table == Machine().model_dump(mode="json")


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
        ("button", "gpio_pin", 27), ("light", "brightness", 1),
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


# --- button and light -----------------------------------------------------------------------------------------------


def problems(tables: dict[str, object]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as raised:
        Machine.model_validate(tables)
    return list(plain_problems(raised.value, Machine))


def test_button_and_light_may_be_left_out_or_have_one_pin_or_three() -> None:
    for pins in ([], [18], [17, 27, 22]):
        machine = Machine.model_validate({"button": {"gpio_pin": 0}, "light": {"gpio_pins": pins}})
        assert machine.light.gpio_pins == tuple(pins)
    assert Machine.model_validate({"button": {"gpio_pin": 2}, "light": {"gpio_pins": [3]}}).button.gpio_pin == 2


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        (1, "1 is not possible; use a GPIO number from 2 to 27"),
        (28, "28 is not possible; use a GPIO number from 2 to 27"),
        (-1, "-1 is not possible; use a GPIO number from 2 to 27"),
        ("GPIO17", '"GPIO17" is not a whole number; use the GPIO number, 2 to 27'),
        (True, "true is not a whole number; use the GPIO number, 2 to 27"),
    ],
)
def test_a_pin_that_is_none_is_refused(pin: object, sentence: str) -> None:
    assert problems({"button": {"gpio_pin": pin}}) == [("button.gpio_pin", sentence)]
    assert problems({"light": {"gpio_pins": [pin]}}) == [("light.gpio_pins", sentence)]


@pytest.mark.parametrize(
    ("pins", "sentence"),
    [
        (18, "18 is not a list; write it in brackets, [18]"),
        ([17, 18], "there are 2 pins; use none, one, or three (red, green, blue)"),
        ([2, 3, 4, 5], "there are 4 pins; use none, one, or three (red, green, blue)"),
        ([17, 27, 17], "17 stands here twice; each color needs a pin of its own"),
        ([0], "0 is not possible; for no light, write []"),
    ],
)
def test_pins_that_make_no_light_are_refused(pins: object, sentence: str) -> None:
    assert problems({"light": {"gpio_pins": pins}}) == [("light.gpio_pins", sentence)]


def test_button_and_light_cannot_share_a_pin() -> None:
    sentence = "gpio_pins has 17, the pin of the button; each needs a pin of its own"
    assert problems({"button": {"gpio_pin": 17}, "light": {"gpio_pins": [4, 17, 5]}}) == [("light", sentence)]


def test_the_night_is_from_one_time_of_day_to_another() -> None:
    light = Machine.model_validate({"light": {"night": ["9:30", "23:59"]}}).light
    assert light.night_hours == (time(9, 30), time(23, 59))
    assert Machine().light.night_hours == (time(22), time(7))


@pytest.mark.parametrize(
    ("night", "key", "sentence"),
    [
        ("22:00", "light.night", 'this needs two times, from when to when: ["22:00", "07:00"]'),
        (["22:00"], "light.night", 'this needs two times, from when to when: ["22:00", "07:00"]'),
        (["24:00", "07:00"], "light.night.1", '"24:00" is not a time; use "00:00" to "23:59"'),
        (["22:00", "7 am"], "light.night.2", '"7 am" is not a time; use "00:00" to "23:59"'),
        (["22:00", 7], "light.night.2", '7 is not a time; put it in quotes, "22:00"'),
        (
            ["7:00", "07:00"],
            "light.night",
            "the night ends when it begins; use two times, or the same number for both brightnesses",
        ),
    ],
)
def test_a_night_that_is_none_is_refused(night: object, key: str, sentence: str) -> None:
    assert problems({"light": {"night": night}}) == [(key, sentence)]


def test_the_night_is_not_brighter_than_the_day() -> None:
    sentence = "0.3 is brighter than by day; use a number from 0 to brightness, 0.2"
    assert problems({"light": {"brightness": 0.2, "night_brightness": 0.3}}) == [("light.night_brightness", sentence)]
    assert [key for key, _ in problems({"light": {"brightness": 2}})] == ["light.brightness"]
    assert Machine.model_validate({"light": {"brightness": 0.3, "night_brightness": 0.3}}).light.brightness == 0.3


def test_a_second_press_may_take_its_time() -> None:
    assert Machine.model_validate({"button": {"double_press_seconds": 1.5}}).button.double_press_seconds == 1.5
    sentence = "1.6 is not possible; use a number from 0.2 to 1.5"
    assert problems({"button": {"double_press_seconds": 1.6}}) == [("button.double_press_seconds", sentence)]


@pytest.mark.parametrize(("table", "key"), [("hearing", "interruptible"), ("light", "active_low")])
def test_a_switch_is_true_or_false(table: str, key: str) -> None:
    assert problems({table: {key: "yes"}}) == [(f"{table}.{key}", '"yes" is not possible; choose true or false')]
    Machine.model_validate({table: {key: True}})
