"""The demo couple's recordings fit what is said about them in audio/demo/conversation.toml."""

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.settings.script import Script
from assistant.sound import HEARING_RATE_HZ, peak_dbfs, read_wav
from assistant.speaking.leveling import active_level_dbfs

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "audio" / "demo"
LINES: list[dict[str, Any]] = tomllib.loads((DEMO / "conversation.toml").read_text(encoding="utf-8"))["line"]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["file"])
def test_recording_is_there_at_a_natural_level(line: dict[str, Any]) -> None:
    clip = read_wav(DEMO / line["file"], rate_hz=HEARING_RATE_HZ)
    assert active_level_dbfs(clip) == pytest.approx(-23, abs=0.5)
    assert peak_dbfs(clip.samples) <= -3
    # 1.5 to 5 words a second: the recording is of about this text, and all of it.
    assert 1.5 < len(line["text"].split()) / clip.seconds < 5


def test_nothing_is_shipped_that_is_not_played() -> None:
    assert {path.name for path in DEMO.glob("*.wav")} == {line["file"] for line in LINES}
    assert sum(path.stat().st_size for path in DEMO.iterdir()) < 2_500_000


def test_turns_hardly_overlap_and_the_pause_is_called_clearly() -> None:
    turns = [(line["at"], line["at"] + read_wav(DEMO / line["file"]).seconds, line) for line in LINES if "at" in line]
    gaps = [after[0] - before[1] for before, after in pairwise(turns)]
    assert min(gaps) > -0.3
    assert turns[-1][2]["text"] == "I need a pause."
    assert gaps[-1] >= 0.5
    assert turns[-1][1] < 26
    assert all(before[2]["who"] != after[2]["who"] for before, after in pairwise(turns))


def test_answers_follow_lines_of_the_script_and_both_partners_answer() -> None:
    script = Script.model_validate(tomllib.loads((ROOT / "config" / "script.en.toml").read_text(encoding="utf-8")))
    answers = {line["after"]: line for line in LINES if "after" in line}
    assert answers.keys() == {"ask_first", "ask_second", "reconvened"}
    assert answers.keys() <= script.lines.keys()
    assert answers["ask_first"]["who"] != answers["ask_second"]["who"]
