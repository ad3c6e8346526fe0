from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.masking import STARS
from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import (
    AccountReported,
    AccountUpdated,
    CertificateIssued,
    FlattenProgressed,
    FlattenRow,
    FlattenStep,
    Holding,
    Noted,
    PositionView,
    PredictionArrived,
    Severity,
)
from core.domain.order import Fill, Order, OrderAmended, OrderIntent, Reason, Side
from core.domain.past import Mismatch
from core.domain.portfolio import Position, Trade
from core.domain.risk import Check, TradingState
from core.domain.signal import Action, Decision
from core.journal.encoding import to_json
from core.journal.masking import masked
from core.journal.memory import MemoryJournal, NullJournal
from core.journal.records import (
    KINDS,
    MismatchStep,
    Record,
    account_record,
    broker_account_record,
    certificate_record,
    decision_record,
    denied_record,
    end_record,
    fill_record,
    flatten_record,
    level_record,
    mismatch_record,
    note_record,
    order_record,
    prediction_record,
    report_record,
    session_record,
    state_record,
    trade_record,
)
from core.journal.views import VIEWS
from core.ports import Journal

TIME = datetime(2026, 9, 11, 9, 0, tzinfo=ZoneInfo("Asia/Seoul"))
TEXT = Text("이유", "why")
INTENT = OrderIntent("005930", Side.BUY, 10, Reason.SIGNAL, TIME, 70_000)
ORDER = Order("o1", INTENT)
HELD = Position("005930", TIME, 10, 700_000)
VIEW = PositionView(HELD, 70_100, 10, 100)


def one_of_each() -> list[Record]:
    return [
        session_record(mode="demo", version="1", start_capital=1, settings={"a.b": 2}, seed=3),
        order_record(ORDER),
        report_record(OrderAmended(ORDER.id, "b2", 70_000, 5, TIME), ORDER),
        fill_record(
            Fill("f1", ORDER.id, "005930", Side.BUY, 70_000, 10, 15, 0, TIME), Reason.SIGNAL, 9, 10
        ),
        trade_record(Trade("005930", TIME, 1, 2, TIME, 3, Reason.SL, 4, 1, 1)),
        level_record(
            Position("005930", TIME, 3, 210_000, 0, 0, 0, 0, 69_300.0, 71_400.0, peak=70_500)
        ),
        decision_record(Decision("005930", TIME, Action.BUY, 70_000), {"rsi": 29.0}),
        denied_record(INTENT, [Check("cash", TEXT, False, 1, 2, "won", TEXT)]),
        state_record(TradingState.RUNNING, TEXT),
        account_record(AccountUpdated(TIME, 1, 2, 3, 4, 5, 6, 7, 8, 9, (VIEW,))),
        broker_account_record(AccountReported(TIME, 1, 2, (Holding("005930", 3, 4, 3),), (ORDER,))),
        prediction_record(PredictionArrived("005930", TIME, 0.01, "m", 38.0)),
        flatten_record(
            FlattenProgressed(
                FlattenStep.SELL, TIME, TIME, (FlattenRow("005930", 1, 1, 0, TEXT),), False, TEXT
            )
        ),
        mismatch_record(Mismatch("005930", TIME, 3, 10, TEXT), MismatchStep.FROZEN, HELD),
        certificate_record(CertificateIssued(TIME.date(), "AGREES", 0, 0, "ab", "x.json")),
        note_record(Noted(TIME, Severity.ERROR, TEXT, "005930")),
        end_record(cash=1, equity=2, holdings={"005930": 3}, counts={"ticks": 4}),
    ]


def test_there_is_a_builder_and_a_view_for_every_kind() -> None:
    assert {kind for kind, _ in one_of_each()} == set(KINDS) == {view.kind for view in VIEWS}


@pytest.mark.parametrize("record", one_of_each(), ids=lambda record: record[0])
def test_every_column_of_a_view_is_a_field_of_its_records(record: Record) -> None:
    kind, fields = record
    (view,) = (view for view in VIEWS if view.kind == kind)
    body = json.loads(json.dumps(to_json(fields)))
    if kind == "decision":  # a stop or target hit has no score
        body["decision"]["score"] = dict.fromkeys(
            ("time", "buy", "sell", "buy_threshold", "sell_threshold", "results")
        )
    for path in view.columns.values():
        if body.get("source") == "BROKER" and path not in body:
            continue  # the broker doesn't know our capital
        place: Any = body
        for name in path.split("."):
            assert name in place, path
            place = place[name]


@pytest.mark.parametrize(
    "key",
    ["broker.account_password", "ai.api_key", "ai.token", "broker.app_secret", "broker.pin"],
)
def test_secrets_are_starred_by_their_name(key: str) -> None:
    _, fields = session_record(mode="live", version="1", start_capital=1, settings={key: "hunter2"})

    assert fields["settings"] == {key: STARS}


def test_ordinary_settings_stay_as_they_are() -> None:
    plain = {"risk.stop_loss_pct": 1.0, "market.symbols": ("005930",), "ui.spin": 3, "ai.token": ""}

    assert masked(plain) == plain


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://bob:hunter2@db:5432/x", "postgresql://***@db:5432/x"),
        ("https://ai.example/v1?key=hunter2", "https://ai.example/v1?***"),
        ("http://localhost:8000/predict", "http://localhost:8000/predict"),
        ("http://[broken", STARS),
    ],
)
def test_secrets_inside_of_urls_are_starred(url: str, shown: str) -> None:
    assert masked({"ai.endpoint": url}) == {"ai.endpoint": shown}


def test_the_settings_hash_tells_settings_apart() -> None:
    hashes = {
        session_record(mode="demo", version="1", start_capital=1, settings={"a.b": value})[1][
            "settings_hash"
        ]
        for value in (1, 2, 1)
    }

    assert len(hashes) == 2


def test_the_memory_journal_keeps_a_failed_batch() -> None:
    journal = MemoryJournal()
    journal.failure = JournalError("the disk is full")
    journal.record("note", TIME, {"n": 1})
    with pytest.raises(JournalError):
        journal.commit()
    journal.failure = None
    journal.record("state", TIME, {"n": 2})

    journal.close()

    assert [(kept.kind, kept.body) for kept in journal.committed] == [
        ("note", {"n": 1}),
        ("state", {"n": 2}),
    ]
    assert [kept.body for kept in journal.of("state")] == [{"n": 2}]


def test_the_memory_journal_refuses_what_the_real_one_refuses() -> None:
    with pytest.raises(ValueError, match="is no kind of record"):
        MemoryJournal().record("gossip", TIME, {})


def test_the_null_journal_takes_everything() -> None:
    journal: Journal = NullJournal()
    journal.record("note", TIME, {})
    journal.commit()
    journal.close()
