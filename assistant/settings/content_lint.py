"""The house rules for what Breather says, as code: short, plain, on nobody's side, and mostly silent.

The rules are those of people who talk to upset people for a living: invite rather than order, claim nothing about how
somebody feels, blame no one, name both or none, and leave most of the time empty. `lint` finds every breach.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.settings.agreement import Agreement
from assistant.settings.phrases import Phrases
from assistant.settings.placeholders import filled, placeholders, values_for
from assistant.settings.plan import Parts, plan_problems
from assistant.settings.reading import grade, words
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script, Step
from assistant.settings.spoken import contains, normalised

MOST_WORDS_IN_A_SENTENCE = 12
HIGHEST_GRADE = 5.0
HIGHEST_MEAN_GRADE = 3.0
LONGEST_LINE_SECONDS = 15.0
MOST_SPEECH = 0.20
WORDLESS_SECONDS = 120.0
GAP_SECONDS = 0.6

# fmt: off
BANNED = (
    # about people, these are never true and always hurt
    "always", "never",
    # orders, and words that find somebody guilty
    "must", "should", "shouldn't", "ought", "have to", "has to", "you need to", "you two need to",
    "fault", "blame", "guilty", "wrong", "sorry",
    # what nobody who is told it has ever done
    "calm down", "relax",
    # asks for reasons in the middle of a feeling, which keeps the feeling going
    "why",
    # names for what somebody is supposed to have
    "anxiety", "anxious", "depressed", "depression", "disorder", "trauma", "traumatic", "panic", "toxic",
    "narcissist", "narcissistic", "bipolar", "borderline", "codependent", "hysterical", "crazy", "abuse", "abusive",
    "victim", "therapy",
    # praise from above
    "good girl", "good boy", "well done", "good job", "great job", "proud of you",
    # a machine has no feelings and cannot read theirs
    "i understand", "i know how", "i feel", "i think", "i hope", "i am sorry", "i'm sorry",
    # nobody is told to stay, to wait for leave, or to fetch the other, and nobody's absence is told
    "stay in", "stay here", "stay there", "stay where", "wait for permission", "do not leave", "don't leave", "fetch",
    "go and get", "has not come back", "is not back", "is missing",
    # somebody started it, and Breather neither knows nor says who
    "who called", "who started",
)
CLAIMS = (
    "you are safe", "you're safe", "you are both safe", "you are calm", "you are calmer", "you're calm",
    "you're calmer",
    "you feel calm", "you feel calmer", "you feel better", "you are fine", "you both did well", "you did well",
    "everything is fine", "everything will be",
)
# fmt: on

SAMPLE = Agreement(
    names=("Alex", "Sam"),
    minutes=10,
    pause_words=("i need a pause",),
    places=("the kitchen", "the living room"),
    ritual="a long hug and a cup of tea",
    children="whoever is nearer",
    reassurance=("I will come back to you", "We are on the same side"),
)
"""An agreement that uses everything, so that every line can be read."""

COUPLES_OWN = frozenset({"children", "reassurance"})
"""Lines in the couple's own words. They count at run time, where a planned question gives way to them."""

SecondsOf = Callable[[Sequence[str]], float]
Spoken = dict[str, tuple[str, ...]]


def estimated_seconds(sentences: Sequence[str], *, words_per_minute: float = 115.0) -> float:
    """About how long the sentences take to say, the gaps between them included.

    Fitted to how long this script's lines take both voices (espeak-ng and Piper) at 115 words a minute with gaps of
    0.6 s: right to within 2 s for any line, and to within 3 % for the whole plan.
    """
    said = sum(len(words(sentence)) for sentence in sentences)
    commas = sum(sentence.count(",") + sentence.count(":") for sentence in sentences)
    return 115 / words_per_minute * (0.34 * said + 1.09 * len(sentences) + 0.62 * commas - GAP_SECONDS)


