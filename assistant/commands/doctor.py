"""`breather doctor`: looks at every part, listens for some seconds, speaks, and names the sound devices."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.commands.leading import add_devices
from assistant.commands.telling import places_of, show
from assistant.errors import BreatherError, LoudspeakerError

if TYPE_CHECKING:
    from assistant.checkup import Finding
    from assistant.devices.portaudio_devices import Direction
    from assistant.places import Places
    from assistant.settings.loader import Settings

LISTEN_SECONDS = 5.0
SPOKEN = "Can you hear me?"


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    doctor = commands.add_parser("doctor", help="look at every part, listen to the room, and speak")
    doctor.add_argument("--quick", action="store_true", help="without sound, and without a question")
    doctor.add_argument(
        "--choose", action="store_true", help="choose microphone and loudspeaker, and write their names"
    )
    doctor.add_argument(
        "--seconds", type=_seconds, default=LISTEN_SECONDS, metavar="N", help="how long to listen, 2 to 60"
    )
    add_devices(doctor)
    doctor.set_defaults(command=command, interrupted="Stopped. Nothing was changed.")


def command(options: argparse.Namespace) -> int:
    """A line for everything; the exit code of the first that is not in order, as `breather check` has it."""
    places = places_of(options)
    if options.choose:
        return _choose(places)
    exit_code = 0
    for finding in _findings(options, places):
        mark = "NOT " if finding.error is not None else "note" if finding.note else "ok  "
        show(f"{mark} {finding.sentence}")
        if finding.error is not None:
            exit_code = exit_code or finding.error.exit_code
    show("Everything a pause needs is there." if exit_code == 0 else "A pause needs what is marked NOT.")
    return exit_code


def _findings(options: argparse.Namespace, places: Places) -> Iterator[Finding]:
    from assistant.checkup import Finding, checkup  # noqa: PLC0415
    from assistant.doctor.machine import listens_now, machine_findings  # noqa: PLC0415
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    yield from machine_findings(places)
    if listening := listens_now(places):
        untried = "" if options.quick else " The sound is not tried, because Breather has it; stop it for that."
        yield Finding(f"Breather is running here now.{untried}", note=not options.quick)
    wrong = []
    for finding in checkup(places):
        wrong.append(finding.error)
        yield finding
    if options.quick or listening:
        return
    try:
        settings = load_settings(places.config, own=places.own)
    except BreatherError:
        return  # told already
    named = {key: name for key in ("microphone", "loudspeaker") if (name := getattr(options, key))}
    sound = settings.machine.sound.model_copy(update=named)
    settings = replace(settings, machine=settings.machine.model_copy(update={"sound": sound}))
    for trial in (_listen(settings, options.seconds), _speak(settings, places)):
        try:
            yield from trial
        except BreatherError as error:
            if str(error) not in map(str, wrong):
                yield Finding(str(error), error)


def _listen(settings: Settings, seconds: float) -> Iterator[Finding]:
    from assistant.devices.portaudio import PortAudioMicrophone  # noqa: PLC0415
    from assistant.doctor.listening import heard, room_finding, room_of, talk_of  # noqa: PLC0415
    from assistant.doctor.meter import meter  # noqa: PLC0415

    microphone = PortAudioMicrophone(settings.machine.sound.microphone)
    microphone.open()
    try:
        show(f"Please be quiet for {seconds:g} seconds.")
        with meter("The room", seconds=seconds, show=show) as on_level:
            quiet = heard(microphone, seconds=seconds, on_level=on_level)
        room = room_of(quiet, second_gate=settings.machine.hearing.second_gate)
        yield room_finding(room)
        show(f"Now talk as you usually do, from where you usually are, for {seconds:g} seconds.")
        with meter("You", seconds=seconds, show=show) as on_level:
            spoken = heard(microphone, seconds=seconds, on_level=on_level)
        yield talk_of(spoken, room).finding
    finally:
        microphone.close()


def _speak(settings: Settings, places: Places) -> Iterator[Finding]:
    from assistant.checkup import Finding  # noqa: PLC0415
    from assistant.commands.asking import confirm  # noqa: PLC0415
    from assistant.commands.reading_aloud import read_aloud  # noqa: PLC0415

    read_aloud([SPOKEN], settings, places)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield Finding(f'"{SPOKEN}" was played; there is nobody at a terminal to say whether it was heard.', note=True)
        return
    if confirm(f'I said: "{SPOKEN}" Did you hear it?', default=True):
        yield Finding("You hear me.")
        return
    raise LoudspeakerError(
        "You did not hear me, though the loudspeaker took the sound",
        where=settings.machine.sound.loudspeaker,
        remedy="Turn it up, or choose another one: breather doctor --choose",
    )


def _choose(places: Places) -> int:
    from assistant.commands.asking import needs_terminal, select  # noqa: PLC0415
    from assistant.devices.portaudio_devices import devices  # noqa: PLC0415
    from assistant.doctor.naming import names, the_one, write_names  # noqa: PLC0415

    found, chosen = devices(), {}
    directions: tuple[tuple[str, Direction], ...] = (("microphone", "input"), ("loudspeaker", "output"))
    for key, direction in directions:
        only, offered = the_one(found, direction), names(found, direction)
        if only is None and len(offered) > 1:
            needs_terminal()
            chosen[key] = select(f"Which {key}?", [(name, name) for name in offered] + [("the system's", "default")])
        else:
            chosen[key] = only or "default"
        show(f"{key.capitalize()}: {chosen[key] if chosen[key] != 'default' else 'the default of the system'}")
    written = write_names(places.config, microphone=chosen["microphone"], loudspeaker=chosen["loudspeaker"])
    show(f"Written to {written.name}, under [sound].")
    return 0


def _seconds(typed: str) -> float:
    seconds = float(typed)
    if not 2 <= seconds <= 60:
        raise argparse.ArgumentTypeError("use 2 to 60 seconds")
    return seconds
