from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.hearing.ears import DEAF_AFTER_SPEAKING_SECONDS, Ears
from assistant.hearing.gate import Gate
from assistant.hearing.over_speech import LOOK_EVERY_SECONDS, OverSpeech
from assistant.hearing.trigger import Trigger
from assistant.messages import Intent
from assistant.ports import Hypothesis
from assistant.settings.loader import Settings
from assistant.sound import BLOCK_SECONDS, HEARING_BLOCK_FRAMES, Samples
from hearing.test_over_speech import over_speech_of

PAUSE = "i need a pause"
READY = "i'm ready"
SPEECH = np.tile(np.array([1000, -1000], np.int16), HEARING_BLOCK_FRAMES // 2)
QUIET = np.zeros(HEARING_BLOCK_FRAMES, np.int16)


class LoudIsSpeech:
    def is_speech(self, block: Samples) -> bool:
        return bool(block[0] > 100)


def hypothesis(phrase: str, score: float = 0.0, start_seconds: float = 0.3) -> Hypothesis:
    return Hypothesis(phrase, score, start_seconds, start_seconds + 0.7, inside=phrase)


class RecordedRecognizer:
    """Keeps what it is asked in `calls`, and answers a `lull`, a `finish` or a `poll` with what was put in `answers`.

    Like the real one, it has no answer for sound that it was told to forget.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.frames = 0
        self.phrases: Sequence[str] = ()
        self.decoys: Sequence[str] = ()
        self.answers: dict[str, list[Hypothesis]] = {}

    @property
    def asked(self) -> list[str]:
        """The calls, without those that only ask for late answers."""
        return [call for call in self.calls if call != "poll"]

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        self.calls.append("listen_for")
        self.phrases, self.decoys = phrases, decoys

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self.calls.append("accept")
        self.frames += len(samples)
        return self.answers.pop("accept", [])

    def lull(self) -> Sequence[Hypothesis]:
        self.calls.append("lull")
        return self.answers.pop("lull", [])

    def finish(self) -> Sequence[Hypothesis]:
        self.calls.append("finish")
        self.frames = 0
        return self.answers.pop("finish", [])

    def reset(self) -> None:
        self.calls.append("reset")
        self.frames = 0
        self.answers.clear()

    def poll(self) -> Sequence[Hypothesis]:
        self.calls.append("poll")
        return self.answers.pop("poll", [])

    def close(self) -> None:
        self.calls.append("close")


class FarRecognizer(RecordedRecognizer):
    """The same in another process: `late` answers come with how many utterances ago their words were said."""

    def __init__(self) -> None:
        super().__init__()
        self.listening = self.caught_up = True
        self.late: list[tuple[int, list[Hypothesis]]] = []

    def belated(self) -> Sequence[tuple[int, Sequence[Hypothesis]]]:
        late, self.late = self.late, []
        return late

    def reset(self) -> None:
        super().reset()
        self.late.clear()


class Listener:
    """Ears with a recorded recogniser, and a clock that goes on by one block each time.

    ``over_speech``: hears what is said while we speak ourselves.
    """

    def __init__(
        self,
        settings: Settings,
        recognizer: RecordedRecognizer | None = None,
        over_speech: OverSpeech | None = None,
    ) -> None:
        self.recognizer = recognizer or RecordedRecognizer()
        self.now = 100.0
        self.doubts = 0
        self.ears = Ears(
            gate=Gate(LoudIsSpeech()),
            recognizer=self.recognizer,
            trigger=Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by),
            phrases=settings.phrases,
            agreement=settings.agreement,
            over_speech=over_speech,
        )
        self.ears.listen_for(frozenset({Intent.PAUSE, Intent.READY}))
        self.recognizer.calls.clear()

    def hear(self, pattern: str, *, speaking: bool = False) -> list[Intent | None]:
        """One block for each character, "#" for speech and "." for none; what each of them meant."""
        meant: list[Intent | None] = []
        for character in pattern:
            heard = self.ears.hear(SPEECH if character == "#" else QUIET, self.now, speaking=speaking)
            meant.append(heard.intent if heard else None)
            self.doubts += heard is not None and not heard.sure
            self.now += BLOCK_SECONDS
        return meant


@pytest.fixture
def listener(settings: Settings) -> Listener:
    return Listener(settings)


def test_a_quiet_room_costs_nothing(listener: Listener) -> None:
    assert listener.hear("." * 50) == [None] * 50
    assert set(listener.recognizer.calls) == {"poll"}


def test_an_utterance_is_handed_over_whole(listener: Listener) -> None:
    listener.hear("." * 20 + "#" * 10 + "." * 16)
    assert listener.recognizer.frames == (8 + 10 + 16) * HEARING_BLOCK_FRAMES, "the 0.3 s before it included"
    listener.hear(".")
    assert listener.recognizer.asked == ["accept"] * 17 + ["lull"] + ["accept"] * 9 + ["finish"]
    listener.hear(".")
    assert listener.recognizer.calls[-1] == "poll", "and that was all"


@pytest.mark.parametrize(("when", "pattern"), [("accept", "##"), ("lull", "##" + "." * 8), ("finish", "##" + "." * 17)])
def test_what_the_recognizer_finds_becomes_an_intent_at_once(listener: Listener, when: str, pattern: str) -> None:
    listener.recognizer.answers[when] = [hypothesis(PAUSE)]
    meant = listener.hear(pattern)
    assert meant == [None] * (len(pattern) - 1) + [Intent.PAUSE]


def test_an_answer_may_come_when_nobody_speaks_any_more(listener: Listener) -> None:
    listener.hear("###" + "." * 30)
    listener.recognizer.answers["poll"] = [hypothesis(PAUSE)]
    assert listener.hear("..") == [Intent.PAUSE, None]


def test_a_doubt_is_asked_about_when_the_talk_is_over(listener: Listener) -> None:
    listener.recognizer.answers["accept"] = [hypothesis(PAUSE, -1.8)]
    assert set(listener.hear("#" * 30)) == {None}, "the next look may be surer"
    assert set(listener.hear("." * 16)) == {None}
    assert listener.doubts == 0
    assert listener.hear("..") == [Intent.PAUSE, None]
    assert listener.doubts == 1


def test_what_was_doubtful_before_breather_spoke_is_not_asked_about(listener: Listener) -> None:
    listener.recognizer.answers["accept"] = [hypothesis(PAUSE, -1.8)]
    listener.hear("###")
    listener.hear(".", speaking=True)
    assert set(listener.hear("." * 40)) == {None}


@pytest.mark.parametrize(("start", "called"), [(0.9, False), (1.0, False), (1.7, True)])
def test_two_looks_at_the_same_words_of_an_utterance_are_not_said_twice(
    listener: Listener, start: float, called: bool
) -> None:
    """Where the words stand is counted from the utterance's beginning: 0.3 s before it was noticed."""
    listener.recognizer.answers["accept"] = [hypothesis(PAUSE, -2.4, 0.9)]
    listener.hear("#" * 60)
    listener.recognizer.answers["accept"] = [hypothesis(PAUSE, -2.4, start)]
    assert (Intent.PAUSE in listener.hear("#")) is called


def test_a_phrase_in_the_next_utterance_is_said_again(listener: Listener) -> None:
    for expected in (False, True):
        listener.recognizer.answers["finish"] = [hypothesis(PAUSE, -2.4)]
        assert (Intent.PAUSE in listener.hear("#" * 40 + "." * 25)) is expected


@pytest.fixture
def far(settings: Settings) -> FarRecognizer:
    return FarRecognizer()


@pytest.fixture
def far_listener(settings: Settings, far: FarRecognizer) -> Listener:
    return Listener(settings, far)


UTTERANCE = "#" * 40 + "." * 17  # the gate is closed with the last block, and may open with the next


def test_a_late_answer_and_one_of_the_next_utterance_add_up(far_listener: Listener, far: FarRecognizer) -> None:
    """The words stand at the same second of both utterances. Counted from one beginning they would be said once."""
    far_listener.hear(UTTERANCE + "###")
    far.late = [(1, [hypothesis(PAUSE, -2.4)])]
    assert set(far_listener.hear("#" * 30)) == {None}
    far.answers["finish"] = [hypothesis(PAUSE, -2.4)]
    assert Intent.PAUSE in far_listener.hear("#" * 10 + "." * 20)
    assert far_listener.doubts == 0, "said twice is sure, and needs no question"


def test_two_looks_at_one_utterance_are_not_said_twice_though_the_second_comes_late(
    far_listener: Listener, far: FarRecognizer
) -> None:
    far.answers["accept"] = [hypothesis(PAUSE, -2.4, 1.0)]
    far_listener.hear("#" * 60 + "." * 17 + "#" * 5)
    far.late = [(1, [hypothesis(PAUSE, -2.4, 1.0)])]
    assert set(far_listener.hear("#" * 20)) == {None}


def test_late_answers_of_several_utterances_each_have_their_own_beginning(
    far_listener: Listener, far: FarRecognizer
) -> None:
    far_listener.hear(UTTERANCE + UTTERANCE + "###")
    far.late = [(2, [hypothesis(PAUSE, -2.4)]), (1, [hypothesis(PAUSE, -2.4)])]
    assert Intent.PAUSE in far_listener.hear("#")


def test_a_late_answer_takes_nothing_from_the_utterance_under_way(far_listener: Listener, far: FarRecognizer) -> None:
    far_listener.ears.listen_for(frozenset({Intent.READY, Intent.QUIET}))
    far_listener.hear(UTTERANCE + "###")
    far.late = [(1, [hypothesis(READY)])]
    far.answers["accept"] = [hypothesis("quiet please", 0.0, 0.1)]
    assert far_listener.hear("##") == [Intent.QUIET, None]
    assert Intent.READY in far_listener.hear("###" + "." * 40), "it waited for the end of what was being said"


def test_what_was_found_before_the_question_changed_means_nothing_afterwards(
    far_listener: Listener, far: FarRecognizer
) -> None:
    far_listener.hear(UTTERANCE + "###")
    far.late = [(1, [hypothesis(PAUSE)])]
    far.answers["accept"] = [hypothesis(READY, 0.0, 0.1)]
    assert far_listener.hear("#") == [Intent.PAUSE]
    far_listener.ears.listen_for(frozenset({Intent.READY}))
    assert set(far_listener.hear("#" * 5)) == {None}


def test_an_answer_that_is_many_utterances_late_means_nothing(far_listener: Listener, far: FarRecognizer) -> None:
    far_listener.hear(UTTERANCE * 20)
    far.late = [(19, [hypothesis(PAUSE)])]
    assert set(far_listener.hear("..")) == {None}


def test_whether_it_listens_is_the_recognizers_to_say(
    listener: Listener, far_listener: Listener, far: FarRecognizer
) -> None:
    assert listener.ears.listening, "one in this process cannot be gone"
    assert far_listener.ears.listening
    far.listening = False
    assert not far_listener.ears.listening


def test_while_breather_speaks_it_still_asks_the_recognizer_how_it_is(far_listener: Listener) -> None:
    far_listener.hear("#" * 20, speaking=True)
    assert far_listener.recognizer.calls.count("poll") == 20


def test_nothing_is_heard_while_breather_speaks(listener: Listener) -> None:
    assert listener.hear("#" * 40, speaking=True) == [None] * 40
    assert listener.recognizer.asked == ["reset"], "told once to forget, and given nothing"


def test_nothing_is_heard_for_a_moment_longer(listener: Listener) -> None:
    listener.hear("#", speaking=True)
    deaf_blocks = round(DEAF_AFTER_SPEAKING_SECONDS / BLOCK_SECONDS)
    assert deaf_blocks == 13
    listener.hear("#" * (deaf_blocks - 1))
    assert listener.recognizer.asked == ["reset"]
    listener.hear("##" + "###")
    assert "accept" in listener.recognizer.asked, "after 0.4 s Breather listens again"
    assert listener.recognizer.frames <= 5 * HEARING_BLOCK_FRAMES, "and to nothing of what came before"


def test_what_was_being_said_when_breather_began_is_forgotten(listener: Listener) -> None:
    listener.hear("#" * 10)
    assert listener.recognizer.frames
    listener.hear("#", speaking=True)
    assert listener.recognizer.frames == 0
    listener.hear("." * 13)
    listener.recognizer.calls.clear()
    listener.hear("." * 30)
    assert set(listener.recognizer.calls) == {"poll"}, "the utterance is not finished later"


def test_an_answer_still_being_worked_out_from_before_is_dropped(listener: Listener) -> None:
    listener.hear("###" + "." * 20)
    listener.recognizer.answers["poll"] = [hypothesis(PAUSE)]
    assert listener.hear("." * 3, speaking=True) == [None] * 3
    assert listener.hear("." * 60) == [None] * 60


def test_a_short_gap_between_two_sentences_does_not_open_the_ears(listener: Listener) -> None:
    listener.hear("#", speaking=True)
    listener.hear("#" * 5)
    listener.hear("#" * 3, speaking=True)
    listener.hear("#" * 12)
    assert listener.recognizer.asked == ["reset"]


def test_each_time_breather_speaks_it_forgets_again(listener: Listener) -> None:
    for _ in range(3):
        listener.hear("#", speaking=True)
        listener.hear("." * 14 + "####")
    assert listener.recognizer.calls.count("reset") == 3


def test_other_listening_forgets_the_utterance_first(listener: Listener) -> None:
    listener.hear("#" * 10)
    listener.recognizer.answers["finish"] = [hypothesis(PAUSE)]
    listener.recognizer.calls.clear()
    listener.ears.listen_for(frozenset({Intent.READY}))
    assert listener.recognizer.calls == ["reset", "listen_for"]
    assert listener.recognizer.frames == 0
    assert listener.hear("." * 40) == [None] * 40
    assert "finish" not in listener.recognizer.calls


def test_each_listening_has_its_own_phrases_and_decoys(listener: Listener, settings: Settings) -> None:
    recognizer = listener.recognizer
    listener.ears.listen_for(frozenset({Intent.PAUSE}))
    assert set(recognizer.phrases) == set(settings.agreement.pause_words)
    assert "you need a pause" in recognizer.decoys
    listener.ears.listen_for(frozenset({Intent.READY, Intent.NOT_YET}))
    assert {"ready", "not yet"} <= set(recognizer.phrases)
    assert PAUSE not in recognizer.phrases
    assert "already" in recognizer.decoys
    assert not set(recognizer.phrases) & set(recognizer.decoys)
    recognizer.answers["poll"] = [hypothesis(PAUSE)]
    assert listener.hear(".") == [None], "a late answer to the former question means nothing"
    recognizer.answers["poll"] = [hypothesis(READY)]
    assert listener.hear(".") == [Intent.READY]


@pytest.mark.parametrize(
    ("intents", "cut"),
    [({Intent.PAUSE}, False), ({Intent.READY}, True), ({Intent.PAUSE, Intent.YES, Intent.NO}, True)],
)
def test_where_an_answer_is_waited_for_it_is_looked_at_soon_though_others_talk_on(
    listener: Listener, intents: set[Intent], cut: bool
) -> None:
    listener.ears.listen_for(frozenset(intents))
    listener.hear("#" * 100)
    assert ("finish" in listener.recognizer.calls) is cut


def test_listening_for_nothing_hears_nothing(listener: Listener) -> None:
    listener.ears.listen_for(frozenset())
    assert (list(listener.recognizer.phrases), list(listener.recognizer.decoys)) == ([], [])
    listener.recognizer.answers["poll"] = [hypothesis(PAUSE)]
    assert listener.hear(".") == [None]


# --- interruptible: while we speak, what stops us is listened for ---------------------------------------------------

QUIET_PLEASE = "quiet please"
IN_A_PAUSE = frozenset({Intent.QUIET, Intent.SILENT_EXIT, Intent.READY})


@pytest.fixture
def over_speech(settings: Settings) -> OverSpeech:
    return over_speech_of(settings)


@pytest.fixture
def open_listener(settings: Settings, over_speech: OverSpeech, far: FarRecognizer) -> Listener:
    listener = Listener(settings, far, over_speech)
    listener.ears.listen_for(IN_A_PAUSE)
    listener.recognizer.calls.clear()
    return listener


def test_what_stops_us_gets_through_while_we_speak_and_nothing_else_does(open_listener: Listener) -> None:
    recognizer = open_listener.recognizer
    open_listener.hear("#", speaking=True)
    for phrase in (PAUSE, READY):
        recognizer.answers["lull"] = [hypothesis(phrase)]
        assert set(open_listener.hear("#" * 30, speaking=True)) == {None}
        recognizer.answers["poll"] = [hypothesis(phrase)]
        assert set(open_listener.hear("#" * 3, speaking=True)) == {None}
    recognizer.answers["lull"] = [hypothesis(QUIET_PLEASE)]
    assert Intent.QUIET in open_listener.hear("#" * 30, speaking=True)


def test_while_we_speak_the_recognizer_is_told_only_of_what_stops_us(open_listener: Listener) -> None:
    recognizer = open_listener.recognizer
    open_listener.hear(".", speaking=True)
    assert recognizer.asked == ["reset", "listen_for"]
    assert QUIET_PLEASE in recognizer.phrases
    assert READY not in recognizer.phrases
    assert "be quiet" in recognizer.decoys
    open_listener.hear("." * 20)
    assert recognizer.asked == ["reset", "listen_for", "listen_for"]
    assert {QUIET_PLEASE, READY} <= set(recognizer.phrases)


def test_another_question_while_we_speak_counts_from_the_end_on(open_listener: Listener) -> None:
    recognizer = open_listener.recognizer
    open_listener.hear(".", speaking=True)
    open_listener.ears.listen_for(frozenset({Intent.SILENT_EXIT, Intent.NOT_YET}))
    assert set(recognizer.phrases) >= {"quiet stop quiet stop"}
    assert not {QUIET_PLEASE, "not yet"} & set(recognizer.phrases)
    open_listener.hear("." * 20)
    assert "not yet" in recognizer.phrases
    recognizer.answers["poll"] = [hypothesis("not yet")]
    assert open_listener.hear(".") == [Intent.NOT_YET]


def test_while_we_speak_it_looks_often_though_nobody_falls_silent(open_listener: Listener) -> None:
    open_listener.hear("#" * 100, speaking=True)
    looks = open_listener.recognizer.calls.count("lull")
    assert looks == pytest.approx(3.0 / LOOK_EVERY_SECONDS, abs=1)
    open_listener.hear("." * 30)
    open_listener.recognizer.calls.clear()
    open_listener.hear("#" * 100)
    assert "lull" not in open_listener.recognizer.calls, "at other times the recogniser has a rhythm of its own"


def test_it_does_not_look_again_before_the_last_look_is_answered(open_listener: Listener, far: FarRecognizer) -> None:
    open_listener.hear("#" * 10, speaking=True)
    far.caught_up = False
    far.calls.clear()
    open_listener.hear("#" * 60, speaking=True)
    assert "lull" not in far.calls
    assert far.calls.count("accept") == 60, "the sound goes on being handed over"
    far.caught_up = True
    open_listener.hear("#", speaking=True)
    assert far.calls.count("lull") == 1


def test_where_nothing_that_stops_us_is_listened_for_it_is_deaf(open_listener: Listener) -> None:
    for intents in (frozenset({Intent.PAUSE}), frozenset[Intent]()):
        open_listener.ears.listen_for(intents)
        open_listener.recognizer.calls.clear()
        assert open_listener.hear("#" * 40, speaking=True) == [None] * 40
        assert "accept" not in open_listener.recognizer.calls
        assert "poll" in open_listener.recognizer.calls
        open_listener.hear("." * 30)


def test_it_is_deaf_to_all_else_for_a_moment_longer(open_listener: Listener) -> None:
    open_listener.hear("#", speaking=True)
    open_listener.recognizer.answers["finish"] = [hypothesis(READY)]
    assert set(open_listener.hear("#" * 12)) == {None}
    assert set(open_listener.hear("." * 20)) == {None}, "what was said over our last word is no answer"
    open_listener.recognizer.answers["finish"] = [hypothesis(READY)]
    assert Intent.READY in open_listener.hear("#" * 10 + "." * 31)


def test_a_last_look_at_the_end_is_still_about_what_stops_us(open_listener: Listener) -> None:
    open_listener.hear("#" * 10, speaking=True)
    open_listener.hear("#" * 12)
    open_listener.recognizer.answers["finish"] = [hypothesis(QUIET_PLEASE)]
    assert open_listener.hear("##").count(Intent.QUIET) == 1


def test_a_late_answer_belongs_to_what_was_said_while_we_spoke(open_listener: Listener, far: FarRecognizer) -> None:
    """Half sure is enough in quiet; over our own voice it is not."""
    open_listener.hear("#" * 10, speaking=True)
    open_listener.hear("." * 30 + "#" * 5)
    far.late = [(1, [hypothesis(QUIET_PLEASE, -1.9)])]
    assert set(open_listener.hear("#")) == {None}
    far.late = [(0, [hypothesis(QUIET_PLEASE, -1.9)])]
    far.answers["poll"] = []
    assert Intent.QUIET in open_listener.hear("#")


def test_whoever_asks_for_quiet_and_goes_on_is_heard_out(open_listener: Listener) -> None:
    recognizer = open_listener.recognizer
    open_listener.hear("#", speaking=True)
    recognizer.answers["lull"] = [hypothesis(QUIET_PLEASE)]
    assert Intent.QUIET in open_listener.hear("#" * 30, speaking=True)
    open_listener.hear("#" * 20)  # hushed, and 0.6 s on
    assert READY not in recognizer.phrases
    recognizer.answers["lull"] = [hypothesis("quiet stop quiet stop")]
    assert Intent.SILENT_EXIT in open_listener.hear("#" * 10)
    open_listener.hear("." * 20)
    assert READY in recognizer.phrases


def test_what_we_say_ourselves_is_not_heard(open_listener: Listener) -> None:
    for said, heard in (("You can say, quiet please.", False), ("Two minutes left.", True)):
        open_listener.ears.saying([said])
        open_listener.hear("#", speaking=True)
        open_listener.recognizer.answers["lull"] = [hypothesis(QUIET_PLEASE)]
        assert (Intent.QUIET in open_listener.hear("#" * 30, speaking=True)) is heard
        assert "lull" not in open_listener.recognizer.answers, "it was asked"
        open_listener.hear("." * 30)


def test_between_two_lines_it_listens_as_ever(open_listener: Listener) -> None:
    open_listener.hear("#" * 5, speaking=True)
    open_listener.hear("." * 20)
    open_listener.recognizer.answers["finish"] = [hypothesis(READY)]
    assert Intent.READY in open_listener.hear("#" * 10 + "." * 31)
