"""The sound of `scripts/bench hearing`: scenes with a phrase in them, and hostile talk. All from seeds.

Only the talkers of `REPORT` are heard, whom no setting has seen. Kokoro takes a second or two for a sentence, so each
of its voices says some of the phrases, chosen by its name; the other engines say all of them.
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.dialogue.flow import State
from assistant.dialogue.turns import listened_for
from assistant.messages import Intent
from assistant.settings.spoken import normalised
from assistant.sound import BLOCK_SECONDS, FULL_SCALE, HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples
from benchmarks import sentences
from benchmarks.conditions import CONDITIONS, QUIET_ROOM_DBFS, Condition, Scene, Surroundings, coloured
from benchmarks.talkers import Talker, say

PHRASES = Path(__file__).parents[2] / "config" / "phrases.en.toml"
# What is listened for together with each word: as in the first of these states that knows the word.
STATES = (
    *(State.BODY, State.ASK_FIRST, State.OPENING, State.ASKING, State.CHOOSING, State.RECONVENED, State.OFFERING),
    *(State.GUIDED, State.LISTENING),
)
AT_HOME = listened_for(State.LISTENING, end_asked=False)
WINDOWS = tuple(listened_for(state, end_asked=False) for state in STATES)
EVERYBODY_SAYS = ("yes", "no", "ready", "not yet", "I'm ready")
SLOW_ENGINE = "kokoro"
VOICES_AROUND = 8
NEAR_MISS_SHARE = 0.4
GAP_SECONDS = (0.3, 0.8)
TURN_SECONDS = 60.0  # one conversation; then others talk in another room
HOSTILE_ROOMS = ("clean", "RT60 0.3 s", "pink 15 dB")
ROOM_GOES_ON_SECONDS = 0.6
QUIET_AFTERWARDS_SECONDS = 1.5  # so that a question, which waits for the end of the talk, is counted


@dataclass(frozen=True, slots=True)
class Written:
    """The phrase file as it is written, with the capitals that a voice needs."""

    pause: tuple[str, ...]
    near_misses: tuple[str, ...]
    control: tuple[tuple[str, Intent], ...]
    control_near_misses: tuple[str, ...]

    @property
    def control_words(self) -> list[str]:
        return [words for words, _ in self.control]


@functools.cache
def written(path: Path = PHRASES) -> Written:
    tables = tomllib.loads(path.read_text("utf-8"))
    pause = tables["pause"]
    others = {name: table for name, table in tables.items() if name not in ("pause", "reserved")}
    control = [(words, Intent(name)) for name, table in others.items() for words in table["phrases"]]
    meant = {normalised(words) for words, _ in control}
    near = [words for table in others.values() for words in table.get("near_misses", ())]
    return Written(
        pause=(*pause["recommended"], *pause["more"]),
        near_misses=tuple(pause["near_misses"]),
        control=tuple(control),
        control_near_misses=tuple(words for words in near if normalised(words) not in meant),
    )


@dataclass(frozen=True, slots=True)
class Repertoire:
    """What one talker says."""

    talker: Talker
    pause: tuple[str, ...]
    near_misses: tuple[str, ...]
    control: tuple[str, ...]
    talk: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def repertoire(talker: Talker) -> Repertoire:
    """The same for the same talker, always."""
    said, slow = written(), talker.engine == SLOW_ENGINE

    def some(of: Sequence[str], most: int, rng: random.Random | None = None) -> tuple[str, ...]:
        return tuple((rng or random.Random(talker.name)).sample(of, most if slow else len(of)))

    talking = random.Random(talker.name)
    talk = some(sentences.TALK, 4, talking)
    return Repertoire(
        talker=talker,
        pause=some(said.pause, 12),
        near_misses=some(said.near_misses, 8),
        control=tuple(dict.fromkeys((*some(said.control_words, 9), *EVERYBODY_SAYS))),
        talk=talk,
        before=tuple(talking.sample(sentences.BEFORE, 1)),
        after=tuple(talking.sample(sentences.AFTER, 1)),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A scene and what is said in it. ``phrase``: normalised. ``window``: what is listened for."""

    condition: str
    phrase: str
    intent: Intent
    window: frozenset[Intent]
    scene: Scene


