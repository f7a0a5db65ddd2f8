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
from assistant.hearing.side_thread import MOST_FAILURES
from assistant.hearing.signs import LONGEST_WRITTEN_SECONDS, NO_SIGN, ONE_SIGN, TWO_SIGNS, judged_by_signs
from assistant.hearing.verified_recognizer import VerifiedRecognizer, Verifier
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
        self.writes_for_seconds = 0.0
        self.asked_to_write: list[Samples] = []
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
        self.asked_to_write.append(samples)
        if samples.any():  # not for the warming up
            time.sleep(self.writes_for_seconds)
        return self.written


def trouble(what: float | Exception | None) -> None:
    """A number is how long it takes, an error what it raises."""
    if isinstance(what, float):
        time.sleep(what)
    elif what is not None:
        raise what


class Judge(Spotter):
    """Gives its verdicts one after the other; ``troubles``: what its looks at whole utterances meet, one each.

    Like the scorer, it looks every 0.8 s, in a lull, and at the end where there is something new, but not at less than
    0.7 s; all else that it is asked asks for no work.
    """

    def __init__(self, *verdicts: Hypothesis | float | Exception | None) -> None:
        super().__init__()
        self.verdicts = list(verdicts)
        self.cuts: list[Samples] = []
        self.troubles: list[float | Exception | None] = []
        self.looks = self.unseen_frames = 0

    def score_cut(self, samples: Samples, phrases: Sequence[str]) -> Hypothesis | None:
        self.cuts.append(samples)
        verdict = self.verdicts.pop(0)
        if verdict is None or isinstance(verdict, Hypothesis):
            return verdict
        trouble(verdict)
        return None

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        super().accept(samples)
        self.unseen_frames += len(samples)
        if self.unseen_frames < 0.8 * HEARING_RATE_HZ:
            return ()
        self.look()
        return self.at_once

    def lull(self) -> Sequence[Hypothesis]:
        self.look()
        return self.at_lull

    def finish(self) -> Sequence[Hypothesis]:
        if self.unseen_frames > 0.3 * HEARING_RATE_HZ:
            self.look()
        self.reset()
        return self.at_end

    def reset(self) -> None:
        super().reset()
        self.unseen_frames = 0

    def look(self) -> None:
        self.unseen_frames = 0
        if self.heard_frames < 0.7 * HEARING_RATE_HZ:
            return
        self.looks += 1
        trouble(self.troubles.pop(0) if self.troubles else None)


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


def test_of_a_long_phrase_the_last_three_seconds_are_looked_at_and_the_seconds_are_right() -> None:
    spotter, judge = Spotter(), Judge(verdict(-1.8), verdict(-1.2))
    spotter.at_end = [replace(SPOTTED, start_seconds=1.0, end_seconds=4.5)]
    (found,) = utterance(together(spotter, judge), ramp(6))
    assert (judge.cuts[1][0], judge.cuts[1][-1]) == (180, 479), "0.3 s after its end, and no more than 3 s before that"
    assert (found.start_seconds, found.end_seconds) == (1.8 + 0.5, 1.8 + 1.0)


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
    ("before", "written", "signs"),
    [
        ("", "i need a pause", 2),
        ("", "so i need a pause now", 2),
        ("", "i need a paws", 1),
        ("", "", 1),
        ("okay", "okay i need a pause", 1),
        ("okay", "you need applause", 0),
    ],
)
def test_two_of_three_signs(before: str, written: str, signs: int) -> None:
    (judged,) = judged_by_signs([replace(SPOTTED, before=before, inside=PAUSE)], written)
    assert (judged.signs, judged.score) == (signs, (NO_SIGN, ONE_SIGN, TWO_SIGNS)[signs])
    if PAUSE in written:
        assert f"{judged.before} {judged.inside} {judged.after}".strip() == written
    else:
        assert judged.inside == (written or PAUSE), "what was heard instead may show that it was not meant"


