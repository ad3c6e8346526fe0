"""Is this machine ready to trade? Every check says what it found and what to do about it."""

from core.doctor import (  # noqa: F401 - they register their checks
    dangers,
    folders,
    last_session,
    machine,
    market,
    services,
    setup,
)
from core.doctor.check import DoctorContext, Finding, Level, Machine, run_doctor, worst

__all__ = ["DoctorContext", "Finding", "Level", "Machine", "run_doctor", "worst"]
