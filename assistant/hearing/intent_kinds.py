"""Which intents are alike in how they are said, and so in how sure the trigger has to be of them."""

from __future__ import annotations

from assistant.messages import Intent

ANSWERS = frozenset({Intent.YES, Intent.NO})
ASKED_ABOUT_A_PAUSE = ANSWERS | {Intent.PAUSE}  # "did you say pause?"
WISHES = frozenset(
    {
        *(Intent.TIME_LEFT, Intent.REPEAT, Intent.SOFTER, Intent.LOUDER, Intent.BREATHE, Intent.QUESTION),
        *(Intent.KIND_WORDS, Intent.ANOTHER_WAY, Intent.CHOICES, Intent.STOP_TONES, Intent.MORE_TIME),
        *(Intent.END, Intent.SILENT_EXIT, Intent.HELP, Intent.NO_BREATH),
        *(Intent.REHEARSE, Intent.REFLECT, Intent.AGREEMENT, Intent.FORGET),
    }
)
EVEN_AMONG_OTHER_WORDS = frozenset({Intent.PAUSE, Intent.NO_BREATH})
SAID_IN_TALK = frozenset(  # with each other, too
    {
        *(Intent.SETTLED, Intent.LATER_TODAY, Intent.TOMORROW, Intent.LET_GO, Intent.QUIET),
        *(Intent.GUIDE, Intent.LEAVE_US, Intent.STARTER, Intent.NEXT_TURN),
    }
)
TURNED_ROUND_BY_A_NOT = frozenset({Intent.READY, Intent.YES})
# What can do no harm: nobody is called back too early by it. The recogniser writes "no, not yet" as "though not yet".
EVEN_AFTER_A_STRAY_WORD = frozenset({Intent.NOT_YET})
