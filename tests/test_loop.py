"""The heartbeat in a simulated room, with a recogniser that says what the test wants it to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from assistant.calm.companion import Companion
from assistant.devices.recorded import SimulatedRoom
from assistant.devices.recorded_button import RecordedContact, RecordedLight
from assistant.devices.silence import SilenceWatch
from assistant.dialogue.flow import State
from assistant.dialogue.session import Session
from assistant.dialogue.turns import listened_for
from assistant.dialogue.wording import Wording
from assistant.hands import lamp_of
from assistant.hearing.ears import DEAF_AFTER_SPEAKING_SECONDS, Ears
from assistant.hearing.gate import Gate
from assistant.hearing.trigger import Trigger
from assistant.loop import Loop
from assistant.messages import (
    Chime,
    Command,
    Countdown,
    Cue,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    Press,
    Silence,
    Speak,
)
from assistant.ports import Hypothesis
from assistant.presses import ContactButton
from assistant.records import Ending, Kept, PauseOver, PauseUnderWay
from assistant.settings.loader import Settings, load_settings
from assistant.sound import BLOCK_SECONDS, HEARING_RATE_HZ, SPEAKING_RATE_HZ, AudioClip, Samples
from assistant.speaking.mixer import Mixer
from assistant.speaking.promptbook import Promptbook
from assistant.timeline_view import TimelineView

CONFIG = Path(__file__).parents[1] / "config"
PAUSE = "i need a pause"
SPEECH = AudioClip(np.tile(np.array([3000, -3000], np.int16), HEARING_RATE_HZ // 2), HEARING_RATE_HZ)
SOMETHING_SOON = 0.6  # gate and all: from the end of what is said to the decision

Event = State | Intent | Press | Command


class Hum:
    """A voice that hums for a second, whatever it should say."""

    key: Mapping[str, str] = {"engine": "hum"}

    def render(self, sentence: str) -> AudioClip:
        seconds = np.arange(SPEAKING_RATE_HZ) / SPEAKING_RATE_HZ
        return AudioClip((8000 * np.sin(2 * np.pi * 200 * seconds)).astype(np.int16), SPEAKING_RATE_HZ)

    def close(self) -> None:
        pass


class LoudIsSpeech:
    def is_speech(self, block: Samples) -> bool:
        return bool(np.abs(block).max() > 1000)


@dataclass
class Scripted:
    """A recogniser that makes each utterance the next of `phrases`; ``accepted`` counts the blocks it was given."""

    phrases: list[str]
    accepted: int = 0
    score: float = 0.0

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        pass

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self.accepted += 1
        return ()

    def lull(self) -> Sequence[Hypothesis]:
        return ()

    def finish(self) -> Sequence[Hypothesis]:
        if not self.phrases:
            return ()
        return [Hypothesis(phrase=self.phrases.pop(0), score=self.score, start_seconds=0.0, end_seconds=1.0)]

    def reset(self) -> None:
        pass

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def close(self) -> None:
        pass


@dataclass
class Far(Scripted):
    """The same in another process, which may be gone."""

    listening: bool = True
    caught_up: bool = True

    def belated(self) -> Sequence[tuple[int, Sequence[Hypothesis]]]:
        return ()


@dataclass
class Evening:
    """A room, a loop, and what was seen of both. ``events``: with their second; ``played``: each block."""

    room: SimulatedRoom
    loop: Loop
    mixer: Mixer
    recognizer: Scripted
    contact: RecordedContact
    light: RecordedLight
    events: list[tuple[float, Event]]
    kept: list[Kept | Silence]
    notices: list[str]
    keeps: list[bool]
    played: list[Samples] = field(default_factory=list)

    def until(self, second: float) -> None:
        while self.room.clock.now() < second - BLOCK_SECONDS / 2:
            self.loop.round(self.room.microphone.read(0.1))

    def until_it_has_spoken(self) -> float:
        blocks = 0
        while self.mixer.speaking:
            self.loop.round(self.room.microphone.read(0.1))
            blocks += 1
        assert blocks
        return self.room.clock.now()

    def is_speaking(self) -> bool:
        """Whether it is speaking now (mypy believes that a property stays as it was)."""
        return self.mixer.speaking

    def of(self, *kinds: type[Event]) -> list[Event]:
        return [event for _, event in self.events if isinstance(event, kinds)]

    def second_of(self, wanted: Event) -> float:
        return next(second for second, event in self.events if event == wanted)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(CONFIG)


@pytest.fixture(scope="module")
def prompts(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Promptbook:
    voice = Hum()
    book = Promptbook(cache=tmp_path_factory.mktemp("prompts"), synthesizer_key=voice.key)
    book.prepare(Wording(settings.script, settings.agreement, settings.reflection).everything(), voice)
    return book


@pytest.fixture
def evening(settings: Settings, prompts: Promptbook) -> Evening:
    return begun(settings, prompts)


def begun(
    settings: Settings,
    prompts: Promptbook,
    *,
    noise_dbfs: float | None = -70.0,
    watch_silence: bool = False,
    recognizer: Scripted | None = None,
) -> Evening:
    room = SimulatedRoom(noise_dbfs=noise_dbfs)
    recognizer = recognizer or Scripted([])
    mixer = Mixer()
    cancelled = settings.phrases.pause_is_cancelled_by
    ears = Ears(
        gate=Gate(LoudIsSpeech()),
        recognizer=recognizer,
        trigger=Trigger(hearing=settings.machine.hearing, cancelled=cancelled),
        phrases=settings.phrases,
        agreement=settings.agreement,
    )
    session = Session(
        script=settings.script,
        agreement=settings.agreement,
        reflection=settings.reflection,
        wording=Wording(settings.script, settings.agreement, settings.reflection),
        seconds_of=prompts.seconds,
    )
    tap = AudioClip(np.full(2400, 9000, np.int16), SPEAKING_RATE_HZ)  # loud from its first sample on
    breath = AudioClip(np.zeros(10 * SPEAKING_RATE_HZ, np.int16), SPEAKING_RATE_HZ)
    events: list[tuple[float, Event]] = []
    kept: list[Kept | Silence] = []
    notices: list[str] = []
    keeps = [True]

    def keep(command: Kept | Silence) -> bool:
        kept.append(command)
        return keeps[0]

    contact, light = RecordedContact(clock=room.clock), RecordedLight(clock=room.clock)
    button = ContactButton(contact, clock=room.clock)
    button.open()
    light.open()
    loop = Loop(
        microphone=room.microphone,
        clock=room.clock,
        ears=ears,
        companion=Companion(session=session, talks={}),
        mixer=mixer,
        prompts=prompts,
        chimes=dict.fromkeys(Cue, tap),
        breaths={settings.reflection.breathing[settings.agreement.breathing].breath: breath},
        lamp=lamp_of(settings.machine, light),
        button=button,
        watch=lambda now, event: events.append((now, event)),
        keep=keep,
        on_notice=notices.append,
        silence=SilenceWatch() if watch_silence else None,
    )
    evening = Evening(room, loop, mixer, recognizer, contact, light, events, kept, notices, keeps)

    def render(frames: int) -> Samples:
        block = mixer.render(frames)
        evening.played.append(block)
        return block

    room.microphone.open()
    room.loudspeaker.open(render)
    loop.start()
    return evening


def with_a_pause(evening: Evening) -> float:
    """Let somebody ask for a pause in the first seconds; returns the second at which it began."""
    evening.recognizer.phrases.append(PAUSE)
    evening.room.say(SPEECH, 1.0)
    evening.until(2.0 + SOMETHING_SOON)
    return evening.second_of(State.OPENING)


def test_it_begins_by_listening(evening: Evening) -> None:
    expected = [State.LISTENING, Listen(listened_for(State.LISTENING, end_asked=False)), Light(LightState.LISTENING)]
    assert [event for _, event in evening.events] == expected


def test_what_is_decided_is_done_in_its_order_and_heard_in_the_next_block(evening: Evening) -> None:
    began = with_a_pause(evening)
    events = [event for second, event in evening.events if second == began]
    assert events == [
        Intent.PAUSE,
        State.OPENING,
        Listen(listened_for(State.OPENING, end_asked=False)),
        Light(LightState.PAUSE),
        Hush(),
        Countdown(began + 600),
        Chime(Cue.START),
    ]
    blocks = round(began / BLOCK_SECONDS)  # so many had been played when it was decided
    assert not any(block.any() for block in evening.played[:blocks])
    assert evening.played[blocks][0] != 0


def test_a_pause_that_is_only_half_heard_is_asked_about(evening: Evening) -> None:
    """It counts as heard when somebody says yes, and not before; the question itself is not listened to."""
    evening.recognizer.score = -1.8
    evening.recognizer.phrases += [PAUSE, "yes"]
    evening.room.say(SPEECH, 1.0)
    evening.until(4.5)
    assert evening.of(State, Intent) == [State.LISTENING, State.ASKING]
    assert [event.line for event in evening.of(Speak) if isinstance(event, Speak)] == ["did_you_say_pause"]
    assert evening.until_it_has_spoken() < 6.0
    evening.room.say(SPEECH, evening.room.clock.now() + DEAF_AFTER_SPEAKING_SECONDS)
    evening.until(evening.room.clock.now() + DEAF_AFTER_SPEAKING_SECONDS + 1 + SOMETHING_SOON)
    assert evening.of(State, Intent) == [State.LISTENING, State.ASKING, Intent.YES, State.OPENING]


def test_a_line_begins_in_the_block_after_its_second(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.until(began + 3)
    said = next(second for second, event in evening.events if isinstance(event, Speak))
    assert said == pytest.approx(began + 1.0, abs=BLOCK_SECONDS)
    blocks = round(said / BLOCK_SECONDS)
    assert not evening.played[blocks - 1].any()
    assert evening.played[blocks].any()


def test_time_goes_on_without_a_microphone(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.room.microphone.close()
    evening.until(began + 76)
    for state, second in ((State.SEPARATING, 20.0), (State.BODY, 75.0)):
        assert evening.second_of(state) - began == pytest.approx(second, abs=0.15)  # 0.1 s is the wait for a block
    assert [event.line for event in evening.of(Speak) if isinstance(event, Speak)] == [
        "opening",
        "cannot_hear",
        "separating",
        "grounding",
    ]


def deafness(evening: Evening) -> list[Event]:
    return [event for event in evening.of(Light, Chime) if event in (Light(LightState.DEAF), Chime(Cue.DEAF))]


def test_a_microphone_that_falls_silent_is_noticed_once_and_so_is_its_return(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.until(10.0)
    evening.room.microphone.close()
    evening.until(10.9)
    assert deafness(evening) == []
    evening.until(11.2)
    assert deafness(evening) == [Light(LightState.DEAF), Chime(Cue.DEAF)]
    noticed = round(evening.second_of(Chime(Cue.DEAF)) / BLOCK_SECONDS)
    assert evening.played[noticed].any(), "the dull tap"
    evening.until(16.0)
    assert len(deafness(evening)) == 2, "once is enough"
    evening.room.microphone.open()
    evening.until(16.2)
    assert evening.events[-1][1] == Light(LightState.PAUSE)
    assert evening.second_of(State.OPENING) == began


def test_a_microphone_that_gives_zeros_is_deaf(settings: Settings, prompts: Promptbook) -> None:
    evening = begun(settings, prompts, noise_dbfs=None, watch_silence=True)
    evening.until(2.9)
    assert deafness(evening) == []
    evening.until(3.2)
    assert deafness(evening) == [Light(LightState.DEAF), Chime(Cue.DEAF)]
    evening.until(8.0)
    assert len(deafness(evening)) == 2
    evening.room.say(SPEECH, 8.0)
    evening.until(8.1)
    assert evening.events[-1][1] == Light(LightState.LISTENING)


def test_a_recogniser_that_is_gone_is_noticed_once_and_so_is_its_return(
    settings: Settings, prompts: Promptbook
) -> None:
    recognizer = Far([])
    evening = begun(settings, prompts, recognizer=recognizer)
    with_a_pause(evening)
    evening.until(10.0)
    recognizer.listening = False
    evening.until(10.9)
    assert deafness(evening) == [], "a moment is nothing"
    evening.until(11.2)
    assert deafness(evening) == [Light(LightState.DEAF), Chime(Cue.DEAF)]
    evening.until(16.0)
    assert len(deafness(evening)) == 2, "once is enough"
    recognizer.listening = True
    evening.until(16.2)
    assert evening.events[-1][1] == Light(LightState.PAUSE)


def test_a_microphone_that_returns_before_the_recogniser_changes_nothing(
    settings: Settings, prompts: Promptbook
) -> None:
    recognizer = Far([])
    evening = begun(settings, prompts, recognizer=recognizer)
    evening.room.microphone.close()
    recognizer.listening = False
    evening.until(2.0)
    evening.room.microphone.open()
    evening.until(3.0)
    assert evening.of(Light) == [Light(LightState.LISTENING), Light(LightState.DEAF)]
    recognizer.listening = True
    evening.until(3.2)
    assert evening.of(Light) == [Light(LightState.LISTENING), Light(LightState.DEAF), Light(LightState.LISTENING)]


def test_while_it_is_deaf_no_other_light_is_shown_and_afterwards_the_newest(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.until(10.0)
    evening.room.microphone.close()
    evening.until(began + 620)
    assert State.ASK_FIRST in evening.of(State)
    assert evening.of(Light)[-2:] == [Light(LightState.PAUSE), Light(LightState.DEAF)]
    evening.room.microphone.open()
    evening.until(began + 621)
    assert evening.of(Light)[-3:] == [
        Light(LightState.PAUSE),
        Light(LightState.DEAF),
        Light(LightState.ASKING),
    ]


def test_a_quiet_room_is_not_deaf(settings: Settings, prompts: Promptbook) -> None:
    evening = begun(settings, prompts, noise_dbfs=-80.0, watch_silence=True)
    evening.until(10.0)
    assert deafness(evening) == []


def test_it_does_not_listen_to_itself(evening: Evening) -> None:
    """While it speaks, and a moment longer, nothing is handed to the recogniser; then it hears again."""
    began = with_a_pause(evening)
    evening.recognizer.accepted = 0
    evening.recognizer.phrases.append("carry on")
    evening.until(began + 1.1)
    evening.room.say(SPEECH, evening.room.clock.now())
    over = evening.until_it_has_spoken()
    assert over > began + 4, "the whole opening, not only its first words"
    evening.until(over + DEAF_AFTER_SPEAKING_SECONDS)
    assert evening.recognizer.accepted == 0
    assert Intent.UNDO not in [event for _, event in evening.events]
    evening.room.say(SPEECH, over + 1)
    evening.until(over + 2 + SOMETHING_SOON)
    assert evening.of(Intent)[-1] is Intent.UNDO


def test_run_ends_with_the_recording(evening: Evening) -> None:
    evening.room.end_at_seconds = 1.5
    evening.loop.run(lambda: True)
    assert evening.room.clock.now() == pytest.approx(1.5)


def test_run_ends_when_it_is_told_to(evening: Evening) -> None:
    rounds: Iterator[bool] = iter([True] * 10 + [False])
    evening.loop.run(lambda: next(rounds))
    assert evening.room.clock.blocks == 10


# --- the button, the light, and the silent way out -------------------------------------------------------------------


def test_a_touch_silences_the_voice_in_the_same_heartbeat(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.until(began + 1.5)
    assert evening.is_speaking()
    evening.contact.press(Press.SHORT)
    touched = evening.room.clock.now()
    evening.until(touched + 0.2)
    assert not evening.mixer.speaking
    blocks = round(touched / BLOCK_SECONDS)
    loud = [np.abs(block).max() > 300 for block in evening.played[blocks:]]
    assert not any(loud[3:]), "silent a tenth of a second after the finger came down"
    evening.until(touched + 1.0)
    assert evening.of(Press) == [Press.SHORT]
    assert evening.of(Light)[-1] == Light(LightState.LISTENING), "a short press in the first seconds takes it back"


def test_the_button_starts_a_pause_when_nothing_can_be_heard(evening: Evening) -> None:
    evening.room.microphone.close()
    evening.until(3.0)
    evening.contact.press(Press.SHORT)
    evening.until(4.0)
    assert evening.second_of(State.OPENING) == pytest.approx(3.6, abs=0.25)


def test_held_at_home_it_switches_the_microphone_off_and_on(evening: Evening) -> None:
    evening.contact.press(Press.HOLD)
    evening.until(5.0)
    assert Light(LightState.MUTED) in evening.of(Light)
    heard = evening.recognizer.accepted
    evening.recognizer.phrases.append(PAUSE)
    evening.room.say(SPEECH, 6.0)
    evening.until(9.0)
    assert evening.recognizer.accepted == heard, "not a block goes further than the microphone"
    assert State.OPENING not in evening.of(State)
    evening.contact.press(Press.HOLD)
    evening.until(14.0)
    evening.room.say(SPEECH, 14.0)
    evening.until(16.0)
    assert State.OPENING in evening.of(State)


def test_of_the_silent_way_out_nothing_is_heard_and_nothing_is_told(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.until(began + 1.5)
    evening.contact.press(Press.HOLD)
    left = evening.room.clock.now() + 3.0
    evening.until(left + 0.1)
    told = [event for second, event in evening.events if second > left - 0.1]
    assert not any(isinstance(event, State | Intent | Press | Speak | Chime) for event in told)
    evening.until(left + 30.0)
    played = evening.played[round((left + 0.1) / BLOCK_SECONDS) :]
    assert not any(block.any() for block in played)


def test_whoever_keeps_things_is_told_of_a_pause_and_nobody_who_watches_is(evening: Evening) -> None:
    begins = with_a_pause(evening)
    evening.until(begins + 19.0)
    assert evening.kept == [], "it can still be taken back"
    evening.until(begins + 21.0)
    assert evening.kept == [PauseUnderWay()]
    evening.until(begins + 600.0 + 1300.0)
    assert evening.kept == [PauseUnderWay(), PauseOver(10, 0, Ending.NOBODY_CAME)]
    assert evening.of(PauseUnderWay, PauseOver) == []


def test_whoever_keeps_things_is_told_that_a_pause_was_left_silently(evening: Evening) -> None:
    begins = with_a_pause(evening)
    evening.until(begins + 30.0)
    evening.contact.press(Press.HOLD)
    evening.until(begins + 40.0)
    assert evening.kept == [PauseUnderWay(), Silence()]


def test_what_could_not_be_kept_comes_back_to_the_talk(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []

    def not_kept(now: float) -> list[Command]:
        told.append(now)
        return []

    monkeypatch.setattr(evening.loop._companion, "not_kept", not_kept)
    evening.keeps[0] = False
    begins = with_a_pause(evening)
    evening.until(begins + 21.0)
    assert evening.kept == [PauseUnderWay()]
    assert len(told) == 1


def test_a_sentence_that_has_gone_is_a_note_and_the_pause_goes_on(evening: Evening, prompts: Promptbook) -> None:
    gone = "I will keep the time."
    clip = prompts._clips.pop(gone)
    cache, prompts._cache = prompts._cache, prompts._cache / "elsewhere"
    try:
        begins = with_a_pause(evening)
        evening.until(begins + 100.0)
    finally:
        prompts._clips[gone], prompts._cache = clip, cache
    assert len(evening.notices) == 1
    assert "was never prepared" in evening.notices[0]
    assert State.BODY in evening.of(State)


def test_softer_is_softer_and_home_again_as_before(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.until(began + 20.0)
    evening.until_it_has_spoken()
    evening.recognizer.phrases.append("softer")
    evening.room.say(SPEECH, evening.room.clock.now() + 1.0)
    evening.until(evening.room.clock.now() + 3.0)
    assert evening.mixer.volume_db == -4.0
    evening.contact.press(Press.HOLD)
    evening.until(evening.room.clock.now() + 4.0)
    assert evening.mixer.volume_db == 0.0


def test_the_light_flashes_when_somebody_is_heard_and_shows_the_pause(evening: Evening) -> None:
    began = with_a_pause(evening)
    evening.until(began + 5.0)
    before = [color for second, color in evening.light.shown if second < began]
    flash = [color for second, color in evening.light.shown if began <= second < began + 0.6]
    assert len(set(before)) == 1, "a steady glow"
    assert max(max(color) for color in flash) > 2 * max(max(color) for color in before)
    later = [color for second, color in evening.light.shown if second > began + 1.0]
    assert len(set(later)) > 10, "it breathes"


def test_a_broken_light_changes_nothing(evening: Evening) -> None:
    evening.light.broken = True
    began = with_a_pause(evening)
    evening.until(began + 76)
    assert evening.second_of(State.BODY) - began == pytest.approx(75.0, abs=0.1)


def test_after_the_silent_way_out_the_light_still_says_that_the_microphone_is_off(evening: Evening) -> None:
    evening.contact.press(Press.HOLD)
    evening.until(8.0)
    evening.contact.press(Press.SHORT)
    evening.until(10.0)
    assert evening.of(Light)[-1] == Light(LightState.PAUSE)
    evening.contact.press(Press.HOLD)
    evening.until(16.0)
    assert evening.of(Light)[-1] == Light(LightState.MUTED), "also for a screen, which must not claim to listen"
    view = TimelineView()
    shown = [line for second, event in evening.events if second > 12.9 and (line := view.line(second, event))]
    assert shown == [], "and not a line on a terminal"
