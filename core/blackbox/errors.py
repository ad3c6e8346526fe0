"""What is wrong with a recording, and the first place where a replay differs from it."""

from __future__ import annotations

from config.text import Text
from core.domain.errors import TerminalError


class RecordingError(TerminalError):
    """A recording that is missing, changed, cut or not to be understood."""


class DivergedError(BaseException):
    """The replayed engine did something else; no handler inside of the engine may catch this."""

    def __init__(self, where: Text, was: str, now: str) -> None:
        """`was` is what was recorded, `now` what the replay did."""
        super().__init__(f"{where.en}: was {was}, is {now}")
        self.where, self.was, self.now = where, was, now
