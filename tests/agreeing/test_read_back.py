"""What is read back: short, plain, all of it, and the names in either order."""

from __future__ import annotations

from agreeing.couples import REFLECTION, SCRIPT, SHIPPED
from assistant.agreeing.read_back import as_lines, read_back
from assistant.settings.agreement import TriggerPlan
from assistant.settings.content_lint import BANNED, CLAIMS
from assistant.settings.reading import grade, words
from assistant.settings.spoken import contains, normalised

FULL = SHIPPED.model_copy(
    update={
        "pause_words": ("i need a pause", "let's use the pause rule"),
        "places": ("the kitchen", "the bedroom"),
        "ritual": "a long hug",
        "quiet": True,
        "themes": ("needs",),
        "emergency_number": "one one two",
        "children": "whoever is nearer",
        "talk": "some",
        "reassurance": ("I will come back to you", "We are on the same side"),
        "trigger_plans": (TriggerPlan(when="a reply comes late", say="I am busy now, and will call you later"),),
        "check_in": "weekly",
        "history": True,
    }
)


def test_on_a_screen_what_is_announced_stands_behind_its_colon() -> None:
    assert list(as_lines(["Hello.", "Or say:", "Time out.", "Then go."])) == ["Hello.", "Or say: Time out.", "Then go."]


def test_all_of_it_is_read_back() -> None:
    assert read_back(FULL, SCRIPT, themes=REFLECTION.themes) == (
        "Alex and Sam, this is what you agree on.",
        "Either of you can start a pause.",
        "It lasts ten minutes.",
        "Then you come back together.",
        "To start one, say:",
        "I need a pause.",
        "Or say:",
        "Let's use the pause rule.",
        "One place to go is the kitchen.",
        "The other place is the bedroom.",
        "In a pause, whoever is nearer will be near the children.",
        "Your own way back: a long hug.",
        "In a pause, I talk a little.",
        "Each pause is quiet, with chimes and light.",
        "A line from Alex:",
        "I will come back to you.",
        "A line from Sam:",
        "We are on the same side.",
        "When a reply comes late, you say:",
        "I am busy now, and will call you later.",
        "Early questions are about: Being understood.",
        "You sit down together once a week.",
        "When one of you wants help, I name one one two.",
        "I count your pauses, to look back.",
    )


def test_each_line_stays_with_its_name_when_the_order_changes() -> None:
    sentences = read_back(FULL, SCRIPT, first=1)
    assert sentences[0] == "Sam and Alex, this is what you agree on."
    assert sentences.index("A line from Sam:") + 1 == sentences.index("We are on the same side.")


def test_what_is_left_open_is_left_out() -> None:
    sentences = read_back(SHIPPED, SCRIPT)
    assert not [sentence for sentence in sentences if sentence.endswith((": .", "is ."))]
    assert "children" not in " ".join(sentences)
    assert "I keep no count of your pauses." in sentences


def test_it_is_short_plain_and_on_nobodys_side() -> None:
    sentences = read_back(FULL, SCRIPT, themes=REFLECTION.themes)
    assert all(len(words(sentence)) <= 12 for sentence in sentences)
    assert grade(sentences) <= 3
    text = normalised(" ".join(sentences))
    assert not [word for word in (*BANNED, *CLAIMS) if contains(text, word)]