def lint(
    script: Script,
    phrases: Phrases,
    *,
    dialogue_lines: Collection[str],
    seconds: SecondsOf = estimated_seconds,
    reflection: Reflection,
    agreement: Agreement = SAMPLE,
    lengths: Iterable[int] | None = None,
) -> list[str]:
    """Every breach of the rules, a sentence each; empty when all is well.

    ``dialogue_lines``: the ids of the lines the dialogue says by itself, beside those of the plan. ``seconds``: how
    long sentences take to say. ``reflection``: for the questions of the plan. ``agreement``: whose names and places
    are timed; what the lines say is judged with `SAMPLE`, because nobody's name or kitchen is ours to judge.
    ``lengths``: minutes; None for all that the script has.
    """
    problems = [f"{key}: {sentence}" for key, sentence in plan_problems(_parts(script))]
    if not problems:  # what does not hold together cannot be spoken, let alone timed
        minutes = sorted(script.minutes_in_words) if lengths is None else list(lengths)
        samples = [_spoken(script, SAMPLE, length) for length in minutes]
        spoken = [_spoken(script, agreement, length) for length in minutes]
        for line_id in script.lines:
            breaches = [
                *(breach for version in _versions(samples, line_id) for breach in of_wording(version, phrases)),
                *(breach for version in _versions(spoken, line_id) for breach in _of_time(version, seconds)),
            ]
            problems += [f"lines.{line_id}: {breach}" for breach in dict.fromkeys(breaches)]
        problems += _reading_on_average(samples)
        for length, lines in zip(minutes, spoken, strict=True):
            problems += _talk("pause", script.pause, length, _Said(lines, reflection, agreement, seconds))
        extension = _Said(spoken[0], reflection, agreement, seconds)
        problems += _talk("extension", script.extension, script.timing.extension_minutes, extension)
    problems += _names(script)
    problems += _use(script, set(dialogue_lines))
    return problems


def _parts(script: Script) -> Parts:
    return Parts(
        lengths=script.minutes_in_words,
        timing=script.timing,
        pause=script.pause,
        extension=script.extension,
        guide=script.guide,
        times_left=script.time_left,
        lines=script.lines,
    )


def _spoken(script: Script, agreement: Agreement, minutes: int) -> Spoken:
    """The lines this agreement has everything for, as they are spoken in a pause of this length."""
    longest = max(script.time_left, key=lambda entry: len(entry.words)).words
    values = values_for(script, agreement.model_copy(update={"minutes": minutes}), name=0, left=longest)
    return {
        line_id: tuple(filled(sentence, values) for sentence in line.sentences)
        for line_id, line in script.lines.items()
        if {gap for sentence in line.sentences for gap in placeholders(sentence)} <= values.keys()
    }


def _versions(spoken: Iterable[Spoken], line_id: str) -> Iterable[tuple[str, ...]]:
    """One line in every length, each wording once."""
    return dict.fromkeys(lines[line_id] for lines in spoken if line_id in lines)


def _of_time(sentences: tuple[str, ...], seconds: SecondsOf) -> Iterator[str]:
    if seconds(sentences) > LONGEST_LINE_SECONDS:
        yield f"this takes {seconds(sentences):.1f} s to say; at most {LONGEST_LINE_SECONDS:g} s are possible"


def of_wording(sentences: tuple[str, ...], phrases: Phrases) -> Iterator[str]:
    """What is wrong with how these sentences are worded, a sentence each."""
    for sentence in sentences:
        if len(words(sentence)) > MOST_WORDS_IN_A_SENTENCE:
            yield f'"{sentence}" has {len(words(sentence))} words; at most {MOST_WORDS_IN_A_SENTENCE} are possible'
    if grade(sentences) > HIGHEST_GRADE:
        yield f"this reads like school grade {grade(sentences):.1f}; at most {HIGHEST_GRADE:g} is possible"
    text = normalised(" ".join(sentences))
    yield from (f'"{word}" is not for Breather to say' for word in BANNED if contains(text, word))
    yield from (f'"{claim}" claims what nobody can know' for claim in CLAIMS if contains(text, claim))
    theirs = (phrase for phrase in phrases.never_to_say if contains(text, phrase))
    yield from (f'"{phrase}" is something people say to Breather, so Breather may not say it' for phrase in theirs)
    for phrase in _told_to_say(sentences):
        if phrases.intent_of(phrase) is None:
            yield f'people are told to say "{phrase}", but nothing listens for it'


