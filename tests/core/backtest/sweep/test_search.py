"""Grids and random draws of parameter sets."""

import pytest

from config.errors import ConfigError
from config.schema import Settings
from core.backtest.sweep.search import Axis, draw, grid, read_axes
from core.indicators.ema import EmaOptions
from core.risk.daily_limits import DailyLimitOptions
from core.risk.exits import ExitOptions
from core.simulation.costs import CostOptions

SHORT, LONG, STOP = "strategy.ema_short", "strategy.ema_long", "risk.stop_loss_pct"


def axis(text: str) -> Axis:
    return read_axes([text], Settings())[0]


def test_a_list_gives_its_values_as_the_settings_hold_them() -> None:
    assert axis(f"{STOP}=0.5, 1,2") == Axis(STOP, (0.5, 1.0, 2.0))


def test_a_range_has_both_ends_and_no_rounding() -> None:
    assert axis(f"{STOP}=0.1:0.5:0.1").values == (0.1, 0.2, 0.3, 0.4, 0.5)


def test_a_range_that_does_not_fit_ends_below_its_end() -> None:
    assert axis(f"{SHORT}=5:10:2").values == (5, 7, 9)


def test_lists_and_ranges_mix_and_repeated_values_count_once() -> None:
    assert axis(f"{SHORT}=9,5:7:1,7").values == (9, 5, 6, 7)


def test_words_and_switches_can_be_varied() -> None:
    found = read_axes(["risk.daily_basis=equity,realized", "costs.round_costs=0,1"], Settings())
    assert [one.values for one in found] == [("equity", "realized"), (False, True)]
    [_, _, last, _] = grid(found, Settings()).sets
    assert last.settings[DailyLimitOptions].daily_basis == "realized"
    assert not last.settings[CostOptions].round_costs


def test_a_value_that_only_another_setting_refuses_is_taken() -> None:
    assert axis(f"{SHORT}=9,30").values == (9, 30)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("risk.stop_los_pct=1,2", "did you mean risk.stop_loss_pct?"),
        (f"{STOP}=1,99", "0.1 to 30"),
        (f"{STOP}=1", "two different values"),
        (STOP, "needs =v1,v2"),
        (f"{STOP}=", "needs =v1,v2"),
        (f"{STOP}=1:2:0", "can't use the range 1:2:0"),
        (f"{STOP}=2:1:1", "can't use the range"),
        (f"{STOP}=a:2:1", "can't use the range"),
        (f"{SHORT}=5,6.5", "a whole number"),
        ("market.symbols=000010,000020", "a setting that is a list can't be varied"),
    ],
)
def test_what_cannot_be_varied_is_said(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_axes([text], Settings())


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        read_axes([f"{STOP}=1,99", f"{SHORT}=x,5"], Settings())
    assert {problem.key for problem in error.value.problems} == {STOP, SHORT}


def test_a_setting_can_be_named_once() -> None:
    with pytest.raises(ConfigError, match="twice"):
        read_axes([f"{STOP}=1,2", f"{STOP}=3,4"], Settings())


def test_a_grid_has_every_combination_the_last_axis_fastest() -> None:
    axes = read_axes([f"{SHORT}=5,9", f"{STOP}=1,2"], Settings())
    found = grid(axes, Settings())
    assert [one.place for one in found.sets] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [dict(one.changes)[STOP] for one in found.sets] == [1.0, 2.0, 1.0, 2.0]
    assert found.sets[2].settings[EmaOptions].ema_short == 9
    assert found.sets[2].settings[ExitOptions].stop_loss_pct == 1.0
    assert (found.size, found.refused) == (4, 0)


def test_combinations_that_the_settings_refuse_are_left_out_and_counted() -> None:
    axes = read_axes([f"{SHORT}=5,20", f"{LONG}=10,30"], Settings())
    found = grid(axes, Settings())
    assert [one.place for one in found.sets] == [(0, 0), (0, 1), (1, 1)]
    assert found.refused == 1


def test_a_grid_without_any_allowed_set_is_refused() -> None:
    axes = read_axes([f"{SHORT}=50,60", f"{LONG}=10,30"], Settings())
    with pytest.raises(ConfigError, match="none of the combinations"):
        grid(axes, Settings())


def test_too_large_a_grid_names_the_way_out() -> None:
    axes = read_axes([f"{STOP}=0.1:30:0.1", "risk.take_profit_pct=0.1:50:0.1"], Settings())
    with pytest.raises(ConfigError, match="--random"):
        grid(axes, Settings())


def test_a_draw_gives_different_sets_in_the_order_of_the_grid() -> None:
    axes = read_axes([f"{STOP}=0.1:30:0.1", "risk.take_profit_pct=0.1:50:0.1"], Settings())
    places = [one.place for one in draw(axes, Settings(), 50, seed=3).sets]
    assert len(set(places)) == 50
    assert places == sorted(places)


def test_the_same_seed_draws_the_same_sets_and_another_one_others() -> None:
    axes = read_axes([f"{STOP}=0.1:30:0.1"], Settings())
    first, again, other = (
        [one.place for one in draw(axes, Settings(), 9, seed).sets] for seed in (1, 1, 2)
    )
    assert first == again != other


def test_a_draw_of_more_than_there_are_is_the_grid() -> None:
    axes = read_axes([f"{STOP}=1,2,3"], Settings())
    assert len(draw(axes, Settings(), 99, seed=1).sets) == 3
