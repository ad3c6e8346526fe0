"""Costs without look-ups, against the model's own."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from config.schema import Settings
from core.backtest.fast.costs import share_of, taxes_of
from core.simulation.costs import CostModel, CostOptions

EPOCH = date(1970, 1, 1)
VALUES = [0, 1, 9_999, 70_000, 123_456_789, 10**12, 0.5, 70_000.0, 123_456.789]


def model(**changes: object) -> CostModel:
    settings = Settings({f"costs.{name}": value for name, value in changes.items()})
    return CostModel.from_options(settings[CostOptions])


@pytest.mark.parametrize("profile", ["settings", "kiwoom", "kiwoom_mock"])
@pytest.mark.parametrize("rounds", [True, False])
@pytest.mark.parametrize("bps", [0, 1.5, 33.3])
def test_commission_is_the_models_in_value_and_type(profile: str, rounds: bool, bps: float) -> None:
    costs = model(profile=profile, round_costs=rounds, commission_bps=bps)
    commission = share_of(costs.commission_rate, costs.rounds)
    assert [repr(commission(value)) for value in VALUES] == [
        repr(costs.commission(value)) for value in VALUES
    ]


@pytest.mark.parametrize("profile", ["settings", "kiwoom"])
def test_each_day_pays_the_tax_that_was_law_on_it(profile: str) -> None:
    costs = model(profile=profile)
    days = np.arange((date(2018, 12, 1) - EPOCH).days, (date(2027, 2, 1) - EPOCH).days, 7)
    seen = 0
    for rate, first, end in taxes_of(costs, days):
        tax = share_of(rate, costs.rounds)
        for day in days[first:end].tolist():
            on = EPOCH + timedelta(days=day)
            assert [tax(value) for value in VALUES] == [costs.tax(value, on) for value in VALUES]
            seen += 1
    assert seen == len(days)
