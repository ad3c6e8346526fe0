"""What is starred, and what is left to read."""

from __future__ import annotations

import pytest

from config import masking
from config.masking import hide, hide_parts, masked_address, masked_text


@pytest.fixture(autouse=True)
def _nothing_hidden(monkeypatch):
    monkeypatch.setattr(masking, "_hidden", set())
    monkeypatch.setattr(masking, "_known", [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("account 8012345611 is known", "account 80******11 is known"),
        ("account 8012-3456-11.", "account 80********11."),
        ("계좌:8012345611,8112345611;", "계좌:80******11,81******11;"),
        ("password=hunter2, user=me", "password=***, user=me"),
        ('{"token": "abc"}', '{"token": "***"}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("GET https://me:pw@host/x?key=1&a=2 failed", "GET https://***@host/x?*** failed"),
        ("/bot123456789:AAGq-" + "x" * 30 + "/sendMessage", "/bot***/sendMessage"),
    ],
)
def test_what_looks_like_a_secret_is_starred(text, shown):
    assert masked_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-28 09:00:00.123 INFO core: order 261128090000-1-12 of 005930 at 70,100",
        "1,234,567,890 won",
        "1764288000.123456 s",
        "sqlite:///journal.sqlite",
    ],
)
def test_ordinary_lines_stay_as_they_are(text):
    assert masked_text(text) == text


def test_what_is_hidden_is_starred_wherever_it_stands_also_in_a_url():
    hide("pass word/1")
    assert masked_text("is pass word/1 here") == "is *** here"
    assert masked_text("at x=pass%20word%2F1&") == "at x=***&"


def test_a_longer_secret_is_starred_whole():
    hide("secret-1")
    hide("secret-1-and-more")
    assert masked_text("secret-1-and-more") == "***"


def test_short_words_are_not_hidden():
    hide("1234")
    assert masked_text("order 1234") == "order 1234"


def test_the_key_inside_of_an_address_is_hidden_and_its_other_words_are_not():
    hide_parts("https://me:p%40ssword@host/predict?api_key=k-123456&model=minute&id=" + "z" * 20)
    hide_parts("https://[broken")
    text = "p@ssword p%40ssword k-123456 minute host " + "z" * 20
    assert masked_text(text) == "*** *** *** minute host ***"


def test_an_address_keeps_what_is_not_secret():
    assert masked_address("postgresql://me:pw@db/x?a=1") == "postgresql://***@db/x?***"
    assert masked_address("http://[broken") == "***"
