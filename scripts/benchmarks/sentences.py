"""What the synthetic talkers say: pause phrases, their near misses, words of a pause, and ordinary angry talk."""

from __future__ import annotations

# Ordinary words before and after a phrase, for phrases in running speech; nothing in them takes a pause back.
BEFORE = (
    "okay",
    "look",
    "I can't think any more",
    "this is too much for me right now",
    "my heart is racing",
    "wait",
    "please",
    "I'm getting really upset",
)
AFTER = (
    "please",
    "I really mean it",
    "this is going nowhere",
    "it's getting too loud",
    "right now",
    "I can't think straight",
)

# What is said in kitchens, in which nobody wants a pause.
TALK = (
    "I told you the bins go out on Tuesday",
    "that is not what I said and you know it",
    "can you pass me the salt",
    "your mother called again this morning",
    "we never go anywhere together any more",
    "it was your turn to pick up the kids",
    "the washing machine is broken again",
    "I'm so tired of having this conversation",
    "what time is the dentist tomorrow",
    "you could have just called me",
    "I worked all day and the house looks like this",
    "do you want tea or coffee",
    "nobody asked you to do that",
    "the boss moved the meeting to Friday",
    "I need to buy some bread on the way home",
    "let's talk about it when the children are asleep",
    "can we please just eat in peace",
    "that's exactly what your father used to do",
    "I need a new pair of shoes",
    "let's take the car to the garage",
    "I need some milk and a bag of rice",
    "did you pay the electricity bill",
    "you always have to be right don't you",
    "I am not shouting this is my normal voice",
    "it costs too much money and you know that",
    "let's watch something else tonight",
    "where did you put the keys this time",
    "we should paint the bedroom in the spring",
    "I can't believe we are doing this again",
    "fine then do it your own way",
)
