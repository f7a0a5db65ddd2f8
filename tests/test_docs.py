"""What the README says and shows is what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.dialogue.wording import Wording
from assistant.settings.agreement import Agreement
from assistant.settings.content_lint import COUPLES_OWN
from assistant.settings.loader import load_settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHIPPED = load_settings(ROOT / "config")
# The README's own couple, so that nobody's changed agreement makes these tests fail.
COUPLE = Agreement(names=("Alex", "Sam"), minutes=10, pause_words=SHIPPED.phrases.pause.recommended)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no section {title!r}"
    return found[1]


def code() -> Iterator[str]:
    """Everything in the README that is set as code, line by line."""
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL))


# --- pictures and tables made by the program --------------------------------------------------------------------------


def test_diagram_codes_and_picture_are_those_of_the_program() -> None:
    done = run("scripts/draw", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_picture_shows_every_line_and_chime_at_its_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    from pictures import pause  # noqa: PLC0415

    picture = (ROOT / "scripts" / "pictures" / "pause.svg").read_text("utf-8")
    plan = SHIPPED.script.pause
    couples = replace(SHIPPED, agreement=COUPLE)
    planned = pause.spoken_lines(couples)
    lines = re.findall(r'data-line="(\w+)".*?<title>(\d+):(\d\d) (.*?)</title>', picture)
    assert [line for line, *_ in lines] == [each.line for each in planned]
    for (_, minutes, seconds, text), each in zip(lines, planned, strict=True):
        assert text == " ".join(each.sentences)
        assert abs(60 * int(minutes) + int(seconds) - each.second) <= 1
    assert picture.count('class="chime"') == sum(step.cue is not None for step in plan)
    for number, step in enumerate(plan[:-1]):  # the last one has to stand at the end
        if step.breaths or step.say in COUPLES_OWN:
            continue  # the voice waits for the next breath of the tones; and this couple has no lines of its own
        moved = (*plan[:number], step.model_copy(update={"at": step.at + 1}), *plan[number + 1 :])
        script = SHIPPED.script.model_copy(update={"pause": moved})
        other = pause.drawn(replace(couples, script=script), pause.lengths_in(picture))
        assert other != picture, f"a step from {step.anchor} at {step.at} does not show"


def test_the_table_of_the_bench_has_every_figure_with_its_goal_and_a_number() -> None:
    done = run("scripts/bench", "core", "--list")
    assert done.returncode == 0, done.stderr
    wanted = rows_of(done.stdout)
    found = rows_of(section("How well it does"))
    assert len(wanted) > 15
    assert [(row[0], row[2]) for row in found] == [(row[0], row[2]) for row in wanted]
    for _, measured, goal, verdict in found[1:]:
        assert re.match(r"\d", measured)
        assert verdict in (("ok", "short") if goal else ("",))


def rows_of(text: str) -> list[list[str]]:
    """The cells of a Markdown table, without the line under its head."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if not set("".join(row)) <= {"-", " "}]


# --- what a reader would type, look up or say ----------------------------------------------------------------------


def test_every_command_and_option_exists() -> None:
    shown: dict[str, set[str]] = {}
    for text in code():
        found = re.search(r"\bbreather ([a-z]+)(.*)", text)
        if found:
            shown.setdefault(found[1], set()).update(re.findall(r"--[a-z-]+", found[2]))
    general = run("-m", "assistant.cli", "--help").stdout
    commands = set(re.findall(r"^    ([a-z]+)  ", general, re.MULTILINE))
    on_calm_days = {"agree", "sheet", "rehearse", "reflect", "history"}
    assert commands == {"run", "demo", "doctor", "setup", "check", "devices"} | on_calm_days
    assert shown.keys() == commands, "the README shows every command, and no other"
    rest = " ".join(code())
    helps = {command: run("-m", "assistant.cli", command, "--help").stdout for command in sorted(commands)}
    for command, options in shown.items():
        for option in options:
            assert option in helps[command], f"breather {command} has no {option}"
    known = "".join(helps.values())
    for option in set(re.findall(r"--[a-z-]+", rest)):
        scripts = "".join(
            (ROOT / "scripts" / name).read_text("utf-8")
            for name in ("setup", "test", "bench", "draw", "install", "uninstall", "pi")
        )
        assert option in known + scripts, f"nothing has {option}"


def test_every_file_that_is_named_is_there() -> None:
    named = {text.split()[0] for text in code() if re.match(r"(scripts|tests|config|assistant|audio)/", text)}
    named |= {link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link}
    assert len(named) > 15
    for name in sorted(named):
        assert (ROOT / name).exists(), f"{name} is not there"
        if re.fullmatch(r"scripts/[a-z-]+", name):
            assert os.access(ROOT / name, os.X_OK), f"{name} cannot be run"


def test_what_the_excerpt_of_the_demo_says_is_what_breather_says() -> None:
    wording = Wording(SHIPPED.script, COUPLE, SHIPPED.reflection)
    can_be_said = {" ".join(question.sentences) for question in SHIPPED.reflection.live_questions(())}
    can_be_said |= {
        " ".join(wording.sentences(line, name=name, left="a minute"))
        for line in SHIPPED.script.lines
        if wording.has(line)
        for name in (0, 1)
    }
    said = re.findall(r"^ *\d+:\d\d +\d+:\d\d  says      (.+)$", README, re.MULTILINE)
    assert len(said) > 5
    assert set(said) <= can_be_said
    couple = (ROOT / "audio" / "demo" / "conversation.toml").read_text("utf-8")
    spoken = re.findall(r"\((?:one|two): (.+)\)$", README, re.MULTILINE)
    assert len(spoken) > 3
    assert all(f'"{words}"' in couple for words in spoken)


def test_every_phrase_to_say_means_something_and_the_others_do_not() -> None:
    before, _, after = section("What to say").partition("\n\nSay it as")
    phrases = re.findall(r'"([^"]+)"', before)
    assert len(phrases) > 15
    for phrase in phrases:
        assert SHIPPED.phrases.intent_of(phrase) is not None, f"{phrase!r} means nothing"
    others = re.findall(r'"([^"]+)"', after.partition(" start\nnothing")[0])
    assert len(others) == 3
    for phrase in others:
        assert SHIPPED.phrases.intent_of(phrase) is None
