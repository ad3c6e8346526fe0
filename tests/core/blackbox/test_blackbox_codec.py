from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.options import KiwoomOptions
from config.schema import Settings
from core.blackbox.codec import Codecs
from core.blackbox.items import is_message, message_kinds, packer, unpacker
from core.domain.market import Tick
from core.domain.messages import ApplySettings, Flatten
from core.domain.order import OrderCanceled, OrderExpired, OrderId, Side
from tests.core.blackbox.any_values import SEOUL, STOP, any_of

ACCOUNT = f"{KiwoomOptions.section}.kiwoom_account"
NOW = datetime(2026, 11, 23, 9, 0, 0, 123_456, SEOUL)
TICK = Tick("005930", NOW, 70_000, 3, Side.BUY, 69_900, None)
PACK, UNPACK = packer(), unpacker(SEOUL)


def through_a_file(message: Any) -> Any:
    """Return what comes back of a message that was recorded."""
    item = json.loads(json.dumps(PACK(message)))
    assert is_message(item)
    return UNPACK(item)


@pytest.mark.parametrize("kind", message_kinds(), ids=lambda kind: kind.__name__)
def test_every_message_comes_back_as_it_was(kind: type) -> None:
    """Fails where a new message holds something that can't be recorded: see codec.py."""

    @given(any_of(kind))
    def comes_back(message: Any) -> None:
        again = through_a_file(message)
        assert type(again) is kind
        assert again == message
        assert repr(again) == repr(message) or kind is ApplySettings

    comes_back()


def test_won_stay_whole_numbers_and_other_prices_fractions() -> None:
    whole, fraction = through_a_file(TICK), through_a_file(TICK._replace(price=70_000.0))
    assert (type(whole.price), type(fraction.price)) == (int, float)


@given(any_of(Tick))
def test_a_tick_is_packed_by_hand_as_the_codec_packs_it(tick: Tick) -> None:
    pack = Codecs().tagged([Tick]).pack
    assert pack is not None
    assert PACK(tick) == pack(tick)


def test_times_come_back_in_the_zone_they_were_in() -> None:
    assert through_a_file(TICK).time.tzinfo is SEOUL


@given(st.datetimes(timezones=st.just(ZoneInfo("America/New_York"))))
def test_the_hour_that_comes_twice_in_autumn_stays_two(moment: datetime) -> None:
    zone = ZoneInfo("America/New_York")
    codec = Codecs(zone).of(datetime)
    assert codec.pack is not None and codec.unpack is not None
    again = codec.unpack(codec.pack(moment))
    assert again.isoformat() == moment.isoformat()


def test_what_is_secret_in_changed_settings_is_not_recorded() -> None:
    values = {"journal.url": "postgresql://me:hidden@db/journal", ACCOUNT: "5611", STOP: 0.7}
    message = ApplySettings(Settings(values))
    text = json.dumps(PACK(message))
    assert "hidden" not in text and "5611" not in text
    assert through_a_file(message).settings.value(STOP) == 0.7


class Pair(NamedTuple):
    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class Made:
    """Kinds of fields that no message has yet."""

    spans: tuple[timedelta, ...]
    places: Mapping[str, Pair]
    either: OrderCanceled | OrderExpired | Pair | None
    said: str | Pair
    sides: frozenset[Side]
    fixed: tuple[str, Side, datetime]
    number: OrderId


@given(any_of(Made))
def test_records_of_other_kinds_come_back_too(made: Made) -> None:
    codec = Codecs(SEOUL).of(Made)
    assert codec.pack is not None and codec.unpack is not None
    assert codec.unpack(json.loads(json.dumps(codec.pack(made)))) == made


@dataclass(frozen=True, slots=True)
class Vague:
    anything: Any


@dataclass(frozen=True, slots=True)
class Holder:
    vague: Vague


def test_a_record_that_can_hold_anything_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"Holder: Vague: .*Any"):
        Codecs().of(Holder)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    when: datetime | str


def test_a_field_whose_values_look_alike_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Ambiguous: .*can't tell"):
        Codecs().of(Ambiguous)


def test_words_of_the_driver_are_no_messages() -> None:
    assert not is_message(["events"])
    assert is_message(packer()(Flatten("button")))
