"""In what money a backtest counts: its files only have numbers, so the market decides."""

from __future__ import annotations

from config.text import Text

WON = Text("원", "won")
DOLLARS = Text("달러", "dollars")
UNKNOWN = Text("", "")

_BY_CALENDAR = {"XKRX": WON, "XNYS": DOLLARS}
_BY_ZONE = {"Asia/Seoul": WON, "America/New_York": DOLLARS}


def currency_of(calendar: str, zone: str, tick_rule: str) -> Text:
    """Return the name of the money, empty where it can't be told.

    The calendar of a known exchange decides; with a calendar made of the data the KRX's price rule
    tells won, and else the zone of market.timezone.
    """
    if calendar in _BY_CALENDAR:
        return _BY_CALENDAR[calendar]
    if tick_rule == "krx":
        return WON
    return _BY_ZONE.get(zone, UNKNOWN)


def in_currency(amount: str, currency: Text) -> Text:
    """Return an amount with its money's name: "1,200원", "1,200 won"."""
    return Text(f"{amount}{currency.ko}", f"{amount} {currency.en}".rstrip())


def counted_in(title: Text, currency: Text) -> Text:
    """Return the title of a column or a curve with its money: "Costs (won)"."""
    return Text(
        *(
            f"{name} ({money})" if money else name
            for name, money in ((title.ko, currency.ko), (title.en, currency.en))
        )
    )
