"""Names of sound devices in machine.toml: the right ones, and nothing else of the file changes."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.devices.portaudio_devices import SoundDevice
from assistant.doctor.naming import names, the_one, with_names, write_names
from assistant.errors import OutputError
from assistant.settings.loader import load_settings

SHIPPED = Path(__file__).parents[2] / "config"


def device(name: str, *, inputs: bool = False, outputs: bool = False) -> SoundDevice:
    return SoundDevice(
        name=name,
        inputs=inputs,
        outputs=outputs,
        default_rate_hz=48_000,
        is_default_input=False,
        is_default_output=False,
    )


ON_A_PI = [
    device("vc4-hdmi-0: MAI PCM i2s-hifi-0", outputs=True),
    device("bcm2835 Headphones", outputs=True),
    device("Jabra SPEAK 510 USB: Audio", inputs=True, outputs=True),
    device("sysdefault", outputs=True),
    device("lavrate", inputs=True, outputs=True),
    device("dmix", outputs=True),
    device("default", inputs=True, outputs=True),
]


def test_ways_to_a_device_are_no_devices_and_a_screen_comes_last() -> None:
    assert names(ON_A_PI, "input") == ["Jabra SPEAK 510 USB: Audio"]
    assert names(ON_A_PI, "output") == [
        "bcm2835 Headphones",
        "Jabra SPEAK 510 USB: Audio",
        "vc4-hdmi-0: MAI PCM i2s-hifi-0",
    ]


def test_only_one_that_can_be_meant_needs_no_question() -> None:
    assert the_one(ON_A_PI, "input") == "Jabra SPEAK 510 USB: Audio"
    assert the_one(ON_A_PI, "output") is None
    assert the_one([*ON_A_PI[:1], *ON_A_PI[3:]], "output") == "vc4-hdmi-0: MAI PCM i2s-hifi-0"
    assert the_one(ON_A_PI[3:], "input") is None


WITH_A_DESKTOP = [
    *ON_A_PI,
    device("USB PnP Sound Device: Audio", inputs=True),
    device("pipewire", inputs=True, outputs=True),
    device("pulse", outputs=True),
]


def test_where_a_sound_server_answers_only_its_names_are_offered() -> None:
    assert names(WITH_A_DESKTOP, "input") == ["pipewire"]
    assert names(WITH_A_DESKTOP, "output") == ["pipewire", "pulse"]
    assert the_one(WITH_A_DESKTOP, "input") == "pipewire", "the service of that desktop sees no sound card"
    assert the_one(WITH_A_DESKTOP, "output") == "pipewire"
    assert names([*ON_A_PI, device("pulse", outputs=True)], "input") == [], "and else the system's default"
    assert the_one([*ON_A_PI, device("pulse", outputs=True)], "input") is None
    of_their_own = [*WITH_A_DESKTOP, device("kitchen", outputs=True)]
    assert names(of_their_own, "output") == ["kitchen", "pipewire", "pulse"]
    assert the_one(of_their_own, "output") is None, "somebody has to say"


@given(microphone=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40))
def test_only_the_two_values_of_the_shipped_file_change(microphone: str) -> None:
    before = (SHIPPED / "machine.toml").read_text("utf-8")
    after = with_names(before, microphone=microphone, loudspeaker='A "quoted" \\ one')
    was, now = tomllib.loads(before), tomllib.loads(after)
    was["sound"].update(microphone=microphone, loudspeaker='A "quoted" \\ one')
    assert now == was
    changed = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert len(changed) <= 2
    for old, new in changed:
        assert old.partition("#")[2] == new[new.index("# ") :].partition("#")[2] or "#" in microphone


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[voice]\nengine = 'auto'\n",
        "[sound]",
        "[sound]\nvolume_db = -3.0\n[voice]\nengine = 'auto'\n",
        "# mine\n[voice]\nengine = 'auto'\n\n[ sound ] # here\nmicrophone = 'old # one' # why\n",
        '[sound]\nloudspeaker="x\\"y"\nmicrophone="z"',
    ],
)
def test_it_works_on_a_file_that_was_edited(text: str) -> None:
    after = with_names(text, microphone="M", loudspeaker="L")
    wanted = tomllib.loads(text)
    wanted.setdefault("sound", {}).update(microphone="M", loudspeaker="L")
    assert tomllib.loads(after) == wanted
    assert after.count("#") == text.count("#") - ("'old # one'" in text)
    assert with_names(after, microphone="M", loudspeaker="L") == after


def test_what_is_written_can_be_read_and_stays_as_private_as_it_was(tmp_path: Path) -> None:
    for file in SHIPPED.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "machine.toml").chmod(0o640)
    written = write_names(tmp_path, microphone="Jabra", loudspeaker="Headphones")
    assert stat.S_IMODE(written.stat().st_mode) == 0o640
    sound = load_settings(tmp_path).machine.sound
    assert (sound.microphone, sound.loudspeaker) == ("Jabra", "Headphones")
    assert len(list(tmp_path.iterdir())) == 6, "nothing half-written is left"


def test_a_folder_without_the_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="under \\[sound\\]"):
        write_names(tmp_path, microphone="Jabra", loudspeaker="Headphones")
