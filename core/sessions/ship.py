"""Makes the session tables that the project ships: `python -m core.sessions.ship`.

To be run, and its result committed, whenever the locked version of `exchange_calendars` changes; a
test fails until then.
"""

from __future__ import annotations

from core.sessions.hours import MARKETS
from core.sessions.table import SHIPPED, computed_table, keep_table, table_file


def ship() -> None:
    for name in MARKETS:
        keep_table(table_file(SHIPPED, name), name, computed_table(name))


if __name__ == "__main__":
    ship()
