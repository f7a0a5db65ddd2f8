"""The whole thing through real sound devices: a voice in the room, `breather run`, and what its loudspeaker plays.

What is played is compared with the rendered prompts (the right words at the right second), and recognised again by a
model that knows nothing of them (they can be understood).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hearing.speech import INSTALL, Talkers, demo
from rooms.recorder import Recorder
from rooms.rooms import VirtualRooms

from assistant import cli
from assistant.app import choose_voice, promptbook
from assistant.devices import pyttsx3_voice
from assistant.dialogue.timeline import laid_out
from assistant.dialogue.wording import Wording
from assistant.places import Places, places, shipped
from assistant.settings.loader import Settings, load_settings
from assistant.sound import SPEAKING_RATE_HZ, AudioClip, level_dbfs, read_wav
from assistant.speaking.promptbook import Promptbook
from live.breather import Breather, settings_folder
from live.transcription import Transcriber, plain_words, word_errors

pytestmark = pytest.mark.room

NEAR_SECONDS = 0.25  # the recorder knows its own beginning to about 0.05 s, and a block lasts 0.03 s
LIKE = 0.6  # the same sentence gives 0.9 and more, another one less than 0.3
FEWEST_WORDS = 3
MOST_WORD_ERRORS = 0.3  # of a small model that listens to a robot; a wrong sentence gives 0.8 and more


class Home:
    """One couple's settings and rendered prompts, in the plain voice, which every machine that runs this has."""

    def __init__(self, folder: Path) -> None:
        if not pyttsx3_voice.installed():
            pytest.skip(INSTALL["pyttsx3"])
        config = settings_folder(shipped("config"), folder / "config", machine='engine = "auto" -> engine = "pyttsx3"')
        self.options = ["--config", str(config), "--cache", str(folder / "cache")]
        assert cli.main([*self.options, "setup", "--no-download"]) == 0
        self.places: Places = places(config=config, cache=folder / "cache")
        self.settings: Settings = load_settings(config)
        self.wording = Wording(self.settings.script, self.settings.agreement, self.settings.reflection)
        voice = choose_voice(self.settings.machine.voice)
        self.prompts: Promptbook = promptbook(self.places, voice, self.settings.script)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber()


@pytest.fixture
def breather(rooms: VirtualRooms, home: Home, tmp_path: Path) -> Iterator[Breather]:
    device = rooms.device("A")
    state = ["--state", str(tmp_path / "state")]  # a pause that an earlier test left open is not to go on here
    arguments = [*home.options, *state, "run", "--microphone", device, "--loudspeaker", device]
    with Breather(*arguments, environment=rooms.environment) as breather:
        yield breather


def found_in(recorder: Recorder, clip: AudioClip, around: float, margin: float = 1.0) -> tuple[float, float]:
    """At which monotonic second the clip was played nearest to `around`, and how alike it is (1 is the same)."""
    played = recorder.between(around - margin, around + margin + clip.seconds).astype(np.float64)
    wanted = clip.samples.astype(np.float64)
    places = len(played) - len(wanted)
    assert places > 0, "the recording is too short"
    size = len(played) + len(wanted)
    match = np.fft.irfft(np.fft.rfft(played, size) * np.conj(np.fft.rfft(wanted, size)), size)[:places]
    total = np.concatenate([[0.0], np.cumsum(played**2)])
    energy = (total[len(wanted) :] - total[: -len(wanted)])[:places]
    loudness = np.sum(wanted**2)
    likeness = match / np.sqrt(np.maximum(energy, 0.01 * loudness) * loudness)  # silence is like nothing
    best = int(np.argmax(likeness))
    return around - margin + best / SPEAKING_RATE_HZ, float(likeness[best])


def end_of_speech(clip: AudioClip) -> float:
    """The second of the clip at which its last sound ends."""
    return float(np.flatnonzero(np.abs(clip.samples.astype(int)) > 300)[-1]) / clip.rate_hz


def wait_until(second: float) -> None:
    time.sleep(max(0.0, second - time.monotonic()))


