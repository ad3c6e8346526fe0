"""What the window trades on, once the broker has said which server it is."""

from __future__ import annotations

from dataclasses import dataclass

from config.text import Text
from core.domain.messages import BrokerIdentified
from gui.context import Mode

MOCK = Text("모의투자", "MOCK")


@dataclass(frozen=True, slots=True)
class Badge:
    """The word on the mode and its look; only real money looks like LIVE."""

    title: Text
    look: Mode


def badge_of(mode: Mode, broker: BrokerIdentified | None) -> Badge:
    """Return the badge; a live window counts as real until the server has said it is the mock."""
    if mode is Mode.LIVE and broker is not None and broker.server == "mock":
        return Badge(MOCK, Mode.PAPER)
    return Badge(mode.title, mode)
