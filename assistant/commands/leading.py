"""Leads a talk of a calm day in the room: `breather rehearse`, and the spoken forms of `reflect` and `agree`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.commands.telling import complain, places_of, show
from assistant.interruption import INTERRUPTED
from assistant.progress import progress

if TYPE_CHECKING:
    from assistant.app import Parts
    from assistant.records import CalmTalk
    from assistant.timeline_view import Event


def add_devices(command: Any) -> None:
    """Add the options that name a microphone and a loudspeaker."""
    command.add_argument("--microphone", metavar="NAME", help="a device of `breather devices`")
    command.add_argument("--loudspeaker", metavar="NAME", help="a device of `breather devices`")


def with_devices(parts: Parts, *, microphone: str | None, loudspeaker: str | None) -> Parts:
    """The same parts with the devices that were named instead of those of the settings."""
    named = {key: name for key, name in (("microphone", microphone), ("loudspeaker", loudspeaker)) if name}
    sound = parts.settings.machine.sound.model_copy(update=named)
    machine = parts.settings.machine.model_copy(update={"sound": sound})
    return replace(parts, settings=replace(parts.settings, machine=machine))


def stopped_by_hand(options: argparse.Namespace) -> bool:
    """Whoever presses Ctrl-C wants it to end; who only switches off the machine, or restarts a service, does not."""
    return bool(options.stop.asked and options.stop.exit_code == INTERRUPTED)


@contextmanager
def listening_alone(options: argparse.Namespace) -> Iterator[None]:
    """Inside, nobody else of ours listens, and `options` name a folder that what is kept can be trusted to.

    Raises `AlreadyRunningError`.
    """
    from assistant.one_instance import alone, alone_without_a_folder  # noqa: PLC0415
    from assistant.state_folder import trusted  # noqa: PLC0415

    state = places_of(options).state
    with (
        trusted(state, on_notice=complain) as folder,
        alone(folder) if folder == state else alone_without_a_folder(state),
    ):
        options.state = folder
        yield


def _look_for_devices(options: argparse.Namespace) -> None:
    """Before everything is rendered. Raises `MicrophoneError`, `LoudspeakerError` or `DeviceNotFoundError`."""
    from assistant.devices.portaudio_devices import find  # noqa: PLC0415
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    places = places_of(options)
    sound = load_settings(places.config, own=places.own).machine.sound
    find(options.microphone or sound.microphone, "input")
    find(options.loudspeaker or sound.loudspeaker, "output")


def lead(options: argparse.Namespace, talk: CalmTalk) -> int:
    """Lead this talk, and leave when it is over; a real pause that is called meanwhile is seen through first.

    Raises `AlreadyRunningError`.
    """
    with listening_alone(options):
        return _lead(options, talk)


def _lead(options: argparse.Namespace, talk: CalmTalk) -> int:
    from assistant.devices.keyboard import HINT, terminal  # noqa: PLC0415
    from assistant.preparing import ready_parts  # noqa: PLC0415
    from assistant.running import run_live  # noqa: PLC0415
    from assistant.timeline_view import TimelineView  # noqa: PLC0415

    _look_for_devices(options)
    view = TimelineView()

    def watch(now: float, event: Event) -> None:
        if sys.stdout.isatty():  # as in `breather run`: into no log
            show(view.line(now, event))

    with progress("Speech", "sentences", show=show) as on_progress:
        parts = replace(ready_parts(places_of(options), watch, on_progress=on_progress), on_notice=complain)
    for notice in parts.settings.notices:
        complain(notice)
    print(parts.chosen.sentence, flush=True)
    keys = terminal()

    def on_ready() -> None:
        print("Listen. Ctrl-C ends.", flush=True)
        if keys is not None:
            print(HINT, flush=True)

    parts = with_devices(parts, microphone=options.microphone, loudspeaker=options.loudspeaker)
    run_live(
        parts,
        on_ready=on_ready,
        terminal=keys,
        only=talk,
        stopped_by_hand=lambda: stopped_by_hand(options),
        into_a_log=not sys.stderr.isatty(),
    )
    return 0
