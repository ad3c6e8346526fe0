from __future__ import annotations

import json

import pytest

from core.clock import SimClock
from core.domain.errors import BrokerError
from core.instance import acquire
from core.instance.guard import GuardedBroker
from tests.builders import OPEN, an_order
from tests.fakes import FakeBroker


@pytest.fixture
def broker():
    return FakeBroker(SimClock(OPEN))


def test_orders_pass_as_long_as_the_folder_is_ours(tmp_path, broker):
    with acquire(tmp_path, OPEN, "gui") as lock:
        guarded = GuardedBroker(broker, lock)
        guarded.connect()
        guarded.submit(an_order())
        guarded.cancel(an_order())
        guarded.request_account("a")
    assert len(broker.submitted) == len(broker.cancels) == 1
    assert len(broker.inbox) == 3  # connected, accepted, account
    guarded.close()
    assert broker.is_closed


def test_nothing_leaves_once_another_process_is_in_charge(tmp_path, broker):
    with acquire(tmp_path, OPEN, "gui") as lock:
        guarded = GuardedBroker(broker, lock)
        other = {"pid": 7, "started": "2026-11-23T10:00:00", "role": "flatten", "token": "x"}
        (tmp_path / "instance.json").write_text(json.dumps(other), "utf-8")
        with pytest.raises(BrokerError, match=r"process 7 \(flatten.*trades no more"):
            guarded.submit(an_order())
        with pytest.raises(BrokerError, match="process 7"):
            guarded.cancel(an_order())
    assert broker.submitted == broker.cancels == []
