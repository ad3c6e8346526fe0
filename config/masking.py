"""Keeps passwords, keys and account numbers out of everything that is written down or shown."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

STARS = "***"
_NAME_OF_KEY = re.compile(r"key|token|secret|pass|auth|sig|code|cred", re.I)
_LONG = 16  # characters of a value that is no word, whatever its name
_SHORTEST = 6  # characters; a shorter secret can't be told from any other word

# Kiwoom's account numbers have eight digits and two of the product, with or without a dash.
_ACCOUNT = re.compile(r"(?<![\d.])\d{4}-?\d{4}-?\d{2}(?!\.?\d)")
_ASSIGNED = re.compile(
    r"((?:pass(?:word|wd|phrase)?|secret|token|api_?key|app_?key|credential|authorization)"
    r"[\"']?\s*[=:]\s*(?:bearer\s+)?[\"']?)[^\s\"',;}]+",
    re.I,
)
_WORDS = ("pass", "secret", "token", "key", "credential", "authorization")  # of the pattern above
_USER_OF_URL = re.compile(r"(?<=://)[^/\s@\"']+@")
_QUERY_OF_URL = re.compile(r"(?<=://)([^?\s\"']*)\?[^\s\"'<>]+")
_BOT_TOKEN = re.compile(r"(?<!\d)\d{6,}:[\w-]{30,}")  # of Telegram, which puts it into the path

_hidden: set[str] = set()
_known: list[re.Pattern[str]] = []  # one pattern of all that is hidden, or none


def hide(secret: str) -> None:
    """Star this value from now on wherever it stands, also as it is written in a URL."""
    found = {form for form in (secret, quote(secret, safe="")) if len(form) >= _SHORTEST}
    if not found <= _hidden:
        _hidden.update(found)
        longest_first = sorted(_hidden, key=len, reverse=True)
        _known[:] = [re.compile("|".join(map(re.escape, longest_first)))]


def hide_parts(url: str) -> None:
    """Hide the password and the values of the query of a URL; other texts have none."""
    try:
        parts = urlsplit(url) if "://" in url else None
    except ValueError:
        return
    if parts is None:
        return
    # A user's name alone is often the key, as in https://KEY@host.
    secret = parts.password if parts.password is not None else parts.username
    hide(unquote(secret or ""))
    for name, value in parse_qsl(parts.query):
        if _NAME_OF_KEY.search(name) or len(value) >= _LONG:
            hide(value)


def masked_text(text: str) -> str:
    """Return a text (a log's line) with account numbers and what looks like a secret starred."""
    for known in _known:
        text = known.sub(STARS, text)
    if "://" in text:
        text = _QUERY_OF_URL.sub(rf"\1?{STARS}", _USER_OF_URL.sub(f"{STARS}@", text))
    lower = text.lower()
    if any(word in lower for word in _WORDS):  # ten times as fast as the pattern
        text = _ASSIGNED.sub(rf"\1{STARS}", text)
    text = _BOT_TOKEN.sub(STARS, text)
    return _ACCOUNT.sub(lambda found: _stars_but_ends(found.group()), text)


def masked_address(text: str) -> str:
    """Star the user, password and query of a URL."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return STARS
    place = parts.netloc.rpartition("@")
    netloc = f"{STARS}@{place[2]}" if place[1] else parts.netloc
    return urlunsplit((parts.scheme, netloc, parts.path, STARS if parts.query else "", ""))


def _stars_but_ends(number: str) -> str:
    """As the window shows an account: 80******11."""
    return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"
