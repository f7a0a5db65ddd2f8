"""Every mistake in the settings is told, all at once, in plain words."""

from __future__ import annotations

import copy
import datetime
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import ConfigError
from assistant.settings.loader import FILES, Settings, load_settings, settings_from

SHIPPED = Path(__file__).parents[2] / "config"
TABLES = {name: tomllib.loads((SHIPPED / name).read_text("utf-8")) for name in FILES}

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return replace


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(folder)
    return list(caught.value.problems)


def test_the_shipped_settings_are_accepted() -> None:
    loaded = load_settings(SHIPPED)
    assert loaded.agreement.names == ("Alex", "Sam")
    assert loaded.agreement.minutes == 10
    assert loaded.agreement.pause_words == loaded.phrases.pause.recommended
    assert loaded.script.lines["ask_first"].sentences[0] == "{name}, are you ready to talk?"


def test_five_mistakes_in_two_files_are_told_at_once(folder: Path, edit: Edit) -> None:
    edit("agreement.toml", "minutes = 10 ", "minutes = 12 ")
    edit("agreement.toml", '"Sam"', '"alex"')
    edit("agreement.toml", "quiet = false", 'quite = "no"')
    edit("machine.toml", "volume_db = 0.0", "volume_db = 3")
    edit("machine.toml", 'engine = "auto"', 'engine = "pipe"')
    assert problems(folder) == [
        'agreement.toml: names: "alex" stands here twice; each may be there once',
        "agreement.toml: minutes: 12 is not possible; choose 10, 15, 20 or 30",
        'agreement.toml: quite: this key is not known; did you mean "quiet"?',
        "machine.toml: sound.volume_db: 3 is not possible; use a number from -30 to 0",
        'machine.toml: voice.engine: "pipe" is not possible; choose "auto", "piper" or "pyttsx3";'
        ' did you mean "piper"?',
    ]


def test_the_error_as_it_is_read_names_every_problem_and_has_its_exit_code(folder: Path, edit: Edit) -> None:
    edit("agreement.toml", "minutes = 10 ", "minutes = 12 ")
    edit("machine.toml", "words_per_minute = 115", "words_per_minute = 400")
    with pytest.raises(ConfigError) as caught:
        load_settings(folder)
    assert caught.value.exit_code == 10
    assert "2 problems" in str(caught.value)
    assert "agreement.toml: minutes: 12 is not possible; choose 10, 15, 20 or 30" in str(caught.value)
    assert "400 is not possible; use a whole number from 90 to 160" in str(caught.value)


