"""The lines of the calm file that the talks say, by their ids."""

from __future__ import annotations

from typing import Final

OF_EVERY_TALK: Final = frozenset({"left", "nobody_answered", "not_kept"})
OF_THE_REHEARSAL: Final = frozenset(
    {
        *("rehearsal_too_soon", "rehearsal_welcome", "rehearsal_ways", "rehearsal_reason"),
        *("practice_usual", "practice_raised", "practice_door", "practice_missed"),
        *("rehearsal_pause", "rehearsal_button", "rehearsal_pressed"),
        *("score", "score_none", "best_words", "not_agreed_yet", "other_words", "come_closer", "look_at_microphone"),
        *("rehearsal_thanks", "rehearsal_done"),
    }
)
OF_FORGETTING: Final = frozenset({"erase", "erased", "not_erased", "nothing_kept"})
OF_THE_REFLECTION: Final = frozenset(
    {
        *("reflect_ask", "reflect_how", "reflect_theme", "reflect_another_theme", "reflect_any_theme"),
        *("reflect_good", "reflect_strength", "reflect_moment", "reflect_roots", "reflect_card"),
        *("reflect_learn_title", "reflect_learn", "reflect_support", "reflect_first_step", "reflect_end"),
    }
)
OF_THE_AGREEMENT: Final = frozenset(
    {
        *(
            "agree_too_soon",
            "agree_recent",
            "agree_ask",
            "agree_what_i_am",
            "agree_who_may",
            "agree_change",
            "agree_how",
        ),
        *("agree_stay", "agree_take", "agree_stays", "agree_nothing_new"),
        *("agree_minutes", "agree_talk", "agree_pause_words"),
        *("agree_places", "agree_places_none", "agree_ritual", "agree_ritual_none"),
        *("agree_children", "agree_children_none", "agree_quiet", "agree_quiet_none"),
        *("agree_check_in", "agree_check_in_none", "agree_trigger_plans", "agree_trigger_plans_none"),
        *("agree_reassurance", "agree_reassurance_none", "agree_reassurance_of"),
        *("agree_history", "agree_history_of", "agree_history_on", "agree_history_off"),
        *(
            "agree_say_words",
            "agree_heard",
            "agree_heard_often",
            "agree_not_heard",
            "agree_taken",
            "agree_more_words",
            "agree_two_needed",
        ),
        *("agree_right", "agree_done", "agree_not_done"),
    }
)
TALK_LINES: Final = OF_EVERY_TALK | OF_THE_REHEARSAL | OF_FORGETTING | OF_THE_REFLECTION | OF_THE_AGREEMENT
