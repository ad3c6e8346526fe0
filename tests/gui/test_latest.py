"""What the window knows, and what it makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.domain.messages import OrderUpdated
from core.domain.order import OrderId, OrderStatus
from gui.latest import Latest
from tests.builders import OPEN, an_order
from tests.gui.window_desk import a_history, a_quote, a_view, an_account


def test_a_symbol_is_called_by_its_newest_name() -> None:
    latest = Latest({"005930": "삼성"})
    assert (latest.name("005930"), latest.name("999999")) == ("삼성", "999999")
    latest.take_history(a_history())
    assert latest.name("005930") == "삼성전자"


def test_a_position_and_the_day_move_with_the_quote() -> None:
    latest = Latest()
    latest.take_account(an_account(a_view(price=71_000), pnl=10_000))
    latest.take_quote(a_quote(71_500))
    view = latest.position("005930")
    assert view is not None
    assert (view.last_price, view.exit_costs) == (71_500, 1_537)
    assert latest.day_pnl() == 15_000


def test_realized_results_do_not_move_with_quotes() -> None:
    latest = Latest()
    account = an_account(a_view(price=71_000), pnl=10_000)
    latest.take_account(replace(account, day_pnl=0))
    latest.take_quote(a_quote(80_000))
    assert latest.day_pnl() == 0


def test_exposure_is_what_is_held_or_on_its_way() -> None:
    latest = Latest()
    assert not latest.has_exposure
    order = an_order(status=OrderStatus.ACCEPTED)
    latest.take_order(OrderUpdated(order))
    assert latest.has_exposure
    latest.take_order(OrderUpdated(replace(order, status=OrderStatus.FILLED)))
    assert not latest.has_exposure
    latest.take_account(an_account(a_view()))
    assert latest.has_exposure
    latest.take_account(an_account(replace(a_view(), position=replace(a_view().position, sold=10))))
    assert not latest.has_exposure


def test_an_order_keeps_the_brokers_number_after_its_end() -> None:
    latest = Latest()
    order = replace(an_order(status=OrderStatus.CANCELED), broker_id="0000042")
    latest.take_order(OrderUpdated(order))
    assert latest.number(order.id) == "0000042"
    assert latest.number(OrderId("t-9")) == "t-9"


def test_the_age_of_the_newest_quote() -> None:
    latest = Latest()
    assert latest.quote_age_s(OPEN) is None
    latest.take_quote(a_quote(time=OPEN))
    latest.take_quote(a_quote(symbol="000660", time=OPEN + timedelta(seconds=2)))
    assert latest.quote_age_s(OPEN + timedelta(seconds=5)) == 3.0