SINGLE_MISTAKES = [
    # the agreement
    ("agreement.toml", "minutes = 10 ", "minutes = true ", "minutes: true is not possible; choose 10, 15, 20 or 30"),
    ("agreement.toml", "minutes = 10 ", 'minutes = "ten" ', 'minutes: "ten" is not possible; choose 10, 15, 20 or 30'),
    ("agreement.toml", "minutes = 10 ", "# ", "minutes: this is missing"),
    ("agreement.toml", '["Alex", "Sam"]', '["Alex"]', "names: there is 1 entry; 2 are possible"),
    ("agreement.toml", '["Alex", "Sam"]', '"Alex"', 'names: "Alex" is not a list; write it in brackets, ["like this"]'),
    ("agreement.toml", '"Alex"', '" "', "names.1: this is empty; write 1 to 40 characters"),
    (
        "agreement.toml",
        '"Alex"',
        '"Al3x"',
        'names.1: "Al3x" has something that is not a letter; write the name as it is spoken',
    ),
    (
        "agreement.toml",
        '"Sam"',
        '"Sam\\nWise"',
        'names.2: "Sam Wise" has a line break or an invisible character; write it on one line',
    ),
    (
        "agreement.toml",
        '"Sam"',
        '"Time-Out"',
        'names.2: "Time-Out" is also a pause phrase; choose a name that nobody can mistake for it',
    ),
    ("agreement.toml", '"Sam"', f'"{"a" * 41}"', f'names.2: "{"a" * 39}…" has 41 characters; at most 40 are possible'),
    (
        "agreement.toml",
        '"time out"',
        '"I need a puase"',
        'pause_words.4: "i need a puase" is not a pause phrase; did you mean "i need a pause"?',
    ),
    (
        "agreement.toml",
        '"time out"',
        '"pineapple"',
        'pause_words.4: "pineapple" is not a pause phrase; words of your own go into own_pause_words first',
    ),
    (
        "agreement.toml",
        '"time out"',
        '"Can we pause?"',
        'pause_words: "can we pause" stands here twice; each may be there once',
    ),
    ("agreement.toml", "places = []", 'places = ["the hall"]', "places: there is 1 entry; 0 or 2 are possible"),
    (
        "agreement.toml",
        "places = []",
        'places = ["the {first}", "the hall"]',
        'places.1: "the {first}" has signs that cannot be spoken; use letters and commas',
    ),
    (
        "agreement.toml",
        'ritual = ""',
        'ritual = "one of us says time out"',
        'ritual: "one of us says time out" has a pause phrase inside ("time out"); say it another way',
    ),
    ("agreement.toml", "quiet = false", "quiet = 0", "quiet: 0 is not possible; choose true or false"),
    # the script
    (
        "script.en.toml",
        "line_gap_seconds = 1.0",
        "line_gap_seconds = nan",
        "timing.line_gap_seconds: nan is not possible; use a number from 0 to 10",
    ),
    (
        "script.en.toml",
        "undo_seconds = 20.0",
        "undo_seconds = true",
        "timing.undo_seconds: true is not a number; use one from 0 to 7200",
    ),
    (
        "script.en.toml",
        "line_gap_seconds = 1.0",
        'line_gap_seconds = "1"',
        'timing.line_gap_seconds: "1" is not a number; use one from 0 to 10',
    ),
    (
        "script.en.toml",
        'state = "body"',
        'state = "boddy"',
        'pause.6.state: "boddy" is not possible; choose "opening", "separating", "body", "mind" or "return_cue";'
        ' did you mean "body"?',
    ),
    (
        "script.en.toml",
        'cue = "start"',
        'cue = "stort"',
        'pause.1.cue: "stort" is not possible; choose "start", "half", "soon", "return", "listen", "ask_second",'
        ' "close" or "deaf"; did you mean "start"?',
    ),
    (
        "script.en.toml",
        'say = "grounding"',
        'say = "grouding"',
        'pause.6.say: "grouding" is not in [lines]; did you mean "grounding"?',
    ),
    (
        "script.en.toml",
        "at = 105.0",
        "at = 70.0",
        "pause.7.at: with 10 minutes this comes at 1:10, but the step above it at 1:15; put the steps in order of time",
    ),
    (
        "script.en.toml",
        "at = 140.0",
        "at = 181.0",
        "pause.16.at: with 10 minutes this comes at 8:00, but the step above it at 8:01;"
        " put the steps in order of time",
    ),
    (
        "script.en.toml",
        "at = -30.0",
        "at = 30.0",
        "pause.17.at: with 10 minutes this comes at 10:30, outside of them",
    ),
    (
        "script.en.toml",
        'from = "end"\nat = 0.0\ncue = "return"\nsay = "time_is_done_again"',
        'from = "end"\nat = -5.0\ncue = "return"\nsay = "time_is_done_again"',
        'extension: with 10 minutes the last step comes at 9:55; it has to be from = "end", at = 0.0',
    ),
    (
        "script.en.toml",
        'at = 0.0\nstate = "opening"',
        'at = 0.5\nstate = "opening"',
        "pause: the opening has to come at the very start",
    ),
    (
        "script.en.toml",
        "undo_seconds = 20.0",
        "undo_seconds = 25.0",
        "timing.undo_seconds: this is 25, but separating comes at 20 from the start;"
        ' "carry on" has to end where separating begins',
    ),
    (
        "script.en.toml",
        'state = "mind"\n',
        "",
        "pause: the states are opening, separating, body, return_cue; they have to be"
        " opening, separating, body, mind, return_cue, each once and in this order",
    ),
    (
        "script.en.toml",
        'tones = "soften"',
        'tones = "start"',
        'pause.11.tones: "start" is not possible here: the tones already sound',
    ),
    (
        "script.en.toml",
        'tones = "stop"\n',
        "",
        'pause: the breathing tones never end; add a step with tones = "stop"',
    ),
    (
        "script.en.toml",
        "extension_minutes = 10",
        "extension_minutes = 12",
        "timing.extension_minutes: 12 is not in [minutes_in_words]; choose 10, 15, 20 or 30",
    ),
    (
        "script.en.toml",
        "[120.0, 300.0]",
        "[300.0, 120.0]",
        "timing.no_show_seconds: the reminders have to come one after the other, and before give_up_seconds",
    ),
    (
        "script.en.toml",
        "{half} left.",
        "{haf} left.",
        'lines.half: {haf} is not a known placeholder; did you mean "half"?',
    ),
    (
        "script.en.toml",
        "{half} left.",
        "{half left.",
        "lines.half: a brace is open or closed on its own; write placeholders like {first}",
    ),
    (
        "script.en.toml",
        "{half} left.",
        "{name}, half is left.",
        "lines.half: {name} is the one being asked, and the plan asks nobody; use both names",
    ),
    (
        "script.en.toml",
        "30 = { whole",
        "half_an_hour = { whole",
        'minutes_in_words.half_an_hour: "half_an_hour" is not a length; use whole minutes from 5 to 60',
    ),
    ("script.en.toml", '["Okay."]', "[]", "lines.carry_on.sentences: there are 0 entries; 1 to 8 are possible"),
    ("script.en.toml", '["Okay."]', "[3]", 'lines.carry_on.sentences.1: 3 is not text; put it in quotes, "like this"'),
    (
        "script.en.toml",
        '["Okay."]',
        '["Okay."]\nquiet_que = "half"',
        'lines.carry_on.quiet_que: this key is not known; did you mean "quiet_cue"?',
    ),
    ("script.en.toml", 'language = "en"', 'language = "de"', 'language: "de" is not possible; choose "en"'),
    # the phrases
    (
        "phrases.en.toml",
        '"carry on", ',
        '"carry on", "ready", ',
        'ready: "ready" already means undo; a phrase can mean one thing only',
    ),
    (
        "phrases.en.toml",
        'near_misses = ["no pause", ',
        'near_misses = ["Carry on!", ',
        'undo: "carry on" is a phrase and a near miss at once; keep one of them',
    ),
    (
        "phrases.en.toml",
        '"give me ten more"',
        '"give me 10 more"',
        'not_yet.phrases.10: "give me 10 more" has something that is not a word ("10"); write it in letters',
    ),
    (
        "phrases.en.toml",
        '"we want to talk"',
        '"we want to talk about it now and for ever"',
        'talk.phrases.2: "we want to talk about it now and for ev…" has 10 words; 1 to 8 are possible',
    ),
    (
        "phrases.en.toml",
        '"not", "don\'t"',
        '"not", "need", "don\'t"',
        'pause.cancelled_by: "need" stands in "i need a pause", which nobody could say any more',
    ),
    (
        "phrases.en.toml",
        '"guide us through it"',
        '"Stop it!"',
        'guide: "stop it" is said in arguments, so it may not mean anything; take it out',
    ),
    (
        "phrases.en.toml",
        '"we\'re fine thanks"',
        '"I am leaving"',
        'leave_us: "i am leaving" is said in arguments, so it may not mean anything; take it out',
    ),
    (
        "phrases.en.toml",
        '"forget everything"',
        '"settled"',
        'forget: "settled" already means settled; a phrase can mean one thing only',
    ),
    # what the agreement chooses from it
    (
        "agreement.toml",
        "themes = []",
        'themes = ["thank"]',
        'themes.1: "thank" is not a theme; did you mean "thanks"?',
    ),
    (
        "agreement.toml",
        "themes = []",
        'themes = ["needs", "needs"]',
        'themes: "needs" stands here twice; each may be there once',
    ),
    (
        "agreement.toml",
        'breathing = "long_out"',
        'breathing = "box"',
        'breathing: "box" is no breathing for a pause; choose long_out, gentle or sighs',
    ),
    (
        "agreement.toml",
        'emergency_number = ""',
        'emergency_number = "1-1-2"',
        'emergency_number: "1-1-2" has signs that cannot be spoken; write it as it is said: "one one two"',
    ),
    (
        "agreement.toml",
        'emergency_number = ""',
        'emergency_number = "can we pause"',
        'emergency_number: "can we pause" has a pause phrase inside ("can we pause"); say it another way',
    ),
    # the machine
    (
        "machine.toml",
        "act_score = -1.2",
        "act_score = 1.4",
        "hearing.act_score: 1.4 is not possible; use a number from -6 to 0",
    ),
    (
        "machine.toml",
        "ask_score = -2.1",
        "ask_score = -1.0",
        "hearing.ask_score: -1 is higher than act_score, -1.2; use a number from -6 to -1.2",
    ),
    (
        "machine.toml",
        "[hearing.phrase_offsets]",
        '[hearing.phrase_offsets]\n"I need a brake" = 0.2',
        'hearing.phrase_offsets: nothing listens for "i need a brake"; did you mean "i need a break"?',
    ),
    (
        "machine.toml",
        "[hearing.phrase_offsets]",
        '[hearing.phrase_offsets]\n"I need a break" = 2',
        "hearing.phrase_offsets.I need a break: 2 is not possible; use a number from -0.6 to 1",
    ),
    (
        "machine.toml",
        "words_per_minute = 115",
        "words_per_minute = 115.5",
        "voice.words_per_minute: 115.5 is not a whole number; use one from 90 to 160",
    ),
    (
        "machine.toml",
        'microphone = "default"',
        "microphone = 3",
        'sound.microphone: 3 is not text; put it in quotes, "like this"',
    ),
    ("machine.toml", "[voice]", "[vioce]", 'vioce: this key is not known; did you mean "voice"?'),
    (
        "machine.toml",
        'engine = "auto"',
        'color = "red"',
        "voice.color: this key is not known; known here: engine, words_per_minute",
    ),
]