@pytest.mark.parametrize(
    ("written", "signs"), [(PAUSE, [1, 0]), (f"{PAUSE} {PAUSE}", [1, 1]), (f"{READY} {PAUSE}", [1, 0])]
)
def test_what_is_written_once_is_a_sign_for_one(written: str, signs: list[int]) -> None:
    first, second = replace(SPOTTED, after=PAUSE), replace(SPOTTED, before=PAUSE, start_seconds=4.0, end_seconds=5.0)
    assert [judged.signs for judged in judged_by_signs([first, second], written)] == signs


def test_without_anyone_to_check_the_signs_decide() -> None:
    spotter = Spotter()
    spotter.at_lull = spotter.at_end = [SPOTTED]
    spotter.written = PAUSE
    recognizer = together(spotter, None)
    recognizer.accept(ramp(6))
    assert not recognizer.lull(), "what can still change is no sign"
    assert [hypothesis.signs for hypothesis in recognizer.finish()] == [2]
    assert (spotter.asked_to_write[-1][0], spotter.asked_to_write[-1][-1]) == (100, 399)
    assert recognizer.notices() == []


@pytest.mark.parametrize("judge", [None, Judge()])
def test_writing_is_warmed_up_before_it_is_needed(judge: Judge | None) -> None:
    spotter = Spotter()
    together(spotter, judge)
    (silence,) = spotter.asked_to_write
    assert len(silence) == HEARING_RATE_HZ
    assert not silence.any()


@pytest.mark.parametrize("judge", [None, Judge(RuntimeError(), RuntimeError(), RuntimeError())])
def test_the_candidates_of_a_moment_are_written_down_together_and_not_too_much_of_them(judge: Judge | None) -> None:
    spotter = Spotter()
    early = replace(SPOTTED, start_seconds=0.2, end_seconds=1.0, after=READY)
    spotter.at_end = [early, *(replace(SPOTTED, start_seconds=at, end_seconds=at + 0.5) for at in (4.2, 5.0))]
    spotter.written = f"{PAUSE} {PAUSE}"
    found = utterance(together(spotter, judge), ramp(6.6))
    assert [hypothesis.signs for hypothesis in found] == [0, 2, 2], "what was not written down was not written"
    _, once = spotter.asked_to_write
    assert (once[0], once[-1]) == (250, 649)
    assert len(once) == LONGEST_WRITTEN_SECONDS * HEARING_RATE_HZ


def test_all_of_a_moment_takes_less_than_one_and_a_half_budgets() -> None:
    spotter, judge = Spotter(), Judge(3.0)
    spotter.at_end = [replace(SPOTTED, start_seconds=at, end_seconds=at + 0.5) for at in (1.0, 2.0, 3.0)]
    spotter.written, spotter.writes_for_seconds = PAUSE, 2.0
    recognizer = together(spotter, judge, budget_seconds=0.4)
    recognizer.accept(ramp(6))
    began = time.monotonic()
    assert [hypothesis.signs for hypothesis in recognizer.finish()] == [1, 1, 1], "nothing was written in time"
    assert 0.4 < time.monotonic() - began < 0.6


@pytest.mark.parametrize(
    ("trouble", "notice"), [(0.6, Notice.VERIFIER_SLOW), (RuntimeError("i need"), Notice.VERIFIER_FAILED)]
)
def test_who_checks_too_slowly_or_fails_is_done_without(trouble: float | Exception, notice: Notice) -> None:
    spotter, judge = Spotter(), Judge(trouble, trouble, verdict(-0.1))
    spotter.at_end = [SPOTTED]
    recognizer = together(spotter, judge, budget_seconds=0.2)
    for _ in range(2):
        began = time.monotonic()
        assert [hypothesis.signs for hypothesis in utterance(recognizer, ramp(4))] == [1]
        assert time.monotonic() - began < 0.5
    assert recognizer.notices() == [notice]
    assert recognizer.notices() == [], "once is enough"


def test_that_somebody_decides_alone_is_told_when_it_is_so() -> None:
    spotter, judge = Spotter(), Judge(RuntimeError(), verdict(-0.3))
    spotter.at_lull = spotter.at_end = [SPOTTED]
    recognizer = together(spotter, judge)
    assert [hypothesis.score for hypothesis in utterance(recognizer, ramp(4))] == [-0.3], "checked at the end"
    assert recognizer.notices() == []


