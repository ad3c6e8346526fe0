"""When the market trades: the calendar of sessions and the hours of each one."""

from core.sessions.calendar import DataCalendar, ExchangeCalendar, TradingCalendar, open_calendar
from core.sessions.hours import SessionHours
from core.sessions.options import CalendarOptions

__all__ = [
    "CalendarOptions",
    "DataCalendar",
    "ExchangeCalendar",
    "SessionHours",
    "TradingCalendar",
    "open_calendar",
]
