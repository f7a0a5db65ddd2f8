"""Runs the loop: with real devices, in a simulated room, or on a recording. Closes everything in reverse order."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from assistant import hands
from assistant.app import Parts, build_loop, own_voice_taken_out, recognizer_running
from assistant.clock import SystemClock
from assistant.devices.c_stderr import c_libraries_hushed
from assistant.devices.portaudio import PortAudioLoudspeaker, PortAudioMicrophone
from assistant.devices.portaudio_keeper import SoundKeeper
from assistant.devices.recorded import SimulatedRoom
from assistant.devices.silence import SilenceWatch
from assistant.devices.watchdog import Watchdog
from assistant.dialogue.flow import HOME
from assistant.errors import DeviceNotFoundError, LoudspeakerError, MicrophoneError, OutputError, SoundSystemError
from assistant.journal.journalist import Journalist
from assistant.keeping.keeper import Keeper
from assistant.late_notices import LateNotices
from assistant.loop import Keep
from assistant.records import CalmTalk
from assistant.screen.display import Screen
from assistant.sound import HEARING_RATE_HZ, read_wav
from assistant.speaking.mixer import Mixer


def run_live(
    parts: Parts,
    *,
    on_ready: Callable[[], object],
    terminal: int | None = None,
    keep_going: Callable[[], bool] = lambda: True,
    only: CalmTalk | None = None,
    stopped_by_hand: Callable[[], bool] = lambda: False,
    watchdog: Watchdog | None = None,
    into_a_log: bool = False,
) -> bool:
    """Listen with the microphone until `keep_going` says no. Raises what the devices and the recogniser raise.

    A pause that was under way when the power went goes on even if no device is there yet: that is looked for meanwhile.

    Returns whether it ended because an agreement or a rehearsal has changed the settings: then there are new ones to
    begin again with. ``only``: lead this talk of a calm day, and leave when it is over and nothing else is going on.
    ``terminal``: file descriptor of the terminal whose keys are a button, None for none. ``stopped_by_hand``: whether
    Ctrl-C has ended it, so that a pause that was under way is not to go on at the next start. ``watchdog``: a service
    manager's, if one has started us. ``into_a_log``: whether notices end up there, so that they must not tell when
    there was a pause.
    """
    watchdog = watchdog or Watchdog({})
    chance = random.Random()  # noqa: S311  (so that nobody is always first, and questions come as they like)
    of_a_pause = LateNotices(parts.on_notice, chance=chance)
    on_notice = of_a_pause.tell if into_a_log else parts.on_notice
    keeper = Keeper(parts.settings, parts.places, on_notice=on_notice)
    journalist = Journalist(parts.places.state, on_notice=on_notice)
    resumed = journalist.to_resume() if only is None else None
    goes_on = resumed is not None and resumed.goes_on
    sound = parts.settings.machine.sound
    mixer = Mixer(volume_db=sound.volume_db)
    microphone = PortAudioMicrophone(sound.microphone)
    loudspeaker = PortAudioLoudspeaker(sound.loudspeaker)
    with ExitStack() as closing:
        closing.callback(of_a_pause.close)
        closing.enter_context(c_libraries_hushed())
        # The devices first: whoever has no microphone should hear of it before a model is loaded.
        closing.callback(microphone.close)
        with _if_it_is_there(goes_on):
            microphone.open()
        render, over_speech = closing.enter_context(own_voice_taken_out(parts.settings, mixer))
        closing.callback(loudspeaker.close)
        with _if_it_is_there(goes_on):
            loudspeaker.open(render)
        upkeep = SoundKeeper(microphone=microphone, loudspeaker=loudspeaker, on_notice=parts.on_notice)
        closing.callback(upkeep.close)
        recognizer = closing.enter_context(
            recognizer_running(parts.chosen, parts.settings, wait=False, on_notice=parts.on_notice)
        )
        clock = SystemClock()
        light = hands.light_of(parts.settings.machine)
        lamp = hands.lamp_of(parts.settings.machine, light)
        closing.callback(lamp.close)
        light.open()
        # The last to be opened and the first to be closed: a terminal is given back before anything can go wrong.
        button = hands.button_of(parts.settings.machine, clock=clock, terminal=terminal)
        closing.callback(button.close)
        button.open()
        closing.callback(lambda: journalist.close(forget=stopped_by_hand()))
        if resumed is not None and resumed.under_way:
            keeper.resumes()
        loop, companion = build_loop(
            replace(parts, on_notice=on_notice),
            recognizer=recognizer,
            microphone=microphone,
            clock=clock,
            mixer=mixer,
            first=chance.randrange(2),
            lot=lambda count: chance.sample(range(count), count),
            start_with=only,
            resumed=resumed,
            keep=keeper.keep,
            over_speech=over_speech,
            lamp=lamp,
            button=button,
            silence=SilenceWatch(),
            upkeep=upkeep,
        )
        on_ready()
        watchdog.ready()

        def over() -> bool:
            journalist.tick(companion.snapshot(), clock.now())
            keeper.tidy(clock.now())
            of_a_pause.tick(clock.now())
            watchdog.beat(clock.now(), hearing=microphone.flowing, noticed=loop.deaf)
            done = companion.finished or (keeper.settings_changed and companion.state in HOME)
            return done and not mixer.making_sound

        loop.run(lambda: keep_going() and not over())
        if stopped_by_hand():
            keeper.stopped()
        return keeper.settings_changed


@contextmanager
def _if_it_is_there(pause_goes_on: bool) -> Iterator[None]:
    """Inside, a device is opened. In the middle of a pause one that is missing keeps nothing from going on."""
    try:
        yield
    except (MicrophoneError, LoudspeakerError, DeviceNotFoundError, SoundSystemError):
        if not pause_goes_on:
            raise  # whoever looks after the devices tells of it, and goes on looking


def run_on_screen(
    parts: Parts, *, screen: Screen, terminal: int | None, stopped_by_hand: Callable[[], bool] = lambda: False
) -> bool:
    """Listen with the microphone, and show on the whole terminal what goes on; nothing else may be written on it.

    What the recogniser says about itself meanwhile is passed on when the terminal is as it was. Raises what `run_live`
    raises.
    """
    notices: list[str] = []
    clock = SystemClock()

    def another_round() -> bool:
        screen.tick(clock.now())
        return True

    try:
        with ExitStack() as shown:
            return run_live(
                replace(parts, watch=screen, on_notice=notices.append),
                on_ready=lambda: shown.enter_context(screen),
                terminal=terminal,
                keep_going=another_round,
                stopped_by_hand=stopped_by_hand,
            )
    finally:
        for notice in notices:
            parts.on_notice(notice)


def run_in_room(
    parts: Parts,
    *,
    room: SimulatedRoom,
    another_round: Callable[[bool], bool],
    only: CalmTalk | None = None,
    keep: Keep = lambda _: True,
    journalist: Journalist | None = None,
) -> None:
    """The same without hardware, as fast as the processor allows. Nothing is kept, unless `keep` or `journalist` do it.

    ``another_round``: is asked before each 30 ms, and told whether a pause or a sound is still under way.
    """
    with ExitStack() as closing:
        closing.callback(room.loudspeaker.close)
        closing.callback(room.microphone.close)
        room.microphone.open()
        mixer = Mixer(volume_db=parts.settings.machine.sound.volume_db)
        render, over_speech = closing.enter_context(own_voice_taken_out(parts.settings, mixer))
        room.loudspeaker.open(render)
        recognizer = closing.enter_context(
            recognizer_running(parts.chosen, parts.settings, wait=True, on_notice=parts.on_notice)
        )
        loop, companion = build_loop(
            parts,
            recognizer=recognizer,
            microphone=room.microphone,
            clock=room.clock,
            mixer=mixer,
            first=0,
            start_with=only,
            keep=keep,
            over_speech=over_speech,
        )

        def over() -> bool:
            if journalist is not None:
                journalist.tick(companion.snapshot(), room.clock.now())
            return companion.finished

        loop.run(lambda: not over() and another_round(companion.state not in HOME or mixer.making_sound))


def run_recording(parts: Parts, *, recording: Path, output: Path | None) -> None:
    """Listen to a recording, and go on in silence until the last pause that was called in it is over."""
    over = read_wav(recording, rate_hz=HEARING_RATE_HZ).seconds
    with whole_or_nothing(output) as file:
        room = SimulatedRoom.playing(recording, output=file)
        room.end_at_seconds = None
        # The last word is decided on when the room has fallen quiet.
        run_in_room(parts, room=room, another_round=lambda busy: busy or room.clock.now() < over + 1)


@contextmanager
def whole_or_nothing(output: Path | None) -> Iterator[Path | None]:
    """Another file beside `output`, which takes its place when all went well, and is removed when it did not.

    Raises `OutputError`.
    """
    if output is None or (output.exists() and not output.is_file()):
        yield output  # such as /dev/null
        return
    unfinished = output.resolve().with_name(f".{output.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(output.resolve())
    except OutputError as error:
        raise OutputError(error.what, where=output, remedy=error.remedy) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()
