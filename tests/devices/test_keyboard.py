"""Keys as a button, through real terminals: what a key means, and that the terminal is always given back."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from assistant.devices import keyboard
from assistant.devices.keyboard import Keyboard, terminal
from assistant.messages import Press

ROOT = Path(__file__).parents[2]
TOUCH, SHORT, DOUBLE, HOLD = Press.TOUCH, Press.SHORT, Press.DOUBLE, Press.HOLD
PATIENCE_SECONDS = 20.0  # only a failure waits for so long


class Watch:
    second = 0.0

    def now(self) -> float:
        return self.second


# --- what a key means -----------------------------------------------------------------------------------------------


class Typist:
    """A keyboard that somebody types on, in a terminal of this process; every look is a second later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hand, self.descriptor = pty.openpty()
        self.watch = Watch()
        self.keyboard = Keyboard(self.descriptor, clock=self.watch)
        self.foreground = True
        monkeypatch.setattr(Keyboard, "_in_foreground", lambda _: self.foreground)

    def types(self, text: str, *, later: float = 1.0) -> list[Press]:
        self.watch.second += later
        os.write(self.hand, text.encode())
        return list(self.keyboard.poll())

    def plain(self) -> bool:
        """Whether the terminal hands over whole lines and shows what is typed, as a shell expects it."""
        flags = termios.tcgetattr(self.descriptor)[3]
        return bool(flags & termios.ICANON) and bool(flags & termios.ECHO)

    def shown(self) -> str:
        return os.read(self.hand, 1000).decode() if select.select([self.hand], [], [], 0)[0] else ""


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typist]:
    typist = Typist(monkeypatch)
    typist.keyboard.open()
    yield typist
    typist.keyboard.close()
    os.close(typist.hand)
    os.close(typist.descriptor)


def test_each_key_is_a_whole_press_and_is_not_shown(typist: Typist) -> None:
    assert typist.types("") == []
    assert typist.types(" ") == [TOUCH, SHORT]
    assert typist.types("d") == typist.types("2") == typist.types("D") == [TOUCH, DOUBLE]
    assert typist.types("h") == typist.types("H") == [TOUCH, HOLD]
    assert typist.shown() == ""


@pytest.mark.parametrize("text", ["x", "\n", "\x1b", "\x1b[D", "\x1b[H", "\x1bOH", "ď", "hold the door", "d h", "\x04"])
def test_nothing_else_is_a_press(typist: Typist, text: str) -> None:
    assert typist.types(text) == []
    assert typist.types(" ") == [TOUCH, SHORT]


def test_a_key_that_is_kept_down_is_one_press(typist: Typist) -> None:
    assert typist.types(" ") == [TOUCH, SHORT]
    assert typist.types("  ", later=0.66) == []
    assert all(typist.types(" ", later=0.04) == [] for _ in range(50))
    assert typist.types("d", later=0.1) == [TOUCH, DOUBLE], "another key is another press"
    assert typist.types(" ", later=0.8) == [TOUCH, SHORT]


def test_what_was_typed_before_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch)
    os.write(typist.hand, b"  h\n")
    typist.keyboard.open()
    assert list(typist.keyboard.poll()) == []
    typist.keyboard.close()


def test_closing_gives_the_terminal_back_without_what_was_typed_for_us(typist: Typist) -> None:
    found = termios.tcgetattr(typist.descriptor)
    assert not typist.plain()
    os.write(typist.hand, b"h")
    typist.keyboard.close()
    typist.keyboard.close()
    assert typist.plain()
    assert termios.tcgetattr(typist.descriptor) != found
    assert not select.select([typist.descriptor], [], [], 0)[0]
    assert typist.types(" ") == [], "it is closed"


def test_signals_and_output_stay_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch)
    found = termios.tcgetattr(typist.descriptor)
    typist.keyboard.open()
    taken = termios.tcgetattr(typist.descriptor)
    assert taken[:3] == found[:3]
    assert taken[3] == found[3] & ~(termios.ICANON | termios.ECHO)
    handlers = [signal.getsignal(number) for number in keyboard.STOPPING]
    assert signal.SIG_DFL not in handlers
    typist.keyboard.close()
    assert termios.tcgetattr(typist.descriptor) == found
    assert [signal.getsignal(number) for number in keyboard.STOPPING] == [signal.SIG_DFL] * 3


def test_in_the_background_the_terminal_is_left_alone(typist: Typist) -> None:
    typist.keyboard.close()
    typist.foreground = False
    typist.keyboard.open()
    assert typist.types("h\n") == []
    assert typist.plain()
    typist.foreground = True
    termios.tcflush(typist.descriptor, termios.TCIFLUSH)
    assert typist.types("") == []
    assert not typist.plain(), "it is taken when it is ours"
    typist.foreground = False
    assert typist.types("h") == [], "that is for somebody else"
    before = termios.tcgetattr(typist.descriptor)
    typist.keyboard.close()
    assert termios.tcgetattr(typist.descriptor) == before


