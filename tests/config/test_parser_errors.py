"""A wrong command line is told in the reader's language, whatever Python's own words are."""

from __future__ import annotations

import re

import pytest

from config import arguments
from config.errors import ConfigError

_HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize(
    "words",
    [
        "replay",
        "headless --broker kis",
        "headless --seed",
        "headless --seed=-1",
        "headless --speed fast",
        "headless --minutes 0",
        "headless --minutes 5 --until-close",
        "headless --until-close=yes",
        "journal",
        "config",
        "drill --kills 0",
        "drill --seed x",
        "gui --mode real",
        "gui --lang",
        "journal replay --day yesterday",
    ],
)
def test_every_mistake_is_told_in_both_languages(words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        arguments.parse(words.split(), {"LANG": "C"})
    told = caught.value.text
    said, _, helped = told.ko.partition(" 도움말: ")
    assert _HANGUL.search(said), told.ko
    assert "--help" in helped and "try:" in told.en
    assert not _HANGUL.search(told.en), told.en


def test_an_unknown_sentence_stays_as_it_is() -> None:
    from config.parser_errors import in_both

    assert in_both("something else", "app.py --help").ko.startswith("something else.")
