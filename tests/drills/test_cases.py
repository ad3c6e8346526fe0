"""Nothing that was promised is without its drill."""

from __future__ import annotations

from core.drills.run import all_drills

CASES = {
    "pending sells": "flatten_pending_sells",
    "partial fills": "flatten_partial_fills",
    "more than the broker takes at once": "flatten_above_order_limit",
    "fills after cancel": "flatten_fill_after_cancel",
    "rejected cancels": "flatten_rejected_cancels",
    "VI": "flatten_in_vi",
    "VI during flatten": "flatten_then_vi",
    "opening auction": "flatten_in_opening_auction",
    "closing auction": "flatten_in_closing_auction",
    "lower limit without bids": "flatten_at_lower_limit",
    "trading halt": "flatten_in_halt",
    "after the close": "flatten_after_close",
    "connection lost half-way": "flatten_line_lost",
    "engine hung": "flatten_engine_hung",
    "journal full": "flatten_journal_full",
    "30 positions under 5 orders a second": "flatten_30_positions",
    "resumed after a crash in the middle": "flatten_resumed_after_crash",
    "killed in the middle of anything": "killed_at_random",
    "feed dropped": "feed_dropped",
    "fill repeated": "fills_repeated",
    "체결 and 잔고 reordered": "chejan_reordered",
    "TR time-out": "requests_unanswered",
    "time-out after sending": "order_unanswered",
    "disk full": "disk_full",
    "corrupted journal": "journal_damaged",
    "changed, missing or reordered record": "journal_tampered",
    "second instance": "second_instance",
    "positions of foreign origin": "orders_from_elsewhere",
}
DEFECTS = {f"VN {number}" for number in range(1, 8)} | {f"STOM S{n}" for n in range(1, 7)}
IN_WINDOW = {"KP K4"}
"""A chart that does not exist can only be looked for in a window: test_window.py."""


def test_every_case_has_its_drill() -> None:
    assert set(CASES.values()) - {drill.code for drill in all_drills()} == set()


def test_every_defect_of_a_peer_has_its_drill() -> None:
    answered = {defect for drill in all_drills() for defect in drill.peers}
    assert answered == DEFECTS | {"KP K1", "KP K2", "KP K3", "KP K4"} - IN_WINDOW


def test_every_drill_speaks_both_languages() -> None:
    for drill in all_drills():
        assert all((drill.title.ko, drill.title.en, drill.must.ko, drill.must.en)), drill.code
        assert drill.title.ko != drill.title.en
