"""A model of Kiwoom's servers for property tests: true books, and the events they send of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from broker.kiwoom.orders import Orders
from tests.broker.kiwoom.order_rig import ACCOUNT, CODE, Rig, list_row, order_values, reader

Delivery = Callable[[Orders], None]
HAND = "0000"


@dataclass
class Book:
    """One order number; money in won."""

    number: str
    original: str
    side: int  # 1 sell, 2 buy
    ordered: int
    price: int
    screen: str
    action: str
    remaining: int
    is_market: bool
    filled: int = 0
    value: int = 0
    state: str = "접수"
    follows: str = ""  # the number its rest moved to
    executions: int = 0

    @property
    def commission(self) -> int:
        return self.value * 35 // 10_000

    @property
    def tax(self) -> int:
        return self.value * 20 // 10_000 if self.side == 1 else 0

    def named(self, **changes: Any) -> dict[str, str]:
        """The event's fields."""
        values = {
            "account": ACCOUNT, "order_number": self.number, "code": f"A{CODE}",
            "state": self.state, "ordered": self.ordered, "order_price": self.price,
            "remaining": self.remaining, "filled_value": self.value,
            "original_number": self.original or "0000000", "action": self.action,
            "kind_name": "시장가" if self.is_market else "보통", "side": self.side,
            "order_time": "120000", "commission": self.commission, "tax": self.tax,
            "screen": self.screen, "refusal": "0", "price": "-70000",
        } | changes  # fmt: skip
        return {name: str(value) for name, value in values.items()}


@dataclass
class Model:
    """Answers each SendOrder at once; what it would send waits in `outbox` to be delivered."""

    rig: Rig
    books: dict[str, Book] = field(default_factory=dict)
    outbox: list[Delivery] = field(default_factory=list)
    rejects: int = 0  # how many of the next new orders are refused
    refused: int = 0
    numbers: int = 0

    def __post_init__(self) -> None:
        self.rig.control.during = self.take

    # -- the customer -------------------------------------------------------------------------

    def take(self, values: list[Any]) -> None:
        name, screen, _, kind, _, quantity, price, hoga, original = values
        if kind <= 2:
            self._place(name, screen, 3 - kind, quantity, price, hoga == "03")
        elif not max(quantity, 1) <= self._left(original):
            self._refuse(name, screen)
        elif kind <= 4:
            self._cancel(name, screen, self.books[original], quantity)
        else:
            self._amend(name, screen, self.books[original], quantity, price)

    def place_by_hand(self, side: int, quantity: int, price: int) -> None:
        self._place("", HAND, side, quantity, price, False)

    def cancel_by_hand(self, number: str, quantity: int) -> None:
        """Cancel so many shares, 0 for all."""
        book = self.books[number]
        self._cancel("", HAND, book, min(quantity, book.remaining))

    def amend_by_hand(self, number: str, price: int) -> None:
        book = self.books[number]
        self._amend("", HAND, book, book.remaining, price)

    def end(self, number: str) -> None:
        """Cancel by the exchange's own rules what an IOC has left."""
        book = self.books[number]
        book.remaining, book.state = 0, "확인"
        self._tell(book.named(filled=book.filled or ""))

    # -- the market ---------------------------------------------------------------------------

    def fill(self, number: str, quantity: int, price: int) -> None:
        book = self.books[number]
        quantity = min(quantity, book.remaining)
        book.filled += quantity
        book.remaining -= quantity
        book.value += quantity * price
        book.executions += 1
        book.state = "체결"
        self._tell(book.named(
            execution_number=f"{number}{book.executions:03}", fill_price=price,
            filled=book.filled, unit_price=price, unit_filled=quantity,
        ))  # fmt: skip

    def working(self) -> list[str]:
        return [number for number, book in self.books.items() if book.remaining]

    # -- what it knows ------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """opt10075 with 체결구분 0; cancels are not listed."""
        return [
            list_row(
                주문번호=book.number, 주문상태=book.state, 주문수량=book.ordered,
                주문가격=book.price, 미체결수량=book.remaining, 체결누계금액=book.value,
                원주문번호=book.original or "0000000", 주문구분=book.action, 체결량=book.filled,
                매매구분="시장가" if book.is_market else "보통", 당일매매수수료=book.commission,
                당일매매세금=book.tax,
            )
            for book in self.books.values()
        ]  # fmt: skip

    def chains(self) -> list[list[Book]]:
        """Orders with all numbers they have had."""
        begun = [book for book in self.books.values() if not book.original]
        return [self._chain(book) for book in begun]

    def _chain(self, book: Book) -> list[Book]:
        found = [book]
        while found[-1].follows:
            found.append(self.books[found[-1].follows])
        return found

    # -- inside -------------------------------------------------------------------------------

    def _left(self, number: str) -> int:
        return self.books[number].remaining if number in self.books else 0

    def _place(
        self, name: str, screen: str, side: int, quantity: int, price: int, is_market: bool
    ) -> None:
        if name and self.rejects:
            self.rejects -= 1
            self.refused += 1
            self._refuse(name, screen)
            return
        action = "+매수" if side == 2 else "-매도"
        book = self._open("", side, quantity, price, screen, action, is_market)
        self._confirm(name, screen, book.number)
        self._tell(book.named())

    def _cancel(self, name: str, screen: str, book: Book, quantity: int) -> None:
        quantity = quantity or book.remaining
        book.remaining -= quantity
        number = self._next_number()
        self._confirm(name, screen, number)
        action = "매수취소" if book.side == 2 else "매도취소"
        cancel = Book(
            number, book.number, book.side, quantity, book.price, screen, action, quantity,
            book.is_market,
        )  # fmt: skip
        self._tell(cancel.named())
        if not book.remaining:
            book.state = "확인"
            if number[-1] in "0369":  # comes or comes not
                self._tell(book.named(filled=book.filled or ""))
        self._tell(cancel.named(state="확인", remaining=0))

    def _amend(self, name: str, screen: str, book: Book, quantity: int, price: int) -> None:
        action = "+매수정정" if book.side == 2 else "-매도정정"
        assert quantity == book.remaining, "a part would stay where it was"
        book.remaining, book.state = 0, "확인"
        new = self._open(book.number, book.side, quantity, price, screen, action, book.is_market)
        book.follows = new.number
        self._confirm(name, screen, new.number)
        self._tell(new.named())
        if new.number[-1] in "0369":
            self._tell(book.named(filled=book.filled or ""))
        self._tell(new.named(state="확인"))

    def _open(
        self, original: str, side: int, quantity: int, price: int, screen: str, action: str,
        is_market: bool,
    ) -> Book:  # fmt: skip
        number = self._next_number()
        book = self.books[number] = Book(
            number, original, side, quantity, price, screen, action, quantity, is_market
        )
        return book

    def _next_number(self) -> str:
        self.numbers += 1
        return f"{100 + self.numbers:07}"

    def _refuse(self, name: str, screen: str) -> None:
        self._confirm(name, screen, "", "[RC4033] 모의투자 정정/취소할 수량이 없습니다")

    def _confirm(self, name: str, screen: str, number: str, text: str = "[100000] 완료") -> None:
        if name:
            self.outbox.append(lambda orders: orders.on_message(screen, name, text))
            self.outbox.append(lambda orders: orders.on_order_number(screen, name, number))

    def _tell(self, named: dict[str, str]) -> None:
        values = order_values(**{"filled": "", "execution_number": "", **named})
        self.outbox.append(lambda orders: orders.on_chejan("0", reader(values)))