class Room:
    """Room A with Breather in it: says things, and looks for things in what was played."""

    def __init__(self, rooms: VirtualRooms, recorder: Recorder, home: Home, transcriber: Transcriber) -> None:
        self._rooms, self._recorder, self._home, self._transcriber = rooms, recorder, home, transcriber
        self.first = 0
        self.errors: list[float] = []

    def say(self, clip: AudioClip) -> float:
        """Returns the second at which the last word ended."""
        return self._rooms.say("A", clip) + end_of_speech(clip)

    def chime(self, name: str, after: float) -> float:
        """The second of a chime that is expected within the second and a half that follow."""
        whole = read_wav(shipped("audio") / f"{name}.wav")
        clip = AudioClip(whole.samples[: round(0.9 * whole.rate_hz)], whole.rate_hz)  # then the voice comes in
        second, likeness = found_in(self._recorder, clip, after + 0.75, margin=0.75)
        assert likeness > 0.8, f"the chime {name} was not played"
        return second

    def hears(
        self, line: str, around: float, *, name: int | None = None, left: str | None = None, margin: float = 1.0
    ) -> float:
        """The line was said, all of it, at this second; returns the second at which it ended."""
        sentences = self._home.wording.sentences(line, first=self.first, name=name, left=left)
        gap = self._home.settings.script.timing.sentence_gap_seconds
        second = around
        for sentence in sentences:
            # One at a time: a busy machine may lose some milliseconds in the middle of a line.
            clip = self._home.prompts.clip([sentence])
            found, likeness = found_in(self._recorder, clip, second, margin)
            assert likeness > LIKE, f"{line} was not said at {second:.1f} (likeness {likeness:.2f})"
            assert abs(found - second) < max(NEAR_SECONDS, margin - 1), f"{line} came {found - second:+.2f} s off"
            self._understands(sentence, found)
            second = found + clip.seconds + gap
            margin = 1.0
        return second - gap

    def finds_out_who_is_first(self, chime: float) -> None:
        likeness = []
        for first in (0, 1):
            clip = self._home.prompts.clip(self._home.wording.sentences("opening", first=first))
            likeness.append(found_in(self._recorder, clip, chime + 1.0)[1])
        self.first = likeness.index(max(likeness))

    def level(self, begin: float, end: float) -> float:
        return level_dbfs(self._recorder.between(begin, end))

    def _understands(self, sentence: str, second: float) -> None:
        seconds = self._home.prompts.seconds([sentence])
        heard = self._recorder.between(second - 0.1, second + seconds + 0.1)
        said = plain_words(sentence)
        if len(said) < FEWEST_WORDS:
            return  # the model cannot tell a single word from a noise; that it was the right one is known already
        words = self._transcriber.words(AudioClip(heard, SPEAKING_RATE_HZ))
        self.errors.append(word_errors(said, words))


@pytest.fixture
def room(rooms: VirtualRooms, breather: Breather, home: Home, transcriber: Transcriber) -> Iterator[Room]:
    with rooms.recording("A") as recorder:
        yield Room(rooms, recorder, home, transcriber)


def test_a_pause_is_called_and_taken_back(room: Room, talkers: Talkers) -> None:
    taken_back = talkers.say("Carry on.")
    asked = room.say(demo("one-05"))
    wait_until(asked + 16.0)
    # Before anything is looked at: to recognise what was said takes seconds, and there are twenty in all.
    undone = room.say(taken_back)
    chime = room.chime("start", asked)
    room.finds_out_who_is_first(chime)
    ended = room.hears("opening", chime + 1.0)
    assert ended < asked + 16.0
    assert np.mean(room.errors) < MOST_WORD_ERRORS
    wait_until(undone + 9.0)
    room.hears("carry_on", undone + 0.8, margin=1.7)
    # Nothing follows: the twenty seconds are over, and nobody is sent to another room.
    assert room.level(undone + 3.0, undone + 9.0) < -70


@pytest.mark.long
def test_talk_about_a_pause_is_not_a_pause(room: Room, talkers: Talkers) -> None:
    for text in ("You need a pause.", "I don't need a pause.", "He said I need a pause.", "Pause the movie."):
        said = room.say(talkers.say(text))
        wait_until(said + 2.0)
        assert room.level(said, said + 2.0) < -70, f"something was played after: {text}"


@pytest.mark.long
def test_a_whole_pause_in_real_time(room: Room, home: Home, talkers: Talkers) -> None:
    asked = room.say(demo("one-05"))
    wait_until(asked + 3.0)
    chime = room.chime("start", asked)
    wait_until(chime + 17.0)
    room.finds_out_who_is_first(chime)
    # Somebody asks how long it will be, between two lines; nothing else moves because of it.
    wait_until(chime + 50.0)
    wondered = room.say(talkers.say("How long is left?"))
    wait_until(wondered + 6.0)
    room.hears("time_left", wondered + 0.8, left="about nine minutes", margin=1.9)
    wait_until(chime + 602.0)
    timing = home.settings.script.timing
    for moment in laid_out(home.settings.script.pause, home.settings.agreement.minutes):
        if moment.step.say and home.wording.has(moment.step.say) and moment.second < 600:
            room.hears(moment.step.say, chime + moment.said_at(timing.cue_lead_seconds))
    assert np.mean(room.errors) < MOST_WORD_ERRORS
    # Silence where silence is meant: after a question; and tones alone for more than two minutes.
    assert room.level(chime + 325, chime + 374) < -70
    assert room.level(chime + 390, chime + 439) < -70
    assert -60 < room.level(chime + 165, chime + 214) < -30
    ended = chime + 600 + timing.cue_lead_seconds + home.prompts.seconds(home.wording.sentences("time_is_done"))
    first_question = ended + timing.walk_back_seconds
    for line, name, answer in (
        ("ask_first", room.first, "I'm ready."),
        ("ask_second", 1 - room.first, "Yes, I'm ready."),
    ):
        seconds = home.prompts.seconds(home.wording.sentences(line, first=room.first, name=name))
        wait_until(first_question + seconds + 2.0)
        ended = room.hears(line, first_question, name=name, margin=1.5)
        answered = room.say(talkers.say(answer))
        first_question = answered + 1.1  # the end of the utterance, and 0.4 s in which it could be taken back
    wait_until(answered + 14.0)
    room.hears("both_ready", answered + 1.1, margin=1.9)
    left_alone = room.say(talkers.say("No thank you."))
    wait_until(left_alone + 12.0)
    room.hears("reconvened", left_alone + 0.8, margin=1.9)
    settled = room.say(talkers.say("We're settled."))
    wait_until(settled + 10.0)
    room.hears("closing_settled", settled + 0.6, margin=1.9)
    assert np.mean(room.errors) < MOST_WORD_ERRORS
