"""Finding a security as Korean traders type it: code, name, or first consonants (초성); no Qt."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE, _LAST_SYLLABLE, _PER_INITIAL = 0xAC00, 0xD7A3, 588
_SLIPS = 3  # letters too many or too few


def find(query: str, directory: Mapping[str, str], limit: int = 100) -> list[str]:
    """Return codes whose code, name or first consonants match, best first; "" finds all.

    Args:
        query: "0059", "삼성", "ㅅㅅㅈㅈ", in any letter case, blanks ignored.
        directory: Name by code.
    """
    wanted = _plain(query)
    ranked = ((_rank(wanted, code, name), code) for code, name in directory.items())
    return [code for _, code in sorted((rank, code) for rank, code in ranked if rank)][:limit]


def nearest(text: str, directory: Mapping[str, str], count: int = 3) -> list[str]:
    """Return the codes whose code or name looks most like the mistyped `text`, best first."""
    # By letters (자모), so that one wrong vowel does not make a whole syllable wrong.
    wanted = _letters(text)
    spelled = {_letters(code): code for code in directory}
    spelled |= {_letters(name): code for code, name in directory.items()}
    # Comparing is slow, so what is much longer or shorter is left out at once.
    likely = [word for word in spelled if abs(len(word) - len(wanted)) <= _SLIPS]
    close = get_close_matches(wanted, likely, n=2 * count, cutoff=0.6)
    return list(dict.fromkeys(spelled[found] for found in close))[:count]


def initials(text: str) -> str:
    """Return the first consonant of each syllable and other letters as they are."""
    return "".join(map(_initial, _plain(text)))


def _initial(letter: str) -> str:
    code = ord(letter)
    if not _FIRST_SYLLABLE <= code <= _LAST_SYLLABLE:
        return letter
    return _INITIALS[(code - _FIRST_SYLLABLE) // _PER_INITIAL]


def _rank(wanted: str, code: str, name: str) -> int:
    """Return 1 (best) to 4, or 0 where nothing matches."""
    code, name, consonants = _spellings(code, name)
    if wanted in (code, name):
        return 1
    if code.startswith(wanted) or name.startswith(wanted):
        return 2
    if wanted in name or wanted in code:
        return 3
    return 4 if wanted in consonants else 0


@lru_cache(maxsize=1 << 13)  # more than there are securities at KRX; asked again at every key
def _spellings(code: str, name: str) -> tuple[str, str, str]:
    return _plain(code), _plain(name), initials(name)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(text.split())).casefold()


@lru_cache(maxsize=1 << 13)
def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", _plain(text))
