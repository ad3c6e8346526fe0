"""What can be different from one emulated control to the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from broker.kiwoom.emulator.limits import LimitNumbers
from config.text import Text

_log = logging.getLogger(__name__)

Alert = Callable[[Text], None]
"""Shows one of the boxes that the real control opens by itself; from the control's thread."""


def log_alert(text: Text) -> None:
    """The alert for who has no window."""
    _log.warning("the emulated Kiwoom control says: %s", text.en)


def register_password() -> bool:
    """The account-password window for who has no window: the password is registered at once."""
    return True


@dataclass(frozen=True, slots=True)
class ControlOptions:
    """Options of `EmulatedControl`; the defaults are a healthy simulated-investment account.

    Attributes:
        is_mock: Say it is the server of simulated investment (모의투자), not the real one.
        has_password: The account password was registered before (AUTO in the account window).
        ask_password: Shows the account-password window until it is closed; returns whether the
            password is registered now.
        delivers_inside_calls: Let waiting events in inside calls that have not returned, as the
            real control sometimes does; to test that its user can stand it.
        refuses_unknown_trs: Answer a TR that Kiwoom does not have by -202; else by nothing at all.
            Which of the two the real control does is not known.
    """

    is_mock: bool = True
    has_password: bool = True
    ask_password: Callable[[], bool] = register_password
    alert: Alert = log_alert
    delivers_inside_calls: bool = False
    refuses_unknown_trs: bool = True
    limits: LimitNumbers = field(default_factory=LimitNumbers)
