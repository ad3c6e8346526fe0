"""A day's volume only grows; a feed that says otherwise is doubted."""

from __future__ import annotations

from datetime import datetime, timedelta

from broker.kiwoom import fids
from broker.kiwoom.day_volumes import DayVolumes
from core.domain.messages import DataDoubted
from tests.builders import OPEN


def look(volumes: DayVolumes, told: str, now: datetime = OPEN) -> list[DataDoubted]:
    """Have 32 trades come that tell this volume; return what was doubted."""
    found = [volumes.look("005930", {fids.DAY_VOLUME: told}.__getitem__, now) for _ in range(32)]
    return [doubt for doubt in found if doubt is not None]


def test_a_volume_that_falls_is_doubted_once() -> None:
    volumes = DayVolumes()
    assert look(volumes, "1000") == look(volumes, "1500") == look(volumes, "1500") == []
    (doubt,) = look(volumes, "+900")
    assert (doubt.symbol, doubt.time) == ("005930", OPEN)
    assert doubt.text.en == "the day's volume fell from 1,500 to 900 shares"
    assert look(volumes, "950") == []


def test_a_new_day_begins_with_little() -> None:
    volumes = DayVolumes()
    look(volumes, "1000")
    assert look(volumes, "10", OPEN + timedelta(days=1)) == []


def test_a_volume_that_is_not_told_says_nothing() -> None:
    volumes = DayVolumes()
    look(volumes, "1000")
    assert look(volumes, "") == look(volumes, "?") == []
