"""Cash stays above zero, but for what the broker took as costs."""

from __future__ import annotations

from config.text import Text
from core.engine.invariants import Books, register


@register(Text("예수금", "Cash not negative"))
def cash(books: Books) -> Text | None:
    """An account that was taken over below zero may stay there: what it began with counts."""
    book = books.portfolio
    lowest = min(book.opening_cash, 0) - book.commission - book.tax
    if book.cash >= lowest:
        return None
    return Text(
        f"예수금 {book.cash:,.0f}원이 비용({book.commission + book.tax:,.0f}원)보다 더 모자랍니다. "
        "영웅문에서 예수금을 확인하세요",
        f"cash of {book.cash:,.0f} won is below zero by more than costs "
        f"({book.commission + book.tax:,.0f}); check it in the HTS",
    )
