from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import ModelBrokenError, ModelMissingError
from assistant.models import whisper_model
from assistant.models.vosk_model import FST_MAGIC, PARTS, SLOT
from assistant.models.whisper_model import embedded_whisper_model
from assistant.recognizers import choose, start
from assistant.settings.machine import Hearing

AUTO = Hearing()


def make_vosk_model(folder: Path) -> Path:
    """Something that passes for a Vosk model when it is only looked at."""
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).write_bytes(FST_MAGIC + b"and so on")
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_by_itself_the_embedded_model_listens(models: Path) -> None:
    chosen = choose(AUTO, models)
    assert (chosen.engine, chosen.folder) == ("whisper", embedded_whisper_model())
    assert chosen.sentence == "Listening with the embedded English model, because no Vosk model is installed."


def test_an_installed_vosk_model_comes_first(models: Path) -> None:
    folder = make_vosk_model(models / SLOT)
    chosen = choose(AUTO, models)
    assert (chosen.engine, chosen.folder) == ("vosk", folder)
    assert chosen.sentence == "Listening with Vosk (vosk)."
    assert choose(Hearing(recognizer="vosk"), models) == chosen


def test_a_named_vosk_model_comes_before_the_installed_one(models: Path, tmp_path: Path) -> None:
    make_vosk_model(models / SLOT)
    named = make_vosk_model(tmp_path / "vosk-model-small-de-0.15")
    for recognizer in ("auto", "vosk"):
        chosen = choose(Hearing.model_validate({"recognizer": recognizer, "vosk_model": str(named)}), models)
        assert (chosen.engine, chosen.folder) == ("vosk", named)
        assert chosen.sentence == "Listening with Vosk (vosk-model-small-de-0.15)."


def test_a_named_folder_may_be_in_the_home_folder(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    named = make_vosk_model(tmp_path / "mine")
    assert choose(Hearing(vosk_model="~/mine"), models).folder == named


def test_whisper_can_be_asked_for_all_the_same(models: Path, tmp_path: Path) -> None:
    make_vosk_model(models / SLOT)
    named = str(make_vosk_model(tmp_path / "mine"))
    for hearing in (Hearing(recognizer="whisper"), Hearing(recognizer="whisper", vosk_model=named)):
        chosen = choose(hearing, models)
        assert (chosen.engine, chosen.folder) == ("whisper", embedded_whisper_model())
        assert chosen.sentence == "Listening with the embedded English model, as the settings say."


def test_vosk_without_a_model_says_how_to_get_one(models: Path) -> None:
    with pytest.raises(ModelMissingError) as caught:
        choose(Hearing(recognizer="vosk"), models)
    assert str(caught.value) == (
        f"No Vosk model is installed: {models}. "
        "Run `breather setup`, or `breather setup --model FILE` with a file you have."
    )
    assert caught.value.exit_code == 20


@pytest.mark.parametrize("recognizer", ["auto", "vosk"])
def test_a_named_folder_that_is_not_there_is_no_reason_to_take_another(
    models: Path, tmp_path: Path, recognizer: str
) -> None:
    make_vosk_model(models / SLOT)
    hearing = Hearing.model_validate({"recognizer": recognizer, "vosk_model": str(tmp_path / "nowhere")})
    with pytest.raises(ModelMissingError, match=r"^There is no Vosk model here: .*nowhere\."):
        choose(hearing, models)


def test_a_broken_vosk_model_is_said_and_not_passed_over(models: Path) -> None:
    folder = make_vosk_model(models / SLOT)
    (folder / "graph" / "Gr.fst").unlink()
    with pytest.raises(ModelBrokenError, match=r"^The Vosk model's graph/Gr\.fst is missing: ") as caught:
        choose(AUTO, models)
    assert caught.value.exit_code == 21


def test_a_broken_embedded_model_is_said(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "copies" / "embedded_copy"
    shutil.copytree(embedded_whisper_model(), package / "model", ignore=shutil.ignore_patterns("model.bin"))
    (package / "__init__.py").touch()
    (package / "model" / "model.bin").write_bytes(b"something else")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setattr(whisper_model, "PACKAGE", package.name)
    with pytest.raises(ModelBrokenError, match="is not the published one"):
        choose(AUTO, models)


def test_what_was_chosen_starts_and_looks_the_phrases_up(models: Path) -> None:
    recognizer = start(choose(AUTO, models), wait=True)
    try:
        recognizer.wait_until_ready(30)
        recognizer.check_phrases(["i need a pause"], 30)
    finally:
        recognizer.close()


@pytest.mark.parametrize("damage", ["model.bin", "tokenizer.json", "everything"])
def test_an_embedded_model_that_does_not_load_is_broken(models: Path, tmp_path: Path, damage: str) -> None:
    chosen = choose(AUTO, models)
    copy = tmp_path / "model"
    shutil.copytree(chosen.folder, copy, ignore=shutil.ignore_patterns("model.bin"))
    (copy / "model.bin").symlink_to(chosen.folder / "model.bin")
    for name in ("model.bin", "tokenizer.json") if damage == "everything" else (damage,):
        (copy / name).unlink()
        (copy / name).write_bytes(b"{" * 1000)
    recognizer = start(type(chosen)("whisper", copy, ""), wait=True)
    try:
        with pytest.raises(ModelBrokenError, match="embedded English model does not load") as caught:
            recognizer.wait_until_ready(30)
        assert caught.value.where == str(copy)
    finally:
        recognizer.close()
