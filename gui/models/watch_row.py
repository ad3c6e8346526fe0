"""One symbol of the watchlist, and the most important thing to say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from config.text import Text
from core.domain.messages import (
    AuctionIndicated,
    Interrupted,
    Interruption,
    PredictorReported,
    QuoteUpdated,
    SymbolState,
    SymbolStateChanged,
)
from core.domain.price import Price
from gui import format as fmt
from gui.wording import interruption_line, interruption_word, warning_word

INDICATED = Text("예상 {} {}", "Exp. {} {}")
INDICATED_HIGH = Text("예 {} {}", "E. {} {}")
MILLION = 1_000_000  # won; such prices leave no room for the whole word
HALTED = Text("거래정지 종목입니다", "Trading in it is suspended")
INDICATION_TIP = Text("예상체결 {} · {}주", "Would trade at {} · {} shares")
STATUS = {
    "halted": (Text("거래정지", "Halted"), "error"),
    "interrupted": (Text.of(""), "warning"),  # says which and how long
    "auction": (Text.of(""), "flat"),  # says the expected price
    "suspect": (Text("시세이상", "Suspect"), "error"),
    "dead": (Text("시세끊김", "No data"), "error"),
    "ordered": (Text("주문중", "Ordered"), "accent"),
    "held": (Text("보유중", "Holding"), "ok"),
    "off": (Text("제외", "Off"), "muted"),
    "loading": (Text("로딩중", "Loading"), "muted"),
    "no_history": (Text("자료없음", "No data"), "warning"),
    "warned": (Text.of(""), "warning"),  # says the exchange's own word
    "quiet": (Text("한산", "Quiet"), "muted"),
    "watched": (Text("감시중", "Watching"), "text"),
}
"""What a row may say, the most important first; sorted in this order."""

_BAD = frozenset({SymbolState.DEAD, SymbolState.SUSPECT})
_RANK = {code: rank for rank, code in enumerate(STATUS)}


@dataclass(frozen=True, slots=True, order=True)
class Status:
    """What the status column shows; sorts by importance."""

    rank: int
    text: Text = field(compare=False)
    tone: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One symbol as the watchlist shows it."""

    symbol: str
    is_enabled: bool = True
    quote: QuoteUpdated | None = None
    buy: float | None = None  # scores of the last closed bar
    sell: float | None = None
    prediction: PredictorReported | None = None
    held: int = 0  # shares
    is_ordered: bool = False
    is_loaded: bool = False
    note: Text | str = ""  # what is wrong with its history
    is_halted: bool = False  # 거래정지, by the master data
    warnings: tuple[str, ...] = ()  # 관리종목, 투자경고, ...
    previous_close: Price | None = None
    interruption: Interrupted | None = None
    indication: AuctionIndicated | None = None
    now: datetime | None = None  # for the countdown of an interruption
    data: SymbolStateChanged | None = None  # what its data are worth

    @property
    def status(self) -> Status:
        """Return the most important thing to know of the symbol."""
        code = next(code for code, is_so in _FACTS if is_so(self))
        text, tone = STATUS[code]
        if code == "interrupted":
            assert self.interruption is not None
            text = interruption_word(self.interruption, self.now)
        elif code == "auction":
            text, tone = self._indication_text()
        elif code == "warned":
            text = warning_word(self.warnings[0])
        return Status(_RANK[code], text, tone)

    @property
    def has_bad_data(self) -> bool:
        """Whether its data are dead or can't be."""
        return self.data is not None and self.data.state in _BAD

    @property
    def is_counting(self) -> bool:
        """Whether a countdown runs in it."""
        return self.interruption is not None and self.interruption.until is not None

    @property
    def tip(self) -> Text:
        """Return all there is to say, one thing a line."""
        parts = [*self._market_tips(), *(warning_word(word) for word in self.warnings)]
        if self.data is not None and self.data.text.ko:
            parts.insert(0, self.data.text)
        if self.note:
            parts.append(Text.of("{}").format(self.note))
        return Text("\n".join(p.ko for p in parts), "\n".join(p.en for p in parts))

    def _indication_text(self) -> tuple[Text, str]:
        """Return the expected price against the previous close, with the tone of its side."""
        assert self.indication is not None
        price, base = self.indication.price, self.previous_close
        moved = 0 if base is None or price is None else price - base
        sign = fmt.UP if moved > 0 else fmt.DOWN if moved < 0 else ""
        form = INDICATED if price is None or price < MILLION else INDICATED_HIGH
        text = form.format(fmt.number(price), sign)
        tone = "up" if moved > 0 else "down" if moved < 0 else "flat"
        return Text(text.ko.rstrip(), text.en.rstrip()), tone

    def _market_tips(self) -> list[Text]:
        tips = [HALTED] if self.is_halted else []
        if self.interruption is not None:
            tips.append(interruption_line(self.interruption))
        indicated = self.indication
        if indicated is not None and indicated.price is not None:
            price, quantity = fmt.number(indicated.price), fmt.number(indicated.quantity)
            tips.append(INDICATION_TIP.format(price, quantity))
        return tips


def _is_halted(row: WatchRow) -> bool:
    stop = row.interruption
    return row.is_halted or (stop is not None and stop.kind is Interruption.HALT)


def _data_are(state: SymbolState) -> Callable[[WatchRow], bool]:
    return lambda row: row.data is not None and row.data.state is state


def _has_expected_price(row: WatchRow) -> bool:
    return row.indication is not None and row.indication.price is not None


_FACTS: tuple[tuple[str, Callable[[WatchRow], object]], ...] = (
    ("halted", _is_halted),
    ("interrupted", lambda row: row.interruption is not None),
    ("auction", _has_expected_price),
    ("suspect", _data_are(SymbolState.SUSPECT)),
    ("dead", _data_are(SymbolState.DEAD)),
    ("ordered", lambda row: row.is_ordered),
    ("held", lambda row: row.held),
    ("off", lambda row: not row.is_enabled),
    ("loading", lambda row: not row.is_loaded),
    ("no_history", lambda row: row.note),
    ("warned", lambda row: row.warnings),
    ("quiet", _data_are(SymbolState.QUIET)),
    ("watched", lambda row: True),
)
"""Whether each status of `STATUS` is so, in the same order; the first one counts."""