@pytest.mark.parametrize("mistake", SINGLE_MISTAKES, ids=lambda mistake: mistake[3].partition(": ")[0])
def test_one_mistake_gives_one_plain_sentence(folder: Path, edit: Edit, mistake: tuple[str, str, str, str]) -> None:
    name, old, new, expected = mistake
    edit(name, old, new)
    assert problems(folder) == [f"{name}: {expected}"]


def test_a_table_with_the_wrong_name_is_missing_and_unknown(folder: Path, edit: Edit) -> None:
    edit("phrases.en.toml", "[later_today]", "[later_todya]")
    assert problems(folder) == [
        "phrases.en.toml: later_today: this is missing",
        'phrases.en.toml: later_todya: this key is not known; did you mean "later_today"?',
    ]


def test_a_script_without_any_length(folder: Path) -> None:
    script = (folder / "script.en.toml").read_text("utf-8")
    lines = [line for line in script.splitlines() if not (line[:2].isdecimal() and "whole" in line)]
    (folder / "script.en.toml").write_text("\n".join(lines), "utf-8")
    assert problems(folder) == [
        "script.en.toml: minutes_in_words: there is no length at all; give at least one, such as 10"
    ]


def test_a_table_where_a_value_belongs_and_the_other_way_round(folder: Path) -> None:
    (folder / "machine.toml").write_text("sound = 3\n[voice.engine]\nname = 1\n", "utf-8")
    assert problems(folder) == [
        "machine.toml: sound: 3 is not a table; give it keys and values of its own",
        'machine.toml: voice.engine: a table is not possible; choose "auto", "piper" or "pyttsx3"',
    ]


