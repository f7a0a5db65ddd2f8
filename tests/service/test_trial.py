"""scripts/install: a version is tried on copies, and in the conditions of its service."""

from __future__ import annotations

import pytest

from service.installation import Installation


@pytest.mark.hours
@pytest.mark.parametrize("trouble", ["CODE_CHECK", "CODE_START"])
def test_what_the_running_version_says_stays_until_another_one_has_started(
    installed: Installation, trouble: str
) -> None:
    assert installed.sentences == ["# as shipped\n"]
    installed.release("0.2.0")
    installed.settings("script.en.toml", "# other words\n")
    assert installed.install(**{trouble: "70"}).returncode == 1
    assert installed.sentences == ["# as shipped\n"]
    assert installed.install().returncode == 0
    assert installed.sentences == ["# other words\n"], "names and wishes that count no more are gone"
    assert not (installed.home / ".cache/breather/.trial").exists()


def test_a_button_is_not_for_the_service_of_a_person(fresh: Installation) -> None:
    done = fresh.install("--gpio")
    assert done.returncode == 1
    assert "sudo scripts/install --gpio" in done.stderr
    assert fresh.everything() == {}


def test_the_sound_is_looked_for_where_the_service_has_it(fresh: Installation) -> None:
    done = fresh.install(CODE_WITHOUT_CARDS="11")
    assert done.returncode == 1
    assert "only your desktop's sound server" in done.stderr
    assert fresh.versions == []
    assert not any("restart" in line for line in fresh.log)


@pytest.mark.hours
def test_trouble_of_the_room_without_sound_cards_is_no_fault_of_the_version(fresh: Installation) -> None:
    assert fresh.install(CODE_WITHOUT_CARDS="14").returncode == 0


def test_the_way_to_the_sound_server_is_brought_or_asked_for(fresh: Installation) -> None:
    (fresh.folder / "alsa" / "libasound_module_pcm_pulse.so").unlink()
    apt = fresh.clone / "scripts/apt-install"
    apt.write_text('#!/bin/sh\necho "apt $*" >> "$LOG"\nexit 1\n')
    apt.chmod(0o755)
    done = fresh.install()
    assert done.returncode == 1
    assert "pipewire-alsa" in done.stderr
    assert fresh.log == ["apt libasound2-plugins"]
    assert fresh.everything() == {}
