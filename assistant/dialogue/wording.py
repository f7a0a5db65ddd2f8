"""The script's lines as this couple will hear them: names, lengths and places filled in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from assistant.settings.agreement import Agreement
from assistant.settings.placeholders import filled, placeholders, values_for
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script


class Wording:
    """Every sentence that can be said with one script, one agreement and one file of things to think about."""

    def __init__(self, script: Script, agreement: Agreement, reflection: Reflection) -> None:
        self._script, self._agreement, self._reflection = script, agreement, reflection

    def has(self, line: str) -> bool:
        """Whether the agreement has what the line needs; without places there is no ``separating_places``.

        Raises KeyError when the script has no such line.
        """
        try:
            self.sentences(line, name=0, left="")
        except ValueError:
            return False
        return True

    def sentences(
        self, line: str, *, first: int = 0, name: int | None = None, left: str | None = None
    ) -> tuple[str, ...]:
        """The line's sentences, ready to be spoken.

        ``first``: 0 or 1, whose name comes first. ``name``: 0 or 1, who is being asked, for the lines that ask.
        ``left``: the time that is left, in words, for the line that says it.
        Raises KeyError when the script has no such line, ValueError when something to fill in is missing.
        """
        values = values_for(self._script, self._agreement, first=first, name=name, left=left)
        try:
            return tuple(filled(sentence, values) for sentence in self._script.lines[line].sentences)
        except KeyError as error:
            if line not in self._script.lines:
                raise
            raise ValueError(f"the line {line} needs {{{error.args[0]}}}, which is not given") from None

    def everything(self) -> tuple[str, ...]:
        """Every sentence that can ever be said with this agreement, each once: this is what is rendered ahead.

        Both orders of the names, either of them asked, every length of time that can be left, and whatever there is
        to think about.
        """
        lines = (sentence for line in self._script.lines if self.has(line) for sentence in self._versions(line))
        return tuple(dict.fromkeys([*lines, *self._reflection.everything_spoken()]))

    def _versions(self, line: str) -> Iterator[str]:
        tells_time = any("left" in placeholders(sentence) for sentence in self._script.lines[line].sentences)
        timing = self._script.timing
        longest = 60.0 * (self._agreement.minutes + timing.most_extensions * timing.extension_minutes)
        for left in self._script.times_left(longest) if tells_time else (None,):
            for first, name in product((0, 1), (0, 1)):
                yield from self.sentences(line, first=first, name=name, left=left)
