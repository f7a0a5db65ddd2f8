"""The ten minutes as a picture: voice, tones and chimes on a time line, drawn from the script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from assistant.dialogue.timeline import Planned, laid_out, planned_speech
from assistant.dialogue.wording import Wording
from assistant.messages import Breath
from assistant.settings.loader import Settings
from assistant.speaking.mixer import TONES_IN_SECONDS, TONES_OUT_SECONDS, TONES_SOFTER_SECONDS

WIDTH, HEIGHT = 960, 322
LEFT, RIGHT = 76, 58
EDGE = 24
AFTER_SECONDS = 20.0  # of what comes after the end, so that the last line is seen
STATES_TOP, STATES_HEIGHT = 46, 24
VOICE_TOP, TONES_TOP, CHIMES_TOP, ROW_HEIGHT = 134, 180, 226, 30
AXIS = 270
LABELS_APART = 13

# Blue, green and vermilion of Okabe and Ito, which colour-blind people tell apart; each has a row and a shape besides.
STYLE = """
  .card { fill: #fdfcf9; stroke: #d8d4ca }
  .band0 { fill: #eceae3 } .band1 { fill: #f6f4ee }
  .rule { stroke: #c9c5ba; stroke-width: 1 }
  .voice { fill: #0072b2 } .tones { fill: #7cc7ae; stroke: #007a5a; stroke-width: 0.8 } .chime { fill: #c24e00 }
  .wordless { stroke: #57534a; stroke-width: 1; fill: none }
  text { font: 12px system-ui, sans-serif; fill: #2b2a27 } .small { font-size: 10.5px; fill: #57534a }
  .title { font-size: 14px; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #1d2126; stroke: #3a4048 }
    .band0 { fill: #2a3038 } .band1 { fill: #232930 }
    .rule { stroke: #454c55 }
    .voice { fill: #56b4e9 } .tones { fill: #1f6f58; stroke: #4fd1a8 } .chime { fill: #f08a3c }
    .wordless { stroke: #b9b5aa }
    text { fill: #ece9e2 } .small { fill: #b9b5aa }
  }"""


def spoken_lines(settings: Settings) -> list[Planned]:
    """What is said in a pause, in the order of time; of the questions, the first ones of the file."""
    reflection = settings.reflection
    return planned_speech(
        settings.script.pause,
        settings.agreement.minutes,
        wording=Wording(settings.script, settings.agreement, reflection),
        cue_lead_seconds=settings.script.timing.cue_lead_seconds,
        breath=_breath(settings),
        questions=[reflection.feeling, *reflection.live_questions(settings.agreement.themes)],
    )


def _breath(settings: Settings) -> Breath:
    return settings.reflection.breathing[settings.agreement.breathing].breath


def lengths_in(picture: str) -> list[float]:
    """The seconds each line takes, as an earlier picture has them."""
    return [float(seconds) for seconds in re.findall(r'data-seconds="([\d.]+)"', picture)]


def drawn(settings: Settings, lengths: Sequence[float]) -> str:
    """The picture as SVG. ``lengths``: seconds that each of `spoken_lines` takes, to a tenth."""
    return "\n".join([*_Picture(settings, lengths).elements(), "</svg>\n"])


class _Picture:
    def __init__(self, settings: Settings, lengths: Sequence[float]) -> None:
        self._breath = _breath(settings)
        self._moments = laid_out(settings.script.pause, settings.agreement.minutes)
        self._end = 60.0 * settings.agreement.minutes
        self._spoken = [
            (each, round(seconds, 1)) for each, seconds in zip(spoken_lines(settings), lengths, strict=True)
        ]

    def elements(self) -> Iterator[str]:
        speech = sum(max(0.0, min(said.second + seconds, self._end) - said.second) for said, seconds in self._spoken)
        begin, end = self._longest_wordless()
        summary = (
            f"{speech:.0f} of {self._end:.0f} seconds are speech ({100 * speech / self._end:.0f} %); "
            f"the longest stretch without a word is {_clock(end - begin)}."
        )
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" aria-label="A pause of {_clock(self._end)} on a time line. {summary}">'
        )
        yield "<!-- drawn by scripts/draw; do not edit -->"
        yield f"<style>{STYLE}\n</style>"
        yield f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8"/>'
        yield f'<text class="title" x="16" y="27">A pause of {self._end / 60:.0f} minutes</text>'
        rest = "The rest is tones and quiet."
        yield f'<text class="small" x="{WIDTH - EDGE}" y="27" text-anchor="end">{summary} {rest}</text>'
        yield from self._states()
        for name, top in (("voice", VOICE_TOP), ("tones", TONES_TOP), ("chimes", CHIMES_TOP)):
            yield f'<text x="16" y="{top + ROW_HEIGHT / 2 + 4}">{name}</text>'
            base = top + ROW_HEIGHT
            yield f'<line class="rule" x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}"/>'
        yield from self._voice()
        yield from self._wordless(begin, end)
        yield from self._tones()
        yield from self._chimes()
        yield from self._axis()

    def _x(self, second: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * second / (self._end + AFTER_SECONDS), 1)

    def _states(self) -> Iterator[str]:
        begins = [(moment.second, moment.step.state) for moment in self._moments if moment.step.state]
        ends = [second for second, _ in begins[1:]] + [self._end]
        for number, ((begin, state), end) in enumerate(zip(begins, ends, strict=True)):
            assert state is not None
            left, width = self._x(begin), self._x(end) - self._x(begin)
            height = CHIMES_TOP + ROW_HEIGHT - STATES_TOP
            yield f'<rect class="band{number % 2}" x="{left}" y="{STATES_TOP}" width="{width:.1f}" height="{height}"/>'
            name, y = state.replace("_", " "), STATES_TOP + 16
            if width > 7 * len(name):
                yield f'<text class="small" x="{left + width / 2:.1f}" y="{y}" text-anchor="middle">{name}</text>'

    def _voice(self) -> Iterator[str]:
        labelled: set[str] = set()
        last_label = -1e9
        for said, seconds in self._spoken:
            left, width = self._x(said.second), max(1.5, self._x(said.second + seconds) - self._x(said.second))
            yield (
                f'<rect class="voice" x="{left}" y="{VOICE_TOP + 6}" width="{width:.1f}" height="{ROW_HEIGHT - 6}" '
                f'rx="1.5" data-line="{said.line}" data-seconds="{seconds:.1f}">'
                f"<title>{_clock(said.second)} {escape(' '.join(said.sentences))}</title></rect>"
            )
            if said.line not in labelled and left - last_label >= LABELS_APART:
                labelled.add(said.line)
                last_label = left
                x, y = left + 4, VOICE_TOP + 1
                name = said.line.replace("_", " ")
                yield f'<text class="small" x="{x:.1f}" y="{y}" transform="rotate(-32 {x:.1f} {y})">{name}</text>'

    def _longest_wordless(self) -> tuple[float, float]:
        edges = [0.0]
        for said, seconds in self._spoken:
            if said.second < self._end:
                edges += [said.second, said.second + seconds]
        edges.append(self._end)
        return max(zip(edges[::2], edges[1::2], strict=True), key=lambda stretch: stretch[1] - stretch[0])

    def _wordless(self, begin: float, end: float) -> Iterator[str]:
        left, right, y = self._x(begin) + 3, self._x(end) - 3, VOICE_TOP + ROW_HEIGHT / 2 + 3
        yield f'<path class="wordless" d="M{left:.1f} {y - 4}v8m0 -4H{right:.1f}m0 -4v8"/>'
        middle, text = (left + right) / 2, f"{_clock(end - begin)} without a word"
        yield f'<text class="small" x="{middle:.1f}" y="{y - 6}" text-anchor="middle">{text}</text>'

    def _tones(self) -> Iterator[str]:
        breathing = self._breath
        changes = [(moment.second, moment.step.tones) for moment in self._moments if moment.step.tones]
        for start, kind in changes:
            if kind != "start":
                continue
            stop = next(second for second, then in changes if then == "stop" and second > start)
            softer = next((second for second, then in changes if then == "soften" and start < second < stop), stop)
            points = [(start, 0.0)]
            breath = start
            over = stop + TONES_OUT_SECONDS
            while breath < over:
                for second, height in ((breath + breathing.out_at, 1.0), (breath + breathing.seconds, 0.15)):
                    if second < over:
                        points.append((second, height * _loudness(second, start, softer, stop)))
                breath += breathing.seconds
            points.append((over, 0.0))
            base, full = TONES_TOP + ROW_HEIGHT, ROW_HEIGHT - 4
            path = " ".join(f"{self._x(second)},{base - full * height:.1f}" for second, height in points)
            yield f'<polygon class="tones" points="{path}"/>'
            rhythm = f"rising {breathing.in_seconds:g} s, falling {breathing.out_seconds:g} s"
            yield f'<text class="small" x="{self._x(over) + 6}" y="{base - 8}">{rhythm}</text>'

    def _chimes(self) -> Iterator[str]:
        for moment in self._moments:
            if moment.step.cue:
                x, y = self._x(moment.second), CHIMES_TOP + ROW_HEIGHT / 2
                yield f'<path class="chime" d="M{x} {y - 8}l7 8l-7 8l-7 -8z"/>'
                side, anchor = (-11, "end") if moment.second == self._end else (11, "start")
                name = moment.step.cue.value
                yield f'<text class="small" x="{x + side:.1f}" y="{y + 4}" text-anchor="{anchor}">{name}</text>'

    def _axis(self) -> Iterator[str]:
        for minute in range(round(self._end / 60) + 1):
            x = self._x(60 * minute)
            yield f'<line class="rule" x1="{x}" y1="{CHIMES_TOP + ROW_HEIGHT}" x2="{x}" y2="{AXIS}"/>'
            yield f'<text class="small" x="{x}" y="{AXIS + 14}" text-anchor="middle">{minute}:00</text>'
        yield f'<text class="small" x="16" y="{AXIS + 14}">minutes</text>'
        after = "Then each of you is asked in turn: ready, or not yet?"
        yield f'<text class="small" x="{WIDTH - EDGE}" y="{AXIS + 36}" text-anchor="end">{after}</text>'


def _loudness(second: float, start: float, softer: float, stop: float) -> float:
    """How loud the tones are, 0 to 1, as the mixer fades them (`assistant.speaking.mixer`)."""
    rising = min(1.0, (second - start) / TONES_IN_SECONDS)
    soft = 1.0 - 0.5 * min(1.0, max(0.0, (second - softer) / TONES_SOFTER_SECONDS))
    fading = 1.0 - min(1.0, max(0.0, (second - stop) / TONES_OUT_SECONDS))
    return rising * soft * fading


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
