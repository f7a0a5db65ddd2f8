"""Any file may be given as a recording: either it is listened to, or one plain sentence says why not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from household import ROOT, Household
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import RecordingError
from assistant.sound import HEARING_RATE_HZ, read_wav
from hostile.damage import QUICK, THOROUGH, damaged, wav

SECOND = np.random.default_rng(1).normal(0, 900, HEARING_RATE_HZ).astype("<i2").tobytes()
FINE = wav(SECOND)

REFUSED = {
    "nothing in it": b"",
    "a letter": b"R",
    "text": b"This is not a recording.\n" * 40,
    "another kind of RIFF": FINE.replace(b"WAVE", b"AVI "),
    "no format": b"RIFF\x10\0\0\0WAVEdata\x04\0\0\0\1\1\1\1",
    "no sound": wav(b""),
    "half a sample": wav(b"\1"),
    "8 bits": wav(SECOND, bits=8),
    "24 bits": wav(SECOND[:3000], bits=24),
    "32 bits": wav(SECOND, bits=32),
    "64 bits": wav(SECOND, bits=64),
    "no bits": wav(SECOND, bits=0),
    "65535 bits": wav(SECOND, bits=65_535),
    "floating point": wav(SECOND, kind=3, bits=32),
    "a-law": wav(SECOND, kind=6, bits=8),
    "an unknown kind": wav(SECOND, kind=65_535),
    "kind 0": wav(SECOND, kind=0),
    "no channel": wav(SECOND, channels=0),
    "two channels": wav(SECOND, channels=2),
    "65535 channels": wav(SECOND, channels=65_535),
    "rate 0": wav(SECOND, rate_hz=0),
    "44100 Hz": wav(SECOND, rate_hz=44_100),
    "a rate of 4 GHz": wav(SECOND, rate_hz=2**32 - 1),
    "a format that is cut off": FINE[:30],
    "cut off before the sound": FINE[:44],
    "a chunk that claims to be all there is": wav(SECOND, before=[(b"LIST", b"")]).replace(
        b"LIST\0\0\0\0", b"LIST\xff\xff\xff\xff"
    ),
}
LISTENED_TO = {
    "as it should be": FINE,
    "sizes of 0, as a program that was killed leaves them": wav(SECOND, riff_claimed=2**32 - 1),
    "sound that claims to be 4 GB": wav(SECOND, claimed=2**32 - 1),
    "sound that claims a little more": wav(SECOND, claimed=len(SECOND) + 2),
    "sound that claims half": wav(SECOND, claimed=len(SECOND) // 2),
    "an odd number of bytes": wav(SECOND[:-1]),
    "something behind it": FINE + b"junk" * 10,
    "a chunk before it": wav(SECOND, before=[(b"LIST", b"INFO" * 20)]),
    "a chunk of an odd length before it": wav(SECOND, before=[(b"note", b"odd\0")]),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_recording_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(content)
    with pytest.raises(RecordingError) as caught:
        read_wav(path, rate_hz=HEARING_RATE_HZ)
    told = str(caught.value)
    assert str(path) in told
    assert told.isprintable()
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("content", LISTENED_TO.values(), ids=LISTENED_TO)
def test_what_is_sound_is_listened_to(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(content)
    assert 0.4 < read_wav(path, rate_hz=HEARING_RATE_HZ).seconds <= 1.0


def read_or_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for rate_hz in (HEARING_RATE_HZ, None):
        try:
            seconds = read_wav(path, rate_hz=rate_hz).seconds
        except RecordingError as refused:
            told = str(refused)
        else:
            told = f"{seconds} seconds"
            assert seconds > 0
        assert told.isprintable()


def test_a_rate_of_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_bytes(FINE[:24] + bytes(4) + FINE[28:])
    with pytest.raises(RecordingError, match="at 0 Hz"):
        read_wav(tmp_path / "talk.wav")


@settings(QUICK, max_examples=200)
@given(content=damaged(FINE[:400]) | st.binary(max_size=60).map(lambda rest: FINE[:12] + rest))
def test_any_damage_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    read_or_refused(tmp_path / "talk.wav", content)


@pytest.mark.hours
@settings(THOROUGH, max_examples=50_000)
@given(content=damaged(FINE[:400]) | st.binary(max_size=60).map(lambda rest: FINE[:12] + rest))
def test_very_much_damage_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    read_or_refused(tmp_path / "talk.wav", content)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    names: list[str | Path] = [tmp_path / "folder.wav", tmp_path / "loop.wav", tmp_path / ("a" * 300), os.devnull]
    for path in names:
        with pytest.raises(RecordingError):
            read_wav(Path(path), rate_hz=HEARING_RATE_HZ)


@pytest.mark.parametrize("kind", ["8 bits", pytest.param("cut off before the sound", marks=pytest.mark.hours)])
def test_the_command_says_so_and_leaves(household: Household, kind: str) -> None:
    path = household.here / "talk.wav"
    path.write_bytes(REFUSED[kind])
    done = household.run("run", "--microphone", f"recorded:{path}", "--loudspeaker", "recorded:heard.wav")
    assert done.returncode == RecordingError.exit_code
    assert done.stderr.startswith("breather: ")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert [path.name for path in household.here.iterdir()] == ["talk.wav"], "nothing is left half done"


@pytest.mark.hours
def test_the_memory_of_this_machine_is_no_mistake_of_ours(tmp_path: Path) -> None:
    """A file of four gigabytes on a machine that has two: told in a sentence, not by being killed."""
    path = tmp_path / "talk.wav"
    with path.open("wb") as file:
        file.write(wav(b"", claimed=2**32 - 100, riff_claimed=2**32 - 60))
        file.truncate(2**32 - 50)  # holes: it takes no room on the disk
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
        "from pathlib import Path; from assistant.sound import read_wav; from assistant.errors import RecordingError\n"
        "try: read_wav(Path(sys.argv[1]), rate_hz=16000)\n"
        "except RecordingError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    assert "too long" in done.stdout
