"""Recorded ticks down the live path: real ones, and every kind of dirt."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.app.terminal import DATA, EAGER, Outcome, Terminal, comparable, needs_data

KRX = ("000660", "005490", "033640", "033780", "306200")
NEW_YORK = ("market.calendar=XNYS", "market.timezone=America/New_York", "costs.tick_rule=none")
HEADER = "datetime,price,volume"


def recorded(symbol: str, kind: str = "ticks") -> Path:
    return DATA / f"{symbol}_{kind}.csv.gz"


def times(path: Path) -> list[str]:
    """Return the first column below the header."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.partition(",")[0] for line in file][1:]


# real recordings


@needs_data
@pytest.mark.parametrize("symbol", KRX)
def test_a_real_day_is_traded_whole_and_ends_flat(terminal: Terminal, symbol):
    ended = terminal.run("replay", recorded(symbol), "--speed", "max", "--json")
    assert ended.code == 0
    assert "rejected" not in ended.err
    result = ended.json
    assert (result["mode"], result["symbols"]) == ("replay", [symbol])
    assert result["ticks"] == len(times(recorded(symbol)))
    assert result["bars"] == len(times(recorded(symbol, "1min")))
    assert result["late_ticks"] == result["refused_ticks"] == result["open_positions"] == 0
    assert result["trades"] > 0
    assert result["start_capital"] + result["net_pnl"] == result["final_cash"]
    checked = terminal.run("journal", "verify", "--json")
    assert (checked.code, checked.json["fills"]) == (0, result["fills"])


@needs_data
def test_all_real_days_together(terminal: Terminal):
    files = [recorded(symbol) for symbol in KRX]
    ended = terminal.run("replay", *files, "--json")
    assert ended.code == 0
    assert "rejected" not in ended.err
    assert "Closing certificate" in ended.err
    assert "differs" not in ended.err  # the last day alone, though all are one market
    result = ended.json
    assert result["symbols"] == list(KRX)
    assert result["ticks"] == sum(len(times(file)) for file in files)
    assert result["bars"] == sum(len(times(recorded(symbol, "1min"))) for symbol in KRX)
    assert result["late_ticks"] == result["refused_ticks"] == result["open_positions"] == 0
    assert comparable(terminal.run("replay", *files, "--json").json) == comparable(result)


@needs_data
@pytest.mark.parametrize("symbol", ["IBM", "SPY"])
def test_new_york_is_traded_by_its_own_hours(terminal: Terminal, symbol):
    settings = [word for item in NEW_YORK for word in ("--set", item)]
    ended = terminal.run("replay", recorded(symbol), "--json", *settings)
    assert ended.code == 0
    assert "rejected" not in ended.err
    result = ended.json
    days = {time[:10] for time in times(recorded(symbol))}
    assert result["ticks"] == len(times(recorded(symbol)))
    minutes = [
        time
        for time in times(recorded(symbol, "1min"))
        if time[:10] in days and "09:30" <= time[11:16] < "16:00"
    ]
    assert result["bars"] == len(minutes)
    assert result["late_ticks"] == result["refused_ticks"] == result["open_positions"] == 0
    assert terminal.run("journal", "verify").code == 0


# made ones


def minute(number: int, price: object = 50_000, volume: object = 10, second: int = 0) -> str:
    hour, past = divmod(9 * 60 + number, 60)
    return f"2020-06-04T{hour:02}:{past:02}:{second:02}+09:00,{price},{volume}"


def replayed(terminal: Terminal, rows: Sequence[str], *words: object) -> Outcome:
    """Replay these rows of 005930."""
    path = terminal.folder / "005930_ticks.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return terminal.run("replay", path, "--json", *words)


def counts(terminal: Terminal) -> dict[str, int]:
    return dict(terminal.records("end")[-1].body["counts"])


GOOD = [minute(number) for number in range(5)]


