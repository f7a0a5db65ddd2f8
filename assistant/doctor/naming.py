"""Which microphone and loudspeaker this machine should use, by names that stay the same, written into machine.toml.

A card's number changes with every start; its name does not. ALSA also lists names that are no device but a way to one,
such as "dmix": those are never chosen by themselves. But where the sound server of a desktop answers, its name is the
one to take: it holds the cards, and a service in that desktop sees no other device.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from assistant.devices.portaudio_devices import Direction, SoundDevice
from assistant.errors import OutputError

MACHINE = "machine.toml"
NO_DEVICE = re.compile(
    r"(sys)?default|dmix|dsnoop|pulse|pipewire|jack|oss|null|lavrate|samplerate|speexrate|speex|upmix|vdownmix|a52"
    r"|spdif|iec958|hdmi|front|rear|center_lfe|side|surround\d*",
    re.IGNORECASE,
)
SERVERS = ("pulse", "pipewire")  # ALSA's names for a sound server; PortAudio lists them only when one answers
ONE_WORD = re.compile(r"[^\s:]+")  # a name of ALSA's settings; a card's has the device's name in it as well
NO_ROOM = re.compile(r"hdmi", re.IGNORECASE)  # a screen's loudspeaker: it may be off when it is needed


def names(devices: Sequence[SoundDevice], direction: Direction) -> list[str]:
    """Those that are devices, each once; the ones that are most likely meant come first. Where a sound
    server answers: no cards, but the names that somebody gave to ways to it, and its own.
    """
    fitting = [each for each in devices if (each.inputs if direction == "input" else each.outputs)]
    if _server(devices):
        through_it = [each.name for each in fitting if ONE_WORD.fullmatch(each.name)]
        named_here = [name for name in through_it if not NO_DEVICE.fullmatch(name)]
        return list(dict.fromkeys([*named_here, *(name for name in through_it if name.casefold() in SERVERS)]))
    real = [each.name for each in fitting if not NO_DEVICE.fullmatch(each.name)]
    return sorted(dict.fromkeys(real), key=lambda name: NO_ROOM.search(name) is not None)


def the_one(devices: Sequence[SoundDevice], direction: Direction) -> str | None:
    """The only one that can be meant; None where somebody has to choose, or there is none."""
    found = names(devices, direction)
    if _server(devices):  # its names all lead to the same place; the desktop's settings say where from there
        return found[0] if found and found[0].casefold() in SERVERS else None
    likely = [name for name in found if not NO_ROOM.search(name)]
    return likely[0] if len(likely) == 1 else found[0] if len(found) == 1 else None


def _server(devices: Sequence[SoundDevice]) -> bool:
    return any(each.name.casefold() in SERVERS for each in devices)


def with_names(text: str, *, microphone: str, loudspeaker: str) -> str:
    """The text of machine.toml with these names in [sound]; everything else, remarks included, stays as it was."""
    for key, name in (("loudspeaker", loudspeaker), ("microphone", microphone)):
        text = _with(text, key, name)
    return text


def write_names(folder: Path, *, microphone: str, loudspeaker: str) -> Path:
    """Write them into the settings of this folder, whole or not at all. Raises `OutputError`."""
    path = folder / MACHINE
    beside = path.with_name(f".{MACHINE}.{os.getpid()}")
    try:
        before = path.stat()
        text = with_names(path.read_text("utf-8"), microphone=microphone, loudspeaker=loudspeaker)
        with beside.open("w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), before.st_mode & 0o777)
            with suppress(PermissionError):  # another's file becomes ours; whoever may not give it back keeps it
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise OutputError(
            f"The names of the devices cannot be written ({error.strerror})",
            where=path,
            remedy="Mend its permissions, or write them there yourself, under [sound].",
        ) from None
    return path


def _with(text: str, key: str, name: str) -> str:
    value = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    table = re.search(r"^[ \t]*\[[ \t]*sound[ \t]*\][^\n]*\n?", text, re.MULTILINE)
    if table is None:
        return f"{text.rstrip()}\n\n[sound]\n{key} = {value}\n".lstrip()
    end = re.search(r"^[ \t]*\[", text[table.end() :], re.MULTILINE)
    stop = table.end() + end.start() if end else len(text)
    inside = text[table.end() : stop]
    line = re.compile(rf"""^([ \t]*{key}[ \t]*=[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')""", re.MULTILINE)
    changed, count = line.subn(lambda found: found[1] + value, inside, count=1)
    if not count:
        changed = f"{key} = {value}\n{inside}"
    head = text[: table.end()]
    return (head if head.endswith("\n") else f"{head}\n") + changed + text[stop:]