def test_mistakes_of_meaning_are_told_beside_mistakes_of_form(folder: Path, edit: Edit) -> None:
    edit("script.en.toml", "reply_seconds = 8.0", "reply_seconds = 1")
    edit("script.en.toml", 'say = "opening"', 'say = "openin"')
    edit("agreement.toml", "minutes = 10 ", "minutes = 25 ")
    assert problems(folder) == [
        "agreement.toml: minutes: 25 is not possible; choose 10, 15, 20 or 30",
        "script.en.toml: timing.reply_seconds: 1 is not possible; use a number from 3 to 60",
        'script.en.toml: pause.2.say: "openin" is not in [lines]; did you mean "opening"?',
    ]


def test_what_the_agreement_leaves_out_is_checked_as_well(folder: Path, edit: Edit) -> None:
    edit("agreement.toml", 'breathing = "long_out"', "")
    assert load_settings(folder).agreement.breathing == "long_out"
    edit("reflection.en.toml", "[breathing.long_out]", "[breathing.long_way_out]")
    assert problems(folder) == [
        'agreement.toml: breathing: "long_out" is no breathing for a pause; choose long_way_out, gentle or sighs'
    ]


def test_an_agreement_from_before_goes_on_working(folder: Path) -> None:
    (folder / "agreement.toml").write_text('names = ["A", "B"]\nminutes = 10\npause_words = ["time out"]\n', "utf-8")
    agreement = load_settings(folder).agreement
    assert (agreement.themes, agreement.breathing, agreement.emergency_number) == ((), "long_out", "")


def test_a_couple_may_choose_themes_a_breathing_and_a_number(folder: Path, edit: Edit) -> None:
    edit("agreement.toml", "themes = []", 'themes = ["thanks", "past"]')
    edit("agreement.toml", 'breathing = "long_out"', 'breathing = "gentle"')
    edit("agreement.toml", 'emergency_number = ""', 'emergency_number = "one one two"')
    agreement = load_settings(folder).agreement
    assert agreement.themes == ("thanks", "past")
    assert agreement.breathing == "gentle"
    assert agreement.emergency_number == "one one two"


def test_missing_files_are_all_named(folder: Path) -> None:
    (folder / "agreement.toml").unlink()
    (folder / "machine.toml").unlink()
    assert problems(folder) == [
        f"agreement.toml: the file is missing; it belongs into {folder}",
        f"machine.toml: the file is missing; it belongs into {folder}",
    ]


