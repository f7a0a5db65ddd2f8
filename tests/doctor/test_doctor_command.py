"""`breather doctor` as a person meets it: without sound, and in a virtual room with a terminal."""

from __future__ import annotations

import pytest
from agreeing.terminal import DOWN, ENTER, TypedInto
from household import COMMAND, Household
from rooms.rooms import VirtualRooms

from assistant.places import shipped
from assistant.sound import read_wav


def in_the_rooms(household: Household, rooms: VirtualRooms) -> Household:
    wanted = ("PULSE_", "ALSA_", "XDG_RUNTIME")
    household.extra.update({key: value for key, value in rooms.environment.items() if key.startswith(wanted)})
    return household


def test_without_sound_it_looks_at_everything_and_ends_as_check_does(household: Household) -> None:
    done = household.run("doctor", "--quick")
    assert done.returncode in {0, 11}, done.stdout  # as far as this machine has a sound card
    machine = ("This machine is", "Rendered speech can be written", "The clock is set", "memory limit")
    checked = ("settings", "nobody's side", "sentences are rendered", "ok   Listening with", "button", "icrophone")
    for part in machine + checked:
        assert part in done.stdout
    assert "Please be quiet" not in done.stdout


@pytest.mark.hours
def test_the_first_thing_that_is_wrong_gives_the_exit_code(household: Household) -> None:
    (household.folder / "config" / "machine.toml").write_text("[sound]\nvolume_db = 7\n")
    done = household.run("doctor")
    assert done.returncode == 10
    assert "A pause needs what is marked NOT." in done.stdout
    assert "Please be quiet" not in done.stdout, "nothing can be tried with settings that cannot be used"


@pytest.mark.hours
@pytest.mark.room
def test_it_listens_and_speaks_and_asks(household: Household, rooms: VirtualRooms) -> None:
    in_the_rooms(household, rooms)
    options = ("--config", str(household.folder / "config"), "doctor", "--seconds", "3")
    with rooms.recording("A") as recorder, TypedInto(*options, environment=household.environment) as typed:
        typed.until("Please be quiet")
        typed.until("Now talk")
        rooms.say("A", read_wav(shipped("audio") / "demo" / "one-01.wav"), wait=False)
        typed.until("I hear you well")
        typed.answer("Did you hear it?", "y" + ENTER)
        typed.until("You hear me.")
        assert typed.ended() == 0, typed.seen
        assert "Everything a pause needs is there." in typed.seen
        assert abs(recorder.clip.samples).max() > 1000


@pytest.mark.hours
@pytest.mark.room
def test_a_loudspeaker_that_nobody_hears(household: Household, rooms: VirtualRooms) -> None:
    in_the_rooms(household, rooms)
    options = ("--config", str(household.folder / "config"), "doctor", "--seconds", "2")
    with TypedInto(*options, environment=household.environment) as typed:
        typed.answer("Did you hear it?", "n" + ENTER)
        assert typed.ended() == 12, typed.seen
        assert "NOT  You did not hear me" in typed.seen


@pytest.mark.hours
@pytest.mark.room
def test_devices_are_chosen_by_name(household: Household, rooms: VirtualRooms) -> None:
    in_the_rooms(household, rooms)
    file = household.folder / "config" / "machine.toml"
    before = file.read_text()
    assert household.run("doctor", "--choose").returncode == 50, "there are several, and nobody to ask"
    assert file.read_text() == before
    with TypedInto(
        *household.command("doctor", "--choose")[len(COMMAND) :], environment=household.environment
    ) as typed:
        typed.answer("Which microphone?", DOWN + ENTER)
        typed.answer("Which loudspeaker?")
        assert typed.ended() == 0, typed.seen
    text = file.read_text()
    assert 'microphone = "roomB" ' in text
    assert 'loudspeaker = "roomA" ' in text


@pytest.mark.hours
@pytest.mark.room
def test_while_breather_listens_the_sound_is_left_to_it(household: Household, rooms: VirtualRooms) -> None:
    in_the_rooms(household, rooms)
    process = household.start("run")
    try:
        assert process.stdout is not None
        while "Ready." not in process.stdout.readline():
            assert process.poll() is None
        done = household.run("doctor")
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert done.returncode == 0, done.stdout
    assert "Breather is running here now. The sound is not tried" in done.stdout
    assert "Please be quiet" not in done.stdout
