"""What stands on every sheet, whoever it is for. Words that a couple reads; tests hold them against the house rules."""

from __future__ import annotations

from assistant.messages import Intent
from assistant.settings.agreement import CheckIn

CHECK_IN: dict[CheckIn, str] = {
    "none": "",
    "daily": "We sit down together on calm days: once a day.",
    "twice_a_week": "We sit down together on calm days: twice a week.",
    "weekly": "We sit down together on a calm day: once a week.",
}

SAY_IN_A_PAUSE: tuple[tuple[str, tuple[Intent, ...]], ...] = (
    ("to take it back, at first", (Intent.UNDO,)),
    ("for chimes, no words", (Intent.QUIET,)),
    ("to know the time", (Intent.TIME_LEFT,)),
    ("for something to do", (Intent.BREATHE,)),
    ("to have a question", (Intent.QUESTION,)),
    ("to hear something kind", (Intent.KIND_WORDS,)),
    ("when it does not suit you", (Intent.ANOTHER_WAY,)),
    ("for more time, later on", (Intent.MORE_TIME,)),
    ("when you are asked", (Intent.READY, Intent.NOT_YET)),
    ("to end it early, say twice", (Intent.END,)),
)
"""When, and the wishes whose first phrase is printed beside it."""

BUTTON: tuple[tuple[str, str, str], ...] = (
    ("all is calm", "a pause", "practice"),
    ("just begun", "take it back", "quiet"),
    ("in a pause", "quiet", "time, in blinks"),
    ("you are asked", "ready", "not yet"),
    ("time is over", "we are back", "ten more"),
    ("with the guide", "next turn", "a new pause"),
    ("by yourselves", "a new pause", "is it settled?"),
)
"""When, what a short press means, and what a double press means."""

BUTTON_HELD = "Hold it for three seconds: all ends at once, without a sound. When all is calm: microphone off, or on."
BUTTON_KEYS = "On a keyboard: space, d for twice, h to hold."

FREE_TO_LEAVE = "Either of us can leave a room or the house at any time."

NOT_FOR = (
    "This is for ordinary arguments between people who are not afraid of each other. If you are afraid of your"
    " partner, or you are hurt, watched or kept from leaving, please do not use it together. Talk to a local support"
    " service from a phone or computer your partner does not use."
)
"""For private reading only, word for word as the product has it."""

TIMER_WITH_A_VOICE = (
    "Breather is a timer with a voice. It is not a therapist, it cannot call anyone, and it does not record. Either of"
    " you can start a pause, and either of you can leave a room or the house at any time."
)

YOURS_ALONE = "This side is yours alone. Nobody asks to see it. Fill in what you like, and leave the rest."
SUPPORT = (
    "You do not travel alone. Friends, family and people near you can carry a part.",
    "Was it a bad day, or has it come back? If it comes back, a counselor or a doctor can help.",
    "You can go by yourself, or as two. A first step may be small.",
)
NOTEBOOK = ("What I thought", "What was going on", "What I felt")

RECIPES = "A few ways to come to rest. Pick one you like. If it does not feel good, look around instead."
"""The outside of the private page has only this and the exercises: it may lie on any table."""
BREATHS = {
    "long_out": ("Long and slow", "six to ten times"),
    "gentle": ("Small and gentle", "as long as it feels good"),
    "sighs": ("Two sips and a sigh", "three to five times"),
    "box": ("A square", "four times, on a calm day"),
}
"""How the known breathing patterns are called, and how often they are done."""
OTHER_BREATH = ("Another way", "as long as it feels good")
