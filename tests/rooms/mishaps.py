"""What can happen to the sound of a home, really done to a virtual room: each mishap, and how it is put right."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from rooms.rooms import ROOMS, VirtualRooms

Deed = Callable[[VirtualRooms, str], None]


@dataclass(frozen=True, slots=True)
class Mishap:
    """``name``: as it would be told. ``begin``, ``end``: do it to a room, and put it right.

    ``by_itself``: whether nothing has to be put right.
    """

    name: str
    begin: Deed
    end: Deed
    by_itself: bool = False


def unplug_microphone(rooms: VirtualRooms, room: str) -> None:
    rooms.unplug(room, "microphone")


def plug_microphone(rooms: VirtualRooms, room: str) -> None:
    rooms.plug(room, "microphone")


def unplug_loudspeaker(rooms: VirtualRooms, room: str) -> None:
    rooms.unplug(room, "loudspeaker")


def plug_loudspeaker(rooms: VirtualRooms, room: str) -> None:
    """The server also moves the room's noise to it, because it is the default again; that belongs into the air."""
    rooms.plug(room, "loudspeaker")
    device = rooms.device(room)
    speaker = next(entry["index"] for entry in rooms._list("sinks") if entry["name"] == f"{device}_speaker")
    for stream in rooms._list("sink-inputs"):
        properties = stream["properties"]
        if stream["sink"] == speaker and isinstance(properties, dict) and properties["application.name"] == "pacat":
            rooms._pactl(f"move-sink-input {stream['index']} {device}_air")


def unplug_both(rooms: VirtualRooms, room: str) -> None:
    rooms.unplug(room, "microphone")
    rooms.unplug(room, "loudspeaker")


def plug_both(rooms: VirtualRooms, room: str) -> None:
    plug_loudspeaker(rooms, room)
    plug_microphone(rooms, room)


def plug_microphone_of_another_rate(rooms: VirtualRooms, room: str) -> None:
    """Back with 44.1 kHz and two channels."""
    device = rooms.device(room)
    rooms._pactl(
        f"load-module module-remap-source source_name={device}_mic master={device}_air.monitor rate=44100 channels=2 "
        "master_channel_map=mono,mono channel_map=front-left,front-right"
    )
    if room == ROOMS[0]:
        rooms._pactl(f"set-default-source {device}_mic")


def move_microphone(rooms: VirtualRooms, room: str) -> None:
    """Its source goes, and the sound server moves who listened to one that is silent (the other room's loudspeaker)."""
    other = next(each for each in ROOMS if each != room)
    _move_to(rooms, room, f"{rooms.device(other)}_speaker.monitor")
    rooms._pactl(f"unload-module {_owner(rooms, 'sources', f'{rooms.device(room)}_mic')}")


def mute_microphone(rooms: VirtualRooms, room: str) -> None:
    rooms._pactl(f"set-source-mute {rooms.device(room)}_mic 1")


def unmute_microphone(rooms: VirtualRooms, room: str) -> None:
    rooms._pactl(f"set-source-mute {rooms.device(room)}_mic 0")


def suspend_microphone(rooms: VirtualRooms, room: str) -> None:
    """No block comes any more, and nobody is told."""
    rooms._pactl(f"suspend-source {rooms.device(room)}_mic 1")


def resume_microphone(rooms: VirtualRooms, room: str) -> None:
    rooms._pactl(f"suspend-source {rooms.device(room)}_mic 0")


def end_streams(rooms: VirtualRooms, room: str) -> None:
    """The devices stay; what was open on them is ended, without an error."""
    for kind, device in (("source-outputs", "source"), ("sink-inputs", "sink")):
        name = f"{rooms.device(room)}_{'mic' if device == 'source' else 'speaker'}"
        wanted = next(entry["index"] for entry in rooms._list(f"{device}s") if entry["name"] == name)
        for stream in rooms._list(kind):
            if stream[device] == wanted:
                rooms._command(f"kill-{kind[:-1]} {stream['index']}")


def nothing(_rooms: VirtualRooms, _room: str) -> None:
    """It gets right by itself."""


def kill_server(rooms: VirtualRooms, _room: str) -> None:
    os.kill(rooms.daemon_pid, signal.SIGKILL)
    rooms._daemon.wait(5)


def start_server(rooms: VirtualRooms, _room: str) -> None:
    rooms._start_daemon(rooms._exit)
    for room in ROOMS:
        rooms._start_noise(room, rooms._exit)


def stop_server(rooms: VirtualRooms, _room: str) -> None:
    os.kill(rooms.daemon_pid, signal.SIGSTOP)


def continue_server(rooms: VirtualRooms, _room: str) -> None:
    os.kill(rooms.daemon_pid, signal.SIGCONT)
    time.sleep(0.05)


MISHAPS = (
    Mishap("microphone unplugged", unplug_microphone, plug_microphone),
    Mishap("microphone back at another rate", unplug_microphone, plug_microphone_of_another_rate),
    Mishap("microphone switched off (zeros)", mute_microphone, unmute_microphone),
    Mishap("stream stops without an error", suspend_microphone, resume_microphone),
    Mishap("moved by the server to a silent source", move_microphone, plug_microphone),
    Mishap("both streams ended", end_streams, nothing, by_itself=True),
    Mishap("loudspeaker unplugged", unplug_loudspeaker, plug_loudspeaker),
    Mishap("both unplugged", unplug_both, plug_both),
    Mishap("sound server killed and restarted", kill_server, start_server),
    Mishap("sound server hangs for a while", stop_server, continue_server),
)


def _move_to(rooms: VirtualRooms, room: str, target: str) -> None:
    name = f"{rooms.device(room)}_mic"
    source = next(entry["index"] for entry in rooms._list("sources") if entry["name"] == name)
    for stream in rooms._list("source-outputs"):
        if stream["source"] == source:
            rooms._pactl(f"move-source-output {stream['index']} {target}")


def _owner(rooms: VirtualRooms, kind: str, name: str) -> object:
    return next(entry["owner_module"] for entry in rooms._list(kind) if entry["name"] == name)