def test_a_terminal_that_somebody_changed_is_changed_back_and_never_waited_for(typist: Typist) -> None:
    typist.types("")
    other = termios.tcgetattr(typist.descriptor)
    other[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(typist.descriptor, termios.TCSANOW, other)
    before = time.monotonic()
    assert typist.types("h", later=0.01) == [], "a line has not come to its end"
    assert time.monotonic() - before < 1
    typist.types("")
    assert typist.types(" ") == [TOUCH, SHORT]


def test_a_terminal_that_is_gone_is_a_keyboard_that_nobody_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist(monkeypatch)
    typist.keyboard.open()
    os.close(typist.hand)
    typist.watch.second = 1.0
    assert list(typist.keyboard.poll()) == []
    os.close(typist.descriptor)
    assert list(typist.keyboard.poll()) == []
    typist.keyboard.close()


def test_standard_input_is_a_terminal_or_it_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _, descriptor = pty.openpty()
    with open(descriptor) as terminal_file:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", terminal_file)
        assert terminal() == descriptor
    assert terminal() is None, "it is closed"
    monkeypatch.setattr(sys, "stdin", None)
    assert terminal() is None
    with (tmp_path / "file").open("w") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert terminal() is None


# --- a program in a terminal, and all the ways it ends --------------------------------------------------------------

PROGRAM = """
import os, sys, time
from assistant.clock import SystemClock
from assistant.devices.keyboard import Keyboard
from assistant.interruption import Interruption
stop = Interruption()
keys = Keyboard(0, clock=SystemClock())
try:
    keys.open()
    print("ready", os.getpid(), "go")
    while True:
        for press in keys.poll():
            print(f"<{press}>")
            if sys.argv[1:] == [press]:
                raise RuntimeError
        time.sleep(0.01)
except KeyboardInterrupt:
    print("<interrupted>")
except RuntimeError:
    print("<failed>")
finally:
    keys.close()
    print("over")
"""


class Terminal:
    """A terminal with a plain shell in it, which does not mend what programs leave behind."""

    def __init__(self, folder: Path) -> None:
        (folder / "program.py").write_text(PROGRAM)
        self.hand, other = pty.openpty()
        environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PS1": "", "PS2": ""}
        # The first terminal that the leader of a session opens becomes the session's own.
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", 'exec /bin/sh -i < "$0" > "$0" 2>&1', os.ttyname(other)],
            cwd=folder, env=environment, start_new_session=True,
        )  # fmt: skip
        self._other = other
        self._seen = ""
        self.types("PS1=; stty -echo; echo shell $((1+1))\n")
        self.reads("shell 2")
        self._found = termios.tcgetattr(other)

    def types(self, text: str) -> None:
        os.write(self.hand, text.encode())

    def reads(self, *texts: str) -> str:
        """Wait until all these have been printed, one after the other; returns what was printed on the way."""
        read = ""
        for text in texts:
            self.waits_until(partial(self._has_seen, text), text)
            before, self._seen = self._seen.split(text, 1)
            read += before + text
        return read

    def starts(self, argument: str = "") -> int:
        """Run the program; returns its process id."""
        self.types(f"{sys.executable} program.py {argument}\n")
        self.reads("ready")
        assert not self.plain
        return int(self.reads("go").removesuffix("go"))

    def is_itself_again(self) -> None:
        """The shell is there, gets whole lines, and the terminal is as it was before the program ran."""
        self.waits_until(lambda: self.plain, "the terminal, given back")
        self.types("echo again $((3+4))\n")
        self.reads("again 7")
        assert termios.tcgetattr(self._other) == self._found

    @property
    def plain(self) -> bool:
        return bool(termios.tcgetattr(self._other)[3] & termios.ICANON)

    def close(self) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self.hand)
        os.close(self._other)

    def _has_seen(self, text: str) -> bool:
        return text in self._seen

    def waits_until(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not done():
            assert time.monotonic() < deadline, f"{what!r} did not come; there was {self._seen!r}"
            if select.select([self.hand], [], [], 0.05)[0]:
                self._seen += os.read(self.hand, 10_000).decode()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    shell = Terminal(tmp_path)
    yield shell
    shell.close()


def test_keys_come_through_and_ctrl_c_gives_the_terminal_back(shell: Terminal) -> None:
    shell.starts()
    shell.types(" ")
    assert "h" not in shell.reads("<touch>").replace("touch", ""), "it is not shown"
    shell.reads("<short>")
    shell.types("h")
    shell.reads("<touch>", "<hold>")
    shell.types("\x03")
    shell.reads("<interrupted>", "over")
    shell.is_itself_again()


def test_a_failure_and_a_request_to_end_give_it_back(shell: Terminal) -> None:
    shell.starts("double")
    shell.types("d")
    shell.reads("<failed>", "over")
    shell.is_itself_again()
    os.kill(shell.starts(), signal.SIGTERM)
    shell.reads("<interrupted>", "over")
    shell.is_itself_again()


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGHUP])
def test_what_kills_it_gives_it_back(shell: Terminal, number: signal.Signals) -> None:
    os.kill(shell.starts(), number)
    shell.is_itself_again()


def test_ctrl_z_lends_the_terminal_to_the_shell_and_fg_takes_it_again(shell: Terminal) -> None:
    shell.starts()
    shell.types("\x1a")
    shell.is_itself_again()
    shell.types("bg\n")
    time.sleep(0.3)
    shell.types("jobs\n")
    shell.reads("Running")
    shell.is_itself_again()
    shell.types("fg\n")
    shell.waits_until(lambda: not shell.plain, "the terminal, taken again")
    shell.types("d")
    shell.reads("<touch>", "<double>")
    shell.types("\x1a")
    shell.is_itself_again()
    shell.types("fg\n")
    shell.waits_until(lambda: not shell.plain, "the terminal, taken once more")
    shell.types("\x03")
    shell.reads("<interrupted>", "over")
    shell.is_itself_again()