def test_a_missing_folder_is_one_problem(tmp_path: Path) -> None:
    [problem] = problems(tmp_path / "nowhere")
    assert problem.startswith(f"{tmp_path / 'nowhere'}: there is no such folder")


def test_a_folder_in_place_of_a_file(folder: Path) -> None:
    (folder / "machine.toml").unlink()
    (folder / "machine.toml").mkdir()
    assert problems(folder) == ["machine.toml: the file cannot be read (Is a directory)"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"names = [\n", "line 2, column 1: this is not valid TOML (invalid value)"),
        (
            b"# fine\nminutes 10\n",
            "line 2, column 9: this is not valid TOML (expected '=' after a key in a key/value pair)",
        ),
        (b"minutes = 10\nminutes = 10\n", "line 2, column 13: this is not valid TOML (cannot overwrite a value)"),
        (b"# caf\xe9\n", "line 1: this is not UTF-8 text; save the file as UTF-8"),
        (b"# one\n# two\n\xff\xfe", "line 3: this is not UTF-8 text; save the file as UTF-8"),
        (b"a = " + b"[" * 5000, "this is not a settings file: something in it is far too long or too deep"),
        (b"a = " + b"9" * 5000, "this is not a settings file: something in it is far too long or too deep"),
    ],
)
def test_a_file_that_is_no_toml_says_where(folder: Path, content: bytes, expected: str) -> None:
    (folder / "agreement.toml").write_bytes(content)
    assert problems(folder) == [f"agreement.toml: {expected}"]


def test_byte_order_marks_and_carriage_returns_do_no_harm(folder: Path) -> None:
    plain = load_settings(folder)
    for name in FILES:
        text = (folder / name).read_bytes()
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert load_settings(folder) == plain


def test_names_may_have_accents_spaces_and_apostrophes(folder: Path, edit: Edit) -> None:
    edit("agreement.toml", '["Alex", "Sam"]', '[" Zoë  Ann ", "Sean O\u2019Neil-Łuk"]')
    assert load_settings(folder).agreement.names == ("Zoë Ann", "Sean O'Neil-Łuk")


def test_pause_words_are_normalised(folder: Path, edit: Edit) -> None:
    edit("agreement.toml", '"I need a pause"', '"  I NEED a break! "')
    edit("agreement.toml", '"let\'s take a pause"', '"Let\u2019s pause."')
    assert load_settings(folder).agreement.pause_words[:2] == ("i need a break", "let's pause")


def test_settings_cannot_be_changed_afterwards() -> None:
    loaded = load_settings(SHIPPED)
    with pytest.raises(ValueError, match="frozen"):
        loaded.agreement.minutes = 20


# --- nothing but ConfigError -----------------------------------------------------------------------------------------

SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**400, max_value=10**401),
    st.floats(),
    st.text(max_size=30),
    st.dates(),
    st.datetimes(timezones=st.just(datetime.UTC)),
    st.times(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


PLACES = places(TABLES)


def accepted_or_refused(read: Callable[[], Settings]) -> None:
    """Either settings, or at least one problem; each is one readable line."""
    try:
        loaded: Settings | ConfigError = read()
    except ConfigError as error:
        loaded = error
    if isinstance(loaded, ConfigError):
        assert loaded.problems
        for problem in loaded.problems:
            assert problem.startswith(FILES)
            assert problem.isprintable()
            assert "Input should" not in problem


@settings(max_examples=300, deadline=None)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_any_value_anywhere_is_accepted_or_refused(place: tuple[str | int, ...], value: Any) -> None:
    tables = copy.deepcopy(TABLES)
    inner: Any = tables
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    if len(place) == 1 and not isinstance(value, dict):
        return  # a file is always a table
    accepted_or_refused(lambda: settings_from(tables))


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from(PLACES), key=st.text(max_size=12), value=VALUES)
def test_any_further_key_is_refused(place: tuple[str | int, ...], key: str, value: Any) -> None:
    tables = copy.deepcopy(TABLES)
    inner: Any = tables
    for part in place:
        inner = inner[part]
    if isinstance(inner, dict) and key not in inner:
        inner[key] = value
        accepted_or_refused(lambda: settings_from(tables))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(FILES),
    content=st.binary(max_size=80) | st.text(max_size=80).map(lambda t: t.encode("utf-8", "surrogatepass")),
)
def test_any_bytes_in_a_file_are_accepted_or_refused(folder: Path, name: str, content: bytes) -> None:
    kept = (folder / name).read_bytes()
    (folder / name).write_bytes(content)
    try:
        accepted_or_refused(lambda: load_settings(folder))
    finally:
        (folder / name).write_bytes(kept)
