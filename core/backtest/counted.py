"""Numbers of things in English: "1 day", "2 days"."""

from __future__ import annotations


def counted(number: int, word: str, plural: str = "") -> str:
    """Return a number with its noun; `plural` where it is more than an "s" longer."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"
