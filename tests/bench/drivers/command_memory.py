"""Runs the `backtest` command on files in a process of its own; its result as JSON on stdout.

Arguments: the folder of the files, a home folder, and the symbols separated by commas.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys

import app
from tests.bench.memory import peak_mb


def main() -> None:
    folder, home, symbols = sys.argv[1:4]
    words = ["backtest", "--home", home, "--data", folder, "--symbols", symbols]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = app.main([*words, "--calendar", "data", "--json"])
    if code != 0:
        raise SystemExit(code)
    found = json.loads(said.getvalue().splitlines()[-1])
    print(json.dumps({**found, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
