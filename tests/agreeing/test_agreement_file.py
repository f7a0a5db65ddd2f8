"""The agreement as a file: explained, whole or not there, and the same again when it is read."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from agreeing.couples import CONFIG, SHIPPED, agreements
from assistant.agreeing.file import agreement_text, write_whole
from assistant.agreeing.versions import agree_on
from assistant.errors import AgreementFileError
from assistant.settings.agreement import Agreement, TriggerPlan

TODAY, UNSET = date(2026, 3, 5), date(1970, 1, 1)


def read(text: str) -> Agreement:
    return Agreement.model_validate(tomllib.loads(text))


def test_the_shipped_file_is_what_would_be_written() -> None:
    assert agreement_text(SHIPPED) == (CONFIG / "agreement.toml").read_text("utf-8")


def test_every_key_is_written_and_explained() -> None:
    text = agreement_text(SHIPPED)
    written = set(tomllib.loads(text))
    assert written == set(Agreement.model_fields) - {"trigger_plans"}
    assert text.count("#") > len(written)
    assert max(map(len, text.splitlines())) <= 120


@given(agreements())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_written_is_read_again_as_the_same(agreement: Agreement) -> None:
    assert read(agreement_text(agreement)) == agreement


def test_plans_stand_at_the_end_each_with_its_own_line() -> None:
    plans = (TriggerPlan(when="it rains", say="Come in"), TriggerPlan(when="a reply comes late", say="I saw it"))
    text = agreement_text(SHIPPED.model_copy(update={"trigger_plans": plans}))
    assert text.endswith(
        '\n[[trigger_plans]]\nwhen = "it rains"\nsay = "Come in"\n'
        '\n[[trigger_plans]]\nwhen = "a reply comes late"\nsay = "I saw it"\n'
    )


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    own = tmp_path / "own"
    agree_on(own, SHIPPED, today=TODAY)
    assert own.stat().st_mode & 0o777 == 0o700
    assert (own / "agreements").stat().st_mode & 0o777 == 0o700
    for path in (own / "agreement.toml", own / "agreements" / "0001.toml"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_each_agreement_is_kept_under_its_number_and_the_day(tmp_path: Path) -> None:
    longer = SHIPPED.model_copy(update={"minutes": 20})
    assert agree_on(tmp_path, SHIPPED, today=TODAY) == 1
    assert agree_on(tmp_path, longer, today=UNSET) == 2
    first, second = ((tmp_path / "agreements" / f"{number:04}.toml").read_text("utf-8") for number in (1, 2))
    assert first.startswith("# Version 1, agreed by both on 2026-03-05.\n# Your agreement.")
    assert second.startswith("# Version 2, agreed by both.\n"), "a clock that has not been set tells no day"
    assert read(first) == SHIPPED
    assert read(second) == longer == read((tmp_path / "agreement.toml").read_text("utf-8"))


def test_what_they_wrote_into_the_file_is_not_lost(tmp_path: Path) -> None:
    before = tmp_path / "agreement.before.toml"
    agree_on(tmp_path, SHIPPED, today=TODAY)
    agree_on(tmp_path, SHIPPED.model_copy(update={"minutes": 20}), today=TODAY)
    assert not before.exists(), "the first is kept as a version"
    for theirs in (b"# our own words\nminutes = 15\n", b"half a f\xff"):
        (tmp_path / "agreement.toml").write_bytes(theirs)
        agree_on(tmp_path, SHIPPED, today=TODAY)
        assert before.read_bytes() == theirs
        assert read((tmp_path / "agreement.toml").read_text("utf-8")) == SHIPPED


def test_a_number_is_not_used_again_even_for_one_that_is_broken(tmp_path: Path) -> None:
    agree_on(tmp_path, SHIPPED, today=TODAY)
    broken = tmp_path / "agreements" / "0007.toml"
    broken.write_text("half a li")
    assert agree_on(tmp_path, SHIPPED, today=TODAY) == 8
    assert broken.read_text() == "half a li"


def test_a_link_is_replaced_and_what_it_leads_to_left_alone(tmp_path: Path) -> None:
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere.toml"
    own.mkdir()
    elsewhere.write_text("not yours")
    (own / "agreement.toml").symlink_to(elsewhere)
    agree_on(own, SHIPPED, today=TODAY)
    assert elsewhere.read_text() == "not yours"
    assert not (own / "agreement.toml").is_symlink()


def test_versions_do_not_go_through_a_link(tmp_path: Path) -> None:
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere"
    own.mkdir()
    elsewhere.mkdir()
    (own / "agreements").symlink_to(elsewhere)
    with pytest.raises(AgreementFileError, match="symbolic link"):
        agree_on(own, SHIPPED, today=TODAY)
    assert not list(elsewhere.iterdir())


def test_a_failure_at_any_step_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agree_on(tmp_path, SHIPPED, today=TODAY)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    longer = SHIPPED.model_copy(update={"minutes": 20})
    for step in range(1, 4):
        count = iter(range(1, 10))

        def sync(number: int, *, fails_at: int = step, count: object = count) -> None:
            if next(count) == fails_at:  # type: ignore[call-overload]
                raise OSError(28, "No space left on device")

        monkeypatch.setattr("assistant.agreeing.file.os.fsync", sync)
        with pytest.raises(AgreementFileError, match="No space left"):
            agree_on(tmp_path, longer, today=TODAY)
        assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("a file")
    with pytest.raises(AgreementFileError) as caught:
        agree_on(tmp_path / "own", SHIPPED, today=TODAY)
    assert caught.value.exit_code == 51
    if os.geteuid() != 0:
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        with pytest.raises(AgreementFileError):
            write_whole(locked / "agreement.toml", "text")
        assert not list(locked.iterdir())
