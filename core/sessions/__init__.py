"""When the market trades: the calendar of sessions and the hours of each one."""

from core.sessions.calendar import DataCalendar, ExchangeCalendar, TradingCalendar, open_calendar
from core.sessions.hours import SessionHours
from core.sessions.of_home import cache_of, calendar_of_home, corrections_of
from core.sessions.options import CalendarOptions
from core.sessions.plan import day_plan

__all__ = [
    "CalendarOptions",
    "DataCalendar",
    "ExchangeCalendar",
    "SessionHours",
    "TradingCalendar",
    "cache_of",
    "calendar_of_home",
    "corrections_of",
    "day_plan",
    "open_calendar",
]
