"""What is not sure enough to act on: asked about, added up, or let pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from assistant.hearing.doubts import AFTER_TALK_SECONDS, AMID_TALK_SECONDS
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis
from assistant.settings.loader import Settings
from assistant.settings.machine import Hearing

PAUSE, OTHER_PAUSE = "i need a pause", "can we pause"
ASKED, CALLED = Heard(Intent.PAUSE, sure=False), Heard(Intent.PAUSE)
SCORES = {"act_score": -1.4, "ask_score": -2.0, "repeat_score": -2.6}  # written down, so that tuning changes no test
DOUBTFUL, FAINT = -1.8, -2.4  # worth a question; worth something only when it is said twice
TICK = 0.03


def heard(
    score: float,
    phrase: str = PAUSE,
    *,
    start: float = 0.3,
    end: float = 1.5,
    before: str = "",
    inside: str | None = None,
    after: str = "",
) -> Hypothesis:
    return Hypothesis(phrase, score, start, end, before, phrase if inside is None else inside, after)


class Talk:
    """A trigger whose clock goes on by itself."""

    def __init__(self, settings: Settings, **hearing: object) -> None:
        self._settings = settings
        self.trigger = Trigger(
            hearing=Hearing.model_validate(SCORES | hearing), cancelled=settings.phrases.pause_is_cancelled_by
        )
        self.now = 100.0
        self.listen_for(Intent.PAUSE)

    def listen_for(self, *intents: Intent) -> None:
        self.trigger.listen_for(self._settings.phrases.phrases_for(intents, self._settings.agreement))

    def say(self, *hypotheses: Hypothesis, began: float | None = None, talking: bool = False) -> Heard | None:
        return self.trigger.decide(hypotheses, self.now, began=began, talking=talking)

    def wait(self, seconds: float, *, talking: bool = False) -> list[tuple[float, Heard]]:
        """What comes of it, with the seconds until then."""
        came, start = [], self.now
        while self.now < start + seconds - TICK / 2:
            self.now += TICK
            if found := self.trigger.decide([], self.now, talking=talking):
                came.append((self.now - start, found))
        return came

    def asked_after(self, *hypotheses: Hypothesis) -> bool:
        assert self.say(*hypotheses) is None
        came = self.wait(2.0)
        assert [found for _, found in came] in ([], [ASKED])
        return bool(came)


@pytest.fixture
def talk(settings: Settings) -> Talk:
    return Talk(settings)


@pytest.mark.parametrize(
    ("score", "asked"), [(-1.41, True), (-2.0, True), (-2.01, False), (-2.6, False), (-6.0, False)]
)
def test_what_is_nearly_sure_enough_is_asked_about_once(talk: Talk, score: float, asked: bool) -> None:
    assert talk.asked_after(heard(score)) is asked
    assert talk.wait(20.0) == []


def test_a_question_waits_for_the_last_look_at_the_words(talk: Talk) -> None:
    assert talk.say(heard(DOUBTFUL)) is None
    ((seconds, found),) = talk.wait(2.0)
    assert found == ASKED
    assert seconds == pytest.approx(AFTER_TALK_SECONDS, abs=2 * TICK)


def test_and_in_the_middle_of_talk_for_two_more_looks(talk: Talk) -> None:
    assert talk.say(heard(DOUBTFUL), talking=True) is None
    ((seconds, found),) = talk.wait(2.0, talking=True)
    assert found == ASKED
    assert seconds == pytest.approx(AMID_TALK_SECONDS, abs=2 * TICK)


def test_a_surer_look_acts_at_once_and_nothing_is_asked(talk: Talk) -> None:
    assert talk.say(heard(-2.0), began=98.0, talking=True) is None
    assert talk.wait(0.8, talking=True) == []
    assert talk.say(heard(-0.3), began=98.0, talking=True) == CALLED
    assert talk.wait(10.0) == []


def test_a_later_look_that_hears_a_no_ends_the_doubt(talk: Talk) -> None:
    assert talk.say(heard(DOUBTFUL), began=98.0, talking=True) is None
    talk.wait(0.8, talking=True)
    assert talk.say(heard(DOUBTFUL, inside="I don't need a pause"), began=98.0, talking=True) is None
    assert talk.wait(10.0) == []


def test_a_no_about_other_words_does_not(talk: Talk) -> None:
    assert talk.say(heard(DOUBTFUL), began=98.0, talking=True) is None
    talk.wait(0.8, talking=True)
    elsewhere = heard(DOUBTFUL, start=1.6, end=2.6, inside="you need a pause")
    assert talk.say(elsewhere, began=98.0, talking=True) is None
    assert [found for _, found in talk.wait(3.0)] == [ASKED]


@pytest.mark.parametrize("inside", ["I don't need a pause", "you need a pause", "he said I need a pause"])
@pytest.mark.parametrize("score", [DOUBTFUL, FAINT, -1.41, 0.0])
def test_words_that_say_no_are_neither_acted_on_nor_asked_about_nor_added_up(
    talk: Talk, score: float, inside: str
) -> None:
    for _ in range(3):
        assert not talk.asked_after(heard(score, inside=inside))
        talk.now += 2.0


@pytest.mark.parametrize(("score", "expected"), [(-0.99, CALLED), (-1.01, ASKED), (-2.0, ASKED), (-2.01, None)])
def test_among_other_words_it_has_to_be_surer_or_is_asked_about(
    talk: Talk, score: float, expected: Heard | None
) -> None:
    at_once = talk.say(heard(score, before="the thing is"))
    assert next((found for _, found in talk.wait(2.0)), at_once) == expected


def test_only_a_pause_is_asked_about(talk: Talk) -> None:
    talk.listen_for(Intent.READY, Intent.NOT_YET, Intent.SETTLED)
    for phrase in ("i'm ready", "not yet", "settled"):
        assert not talk.asked_after(heard(-2.1, phrase))
        assert not talk.asked_after(heard(-2.1, phrase)), "and said twice it is no surer"


def test_no_question_when_both_scores_are_the_same(settings: Settings) -> None:
    talk = Talk(settings, act_score=-1.4, ask_score=-1.4)
    assert not talk.asked_after(heard(-1.41))
    talk.now += 10.0
    assert not talk.asked_after(heard(-1.2, before="the thing is"))


# --- how often ------------------------------------------------------------------------------------------------------


def test_one_question_in_half_a_minute(talk: Talk) -> None:
    assert talk.asked_after(heard(DOUBTFUL))
    asked = talk.now
    for second in (8.0, 16.0, 23.5):
        talk.now = asked + second
        assert not talk.asked_after(heard(DOUBTFUL))
    talk.now = asked + 30.0
    assert talk.asked_after(heard(DOUBTFUL))


def test_three_questions_in_ten_minutes(talk: Talk) -> None:
    began = talk.now
    for minute in range(3):
        talk.now = began + 60 * minute
        assert talk.asked_after(heard(DOUBTFUL))
    for second in (180.0, 400.0, 590.0):
        talk.now = began + second
        assert not talk.asked_after(heard(DOUBTFUL))
    talk.now = began + 601.0
    assert talk.asked_after(heard(DOUBTFUL)), "ten minutes after the first"
    talk.now += 30
    assert not talk.asked_after(heard(DOUBTFUL)), "but not after the second"


def test_a_doubt_is_not_asked_about_later_when_it_may_be(talk: Talk) -> None:
    assert talk.asked_after(heard(DOUBTFUL))
    talk.now += 25.0
    assert talk.say(heard(DOUBTFUL)) is None
    assert talk.wait(10.0) == []


def test_a_pause_that_has_just_begun_is_not_asked_about(talk: Talk) -> None:
    assert talk.say(heard(-0.1)) == CALLED
    talk.now += 7.0
    assert not talk.asked_after(heard(DOUBTFUL))


# --- said twice -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "later", "score", "called"),
    [
        (PAUSE, 4.0, FAINT, True),
        (OTHER_PAUSE, 4.0, FAINT, True),
        (PAUSE, 5.9, -2.6, True),
        (PAUSE, 6.1, FAINT, False),
        (PAUSE, 4.0, -2.61, False),
    ],
)
def test_a_pause_that_is_said_again_within_six_seconds_is_called(
    talk: Talk, phrase: str, later: float, score: float, called: bool
) -> None:
    assert talk.say(heard(FAINT)) is None
    assert talk.wait(later) == []
    assert talk.say(heard(score, phrase)) == (CALLED if called else None)


def test_looks_at_the_same_words_do_not_add_up(talk: Talk) -> None:
    for look in range(4):
        # Each look may see the words a little earlier or later.
        assert talk.say(heard(-2.5, start=0.3 + 0.05 * look, end=1.5 - 0.1 * look), began=98.0) is None
        assert talk.wait(0.8) == []


def test_the_same_words_of_two_utterances_that_share_a_piece_do_not_add_up(talk: Talk) -> None:
    assert talk.say(heard(-2.5, start=4.8, end=5.8), began=92.0) is None
    talk.now += 2.0
    assert talk.say(heard(-2.5, start=0.35, end=1.3), began=96.5) is None


def test_said_twice_in_one_breath_adds_up(talk: Talk) -> None:
    assert talk.say(heard(-2.5, start=0.3, end=1.3), began=98.0, talking=True) is None
    talk.now += 0.8
    assert talk.say(heard(-2.5, start=1.2, end=2.2), began=98.0, talking=True) == CALLED


def test_two_faint_ones_are_forgotten_when_the_listening_changes_or_breather_speaks(talk: Talk) -> None:
    assert talk.say(heard(FAINT)) is None
    talk.listen_for(Intent.PAUSE)
    talk.now += 2.0
    assert talk.say(heard(FAINT)) is None
    talk.trigger.forget()
    talk.now += 2.0
    assert talk.say(heard(FAINT)) is None


def test_what_may_not_be_asked_about_still_adds_up(talk: Talk) -> None:
    assert talk.asked_after(heard(DOUBTFUL))
    talk.now += 8.0
    assert not talk.asked_after(heard(DOUBTFUL))
    assert talk.say(heard(DOUBTFUL)) == CALLED


# --- after the question ---------------------------------------------------------------------------------------------


@pytest.fixture
def asked(talk: Talk) -> Talk:
    assert talk.asked_after(heard(DOUBTFUL))
    talk.listen_for(Intent.PAUSE, Intent.YES, Intent.NO)
    return talk


@pytest.mark.parametrize(
    ("hypotheses", "expected"),
    [
        ([heard(-3.0, "yes")], Intent.YES),
        ([heard(-3.01, "yes")], None),
        ([heard(-3.0, "no")], Intent.NO),
        ([heard(-2.9, "yes", after="please")], Intent.YES),
        ([heard(-0.1, "yes", after="but you started")], None),
        ([heard(-0.1, "that's right", inside="that's not right")], None),
        ([heard(-0.1, "no", after="you listen to me")], None),
        ([heard(-2.6)], Intent.PAUSE),
        ([heard(-2.61)], None),
        ([heard(-2.6, OTHER_PAUSE, before="yes I said")], Intent.PAUSE),
        ([heard(-0.1, inside="I don't need a pause")], None),
    ],
)
def test_an_answer_is_taken_more_easily(asked: Talk, hypotheses: Iterable[Hypothesis], expected: Intent | None) -> None:
    assert asked.say(*hypotheses) == (expected and Heard(expected))
    assert asked.wait(5.0) == [], "nobody is asked about an answer"


def test_unasked_a_yes_means_nothing(talk: Talk) -> None:
    assert talk.say(heard(0.0, "yes"), heard(0.0, "no")) is None


# --- signs instead of scores ----------------------------------------------------------------------------------------

# However the scores are set, and whatever score comes along: only the signs count.
LENIENT, STRICT = (
    {"act_score": act, "ask_score": act - 0.1, "repeat_score": act - 0.2, "control_score": act, "answer_score": act}
    for act in (-5.0, -0.2)
)
EASY: dict[str, object] = {"phrase_offsets": {"I need a pause": -0.6, "ready": -0.6, "yes": -0.6, "carry on": -0.6}}


def signs(count: int, phrase: str = PAUSE, *, score: float = 0.0, before: str = "", after: str = "") -> Hypothesis:
    return replace(heard(score, phrase, before=before, after=after), signs=count)


@pytest.fixture(params=[{}, LENIENT, STRICT, EASY], ids=["shipped", "lenient", "strict", "easy"])
def counting(settings: Settings, request: pytest.FixtureRequest) -> Talk:
    hearing: Mapping[str, object] = request.param
    return Talk(settings, **hearing)


@pytest.mark.parametrize(("count", "expected"), [(2, CALLED), (1, ASKED), (0, None)])
@pytest.mark.parametrize("score", [0.0, -6.0])
def test_two_signs_call_a_pause_one_is_asked_about(
    counting: Talk, count: int, score: float, expected: Heard | None
) -> None:
    at_once = counting.say(signs(count, score=score))
    assert next((found for _, found in counting.wait(2.0)), at_once) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"), [(0, 0, ASKED), (1, 0, ASKED), (0, 1, CALLED), (1, 1, CALLED)]
)
def test_being_said_again_is_one_more_sign(counting: Talk, first: int, second: int, expected: Heard) -> None:
    assert counting.say(signs(first)) is None
    counting.now += 2.0
    at_once = counting.say(signs(second, OTHER_PAUSE))
    assert next((found for _, found in counting.wait(2.0)), at_once) == expected


def test_but_not_much_later_nor_of_the_same_words(counting: Talk) -> None:
    for later, began in ((6.1, None), (0.8, counting.now - 1.5)):
        assert counting.say(signs(0), began=began) is None
        assert counting.wait(later) == []
        assert counting.say(signs(0), began=began) is None
        assert counting.wait(10.0) == []


COMMANDS = [("ready", Intent.READY), ("not yet", Intent.NOT_YET), ("talk", Intent.TALK), ("tomorrow", Intent.TOMORROW)]


@pytest.mark.parametrize(("phrase", "intent"), COMMANDS)
def test_a_word_in_a_pause_needs_two_signs_too(counting: Talk, phrase: str, intent: Intent) -> None:
    counting.listen_for(*(intent for _, intent in COMMANDS))
    for count in (1, 0):
        assert not counting.asked_after(signs(count, phrase))
        counting.now += 10.0
    assert counting.say(signs(2, phrase, after="or else you lose")) is None, "and has to stand alone"
    counting.now += 10.0
    assert counting.say(signs(2, phrase)) == Heard(intent)


def test_a_word_said_again_is_one_more_sign_where_it_stood_alone_both_times(counting: Talk) -> None:
    counting.listen_for(Intent.READY, Intent.NOT_YET)
    assert counting.say(signs(1, "not yet")) is None
    assert counting.say(signs(1, "ready", before="dinner is")) is None
    counting.now += 2.0
    assert counting.say(signs(1, "ready")) is None
    counting.now += 2.0
    assert counting.say(signs(1, "i'm ready")) == Heard(Intent.READY)


def test_the_way_out_of_a_false_start_needs_one(counting: Talk) -> None:
    counting.listen_for(Intent.UNDO)
    assert not counting.asked_after(signs(0, "carry on"))
    counting.now += 10.0
    assert counting.say(signs(1, "carry on")) == Heard(Intent.UNDO)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (signs(2, "yes"), Intent.YES),
        (signs(1, "yes"), None),
        (signs(0, "yes"), None),
        (signs(2, "no"), Intent.NO),
        (signs(1, "no"), None),
        (signs(1), Intent.PAUSE),  # it is said again, which is the other one
        (signs(1, before="the thing is"), Intent.PAUSE),
        (signs(0), None),
    ],
)
def test_an_answer_needs_two_signs_as_well(counting: Talk, said: Hypothesis, expected: Intent | None) -> None:
    assert counting.asked_after(signs(1))
    counting.listen_for(Intent.PAUSE, Intent.YES, Intent.NO)
    assert counting.say(said) == (expected and Heard(expected))
    assert counting.wait(40.0) == [], "nobody is asked about an answer"


def test_who_wants_no_questions_is_not_asked_because_of_a_sign_either(settings: Settings) -> None:
    talk = Talk(settings, act_score=-1.4, ask_score=-1.4)
    assert not talk.asked_after(signs(1))
    assert talk.say(signs(1)) == CALLED


def test_words_that_say_no_are_not_counted(counting: Talk) -> None:
    for _ in range(3):
        assert not counting.asked_after(signs(2, before="you don't think"))
        counting.now += 1.0


# --- offsets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "score", "expected"),
    [(0.3, -1.2, ASKED), (0.3, -1.0, CALLED), (0.3, -1.8, None), (-0.3, -1.6, CALLED), (-0.3, -2.2, ASKED)],
)
def test_an_offset_makes_one_phrase_harder_or_easier(
    settings: Settings, offset: float, score: float, expected: Heard | None
) -> None:
    talk = Talk(settings, phrase_offsets={"I need a pause!": offset})
    at_once = talk.say(heard(score))
    assert next((found for _, found in talk.wait(2.0)), at_once) == expected
    other = Talk(settings, phrase_offsets={OTHER_PAUSE: offset})
    assert other.say(heard(-1.4)) == CALLED
