"""What the emulated servers tell agrees with the exchange and the tape, whatever was traded."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.kiwoom.emulator.packets import ChejanData, RealData
from core.domain.market import Tick
from core.domain.order import BrokerOrderId, Side
from tests.broker.kiwoom.server_rig import Servers, rows, servers, single
from tests.core.simulation.sim_builders import synthetic

CODES = ("005930", "035720")
BASES = {"005930": 71_500, "035720": 41_850}

step = st.tuples(
    st.sampled_from(["buy", "sell", "amend", "cancel", "hand"]),
    st.sampled_from(CODES),
    st.integers(1, 300),
    st.integers(-8, 8),  # ticks away from the base price; 0: at the market
    st.integers(0, 40),  # tenths of a second until the next one
)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def act(rig: Servers, kind: str, code: str, quantity: int, ticks: int) -> None:
    price = BASES[code] + 100 * ticks if ticks else 0
    working = [t for t in rig.server.orders.tickets if t.remaining and not t.is_cancel]
    if kind in ("buy", "sell"):
        rig.order(1 if kind == "buy" else 2, quantity, price, code=code)
    elif kind == "hand":
        rig.server.faults.hand_order(code, Side.BUY, quantity)
    elif working:
        old = working[quantity % len(working)]
        is_buy = old.side is Side.BUY
        if kind == "amend":
            moved = max(old.remaining * (quantity % 3 + 1) // 3, 1)
            price = price or old.price
            rig.order(5 if is_buy else 6, moved, price, code=old.symbol, original=old.number)
        else:
            part = quantity % (old.remaining + 1)
            rig.order(3 if is_buy else 4, part, code=old.symbol, kind="00", original=old.number)


def traded(steps: list[tuple[str, str, int, int, int]]) -> Servers:
    rig = servers(*CODES, cash=20_000_000, at=timedelta(seconds=20))
    for kind, code, quantity, ticks, tenths in steps:
        act(rig, kind, code, quantity, ticks)
        rig.run_for(seconds=tenths / 10)
    rig.run_for(milliseconds=100)
    return rig


@few
@given(st.lists(step, max_size=25))
def test_requests_tell_the_exchange_s_own_books(
    steps: list[tuple[str, str, int, int, int]],
) -> None:
    rig = traded(steps)
    account, day = rig.venue.exchange.account, rig.venue.exchange.day
    money = {name: int(value) for name, value in single(rig.ask("opw00001")).items()}
    held = {row["종목번호"]: row for row in rows(rig.ask("opw00018"))}
    orders = rows(rig.ask("opt10075", 체결구분="0"))
    assert money["d+2추정예수금"] == account.cash
    assert money["주문가능금액"] == account.available
    assert {f"A{code}": lot.quantity for code, lot in account.lots.items()} == {
        code: int(row["보유수량"]) for code, row in held.items()
    }
    for code, lot in account.lots.items():
        assert int(held[f"A{code}"]["매입금액"]) == lot.cost
        assert int(held[f"A{code}"]["매매가능수량"]) == account.sellable(code)
    for booked in day.orders.values():
        own = [row for row in orders if day.find(BrokerOrderId(row["주문번호"])) is booked]
        assert sum(int(row["체결누계금액"]) for row in own) == booked.order.filled_value
        assert sum(int(row["미체결수량"]) for row in own) == booked.remaining
        assert sum(int(row["당일매매수수료"]) for row in own) == booked.commission
        assert sum(int(row["당일매매세금"]) for row in own) == booked.tax


@few
@given(st.lists(step, max_size=25))
def test_chejan_adds_up_to_the_exchange_s_own_books(
    steps: list[tuple[str, str, int, int, int]],
) -> None:
    rig = traded(steps)
    account, day = rig.venue.exchange.account, rig.venue.exchange.day
    events = [event.values for event in rig.got(ChejanData)]
    fills = [event for event in events if event.get(913) == "체결"]
    assert [(int(f[914]), int(f[915]), f[909]) for f in fills] == [
        (fill.price, fill.quantity, fill.id) for fill in day.fills
    ]
    newest = {event[9001][1:]: event for event in events if 930 in event}
    for code, event in newest.items():
        lot = account.lots.get(code)
        assert int(event[930]) == (lot.quantity if lot else 0)
        assert int(event[932]) == (lot.cost if lot else 0)
        assert int(event[933]) == account.sellable(code)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1_000), seconds=st.integers(0, 200))
def test_running_totals_agree_with_the_tape(seed: int, seconds: int) -> None:
    """Whenever the control registers, totals count from the first trade of the day."""
    rig = servers(seed=seed, at=timedelta(seconds=seconds))
    rig.watch(("005930", "주식체결"))
    rig.run_for(seconds=30)
    same_day = synthetic("005930", seed=seed)  # another market, watched from its start
    same_day.run_to(rig.now)
    reals = [packet.values for packet in rig.got(RealData)]
    truth = same_day.got(Tick)
    earlier, shown = truth[: len(truth) - len(reals)], truth[len(truth) - len(reals) :]
    volume = sum(tick.quantity for tick in earlier)
    for values, tick in zip(reals, shown, strict=True):
        volume += tick.quantity
        sign = {Side.BUY: "+", Side.SELL: "-", None: ""}[tick.side]
        assert values[15] == f"{sign}{tick.quantity}"
        assert int(values[13]) == volume
        assert abs(int(values[10])) == tick.price
    if reals:
        assert int(reals[-1][620]) == round(sum(t.price * t.quantity for t in truth) / volume)
        assert abs(int(reals[-1][16])) == truth[0].price
        assert abs(int(reals[-1][17])) == max(tick.price for tick in truth)
        assert abs(int(reals[-1][18])) == min(tick.price for tick in truth)