def test_after_a_failure_the_next_one_is_checked_again() -> None:
    spotter, judge = Spotter(), Judge(RuntimeError(), verdict(-0.1))
    spotter.at_end = [SPOTTED]
    recognizer = together(spotter, judge)
    assert [utterance(recognizer, ramp(4))[0].score for _ in range(2)] == [ONE_SIGN, -0.1]


@pytest.fixture
def answering() -> tuple[VerifiedRecognizer, Spotter, Judge]:
    """Both hear a "ready" at the end of everything; the judge's has a score of -0.3."""
    spotter, judge = Spotter(), Judge()
    spotter.at_end = [Hypothesis(READY, -2.5, 0.3, 0.8)]
    spotter.written = READY
    judge.at_end = [Hypothesis(READY, -0.3, 0.3, 0.8)]
    recognizer = together(spotter, judge, budget_seconds=0.2)
    recognizer.listen_for([READY], [])
    return recognizer, spotter, judge


def answers(recognizer: VerifiedRecognizer, seconds: float = 1.2) -> list[tuple[float, int | None]]:
    return [(found.score, found.signs) for found in utterance(recognizer, ramp(seconds))]


BY_SIGNS, CHECKED = [(TWO_SIGNS, 2)], [(-0.3, None)]


@pytest.mark.parametrize("look", [0, 1, 2], ids=["early", "in the lull", "at the end"])
def test_where_a_look_fails_the_answer_is_heard_from_the_beginning_without_it(
    answering: tuple[VerifiedRecognizer, Spotter, Judge], look: int
) -> None:
    recognizer, spotter, judge = answering
    judge.troubles = [*[None] * look, RuntimeError()]
    sound = ramp(1.2)
    found = [recognizer.accept(block) for block in blocks(sound)] + [recognizer.lull(), recognizer.accept(ramp(0.6))]
    assert not any(found)
    assert [hypothesis.signs for hypothesis in recognizer.finish()] == [2], "half of it may have meant the opposite"
    assert spotter.heard_frames == round(1.8 * HEARING_RATE_HZ)
    assert recognizer.notices() == [Notice.VERIFIER_FAILED]
    assert answers(recognizer) == CHECKED


def test_who_fails_at_every_look_rests_whatever_else_it_is_asked(
    answering: tuple[VerifiedRecognizer, Spotter, Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    recognizer, _, judge = answering
    judge.troubles = [RuntimeError()] * MOST_FAILURES
    for failed in range(1, MOST_FAILURES + 1):
        assert answers(recognizer) == BY_SIGNS
        assert judge.looks == failed
        utterance(recognizer, ramp(0.2))  # too short for a look, and so no proof of anything
    looks = judge.looks
    assert [answers(recognizer), answers(recognizer)] == [BY_SIGNS, BY_SIGNS]
    assert judge.looks == looks, "it rests"
    monkeypatch.setattr(time, "monotonic", lambda: 1e9)
    recognizer.reset()
    assert answers(recognizer) == CHECKED, "and has another chance"


def test_failures_that_are_not_in_a_row_do_not_add_up(answering: tuple[VerifiedRecognizer, Spotter, Judge]) -> None:
    recognizer, _, judge = answering
    for _ in range(MOST_FAILURES):
        judge.troubles = [RuntimeError()]
        assert [answers(recognizer), answers(recognizer)] == [BY_SIGNS, CHECKED]


def test_one_slow_look_is_one_failure(answering: tuple[VerifiedRecognizer, Spotter, Judge]) -> None:
    recognizer, _, judge = answering
    judge.troubles = [0.6]
    began = time.monotonic()
    assert [answers(recognizer), answers(recognizer), answers(recognizer)] == [BY_SIGNS] * 3, "it is still busy"
    assert time.monotonic() - began < 0.5, "and nobody waits for it again"
    assert recognizer.notices() == [Notice.VERIFIER_SLOW]
    time.sleep(0.7)
    assert answers(recognizer) == CHECKED, "and does not rest"


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
