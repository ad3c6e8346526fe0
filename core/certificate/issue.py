"""Makes a day's certificate from the journal and keeps it in the home folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from config.files import write_atomically
from core.certificate.certificate import Certificate
from core.certificate.compare import certify
from core.certificate.ledger import read_ledger
from core.certificate.page import page
from core.certificate.rows import Table, tables
from core.domain.messages import CertificateIssued
from core.journal.encoding import dumps

FOLDER = "certificates"


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its files."""

    certificate: Certificate
    page: Path
    fact: CertificateIssued  # for the journal
    tables: tuple[Table, ...]  # as they are shown


def make(
    target: str | Path, now: datetime, day: date | None = None, *, is_answered: bool = True
) -> Certificate:
    """Return the certificate of a day, the journal's newest where none is named.

    `is_answered` is False where the broker was asked just now and has not answered.

    Raises:
        JournalError: The journal can't be read, or has nothing of that day.
    """
    return certify(read_ledger(target, day), now, is_answered)


def issue(
    target: str | Path, home: Path, language: str, now: datetime, *, is_answered: bool = True
) -> Issued:
    """Make the newest day's certificate and write its two files, beside earlier ones of the day.

    Raises:
        JournalError: As `make`.
        OSError: The files can't be written.
    """
    return keep(make(target, now, is_answered=is_answered), home, language)


def keep(certificate: Certificate, home: Path, language: str) -> Issued:
    """Write the page and the JSON file; raises OSError where that fails."""
    folder, name = home / FOLDER, certificate.day.isoformat()
    text = dumps(certificate) + "\n"
    digest = sha256(text.encode()).hexdigest()
    _keep_earlier(folder, name, text)
    html = folder / f"{name}.html"
    write_atomically(folder / f"{name}.json", text)
    write_atomically(html, page(certificate, language, f"{name}.json", digest))
    fact = CertificateIssued(
        day=certificate.day,
        verdict=certificate.verdict.value,
        differing=certificate.differing,
        cash_difference=certificate.cash_difference,
        sha256=digest,
        file=f"{name}.json",
    )
    return Issued(certificate, html, fact, tables(certificate))


def _keep_earlier(folder: Path, name: str, text: str) -> None:
    """Move another certificate of the same day aside, as its hash is in the journal."""
    kept = folder / f"{name}.json"
    if not kept.exists() or kept.read_text("utf-8") == text:
        return
    number = 1
    while (folder / f"{name}-{number}.json").exists():
        number += 1
    for suffix in (".json", ".html"):
        old = folder / f"{name}{suffix}"
        if old.exists():
            old.rename(folder / f"{name}-{number}{suffix}")
