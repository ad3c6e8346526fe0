"""A recording made with code of the user's own replays with that very code, or says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from config import own_code
from config.schema import Settings
from core.blackbox.errors import RecordingError
from core.blackbox.header import Header, read_header
from tests.builders import OPEN, SEOUL


@pytest.fixture(autouse=True)
def nothing_runs() -> Iterator[None]:
    own_code.forget_all()
    yield
    own_code.forget_all()


def recorded_with(**files: str) -> dict[str, Any]:
    run(files)
    header = Header(
        "0.1.0", "demo", 1, OPEN, "t", ("005930",), Settings(), "Asia/Seoul", "", ()
    )  # fmt: skip
    block = header.packed()
    own_code.forget_all()
    return block


def run(files: Mapping[str, str]) -> None:
    for name, digest in files.items():
        own_code.note(name, digest)


def test_with_the_same_code_it_is_read() -> None:
    block = recorded_with(a="1", b="2")
    run({"b": "2", "a": "1"})
    assert read_header(block, SEOUL).session == 1


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({}, "Not there now: a, b"),
        ({"a": "1", "b": "3"}, "changed since: b"),
        ({"a": "1", "b": "2", "c": "3"}, "not there then: c"),
    ],
)
def test_with_other_code_it_is_refused_by_name(now: dict[str, str], said: str) -> None:
    block = recorded_with(a="1", b="2")
    run(now)
    with pytest.raises(RecordingError, match=said) as refused:
        read_header(block, SEOUL)
    assert refused.value.text.ko


def test_a_recording_from_before_there_was_such_code_is_read_without_any() -> None:
    block = recorded_with()
    del block["user_code"]
    assert read_header(block, SEOUL).session == 1
    run({"a": "1"})
    with pytest.raises(RecordingError, match="not there then: a"):
        read_header(block, SEOUL)
