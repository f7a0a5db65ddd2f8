"""The lines of the script that the dialogue says by itself; all others come from the plans and the guided talk."""

from __future__ import annotations

from assistant.dialogue.turns import Turn

ASK_END = "ask_end"
DID_YOU_SAY_PAUSE = "did_you_say_pause"
BREATHING_LINES = frozenset({"breathing", "breathing_on"})  # they speak of the tones
CANNOT_HEAR = "cannot_hear"
BACK_IN_TIME, BACK, BACK_TO_THE_TALK = "back_in_time", "back", "back_to_the_talk"  # after a power cut
# true for a moment only
TIMED_LINES = frozenset({BACK_IN_TIME, "time_left", "half", "two_minutes", "half_minute", "ten_more", "longer"})
EMERGENCY_LINES = ("help", "no_breath")
CLOSING_LINES = {
    Turn.SETTLED: "closing_settled",
    Turn.LATER_TODAY: "closing_later_today",
    Turn.TOMORROW: "closing_tomorrow",
    Turn.LET_GO: "closing_let_go",
}
LINES_USED = frozenset(
    {
        *("carry_on", "separating_places", "ask_first", "ask_second", "still_open", "say_we_are_back", "reconvened"),
        *("choose", "choose_time", "nothing_chosen", "ritual", "quiet_end", "ten_more", "longer", "no_more_time"),
        *("both_ready", "talk_again", "third_today", "ask_settled", ASK_END, "ended", "muted", "unmuted"),
        *("time_left", "time_over", "not_now", "choices", "choices_back", "no_more_questions", "some_may_fit"),
        *("breathe_in", "breathe_out"),
        *(BACK_IN_TIME, BACK, BACK_TO_THE_TALK),
        *EMERGENCY_LINES,
        CANNOT_HEAR,
        DID_YOU_SAY_PAUSE,
        *CLOSING_LINES.values(),
    }
)