@pytest.mark.parametrize(
    "bad",
    [
        minute(2, price=0, second=5),
        minute(2, price=-50_000, second=5),
        minute(2, volume=0, second=5),
        minute(2, volume=-3, second=5),
    ],
)
def test_an_impossible_tick_is_refused_counted_and_told(terminal: Terminal, bad):
    ended = replayed(terminal, [*GOOD[:3], bad, *GOOD[3:]])
    assert ended.code == 0
    result = ended.json
    assert (result["ticks"], result["refused_ticks"], result["late_ticks"]) == (6, 1, 0)
    assert result["bars"] == 5
    assert "tick refused (1 so far)" in ended.err


@pytest.mark.parametrize(
    "old", [minute(1, second=59), "2020-06-03T09:01:00+09:00,50000,10", "2020-06-04T08:00:00,1,1"]
)
def test_a_tick_of_a_closed_bar_or_of_yesterday_is_late(terminal: Terminal, old):
    ended = replayed(terminal, [*GOOD[:4], old, *GOOD[4:]])
    assert ended.code == 0
    result = ended.json
    assert (result["ticks"], result["late_ticks"], result["refused_ticks"]) == (6, 1, 0)
    assert result["bars"] == 5
    assert "late tick (1 so far)" in ended.err


def test_a_tick_out_of_order_inside_its_minute_is_not_late(terminal: Terminal):
    rows = [minute(0, second=30), minute(0, second=10), *GOOD[1:]]
    result = replayed(terminal, rows).json
    assert (result["ticks"], result["late_ticks"], result["bars"]) == (6, 0, 5)


def test_identical_ticks_are_separate_trades(terminal: Terminal):
    result = replayed(terminal, [*GOOD, GOOD[-1], GOOD[-1]]).json
    assert (result["ticks"], result["late_ticks"], result["refused_ticks"]) == (7, 0, 0)
    assert counts(terminal)["ticks"] == 7


def test_a_mid_point_trade_is_accepted_and_counted(terminal: Terminal):
    result = replayed(terminal, [*GOOD[:3], minute(3, price=50_050), GOOD[4]]).json
    assert (result["ticks"], result["refused_ticks"], result["bars"]) == (5, 0, 5)
    assert counts(terminal)["off_grid_ticks"] == 1


