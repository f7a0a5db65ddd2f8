"""What both said yes to counts, whatever has become of the file since."""

from __future__ import annotations

import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from assistant.agreeing.versions import agree_on
from assistant.errors import ConfigError
from assistant.settings.agreement import Agreement
from assistant.settings.loader import Settings, load_settings

SHIPPED = Path(__file__).parents[2] / "config"
DAY = date(2026, 3, 5)
AGREEMENT = Agreement.model_validate(tomllib.loads((SHIPPED / "agreement.toml").read_text("utf-8")))
LONGER = AGREEMENT.model_copy(update={"minutes": 20})


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions, and the file that belongs to the second."""
    monkeypatch.setattr("assistant.agreeing.file.os.fsync", lambda _: None)  # takes time, and no power is cut here
    agree_on(tmp_path / "own", AGREEMENT, today=DAY)
    agree_on(tmp_path / "own", LONGER, today=DAY)
    return tmp_path / "own"


def load(own: Path, *, as_written: bool = False) -> Settings:
    return load_settings(SHIPPED, own=own, as_written=as_written)


def edit(own: Path, old: str, new: str) -> None:
    path = own / "agreement.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_without_a_version_the_file_counts(tmp_path: Path) -> None:
    assert load(tmp_path).agreement == AGREEMENT
    shutil.copy(SHIPPED / "agreement.toml", tmp_path)
    edit(tmp_path, "minutes = 10 ", "minutes = 15 ")
    assert load(tmp_path).agreement.minutes == 15
    assert load(tmp_path).notices == ()
    edit(tmp_path, "minutes = 15 ", "minutes = 12 ")
    edit(tmp_path, "quiet = false", "quiet = 3")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert len(caught.value.problems) == 2


def test_a_file_with_the_agreed_values_is_fine_whatever_its_comments(own: Path) -> None:
    (own / "agreement.toml").write_text(
        "# by hand\n"
        + "\n".join(
            line for line in (own / "agreement.toml").read_text("utf-8").splitlines() if not line.startswith("#")
        )
    )
    assert (load(own).agreement, load(own).notices) == (LONGER, ())


def test_a_change_waits_for_both(own: Path) -> None:
    edit(own, "minutes = 20 ", "minutes = 30 ")
    settings = load(own)
    assert settings.agreement == LONGER
    assert len(settings.notices) == 1
    assert "breather agree --confirm" in settings.notices[0]
    assert "version 2" in settings.notices[0]
    assert load(own, as_written=True).agreement.minutes == 30


def test_every_problem_is_told_and_the_last_agreement_goes_on(own: Path) -> None:
    edit(own, "minutes = 20 ", "minutes = 12 ")
    edit(own, '"Sam"', '"Alex"')
    edit(own, "quiet = false", "quite = false")
    settings = load(own)
    assert settings.agreement == LONGER
    (notice,) = settings.notices
    assert "version 2, agreed by both, goes on" in notice
    assert notice.count("\n  - agreement.toml: ") == 3
    assert '"quiet"' in notice
    with pytest.raises(ConfigError):
        load(own, as_written=True)


def test_a_file_cut_off_anywhere_stops_nothing(own: Path) -> None:
    whole = (own / "agreement.toml").read_bytes()
    for length in range(0, len(whole), 251):
        (own / "agreement.toml").write_bytes(whole[:length])
        settings = load(own)
        assert settings.agreement == LONGER
        # Behind the last value that differs from what is not written, nothing is missing.
        assert settings.notices or length > whole.index(b"pause_words = [")


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"\xff\xfe", b"names = [", b"minutes = " + b"9" * 5000])
def test_a_broken_file_stops_nothing(own: Path, content: bytes) -> None:
    (own / "agreement.toml").write_bytes(content)
    settings = load(own)
    assert settings.agreement == LONGER
    assert "cannot be used" in settings.notices[0]


def test_a_file_that_is_gone_stops_nothing(own: Path) -> None:
    (own / "agreement.toml").unlink()
    settings = load(own)
    assert settings.agreement == LONGER
    assert "There is no agreement.toml" in settings.notices[0]


def test_a_broken_version_is_passed_over_and_kept(own: Path) -> None:
    newest = own / "agreements" / "0002.toml"
    newest.write_text("names = [")
    settings = load(own)
    assert settings.agreement == AGREEMENT
    assert settings.notices[0] == "Version 2 of your agreement cannot be read. Version 1 goes on."
    assert newest.read_text() == "names = ["
    (own / "agreements" / "0001.toml").write_text("")
    assert load(own).agreement == LONGER, "without any good version, the file counts"


def test_what_else_lies_there_is_no_version(own: Path) -> None:
    for name in ("0003.toml~", "notes.toml", ".0003.toml.x1"):
        (own / "agreements" / name).write_text("minutes = 1")
    (own / "agreements" / "0009.toml").mkdir()
    assert load(own).agreement == LONGER


def test_words_of_their_own_can_be_chosen_and_are_phrases_then(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "agreement.toml", tmp_path)
    edit(tmp_path, "own_pause_words = []", 'own_pause_words = ["We both need some air!"]')
    edit(tmp_path, '    "time out",\n', '    "we both need some air",\n')
    settings = load(tmp_path)
    assert "we both need some air" in settings.agreement.pause_words
    assert "we both need some air" in settings.phrases.pause.phrases
    assert "we both need some air" in settings.phrases.never_to_say


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ('["air"]', 'own_pause_words.1: "air" is a single word'),
        ('["leave me alone"]', "is said in arguments"),
        ('["quiet please"]', "already means quiet"),
        ('["I need a pause"]', "is a pause phrase already"),
        ('["you need some air"]', 'has "you" in it'),
        ('["applause", "we need 2"]', "is a single word"),
        ('["get some air", "get some air"]', "stands here twice"),
        ('["a b", "b c", "c d", "d e", "e f"]', "5 entries"),
        ('"we need air"', "is not a list"),
        ('["let\'s break up"]', "mean otherwise"),
    ],
)
def test_words_of_their_own_that_are_not_possible(tmp_path: Path, words: str, part: str) -> None:
    shutil.copy(SHIPPED / "agreement.toml", tmp_path)
    edit(tmp_path, "own_pause_words = []", f"own_pause_words = {words}")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert part in " ".join(caught.value.problems)


@pytest.mark.parametrize("place", [".", "...", "&", "-", "' '"])
def test_a_place_without_letters_is_none(tmp_path: Path, place: str) -> None:
    shutil.copy(SHIPPED / "agreement.toml", tmp_path)
    edit(tmp_path, "places = []", f'places = ["{place}", "the hall"]')
    with pytest.raises(ConfigError, match="has no letters"):
        load(tmp_path)
