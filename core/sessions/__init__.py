"""When the market trades: the calendar of sessions and the hours of each one."""

from core.sessions.calendar import DataCalendar, ExchangeCalendar, TradingCalendar, open_calendar
from core.sessions.hours import SessionHours
from core.sessions.options import CalendarOptions
from core.sessions.plan import day_plan

__all__ = [
    "CalendarOptions",
    "DataCalendar",
    "ExchangeCalendar",
    "SessionHours",
    "TradingCalendar",
    "day_plan",
    "open_calendar",
]