def test_ticks_outside_the_session_make_no_bar(terminal: Terminal):
    early, after = "2020-06-04T08:59:59+09:00,50000,1", "2020-06-04T15:31:00+09:00,50000,1"
    result = replayed(terminal, [early, *GOOD, after]).json
    assert (result["ticks"], result["late_ticks"], result["bars"]) == (7, 0, 5)
    assert counts(terminal)["off_session_ticks"] == 2


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (minute(2, price="nan"), "price 'nan' is not a number"),
        (minute(2, price="inf"), "price 'inf' is not a number"),
        (minute(2, price="abc"), "price 'abc' is not a number"),
        (minute(2, volume="1.5"), "volume '1.5' is not a whole number of shares"),
        ("2020-06-04,50000,10,7", "4 columns where the header has 3"),
        ("yesterday,50000,10", "yesterday"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_nothing_before_it_is_lost(
    terminal: Terminal, bad, said
):
    ended = replayed(terminal, [*GOOD[:2], bad, *GOOD[2:]])
    assert (ended.code, ended.out) == (1, "")
    last = ended.err.splitlines()[-1]
    assert "005930_ticks.csv, row 4" in last and said in last
    assert "correct or delete this row" in last
    assert terminal.run("journal", "verify").code == 0


# files that are not whole


@needs_data
def test_of_a_file_cut_off_every_whole_row_is_traded(terminal: Terminal):
    data = recorded("306200").read_bytes()
    path = terminal.folder / "306200_ticks.csv.gz"
    path.write_bytes(data[: len(data) // 2])
    ended = terminal.run("replay", path, "--json")
    assert ended.code == 0
    whole = ended.json["ticks"]
    assert 500 < whole < len(times(recorded("306200")))
    assert f"306200_ticks.csv.gz: the file is cut off; all is read up to row {whole + 1}" in (
        ended.err
    )
    assert ended.json["open_positions"] == 0


def test_a_half_written_last_row_is_dropped_with_a_note(terminal: Terminal):
    path = terminal.folder / "005930_ticks.csv"
    path.write_text("\n".join([HEADER, *GOOD, minute(5)[:-12]]), "utf-8")
    ended = terminal.run("replay", path, "--json")
    assert (ended.code, ended.json["ticks"]) == (0, 5)
    assert "the half-written last row 7 was dropped" in ended.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("005930_ticks.csv", b"", "the file is empty"),
        ("005930_ticks.csv", HEADER.encode() + b"\n", "no rows to replay"),
        ("005930_ticks.csv", b"time,last\n1,2\n", "no column datetime, price, volume"),
        ("005930_ticks.csv", b"\x00\xff" * 100, "005930_ticks.csv"),
        ("005930_ticks.csv.gz", b"not gzip at all", "not a gzip file"),
        ("005930_ticks.csv", gzip.compress(b"x", mtime=0), "add .gz to its name"),
        ("005930_ticks.csv.gz", b"\x1f", "005930_ticks.csv.gz"),
        ("005930_ticks.parquet", b"PAR1", "not a parquet file that can be read"),
        ("samsung.csv", b"", "call it SYMBOL_ticks.csv"),
        ("005930_1min.csv", b"", "call it SYMBOL_ticks.csv"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(terminal: Terminal, name, content, said):
    path = terminal.folder / name
    path.write_bytes(content)
    ended = terminal.run("replay", path)
    assert (ended.code, ended.out) == (1, "")
    assert name in ended.err and said in ended.err
    assert not terminal.journal.exists()


def test_a_missing_file_is_named(terminal: Terminal):
    ended = terminal.run("replay", terminal.folder / "005930_ticks.csv")
    assert ended.code == 1
    assert "005930_ticks.csv: there is no such file" in ended.said


def test_one_bad_file_of_two_stops_before_anything_is_traded(terminal: Terminal):
    good = terminal.folder / "005930_ticks.csv"
    good.write_text("\n".join([HEADER, *GOOD]), "utf-8")
    ended = terminal.run("replay", good, terminal.folder / "000660_ticks.csv")
    assert ended.code == 1
    assert not terminal.journal.exists()


def test_the_position_left_at_the_end_of_the_data_is_sold(terminal: Terminal):
    """The bars rise, so the strategy holds when the data end at noon."""
    prices = [50_000 - 100 * min(n, 30) + 300 * max(0, n - 30) for n in range(60)]
    rows = [minute(n, price, volume=1000) for n, price in enumerate(prices)]
    ended = replayed(terminal, rows, "--set", "risk.take_profit_pct=100", *EAGER)
    assert ended.code == 0
    assert ended.json["trades"] > 0 and ended.json["open_positions"] == 0
    trade = terminal.records("trade")[-1].body["trade"]
    assert (trade["exit_reason"], trade["exit_price"]) == ("EOD", prices[-1])


def test_two_files_of_one_symbol_are_refused(terminal, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "005930_ticks.csv").write_text(
            "datetime,price,volume\n2020-06-04T09:05:00+09:00,70000,1\n", "utf-8"
        )
    files = [tmp_path / folder / "005930_ticks.csv" for folder in ("a", "b")]
    ended = terminal.run("replay", *files)
    assert ended.code == 2
    assert "005930: two files" in ended.err


def test_ticks_outside_the_session_are_said(terminal, tmp_path):
    file = tmp_path / "005930_ticks.csv"
    file.write_text("datetime,price,volume\n2020-06-04T08:05:00+09:00,70000,1\n", "utf-8")
    ended = terminal.run("replay", file, "--json")
    assert ended.code == 0
    assert "1 / 1 ticks lie outside the regular session of XKRX" in ended.err
