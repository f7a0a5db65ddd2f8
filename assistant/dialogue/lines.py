"""The lines of the script that the dialogue says by itself; all others come from the plan."""

from __future__ import annotations

from assistant.messages import Intent

DID_YOU_SAY_PAUSE = "did_you_say_pause"
CLOSING_LINES = {
    Intent.SETTLED: "closing_settled",
    Intent.LATER_TODAY: "closing_later_today",
    Intent.TOMORROW: "closing_tomorrow",
    Intent.LET_GO: "closing_let_go",
}
LINES_USED = frozenset(
    {
        *("carry_on", "separating_places", "ask_first", "ask_second", "still_open", "say_we_are_back", "reconvened"),
        *("choose", "choose_time", "nothing_chosen", "ritual", "quiet_end"),
        DID_YOU_SAY_PAUSE,
        *CLOSING_LINES.values(),
    }
)
