"""The script's lines as this couple will hear them: names, lengths and places filled in."""

from __future__ import annotations

from itertools import product

from assistant.settings.agreement import Agreement
from assistant.settings.placeholders import filled, values_for
from assistant.settings.script import Script


class Wording:
    """Every sentence that can be said with one script and one agreement."""

    def __init__(self, script: Script, agreement: Agreement) -> None:
        self._script, self._agreement = script, agreement

    def has(self, line: str) -> bool:
        """Whether the agreement has what the line needs; without places there is no ``separating_places``.

        Raises KeyError when the script has no such line.
        """
        try:
            self.sentences(line, name=0)
        except ValueError:
            return False
        return True

    def sentences(self, line: str, *, first: int = 0, name: int | None = None) -> tuple[str, ...]:
        """The line's sentences, ready to be spoken.

        ``first``: 0 or 1, whose name comes first. ``name``: 0 or 1, who is being asked, for the lines that ask.
        Raises KeyError when the script has no such line, ValueError when something to fill in is missing.
        """
        values = values_for(self._script, self._agreement, first=first, name=name)
        try:
            return tuple(filled(sentence, values) for sentence in self._script.lines[line].sentences)
        except KeyError as error:
            if line not in self._script.lines:
                raise
            raise ValueError(f"the line {line} needs {{{error.args[0]}}}, which is not given") from None

    def everything(self) -> tuple[str, ...]:
        """Every sentence that can ever be said with this agreement, each once, in the order of the script.

        Both orders of the names, either of them asked: this is what is rendered ahead.
        """
        return tuple(
            dict.fromkeys(
                sentence
                for line in self._script.lines
                if self.has(line)
                for first, name in product((0, 1), (0, 1))
                for sentence in self.sentences(line, first=first, name=name)
            )
        )
