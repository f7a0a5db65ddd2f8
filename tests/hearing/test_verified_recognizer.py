"""Spotting and checking together: what each is asked, whose word counts, and what happens when the checking fails."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from assistant.devices.whisper import WhisperModel
from assistant.hearing.notices import Notice
from assistant.hearing.phrase_scorer import PhraseScorer
from assistant.hearing.signs import NO_SIGN, ONE_SIGN, TWO_SIGNS, judged_by_signs
from assistant.hearing.verified_recognizer import MOST_FAILURES, VerifiedRecognizer, Verifier
from assistant.messages import Intent
from assistant.ports import Hypothesis
from assistant.settings.loader import Settings
from assistant.sound import HEARING_RATE_HZ, Samples
from hearing.speech import Talkers, blocks, in_a_room

PAUSE, READY = "i need a pause", "ready"
SPOTTED = Hypothesis(PAUSE, -2.5, 2.0, 3.0)


def ramp(seconds: float) -> Samples:
    """Sound in which every 10 ms have a number of their own."""
    return np.repeat(np.arange(round(seconds * 100), dtype=np.int16), HEARING_RATE_HZ // 100)


class Spotter:
    """Finds what it is told to find."""

    def __init__(self) -> None:
        self.at_once: Sequence[Hypothesis] = ()
        self.at_lull: Sequence[Hypothesis] = ()
        self.at_end: Sequence[Hypothesis] = ()
        self.written = ""
        self.heard_frames = 0

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        self.listening = list(phrases), list(decoys)

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self.heard_frames += len(samples)
        return self.at_once

    def lull(self) -> Sequence[Hypothesis]:
        return self.at_lull

    def finish(self) -> Sequence[Hypothesis]:
        return self.at_end

    def reset(self) -> None:
        self.heard_frames = 0

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def close(self) -> None:
        self.reset()

    def transcript(self, samples: Samples) -> str:
        self.asked_to_write = samples
        return self.written


class Judge(Spotter):
    """Gives its verdicts one after the other; a number is how long it takes, an error what it raises."""

    def __init__(self, *verdicts: Hypothesis | float | Exception | None) -> None:
        super().__init__()
        self.verdicts = list(verdicts)
        self.cuts: list[Samples] = []

    def score_cut(self, samples: Samples, phrases: Sequence[str]) -> Hypothesis | None:
        self.cuts.append(samples)
        verdict = self.verdicts.pop(0)
        if isinstance(verdict, float):
            time.sleep(verdict)
            return None
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        super().accept(samples)
        if self.verdicts and isinstance(self.verdicts[0], Exception):
            raise self.verdicts[0]
        return self.at_once


def verdict(score: float, before: str = "", after: str = "") -> Hypothesis:
    return Hypothesis(PAUSE, score, 0.5, 1.0, before, "I need a pause.", after)


def together(spotter: Spotter, judge: Verifier | None, *, budget_seconds: float = 20.0) -> VerifiedRecognizer:
    recognizer = VerifiedRecognizer(spotter, judge, spotted=[PAUSE], budget_seconds=budget_seconds)
    recognizer.listen_for([PAUSE], ["you need a pause"])
    return recognizer


def utterance(recognizer: VerifiedRecognizer, sound: Samples) -> list[Hypothesis]:
    found = [hypothesis for block in blocks(sound) for hypothesis in recognizer.accept(block)]
    return [*found, *recognizer.lull(), *recognizer.finish()]


# --- who is asked about what ----------------------------------------------------------------------------------------


def test_the_score_and_the_words_are_those_of_who_checks() -> None:
    spotter, judge = Spotter(), Judge(verdict(-0.5, "Well,", "now"))
    spotter.at_end = [SPOTTED]
    (found,) = utterance(together(spotter, judge), ramp(6))
    assert (found.phrase, found.score, found.before, found.after) == (PAUSE, -0.5, "Well,", "now")
    # Three seconds with the phrase in their middle, and the seconds of the utterance again.
    assert judge.cuts[0].tolist() == ramp(6)[round(1.0 * HEARING_RATE_HZ) : round(4.0 * HEARING_RATE_HZ)].tolist()
    assert (found.start_seconds, found.end_seconds) == (1.5, 2.0)


def test_a_phrase_at_the_end_has_more_before_it_in_the_cut() -> None:
    spotter, judge = Spotter(), Judge(verdict(-0.5))
    spotter.at_end = [SPOTTED]
    utterance(together(spotter, judge), ramp(3.3))
    assert (judge.cuts[0][0], judge.cuts[0][-1]) == (30, 329)


def test_a_short_utterance_is_one_cut() -> None:
    spotter, judge = Spotter(), Judge(verdict(-0.5))
    spotter.at_end = [replace(SPOTTED, start_seconds=0.3, end_seconds=1.1)]
    utterance(together(spotter, judge), ramp(1.8))
    assert judge.cuts[0].tolist() == ramp(1.8).tolist()


def test_an_unsure_look_is_followed_by_a_narrow_one_and_the_better_counts() -> None:
    for wide, narrow, best in ((-1.8, -1.2, -1.2), (-1.8, -2.2, -1.8)):
        spotter, judge = Spotter(), Judge(verdict(wide, "He said"), verdict(narrow))
        spotter.at_end = [SPOTTED]
        (found,) = utterance(together(spotter, judge), ramp(6))
        assert (found.score, found.before) == (best, "He said"), "the words around it are those of the wide look"
        assert (judge.cuts[1][0], judge.cuts[1][-1]) == (180, 329)


@pytest.mark.parametrize("wide", [None, verdict(-4.0)])
def test_what_is_not_there_with_its_surroundings_gets_no_second_look(wide: Hypothesis | None) -> None:
    spotter, judge = Spotter(), Judge(wide, verdict(0.0))
    spotter.at_end = [SPOTTED]
    found = utterance(together(spotter, judge), ramp(6))
    assert [hypothesis.score for hypothesis in found] == ([] if wide is None else [-4.0])
    assert len(judge.cuts) == 1


def test_nothing_spotted_nothing_checked() -> None:
    judge = Judge()
    assert utterance(together(Spotter(), judge), ramp(2)) == []
    assert judge.cuts == []
    assert judge.heard_frames == 0


def test_a_phrase_that_is_sure_in_a_lull_is_told_then_and_once() -> None:
    spotter, judge = Spotter(), Judge(verdict(-0.2))
    spotter.at_lull = [SPOTTED]
    spotter.at_end = [replace(SPOTTED, end_seconds=3.1)]
    recognizer = together(spotter, judge)
    recognizer.accept(ramp(4))
    assert [hypothesis.score for hypothesis in recognizer.lull()] == [-0.2]
    assert recognizer.finish() == []


@pytest.mark.parametrize(("more", "score"), [(0.27, -1.9), (0.6, -1.2)])
def test_a_phrase_that_is_unsure_in_a_lull_is_told_at_the_end(more: float, score: float) -> None:
    spotter, judge = Spotter(), Judge(verdict(-1.9), verdict(-2.1), verdict(-1.2), verdict(-1.6))
    spotter.at_lull = spotter.at_end = [SPOTTED]
    recognizer = together(spotter, judge)
    recognizer.accept(ramp(4))
    assert recognizer.lull() == []
    recognizer.accept(ramp(more))
    assert [hypothesis.score for hypothesis in recognizer.finish()] == [score], "new sound is worth a new look"


def test_two_candidates_that_are_the_same_words_are_one() -> None:
    spotter, judge = Spotter(), Judge(verdict(-0.2), verdict(-0.3))
    spotter.at_end = [SPOTTED, replace(SPOTTED, start_seconds=2.5, end_seconds=3.4)]
    assert len(utterance(together(spotter, judge), ramp(4))) == 1


def test_short_answers_go_to_who_checks_and_only_there() -> None:
    spotter, judge = Spotter(), Judge()
    judge.at_end = [Hypothesis(READY, -0.1, 0.3, 0.8)]
    spotter.at_end = [Hypothesis(READY, -2.5, 0.3, 0.8)]
    recognizer = together(spotter, judge)
    recognizer.listen_for([READY, PAUSE], ["already"])
    assert judge.listening == spotter.listening == ([READY, PAUSE], ["already"])
    assert [hypothesis.score for hypothesis in utterance(recognizer, ramp(1.5))] == [-0.1]
    assert (spotter.heard_frames, judge.cuts) == (0, [])


# --- when the checking fails ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "written", "score"),
    [
        ("", "i need a pause", TWO_SIGNS),
        ("", "so i need a pause now", TWO_SIGNS),
        ("", "i need a paws", ONE_SIGN),
        ("", "", ONE_SIGN),
        ("okay", "okay i need a pause", ONE_SIGN),
        ("okay", "you need applause", NO_SIGN),
    ],
)
def test_two_of_three_signs(before: str, written: str, score: float) -> None:
    judged = judged_by_signs(replace(SPOTTED, before=before, inside=PAUSE), written)
    assert judged.score == score
    if PAUSE in written:
        assert f"{judged.before} {judged.inside} {judged.after}".strip() == written
    else:
        assert judged.inside == (written or PAUSE), "what was heard instead may show that it was not meant"


def test_the_scores_of_the_signs_mean_act_ask_and_nothing(settings: Settings) -> None:
    hearing = settings.machine.hearing
    assert TWO_SIGNS >= hearing.act_score > ONE_SIGN >= hearing.ask_score > NO_SIGN


def test_without_anyone_to_check_the_signs_decide() -> None:
    spotter = Spotter()
    spotter.at_lull = spotter.at_end = [SPOTTED]
    spotter.written = PAUSE
    recognizer = together(spotter, None)
    recognizer.accept(ramp(6))
    assert not recognizer.lull(), "what can still change is no sign"
    assert [hypothesis.score for hypothesis in recognizer.finish()] == [TWO_SIGNS]
    assert (spotter.asked_to_write[0], spotter.asked_to_write[-1]) == (100, 399)
    assert recognizer.notices() == []


@pytest.mark.parametrize(
    ("trouble", "notice"), [(0.6, Notice.VERIFIER_SLOW), (RuntimeError("i need"), Notice.VERIFIER_FAILED)]
)
def test_who_checks_too_slowly_or_fails_is_done_without(trouble: float | Exception, notice: Notice) -> None:
    spotter, judge = Spotter(), Judge(trouble, trouble, verdict(-0.1))
    spotter.at_end = [SPOTTED]
    recognizer = together(spotter, judge, budget_seconds=0.2)
    for _ in range(2):
        began = time.monotonic()
        assert [hypothesis.score for hypothesis in utterance(recognizer, ramp(4))] == [ONE_SIGN]
        assert time.monotonic() - began < 0.5
    assert recognizer.notices() == [notice]
    assert recognizer.notices() == [], "once is enough"


def test_after_a_failure_the_next_one_is_checked_again() -> None:
    spotter, judge = Spotter(), Judge(RuntimeError(), verdict(-0.1))
    spotter.at_end = [SPOTTED]
    recognizer = together(spotter, judge)
    assert [utterance(recognizer, ramp(4))[0].score for _ in range(2)] == [ONE_SIGN, -0.1]


def test_after_several_failures_the_answers_are_heard_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    spotter, judge = Spotter(), Judge(RuntimeError())
    spotter.at_end = [Hypothesis(READY, -2.5, 0.3, 0.8)]
    spotter.written = READY
    recognizer = together(spotter, judge)
    recognizer.listen_for([READY], [])
    recognizer.accept(ramp(1.5))  # the first part of an utterance fails only once
    for _ in range(MOST_FAILURES - 1):
        assert spotter.heard_frames == 0
        recognizer.accept(ramp(0.03))
    assert spotter.heard_frames == round(1.56 * HEARING_RATE_HZ), "the first pass has caught up"
    assert [hypothesis.score for hypothesis in recognizer.finish()] == [TWO_SIGNS]
    judge.verdicts.clear()
    judge.at_end = [Hypothesis(READY, -0.3, 0.3, 0.8)]
    assert [hypothesis.score for hypothesis in utterance(recognizer, ramp(1.5))] == [TWO_SIGNS], "it rests"
    monkeypatch.setattr(time, "monotonic", lambda: 1e9)
    recognizer.reset()
    assert [hypothesis.score for hypothesis in utterance(recognizer, ramp(1.5))] == [-0.3], "and has another chance"


# --- with the real scorer -------------------------------------------------------------------------------------------


def checked(recognizer: VerifiedRecognizer, spotter: Spotter, talkers: Talkers, text: str, phrase: str) -> float | None:
    """The score when `phrase` is spotted in the middle part of `text` (before | phrase | after)."""
    before, middle, after = ([talkers.say(part.strip())] if part.strip() else [] for part in text.split("|"))
    start = 0.3 + sum(clip.seconds for clip in before)
    spotter.at_end = [Hypothesis(phrase, -2.5, start, start + middle[0].seconds)]
    found = utterance(recognizer, in_a_room(*before, *middle, *after, before_seconds=0.3, after_seconds=0.5))
    return found[0].score if found else None


def test_the_real_scorer_tells_a_phrase_from_what_sounds_like_it(
    whisper: WhisperModel, talkers: Talkers, settings: Settings
) -> None:
    pauses = list(settings.phrases.phrases_for({Intent.PAUSE}, settings.agreement))
    spotter = Spotter()
    recognizer = VerifiedRecognizer(spotter, PhraseScorer(whisper), spotted=pauses, budget_seconds=20)
    recognizer.listen_for(pauses, settings.phrases.decoys_for({Intent.PAUSE}))
    act, ask = settings.machine.hearing.act_score, settings.machine.hearing.ask_score
    for text in ("| I need a pause. |", "This is going nowhere. | I need a pause. | We are both shouting."):
        score = checked(recognizer, spotter, talkers, text, PAUSE)
        assert score is not None
        assert score > act
    for text in (
        "| You need a pause. |",
        "You know that I don't think | I need a pause | button.",
        "| Let's take the boss. |",
        "| The weather is fine. |",
    ):
        score = checked(recognizer, spotter, talkers, text, PAUSE)
        assert score is None or score < ask, text
