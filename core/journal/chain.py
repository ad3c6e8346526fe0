"""The hash chain: each record's hash covers the record and the hash before it."""

from __future__ import annotations

import hashlib

GENESIS = "0" * 64
"""What the first record takes as the hash before it."""


def link(prev: str, seq: int, session: int, time: str, kind: str, body: str) -> str:
    """Return a record's hash in hex: SHA-256 of its columns, one a line.

    No column holds a line break (JSON escapes them), so no two records give the same text.
    """
    return hashlib.sha256(f"{prev}\n{seq}\n{session}\n{time}\n{kind}\n{body}".encode()).hexdigest()
