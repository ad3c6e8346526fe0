"""Is this machine ready to trade? Every check says what it found and what to do about it."""

from core.doctor import folders, machine, market, setup  # noqa: F401 - they register their checks
from core.doctor.check import DoctorContext, Finding, Level, Machine, run_doctor, worst

__all__ = ["DoctorContext", "Finding", "Level", "Machine", "run_doctor", "worst"]
