"""The explanations in ``agreement.toml``. A line ``@key`` stands for that key and its value."""

from __future__ import annotations

EXPLAINED = """
# Your agreement. Change it together, on a calm day: `breather agree` asks you both, question by question. You can also
# change this file. Once you both have said yes to an agreement, a change here counts when you both say yes to it again:
# `breather agree --confirm`. Lines that begin with # are only explanations.

@names  # what Breather calls you; two different names, as they are spoken

@minutes  # how long a pause lasts: 10, 15, 20 or 30

# What either of you can say to start a pause; choose up to eight from "recommended" and "more" in phrases.en.toml.
# Longer phrases are heard more surely than single words.
@pause_words

# Pause words of your own, if you want any: at most four, of two to eight words each, that nobody would say in other
# talk. Then choose them in pause_words as well. `breather agree` tells you how well they may be heard.
@own_pause_words  # for example ["we both need some air"]

# --- if you like -----------------------------------------------------------------------------------------------------

# Where each of you goes in a pause. Leave it empty and Breather only asks you to go to two different places.
@places  # for example ["the kitchen", "the bedroom"]

# How you come close again afterwards, in a few words. Leave it empty and Breather does not mention it.
@ritual  # for example "a long hug"

# true: after the first sentences, only chimes and light.
@quiet

# What the questions in a pause are about. Those of the themes you name come first, then all the others. Choose among
# "past", "attachment", "worth", "abandon", "expect", "needs", "compare", "trigger", "body", "need_now", "my_part" and
# "thanks"; what each is called in full stands in reflection.en.toml.
@themes  # for example ["needs", "my_part"]

# How the breathing tones go: "long_out" (in 4 seconds, out 6), "gentle" (3 and 4, for short breath), or "sighs" (in,
# a little more, and a long way out).
@breathing

# Whom Breather names when one of you says "I need help"; it cannot call anyone itself. Write the number as it is
# spoken. Leave it empty and Breather says "your local emergency number".
@emergency_number  # for example "one one two"

# Who stays near the children in a pause. Leave it empty and Breather does not mention them.
@children  # for example "Alex", or "whoever is nearer"

# How much Breather says in a pause: "full", "some", or "almost_none".
@talk

# One line from each of you, in the order of the names, that is said when you go apart, unless the pause is quiet.
# Leave it empty, or write two.
@reassurance  # for example ["I will come back to you", "We are on the same side"]

# How often you sit down together on a calm day: "none", "daily", "twice_a_week" or "weekly".
@check_in

# true: Breather counts your pauses (the week, the day, morning or evening, length, ending; never who, never a word), so
# that you can look back with `breather history`. Only when you both want that.
@history

# What you will say when something sets one of you off. Write as many of these as you like, up to eight, at the end of
# the file, each with its own line [[trigger_plans]]:
#   [[trigger_plans]]
#   when = "a reply comes late"
#   say = "I am busy now, and will call you later"
"""
