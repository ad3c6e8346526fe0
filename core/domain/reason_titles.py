"""What the reasons of orders are called, in the words of the HTS."""

from __future__ import annotations

from config.text import Text
from core.domain.order import Reason

REASON = {
    Reason.SIGNAL: Text("신호", "Signal"),
    Reason.SL: Text("손절", "Stop loss"),
    Reason.TP: Text("익절", "Take profit"),
    Reason.TIME: Text("시간손절", "Time stop"),
    Reason.EOD: Text("장마감", "End of day"),
    Reason.LIMIT: Text("일일한도", "Daily limit"),
    Reason.FLATTEN: Text("전량청산", "Flatten"),
    Reason.MANUAL: Text("수동", "Manual"),
    Reason.FOREIGN: Text("수동(HTS)", "Manual (HTS)"),
}
