"""The report of a backtest: one HTML page that needs nothing else.

`frame` holds what any such page shares: both languages, light and dark, tables, sections.
"""

from core.backtest.report.page import report_page

__all__ = ["report_page"]
