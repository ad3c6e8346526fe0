"""What can be wrong with a configuration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from config.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, for the place where it is shown."""

    key: str  # "section.name", "section" where its options contradict each other, "" otherwise
    message: Text  # without the key: value, limits, what to do
    origin: str = ""  # where the value came from, e.g. "TERMINAL_RISK__STOP_LOSS_PCT"

    def line(self, language: str = "en") -> str:
        """Return the whole sentence: which setting, from where, and what is wrong."""
        place = f"{self.key} ({self.origin})" if self.origin else self.key
        return ": ".join(part for part in (place, self.message.in_(language)) if part)


class ConfigError(ValueError):
    """Settings that can't be used; `str()` is English, `text` both languages.

    Attributes:
        text: All that is wrong in one text.
        problems: Each thing that is wrong by its key, so that a dialog can show it there.
    """

    def __init__(self, text: str | Text, problems: Iterable[Problem] = ()) -> None:
        self.text = text if isinstance(text, Text) else Text.of(text)
        self.problems = tuple(problems) or (Problem("", self.text),)
        super().__init__(self.text.en)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """Make the error of one or more problems."""
        found = tuple(problems)
        ko, en = ("; ".join(problem.line(lang) for problem in found) for lang in ("ko", "en"))
        return cls(Text(ko, en), found)


class Refused(ValueError):  # noqa: N818 - reads as what a validator does: `raise Refused(Text(...))`
    """Raised by a validator of an `Options` class to say why in both languages.

    `field` names the option to blame where the validator looked at several.
    """

    def __init__(self, text: Text, field: str = "") -> None:
        self.text, self.field = text, field
        super().__init__(text.en)
