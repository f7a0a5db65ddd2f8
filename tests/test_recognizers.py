from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from household import ROOT

from assistant import checkup, preparing, recognizers
from assistant.checkup import Finding
from assistant.errors import PACKAGES_ANEW, ModelBrokenError, ModelMissingError
from assistant.hearing.notices import Told
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.models import whisper_model
from assistant.models.vosk_language import ENGLISH_WORDS
from assistant.models.vosk_model import FST_MAGIC, PARTS, SLOT
from assistant.models.whisper_model import embedded_whisper_model
from assistant.places import Places, places
from assistant.preparing import try_new_recognizer
from assistant.recognizers import Chosen, choose, start
from assistant.settings.loader import load_settings
from assistant.settings.machine import Hearing

AUTO = Hearing()


def make_vosk_model(folder: Path, words: Sequence[str] = ENGLISH_WORDS) -> Path:
    """Something that passes for a Vosk model with these words when it is only looked at."""
    symbols = b"".join(len(word).to_bytes(4, "little") + word.encode() + bytes(8) for word in words)
    for part in PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).write_bytes(FST_MAGIC + b"and so on" + symbols)
    return folder


@pytest.fixture
def embedded_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a copy of the embedded model that takes its place; its weights are a link."""
    package = tmp_path / "copies" / "embedded_copy"
    shutil.copytree(embedded_whisper_model(), package / "model", ignore=shutil.ignore_patterns("model.bin"))
    (package / "model" / "model.bin").symlink_to(embedded_whisper_model() / "model.bin")
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setattr(whisper_model, "PACKAGE", package.name)
    return package / "model"


def damage(model: Path) -> None:
    (model / "model.bin").unlink()
    (model / "model.bin").write_bytes(b"something else")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_by_itself_the_embedded_model_listens(models: Path) -> None:
    chosen = choose(AUTO, models)
    assert (chosen.engine, chosen.folder) == ("whisper", embedded_whisper_model())
    assert chosen.sentence == "Listening with the embedded English model, because no Vosk model is installed."


def test_an_installed_vosk_model_listens_and_the_embedded_one_checks(models: Path) -> None:
    folder = make_vosk_model(models / SLOT)
    chosen = choose(AUTO, models)
    assert (chosen.engine, chosen.folder, chosen.verifier) == ("vosk+whisper", folder, embedded_whisper_model())
    assert chosen.sentence == "Listening with Vosk (vosk); the embedded English model checks what it hears."
    assert choose(Hearing(recognizer="vosk+whisper"), models) == chosen


def test_vosk_can_be_asked_to_listen_alone(models: Path) -> None:
    folder = make_vosk_model(models / SLOT)
    sentence = "Listening with Vosk (vosk) alone, as the settings say."
    assert choose(Hearing(recognizer="vosk"), models) == Chosen("vosk", folder, sentence)


def test_a_named_vosk_model_comes_before_the_installed_one(models: Path, tmp_path: Path) -> None:
    make_vosk_model(models / SLOT)
    named = make_vosk_model(tmp_path / "vosk-model-small-en-us-0.15")
    for recognizer, engine in (("auto", "vosk+whisper"), ("vosk", "vosk"), ("vosk+whisper", "vosk+whisper")):
        chosen = choose(Hearing.model_validate({"recognizer": recognizer, "vosk_model": str(named)}), models)
        assert (chosen.engine, chosen.folder) == (engine, named)
        assert chosen.sentence.startswith("Listening with Vosk (vosk-model-small-en-us-0.15)")


def test_a_vosk_model_of_another_language_listens_alone_unless_it_is_asked_for(models: Path) -> None:
    folder = make_vosk_model(models / SLOT, ["ich", "brauche", "eine", "pause"])
    chosen = choose(AUTO, models)
    assert (chosen.engine, chosen.folder, chosen.verifier) == ("vosk", folder, None)
    assert chosen.sentence == (
        "Listening with Vosk (vosk) alone, because the embedded model, which could check what it hears, "
        "knows only English."
    )
    assert choose(Hearing(recognizer="vosk+whisper"), models).engine == "vosk+whisper"


def test_the_vocabulary_may_stand_in_a_list_of_its_own(models: Path) -> None:
    folder = make_vosk_model(models / SLOT, [])
    assert choose(AUTO, models).engine == "vosk"
    (folder / "graph" / "words.txt").write_text("<eps> 0\n" + "".join(f"{word} 7\n" for word in ENGLISH_WORDS))
    assert choose(AUTO, models).engine == "vosk+whisper"


def test_vosk_listens_alone_when_the_embedded_model_is_not_the_published_one(models: Path, embedded_copy: Path) -> None:
    folder = make_vosk_model(models / SLOT)
    assert choose(AUTO, models).verifier == embedded_copy
    damage(embedded_copy)
    chosen = choose(AUTO, models)
    assert (chosen.engine, chosen.folder, chosen.verifier) == ("vosk", folder, None)
    assert chosen.sentence == (
        "Listening with Vosk (vosk) alone, and nothing checks what it hears. The embedded English model's model.bin is "
        f"not the published one: {embedded_copy}. {PACKAGES_ANEW}"
    )
    with pytest.raises(ModelBrokenError, match="is not the published one"):
        choose(Hearing(recognizer="vosk+whisper"), models)


def test_vosk_listens_alone_when_the_embedded_model_is_not_installed(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vosk_model(models / SLOT)
    monkeypatch.setattr(whisper_model, "PACKAGE", "no_such_package")
    chosen = choose(AUTO, models)
    assert (chosen.engine, chosen.verifier) == ("vosk", None)
    assert "nothing checks what it hears. The embedded English model is not installed" in chosen.sentence


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


@pytest.mark.parametrize("recognizer", ["vosk", "vosk+whisper"])
def test_vosk_without_a_model_says_how_to_get_one(models: Path, recognizer: str) -> None:
    with pytest.raises(ModelMissingError) as caught:
        choose(Hearing.model_validate({"recognizer": recognizer}), models)
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


def test_a_broken_embedded_model_is_said(models: Path, embedded_copy: Path) -> None:
    damage(embedded_copy)
    with pytest.raises(ModelBrokenError, match="is not the published one"):
        choose(AUTO, models)


def test_what_was_chosen_starts_and_looks_the_phrases_up(models: Path) -> None:
    recognizer = start(choose(AUTO, models), wait=True, spotted=[])
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
    recognizer = start(type(chosen)("whisper", copy, ""), wait=True, spotted=[])
    try:
        with pytest.raises(ModelBrokenError, match="embedded English model does not load") as caught:
            recognizer.wait_until_ready(30)
        assert caught.value.where == str(copy)
    finally:
        recognizer.close()


# --- what comes up when it is loaded ----------------------------------------------------------------------------------

TOGETHER = "Listening with Vosk (vosk); the embedded English model checks what it hears."
GONE = "The second recogniser does not load. Vosk decides alone. `breather check` says more."


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Places]:
    """Has a child of `hearing.children` run in place of what was chosen: Vosk and the embedded model."""
    chosen = Chosen("vosk+whisper", tmp_path / "vosk", TOGETHER, tmp_path / "whisper")

    def run(kind: str) -> Places:
        def started(_chosen: Chosen, *, wait: bool, spotted: object, on_notice: Callable[[Told], None]) -> object:
            del spotted
            return RecognizerProcess(module="hearing.children", arguments=[kind], wait=wait, on_notice=on_notice)

        monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
        monkeypatch.setattr(recognizers, "start", started)
        for room in (checkup, preparing):
            monkeypatch.setattr(room, "choose", lambda _hearing, _models: chosen)
        return replace(places(cache=tmp_path), config=ROOT / "config", own=tmp_path, prompts=tmp_path)

    return run


def recognizers_finding(places: Places) -> Finding:
    """What `breather check` says about who listens."""
    return next(found for found in checkup.checkup(places) if "Vosk" in found.sentence)


def test_check_finds_a_verifier_that_does_not_load(running: Callable[[str], Places], tmp_path: Path) -> None:
    found = recognizers_finding(running("alone"))
    assert isinstance(found.error, ModelBrokenError)
    assert found.error.where == tmp_path / "whisper"
    assert found.sentence == (
        "Vosk listens alone, because the model that should check what it hears does not load: "
        f"{tmp_path / 'whisper'}. {PACKAGES_ANEW}"
    )


def test_check_says_what_else_came_up_while_it_listened(running: Callable[[str], Places]) -> None:
    found = recognizers_finding(running("complaining"))
    assert found.error is None
    assert found.sentence.startswith(f"{TOGETHER} The second recogniser is too slow at the moment. Vosk decides alone,")
    assert found.sentence.count("too slow") == 1, "however often it was said"


def test_check_says_nothing_where_nothing_came_up(running: Callable[[str], Places]) -> None:
    found = recognizers_finding(running("parrot"))
    assert found.error is None
    assert found.sentence.startswith(f"{TOGETHER} It loads in ")


@pytest.mark.parametrize(("kind", "sentence"), [("alone", f"Listening with Vosk (vosk). {GONE}"), ("parrot", TOGETHER)])
def test_set_up_says_who_listens_and_not_who_should(running: Callable[[str], Places], kind: str, sentence: str) -> None:
    places = running(kind)
    assert preparing.try_recognizer(load_settings(places.config), places).sentence == sentence


def test_set_up_does_not_blame_vosk_for_the_other_model(tmp_path: Path, embedded_copy: Path) -> None:
    folder = make_vosk_model(tmp_path / "models" / SLOT)
    damage(embedded_copy)
    settings = load_settings(ROOT / "config")
    hearing = settings.machine.hearing.model_copy(update={"recognizer": "vosk+whisper"})
    settings = replace(settings, machine=settings.machine.model_copy(update={"hearing": hearing}))
    here = replace(places(cache=tmp_path), config=ROOT / "config", own=tmp_path, prompts=tmp_path)
    with pytest.raises(ModelBrokenError, match="is not the published one"):
        try_new_recognizer(settings, here)
    assert folder.is_dir()
