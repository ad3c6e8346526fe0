"""Writes what a sweep leaves behind: every set with its metrics, a summary, a report."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TextIO

from config.schema import Settings
from core.backtest.output_folder import OutputFolder
from core.backtest.report.frame import SIGN
from core.backtest.sweep.findings import MODE, Findings
from core.backtest.sweep.report import report_page

TABLE, SUMMARY, REPORT = "sweep.csv", "summary.json", "report.html"
_OWN = {TABLE: "rank,few_trades,", SUMMARY: f'{{\n "mode": "{MODE}"', REPORT: SIGN}


def check_folder(out: Path) -> None:
    """Refuse an `--out` that can't be used before a long run; see `OutputFolder.check`."""
    OutputFolder(out, _OWN).check()


def write(out: Path, found: Findings, settings: Settings, language: str) -> None:
    """Write the files of a sweep to the folder `out`, replacing those of an earlier one.

    Raises:
        OutputError: The folder can't be used.
    """
    with OutputFolder(out, _OWN).replaced() as fresh:
        with (fresh / TABLE).open("w", encoding="utf-8", newline="") as file:
            write_table(file, found)
        own = found.as_json(None)
        del own["table"], own["journal"], own["out"]
        text = json.dumps({**own, **found.about}, ensure_ascii=False, indent=1, allow_nan=False)
        (fresh / SUMMARY).write_text(text + "\n", "utf-8")
        (fresh / REPORT).write_text(report_page(found, settings, language), "utf-8")


def write_table(file: TextIO, found: Findings) -> None:
    """Write one row a set, the best first; what has no value is an empty cell."""
    rows, changes = csv.writer(file, lineterminator="\n"), found.changes()
    keys = [axis.key for axis in found.search.axes]
    names = list(found.rows[0].metrics)
    rows.writerow(["rank", "few_trades", *keys, *names])
    for row in found.rows:
        values = [changes[row.place][key] for key in keys]
        few = str(row.has_few_trades).lower()
        rows.writerow([row.rank, few, *values, *(row.metrics.get(name) for name in names)])
