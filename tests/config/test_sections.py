"""The options of the program that belong to no module of the core."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from config.schema import Settings
from config.sections import MarketOptions


def refusal(symbols) -> str:
    with pytest.raises(ConfigError) as caught:
        Settings({"market.symbols": symbols})
    return str(caught.value)


def test_ten_liquid_names_are_watched_by_default():
    symbols = Settings()[MarketOptions].symbols
    assert len(set(symbols)) == 10
    assert Settings({"market.symbols": ",".join(symbols)}) == Settings()


def test_codes_of_other_markets_and_new_krx_codes_are_taken():
    symbols = ["005930", "0126Z0", "BRK.B", "AAPL"]
    assert Settings({"market.symbols": symbols})[MarketOptions].symbols == symbols


@pytest.mark.parametrize("symbol", ["삼성전자", "aapl", "005 930", ""])
def test_what_is_no_code_is_refused(symbol):
    assert f"'{symbol}' is no code" in refusal(["005930", symbol])


def test_a_code_given_twice_is_refused():
    assert "005930 stands there twice" in refusal("005930,000660,005930")


def test_no_code_and_more_than_200_are_refused():
    assert "1 to 200 entries" in refusal([])
    assert "1 to 200 entries" in refusal([f"{code:06}" for code in range(201)])
    assert (
        len(Settings({"market.symbols": [f"{c:06}" for c in range(200)]}).value("market.symbols"))
        == 200
    )


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (60, True), (-1, False), (61, False)])
def test_history_is_limited(days, is_taken):
    changes = {"market.historical_lookback_days": days}
    if is_taken:
        assert Settings(changes).value("market.historical_lookback_days") == days
    else:
        with pytest.raises(ConfigError, match="0 to 60 days"):
            Settings(changes)


@pytest.mark.parametrize("name", ["Seoul", "", "../etc/passwd", "Asia/Nowhere"])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(ConfigError, match="is no known time zone"):
        Settings({"market.timezone": name})
