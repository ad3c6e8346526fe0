"""A text shown to people, in every language of the window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Korean and English; `Text.of("AI")` where both read the same."""

    ko: str
    en: str

    @classmethod
    def of(cls, same: str) -> Text:
        return cls(same, same)

    def in_(self, language: str) -> str:
        """Return the Korean text for "ko", the English one otherwise."""
        return self.ko if language == "ko" else self.en

    def format(self, *args: object, **values: object) -> Text:
        """Fill the braces of both texts; a `Text` among the values gives each its own language."""
        ko, en = (
            form.format(
                *(_spoken(arg, language) for arg in args),
                **{name: _spoken(value, language) for name, value in values.items()},
            )
            for form, language in ((self.ko, "ko"), (self.en, "en"))
        )
        return Text(ko, en)


def _spoken(value: object, language: str) -> object:
    """Return what fills a brace: of a text, or of an error that carries one, the right language."""
    if isinstance(value, Exception):
        value = getattr(value, "text", value)
    return value.in_(language) if isinstance(value, Text) else value