def _told_to_say(sentences: tuple[str, ...]) -> Iterator[str]:
    """What a line offers as an answer: ``Say ready, or not yet.`` offers two."""
    for sentence in sentences:
        offer = re.search(r"(?:(?:^|, |^You can )say[,:]?|^Or:) (.+)\.$", sentence, re.IGNORECASE)
        if offer:
            yield from (normalised(answer) for answer in re.split(r",? or |, ", offer[1]))


def _reading_on_average(spoken: Iterable[Spoken]) -> Iterator[str]:
    grades = [grade(sentences) for lines in spoken for sentences in lines.values()]
    mean = sum(grades) / max(1, len(grades))
    if mean > HIGHEST_MEAN_GRADE:
        yield f"lines: together they read like school grade {mean:.1f}; at most {HIGHEST_MEAN_GRADE:g} is possible"


@dataclass(frozen=True, slots=True)
class _Said:
    """What the steps of a plan say, and how long that takes."""

    lines: Spoken
    reflection: Reflection
    agreement: Agreement
    seconds: SecondsOf

    def of(self, step: Step) -> float:
        """The seconds of its line, or of the longest question that can be asked there."""
        if step.question == "feeling":
            return self.seconds(self.reflection.feeling.sentences)
        if step.question:
            return max(self.seconds(question.sentences) for question in self.reflection.live_questions(()))
        if step.breaths:  # quiet between them counts as talk: nobody would call it a time without words
            breath = self.reflection.breathing[self.agreement.breathing].breath
            words = self.seconds(self.lines["breathe_in"]) + self.seconds(self.lines["breathe_out"])
            return min(step.breaths * words, step.breaths * breath.seconds)
        counted = step.say in self.lines and step.say not in COUPLES_OWN
        return self.seconds(self.lines[step.say]) if counted and step.say else 0.0


def _talk(key: str, plan: Sequence[Step], minutes: int, said_by: _Said) -> Iterator[str]:
    length = 60.0 * minutes
    said = [(step.second(length), said_by.of(step)) for step in plan]
    said = [(second, duration) for second, duration in said if duration]
    share = sum(duration for _, duration in said) / length
    if share > MOST_SPEECH:
        yield f"{key}: {share:.0%} of {minutes} minutes is talk; at most {MOST_SPEECH:.0%} is possible"
    # The last line is said when the time is over: it counts as talk, and ends the last quiet stretch.
    ends = [0.0, *(start + duration for start, duration in said)]
    quiet = max(start - end for end, start in zip(ends, [*(start for start, _ in said), length], strict=True))
    if quiet < WORDLESS_SECONDS:
        yield (
            f"{key}: in {minutes} minutes the longest time without words is {quiet:.0f} s;"
            f" one of {WORDLESS_SECONDS:g} s or more is needed"
        )


def _names(script: Script) -> Iterator[str]:
    for line_id, line in script.lines.items():
        gaps = [gap for sentence in line.sentences for gap in placeholders(sentence)]
        pair = [gap for gap in gaps if gap in {"first", "second"}]
        if pair and pair != ["first", "second"] * (len(pair) // 2):
            yield f"lines.{line_id}: both names or none; {{first}} and then {{second}}, whose order alternates"
        if pair and "name" in gaps:
            yield f"lines.{line_id}: {{name}} asks one of them; leave {{first}} and {{second}} out"


def _use(script: Script, dialogue_lines: set[str]) -> Iterator[str]:
    used = dialogue_lines | {step.say for step in (*script.pause, *script.extension) if step.say}
    used |= {step.say for step in script.guide}
    yield from (f"lines.{line_id}: nothing ever says this" for line_id in script.lines if line_id not in used)
    missing = sorted(dialogue_lines - script.lines.keys())
    yield from (f"lines.{line_id}: this is missing, and the dialogue says it" for line_id in missing)
