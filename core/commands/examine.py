"""What the doctor looks at, of this program on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from core.doctor import DoctorContext, Finding, run_doctor
from core.doctor.premarket import CHECKS
from core.ports import Clock
from core.program import VERSION, Program

_REQUIREMENTS = Path(__file__).parents[2] / "installer" / "requirements.txt"


def doctor_context(
    program: Program, session: int | None = None, market: Clock | None = None
) -> DoctorContext:
    """Return everything the checks look at; `session` and `market` are of the run that asks."""
    return DoctorContext(
        clock=program.clock,
        home=program.home,
        configuration=program.configuration,
        journal=program.journal_target,
        requirements=_REQUIREMENTS,
        environment=os.environ,
        market=market,
        version=VERSION,
        session=session,
    )


def examine(program: Program, session: int | None, market: Clock) -> tuple[Finding, ...]:
    """Make the checks of the pre-market page; takes a while, for a thread that may wait."""
    return tuple(run_doctor(doctor_context(program, session, market), CHECKS))