class Material:
    """All the sound there is. ``cache``: where rendered sentences are kept."""

    def __init__(self, talkers: Sequence[Talker], cache: Path) -> None:
        self._cache = cache
        self.repertoires = [repertoire(talker) for talker in talkers]

    def pause_scenes(self, condition: Condition, count: int) -> Iterator[Said]:
        """So many pause phrases under this condition; engines and phrases as they come."""
        rng = random.Random(f"pause {condition.name}")
        for number in range(count):
            who = self._taking_turns(number, condition.name)
            words = rng.choice(who.pause)
            yield self._said(words, (Intent.PAUSE, AT_HOME), who, condition, rng)

    def control_scenes(self, condition: Condition, count: int) -> Iterator[Said]:
        """So many words of a pause, each in the window it belongs to."""
        rng = random.Random(f"control {condition.name}")
        intents = dict(written().control)
        for number in range(count):
            who = self._taking_turns(number, condition.name)
            words = rng.choice(who.control)
            window = next(window for window in WINDOWS if intents[words] in window)
            yield self._said(words, (intents[words], window), who, condition, rng)

    def hostile_talk(self, seconds: float, *, near_misses: float = NEAR_MISS_SHARE) -> Iterator[Samples]:
        """Conversations of a minute each, by two talkers, in all of `HOSTILE_ROOMS` in turn."""
        passed, number = 0.0, 0
        while passed < seconds:
            rng = random.Random(f"talk {number} {near_misses}")
            sound = self._conversation(rng, min(TURN_SECONDS, seconds - passed), near_misses)
            yield self._in_room(sound, HOSTILE_ROOMS[number % len(HOSTILE_ROOMS)], number)
            passed, number = passed + len(sound) / HEARING_RATE_HZ, number + 1

    def sound_of(self, talker: Talker, words: str) -> Samples:
        return say(talker, words, self._cache)

    def _taking_turns(self, number: int, condition: str) -> Repertoire:
        order = list(self.repertoires)
        random.Random(f"{condition} {number // len(order)}").shuffle(order)
        return order[number % len(order)]

    def _said(
        self,
        words: str,
        meant: tuple[Intent, frozenset[Intent]],
        who: Repertoire,
        condition: Condition,
        rng: random.Random,
    ) -> Said:
        others = [one for one in self.repertoires if one is not who] or [who]
        voices = [
            self.sound_of(one.talker, rng.choice(one.talk))
            for one in rng.sample(others, min(VOICES_AROUND, len(others)))
        ]
        around = Surroundings(
            voices, self.sound_of(who.talker, rng.choice(who.before)), self.sound_of(who.talker, rng.choice(who.after))
        )
        scene = condition.scene(self.sound_of(who.talker, words), around, rng.randrange(1 << 32))
        return Said(condition.name, normalised(words), *meant, scene)

    def _conversation(self, rng: random.Random, seconds: float, near_misses: float) -> Samples:
        pair = rng.sample(self.repertoires, min(2, len(self.repertoires)))
        parts: list[Samples] = []
        while sum(map(len, parts)) < seconds * HEARING_RATE_HZ:
            who = rng.choice(pair)
            words = rng.choice(who.near_misses if rng.random() < near_misses else who.talk)
            gap = np.zeros(int(rng.uniform(*GAP_SECONDS) * HEARING_RATE_HZ), np.int16)
            parts += [self.sound_of(who.talker, words), gap]
        return np.concatenate(parts)

    @staticmethod
    def _in_room(sound: Samples, room: str, seed: int) -> Samples:
        none = np.zeros(0, np.int16)
        condition = ROOMS[room]
        return condition.scene(sound, Surroundings((), none, none), seed).samples


ROOMS = {**CONDITIONS, "pink 15 dB": Condition("pink 15 dB", noise=CONDITIONS["pink 10 dB"].noise, ratio_db=15)}


def quiet_room(seconds: float, seed: int = 0) -> Samples:
    """Nobody there; only the microphone's own noise."""
    noise = coloured(int(seconds * HEARING_RATE_HZ), 1, np.random.default_rng(seed))
    samples: Samples = (noise / noise.std() * 10 ** (QUIET_ROOM_DBFS / 20) * FULL_SCALE).astype(np.int16)
    return samples


def with_time_to_answer(samples: Samples) -> Samples:
    """The scene's room goes on a little, then it is quiet: a question waits for the end of the talk."""
    goes_on = samples[: -int(ROOM_GOES_ON_SECONDS * HEARING_RATE_HZ) - 1 : -1]  # backwards, so that there is no step
    return np.concatenate([samples, goes_on, quiet_room(QUIET_AFTERWARDS_SECONDS)])


def blocks(samples: Samples) -> Iterator[tuple[float, Samples]]:
    """(stream seconds at the block's end, block of 30 ms), as a microphone delivers it."""
    whole = len(samples) // HEARING_BLOCK_FRAMES
    for number, block in enumerate(samples[: whole * HEARING_BLOCK_FRAMES].reshape(whole, -1)):
        yield (number + 1) * BLOCK_SECONDS, block
