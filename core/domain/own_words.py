"""What this program says of an order itself, where otherwise the broker's words stand.

A note of an order is one text, kept in Korean as the broker's own are; people are shown it in their
language where the words are ours.
"""

from __future__ import annotations

from config.text import Text

_OWN: dict[str, Text] = {}  # by the Korean text


def own(ko: str, en: str) -> str:
    """Make words of ours known; return what stands in the note."""
    _OWN[ko] = Text(ko, en)
    return ko


def kept(text: Text) -> str:
    """Return what stands in the note for a text of ours that was made up on the way."""
    return own(text.ko, text.en)


def told(note: str) -> Text:
    """Return a note as it is shown: ours in both languages, the broker's as it came."""
    return _OWN.get(note) or Text.of(note)
