"""What `scripts/bench hearing` measures with: its material, its rooms and its counting."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hearing.speech import demo, in_a_room

from assistant.messages import Intent
from assistant.places import shipped
from assistant.ports import Hypothesis
from assistant.settings.loader import load_settings
from assistant.sound import HEARING_RATE_HZ, Samples

sys.path.append(str(Path(__file__).parents[1] / "scripts"))
from benchmarks import hearing_material, hearing_trial, talkers
from benchmarks.conditions import CONDITIONS, Condition, Surroundings
from benchmarks.hearing_designs import Decision, Design, Look, Take, ours
from benchmarks.hearing_material import Material, repertoire, with_time_to_answer
from benchmarks.hearing_trial import Heard, Silence, Trial, wilson
from teaching import thresholds


def murmur(talker: talkers.Talker, text: str, _cache: Path) -> Samples:
    rng = np.random.default_rng(list(f"{talker.name} {text}".encode()))
    return rng.normal(0, 3000, 900 * len(text)).astype(np.int16)


@pytest.fixture
def material(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Material:
    """Real scenes of sounds that only look like sentences: noise, as long as the sentence has letters."""

    monkeypatch.setattr(hearing_material, "say", murmur)
    return Material(talkers.REPORT, tmp_path)


def test_what_is_measured_hears_as_the_product_does() -> None:
    design = ours(load_settings(shipped("config")))
    calling, arguing = (design.take(in_a_room(demo(name))) for name in ("one-05", "two-02"))
    assert [(one.intent, one.sure) for one in calling.decisions] == [(Intent.PAUSE, True)]
    assert [one.intent for one in design.fires(calling, design.threshold)] == [Intent.PAUSE]
    assert arguing.decisions == ()


# --- material ---------------------------------------------------------------------------------------------------------


def test_nobody_who_is_tuned_with_is_reported_on() -> None:
    tuned, reported = ({(who.engine, who.voice) for who in part} for part in (talkers.DEVELOPMENT, talkers.REPORT))
    assert not tuned & reported
    assert len(tuned | reported) >= 20


def test_the_same_scenes_come_every_time_and_fewer_are_the_first_of_them(material: Material) -> None:
    condition = CONDITIONS["babble 10 dB"]
    once, again = (list(material.pause_scenes(condition, count)) for count in (4, 3))
    for first, second in zip(once, again, strict=False):
        assert first.phrase == second.phrase
        np.testing.assert_array_equal(first.scene.samples, second.scene.samples)
    other = next(material.pause_scenes(CONDITIONS["babble 20 dB"], 1))
    assert not np.array_equal(other.scene.samples, once[0].scene.samples)


def test_every_talker_has_a_turn_before_anybody_has_another(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoke = []

    def taking_turns(self: Material, number: int, condition: str) -> hearing_material.Repertoire:
        spoke.append(original(self, number, condition))
        return spoke[-1]

    original = Material._taking_turns
    monkeypatch.setattr(Material, "_taking_turns", taking_turns)
    list(material.pause_scenes(Condition("clean"), len(talkers.REPORT)))
    assert {who.talker for who in spoke} == set(talkers.REPORT)


def test_words_of_a_pause_are_heard_in_their_own_window(material: Material) -> None:
    scenes = list(material.control_scenes(Condition("clean"), 60))
    assert {scene.intent for scene in scenes} >= {Intent.READY, Intent.NOT_YET, Intent.YES, Intent.NO}
    for scene in scenes:
        assert scene.intent in scene.window
        assert scene.window in hearing_material.WINDOWS


@pytest.mark.long
def test_four_of_ten_lines_of_hostile_talk_are_near_misses(
    material: Material, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    near = set(hearing_material.written().near_misses)
    said: list[str] = []

    def say(talker: talkers.Talker, text: str, cache: Path) -> Samples:
        said.append(text)
        return murmur(talker, text, cache)

    monkeypatch.setattr(hearing_material, "say", say)
    seconds = sum(len(sound) for sound in material.hostile_talk(400.0)) / HEARING_RATE_HZ
    assert seconds == pytest.approx(400, abs=40)
    assert sum(text in near for text in said) / len(said) == pytest.approx(0.4, abs=0.12)
    assert not set(said) & set(hearing_material.written().pause)


def test_a_slow_voice_says_some_of_the_phrases_and_always_the_same() -> None:
    slow = next(who for who in talkers.REPORT if who.engine == "kokoro")
    quick = next(who for who in talkers.REPORT if who.engine == "flite")
    assert len(repertoire(slow).pause) == 12
    assert repertoire(slow) == repertoire(slow)
    assert set(repertoire(quick).pause) == set(hearing_material.written().pause)


# --- rooms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["pink 0 dB", "pink 20 dB", "brown 5 dB", "babble 10 dB", "kitchen 5 dB", "one voice over it, 5 dB"]
)
def test_a_room_is_as_loud_as_its_name_says(name: str) -> None:
    rng = np.random.default_rng(1)
    sentence, *voices = (rng.normal(0, 3000, 3 * HEARING_RATE_HZ).astype(np.int16) for _ in range(5))
    nothing = np.zeros(0, np.int16)
    condition = CONDITIONS[name]
    around = Surroundings(voices, nothing, nothing)
    noisy = condition.scene(sentence, around, 7)
    clean = Condition("clean").scene(sentence, around, 7)
    first, last = (int(seconds * HEARING_RATE_HZ) for seconds in (noisy.start, noisy.end))
    speech = clean.samples[first:last].astype(float)
    noise = noisy.samples.astype(float) - clean.samples
    ratio = 20 * np.log10(np.std(speech) / np.std(noise))
    assert ratio == pytest.approx(condition.ratio_db, abs=1)


def test_after_a_scene_the_room_goes_on_and_then_it_is_quiet() -> None:
    noise = np.random.default_rng(2).normal(0, 1000, 2 * HEARING_RATE_HZ).astype(np.int16)
    longer = with_time_to_answer(noise)
    after = longer[len(noise) :].astype(float)
    goes_on = int(hearing_material.ROOM_GOES_ON_SECONDS * HEARING_RATE_HZ)
    np.testing.assert_array_equal(longer[: len(noise)], noise)
    assert np.std(after[:goes_on]) == pytest.approx(1000, rel=0.1)
    assert np.std(after[goes_on:]) < 30
    assert (len(after) - goes_on) / HEARING_RATE_HZ == hearing_material.QUIET_AFTERWARDS_SECONDS


# --- counting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(97, 100, 0.9155, 0.9897), (0, 10, 0, 0.2775), (5, 5, 0.5655, 1)]
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-4)


def scene(*decisions: Decision) -> Heard:
    """The phrase is said from second 1 to second 2."""
    return Heard(Intent.PAUSE, 1.0, 2.0, Take(5.0, 0.1, decisions, ()))


@pytest.mark.parametrize(
    ("decision", "acted", "or_asked"),
    [
        (Decision(2.4, Intent.PAUSE), True, True),
        (Decision(3.5, Intent.PAUSE), True, True),
        (Decision(3.6, Intent.PAUSE), False, False),  # too late
        (Decision(0.9, Intent.PAUSE), False, False),  # nobody has said anything yet
        (Decision(2.4, Intent.READY), False, False),  # something else
        (Decision(3.9, Intent.PAUSE, sure=False), False, True),
        (Decision(0.9, Intent.PAUSE, sure=False), False, False),
    ],
)
def test_a_scene_counts_when_it_is_acted_on_in_time(decision: Decision, acted: bool, or_asked: bool) -> None:
    found = scene(decision)
    assert (found.acted is not None, found.acted_or_asked) == (acted, or_asked)
    assert hearing_trial.acted([found, scene()]).hits == acted
    assert hearing_trial.acted_or_asked([found, scene()]) == hearing_trial.Share(int(or_asked), 2)


def test_the_latency_is_counted_from_the_end_and_with_the_computing() -> None:
    assert scene(Decision(2.4, Intent.PAUSE, computing=0.1)).latency == pytest.approx(0.5)
    assert scene().latency is None


def test_false_pauses_are_counted_by_the_hour_and_questions_apart() -> None:
    fired = Take(900.0, 90.0, (Decision(5.0, Intent.PAUSE), Decision(60.0, Intent.PAUSE, sure=False)), ())
    found = Silence((fired, Take(900.0, 0.0, (), ())))
    assert (found.fires, found.questions, found.hours, found.fires_per_hour) == (1, 1, 0.5, 2.0)
    assert found.cost == pytest.approx(0.05)


# --- how sure it has to be --------------------------------------------------------------------------------------------


class Scores(Design):
    """Acts on every candidate that is sure enough."""

    name, threshold = "scores", -1.0
    thresholds = tuple(-number / 10 for number in range(46))

    def take(self, samples: Samples, window: frozenset[Intent] = frozenset()) -> Take:
        raise AssertionError("it has heard everything")

    def fires(self, take: Take, threshold: float) -> list[Decision]:
        return [Decision(at, Intent.PAUSE) for at, _, score in take.candidates if score >= threshold]


def an_hour(*scores: float) -> Silence:
    looks = tuple(Look(1.0, None, False, (Hypothesis("time out", score, 0.0, 0.0),)) for score in scores)
    return Silence((Take(3600.0, 0.0, (), looks),))


def chosen(hostile: Silence, recorded: Silence) -> dict[str, float]:
    return thresholds.chosen(Trial(Scores(), {}, hostile), recorded)


def test_no_pause_may_start_in_real_talk_with_something_to_spare() -> None:
    assert chosen(an_hour(), an_hour(-2.05))["act_score"] == -1.8
    assert chosen(an_hour(), an_hour(-0.55))["act_score"] == -0.3


def test_hostile_talk_may_start_ten_pauses_an_hour() -> None:
    assert chosen(an_hour(*10 * [-1.05]), an_hour(-2.05))["act_score"] == -1.8
    assert chosen(an_hour(*11 * [-1.05]), an_hour(-2.05))["act_score"] == -1.0


def test_the_less_follows_the_less_sure_it_may_be() -> None:
    found = chosen(an_hour(*11 * [-1.05], *8 * [-2.15], *8 * [-3.0]), an_hour(-1.55, -2.35, -2.45))
    assert found == {"act_score": -1.0, "ask_score": -2.1, "repeat_score": -2.9}


def test_where_nothing_is_strict_enough_it_says_so() -> None:
    with pytest.raises(ValueError, match="strict enough"):
        chosen(an_hour(), an_hour(0.0))
