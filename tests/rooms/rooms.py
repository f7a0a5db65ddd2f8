"""The virtual rooms themselves: a PulseAudio daemon of our own, which ends with the test.

A room has *air*. What is played into the air is heard by the room's microphone; what a program plays on the room's
loudspeaker can be recorded, and comes back through the air when there is an echo. Every process that is to live in
the rooms needs `VirtualRooms.environment`, before PortAudio is loaded. It then sees the devices "roomA" and "roomB";
room A's are also the default.

What PulseAudio 16 forces on us: without ``norewinds=1`` a null sink runs up to two seconds ahead and speech gets lost;
without ``adjust_time=0`` an echo is resampled for ever; and a stream whose source is unloaded is moved to another one
(perhaps in the other room), so `VirtualRooms.unplug` ends the streams first, as a real device does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from assistant.sound import AudioClip, write_wav
from rooms.recorder import Recorder

ROOMS = ("A", "B")
INSTRUCTION = (
    "run `scripts/test`, or: sudo apt-get install --no-install-recommends "
    "pulseaudio pulseaudio-utils libasound2-plugins libportaudio2"
)
LIBRARIES = {"alsa-lib/libasound_module_pcm_pulse.so": "ALSA plug-in for PulseAudio", "libportaudio.so.2": "PortAudio"}
PULSE_NOISE_VOLUME = 5_370  # of 65536, cubic: random 16-bit samples (-4.8 dBFS) come out at -70 dBFS
SAY_TO_AIR_SECONDS = 0.05  # from starting paplay to sound in the air, measured

End = Literal["microphone", "loudspeaker"]


def missing() -> str | None:
    """What the machine lacks for virtual rooms, with the remedy; None when nothing."""
    tools = [tool for tool in ("pulseaudio", "pactl", "paplay", "pacat", "parec") if shutil.which(tool) is None]
    for library, called in LIBRARIES.items():
        # The folder is named after the processor on Debian, and lib or lib64 elsewhere.
        if not any(found for folder in ("lib", "lib64", "lib/*") for found in Path("/usr").glob(f"{folder}/{library}")):
            tools.append(called)
    return f"no {', '.join(tools)}: {INSTRUCTION}" if tools else None


class VirtualRooms:
    """A context manager: inside, the rooms exist; afterwards nothing of them is left."""

    def __init__(self) -> None:
        self._exit = ExitStack()
        self._folder = Path()
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rooms-")))
            self.environment = self._environment()
            self._write_settings()
            self._start_daemon(stack)
            for room in ROOMS:
                self._start_noise(room, stack)
            self._exit = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._exit.close()

    # --- what happens in a room ------------------------------------------------------------------------------------

    def device(self, room: str) -> str:
        """The name under which PortAudio knows the room's microphone and loudspeaker."""
        return f"room{room}"

    def say(self, room: str, clip: AudioClip, *, wait: bool = True) -> float:
        """Play `clip` (any rate) into the room's air; returns the monotonic second at which it began.

        ``wait``: return when it is over; otherwise at once.
        """
        file = self._folder / f"say-{time.monotonic_ns()}.wav"
        write_wav(file, clip)
        command = ["paplay", "--latency-msec=60", "-d", f"{self.device(room)}_air", str(file)]
        began = time.monotonic() + SAY_TO_AIR_SECONDS
        process = subprocess.Popen(command, env=self.environment)
        self._exit.callback(_stop, process)
        if wait and process.wait(clip.seconds + 10) != 0:
            raise RuntimeError(f"paplay could not speak into room {room}")
        return began

    def recording(self, room: str) -> Recorder:
        """A context manager that records what the room's loudspeaker plays."""
        command = ["parec", "--latency-msec=20", "-d", f"{self.device(room)}_speaker.monitor"]
        return Recorder(command, self.environment)

    @contextmanager
    def echo(self, room: str, db: float) -> Iterator[None]:
        """Inside, the room's microphone hears its loudspeaker, `db` louder (so less than 0) and about 0.1 s later."""
        module = self._pactl(
            "load-module module-loopback latency_msec=80 adjust_time=0 source_dont_move=true sink_dont_move=true "
            f"source={self.device(room)}_speaker.monitor sink={self.device(room)}_air"
        ).strip()
        try:
            inputs = [entry["index"] for entry in self._list("sink-inputs") if str(entry["owner_module"]) == module]
            for index in inputs:
                self._pactl(f"set-sink-input-volume {index} {db}dB")
            yield
        finally:
            self._pactl(f"unload-module {module}")

    def unplug(self, room: str, end: End) -> None:
        """Take the room's microphone or loudspeaker away; programs that use it find that it has died."""
        kind, name = ("source", "mic") if end == "microphone" else ("sink", "speaker")
        streams = "source-outputs" if end == "microphone" else "sink-inputs"
        full_name = f"{self.device(room)}_{name}"
        device = next(entry for entry in self._list(f"{kind}s") if entry["name"] == full_name)
        for stream in self._list(streams):
            if stream[kind] == device["index"]:
                self._command(f"kill-{streams[:-1]} {stream['index']}")
        self._pactl(f"unload-module {device['owner_module']}")

    def plug(self, room: str, end: End) -> None:
        """Bring it back."""
        self._pactl(f"load-module {_module(self.device(room), end)}")
        if room == ROOMS[0]:
            kind, name = ("source", "mic") if end == "microphone" else ("sink", "speaker")
            self._pactl(f"set-default-{kind} {self.device(room)}_{name}")

    @property
    def daemon_pid(self) -> int:
        """The sound system itself, for those who want to see it die."""
        return self._daemon.pid

    # --- PulseAudio ------------------------------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        unwanted = ("PULSE_", "ALSA_", "DBUS_", "DISPLAY", "SD_")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
        return inherited | {
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_RUNTIME_PATH": str(self._folder / "pulse"),
            "PULSE_STATE_PATH": str(self._folder / "state"),
            "PULSE_SERVER": f"unix:{self._folder}/pulse.sock",
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "PULSE_CONFIG": str(self._folder / "daemon.conf"),
            "PULSE_CLIENTCONFIG": str(self._folder / "client.conf"),
            "ALSA_CONFIG_PATH": str(self._folder / "asound.conf"),
        }

    def _write_settings(self) -> None:
        for folder in ("pulse", "state"):
            (self._folder / folder).mkdir(mode=0o700)
        (self._folder / "client.conf").write_text("autospawn = no\n")
        (self._folder / "daemon.conf").write_text(
            "flat-volumes = no\ndefault-sample-rate = 48000\ndefault-fragments = 4\ndefault-fragment-size-msec = 10\n"
            "resample-method = speex-float-3\nlog-level = notice\n"
        )
        default, alsa = [".fail"], ["</usr/share/alsa/alsa.conf>", "pcm.!default { type pulse }"]
        default.append(f"load-module module-native-protocol-unix auth-anonymous=1 socket={self._folder}/pulse.sock")
        default.append(f"load-module module-cli-protocol-unix socket={self._folder}/command.sock")
        for room in map(self.device, ROOMS):
            air = f"module-null-sink sink_name={room}_air rate=48000 channels=1 norewinds=1"
            modules = (_module(room, "loudspeaker"), air, _module(room, "microphone"))
            default += [f"load-module {module}" for module in modules]
            alsa += [
                f"pcm.{room} {{ type asym",
                f'playback.pcm {{ type pulse device "{room}_speaker" }}',
                f'capture.pcm {{ type pulse device "{room}_mic" }}',
                f'hint {{ show on description "{room}" }} }}',
            ]
        # A loudspeaker that refuses every rate but 48 kHz, as USB ones do: a digital (AC-3) output into room A.
        alsa.append('pcm.surroundA { type pulse device "roomA_speaker" }')
        alsa.append('pcm.fixed48 { type a52 rate 48000 channels 2 slavepcm "surroundA" hint { show on } }')
        default += [f"set-default-sink {self.device(ROOMS[0])}_speaker"]
        default += [f"set-default-source {self.device(ROOMS[0])}_mic"]
        (self._folder / "default.pa").write_text("\n".join(default) + "\n")
        (self._folder / "asound.conf").write_text("\n".join(alsa) + "\n")

    def _start_daemon(self, stack: ExitStack) -> None:
        command = ["pulseaudio", "-n", "-F", str(self._folder / "default.pa"), "--daemonize=no", "--use-pid-file=no"]
        command += ["--exit-idle-time=-1", "--realtime=no", "--high-priority=yes"]
        command += [f"--log-target=file:{self._folder}/log"]
        self._daemon = subprocess.Popen(
            _ends_with_us(command), env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        stack.callback(_stop, self._daemon)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self._daemon.poll() is None:
            with suppress(RuntimeError):
                self._pactl("info")
                return
            time.sleep(0.02)
        log = self._folder / "log"
        raise RuntimeError(f"PulseAudio does not start: {log.read_text() if log.exists() else 'no log'}")

    def _start_noise(self, room: str, stack: ExitStack) -> None:
        command = ["pacat", "--raw", "--format=s16le", "--rate=16000", "--channels=1", "-d", f"{self.device(room)}_air"]
        process = subprocess.Popen(
            [*command, f"--volume={PULSE_NOISE_VOLUME}", "/dev/urandom"],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(_stop, process)

    def _pactl(self, command: str) -> str:
        words = ["pactl", "-f", "json", *command.split()] if command.startswith("list") else ["pactl", *command.split()]
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=10, check=False)
        if done.returncode:
            raise RuntimeError(f"pactl {command}: {done.stderr.strip()}")
        return done.stdout

    def _list(self, kind: str) -> list[dict[str, object]]:
        entries: list[dict[str, object]] = json.loads(self._pactl(f"list {kind}"))
        return entries

    def _command(self, line: str) -> None:
        """PulseAudio's own command line can end a stream, pactl cannot."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            connection.connect(f"{self._folder}/command.sock")
            connection.sendall(f"{line}\n".encode())
            connection.shutdown(socket.SHUT_WR)  # not "exit": that would end the daemon
            while connection.recv(4096):
                pass


def _module(device: str, end: End) -> str:
    if end == "loudspeaker":
        return f"module-null-sink sink_name={device}_speaker rate=48000 channels=2 norewinds=1"
    return f"module-remap-source source_name={device}_mic master={device}_air.monitor"


def _ends_with_us(command: list[str]) -> list[str]:
    """The command, such that it ends even when the tests are killed and nothing can be tidied up.

    For the daemon only; whoever is connected to it ends with it. (To Linux "we" are the thread that starts a process,
    so something that is started from a short-lived thread would be killed at once.)
    """
    return ["setpriv", "--pdeathsig", "KILL", *command] if shutil.which("setpriv") else command


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.send_signal(signal.SIGCONT)  # a test may have stopped it
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
