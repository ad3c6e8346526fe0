"""Lines about orders carry their ids, so that one search finds an order's whole life."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from config.text import Text
from core.domain.messages import Severity
from core.domain.order import OrderStatus
from core.engine.order_log import log_order
from core.engine.outbox import Outbox
from core.journal.memory import NullJournal
from tests.builders import OPEN, an_order


def test_a_change_is_a_line_with_both_ids(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    order = replace(an_order(status=OrderStatus.REJECTED), broker_id="0012345", note="no cash")
    log_order(order, None)
    (line,) = caplog.messages
    assert line.startswith(f"order {order.id} (broker 0012345) BUY 10 005930 at ")
    assert line.endswith("REJECTED, filled 0; no cash")


def test_a_note_about_an_order_names_it_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    outbox = Outbox(NullJournal(), lambda: 0.0)
    outbox.note(OPEN, Severity.INFO, Text.of("refused"), "005930", order_id="t-1")
    outbox.note(OPEN, Severity.INFO, Text.of("all is well"))
    assert caplog.messages == ["order t-1 005930 refused", "all is well"]
