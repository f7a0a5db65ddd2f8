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

# Near misses beyond those of the phrase file, to teach with: the first half of a phrase and another end, or the other
# way round. Nobody is measured with them.
NEARLY = (
    *(f"I need a {thing}" for thing in (
        "pen", "plate", "bath", "drink", "hand", "raise", "phone", "pass", "purse", "positive answer", "brake light",
        "brick", "bread knife", "bracelet", "bigger space", "mint", "minister", "mentor", "monument", "woman",
        "brother", "feather", "sweater", "new time", "tie", "title", "house", "pose like that", "place to sit",
    )),
    *(f"I need some {thing}" for thing in ("spice", "paste", "sleep", "rest", "help", "time with my friends", "paper")),
    *(f"I need to {what}" for what in (
        "cool the soup down", "call town hall", "step up", "stay away from that", "get away this summer", "slow down",
        "calm the baby down", "go to work", "sit down", "lie down", "step over it", "keep it down",
    )),
    *(f"let's {what}" for what in (
        "take a photo", "take a bath", "take a bus", "take a path", "take a look", "take a walk", "take a seat",
        "take a train", "take a taxi", "take it slow", "take the cat out", "take the brake off", "post the letter",
        "pass", "pour some tea", "go to the pool", "cool the drinks", "call down", "calm the dog", "slow down",
        "use the other car", "use the back door", "use the paper rule", "use the new plates", "break the ice",
    )),
    *(f"can we {what}" for what in (
        "pass", "post it", "park here", "pay", "paint", "pose", "go", "use the oven", "use the old car", "pack",
        "use our old phone", "call the school", "pass the salt",
    )),
    "time is up", "time to go out", "time for a night out", "take out", "time now", "find out", "I'm out",
    "night out", "dine out", "line out", "tie it out", "type it out", "the time ran out", "turn it out", "sign out",
    "we need a house", "we need a plan", "we need a new pan", "we need a horse", "we need a plus", "we need a boss",
    "pass please", "paws please", "pies please", "post please", "applause please", "boss please", "we paused",
    "a pause in the rain", "there was a long pause", "pause for thought", "he paused for a moment",
    "after a short break", "break a leg", "daybreak", "breakfast is ready", "we took a break in May",
    "the minute hand", "every minute counts", "any moment now", "a moment ago", "space travel", "outer space",
    "parking space", "cool down there", "calm down", "sit down", "step aside", "go away", "right away",
    "a breath of air", "I can't breathe", "the golden rule", "as a rule", "it was cold out", "the pool is cool",
)  # fmt: skip
