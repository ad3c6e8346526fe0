"""What is looked at before the day and after it: the pre-market check and the certificate."""

from __future__ import annotations

from PyQt5.QtWidgets import QMenu, QWidget

from core.certificate.texts import TITLE as CERTIFICATE
from gui.certificates import Certificates
from gui.dialogs.premarket import TITLE as PREMARKET
from gui.layout import LayoutStore
from gui.menus import Menus
from gui.premarket import Premarket
from gui.watchdog import Watchdog
from gui.workspace import Workspace


class Checkups:
    """Both, as the window has them."""

    def __init__(
        self, workspace: Workspace, watchdog: Watchdog, store: LayoutStore, window: QWidget
    ) -> None:
        self.premarket = Premarket(workspace, watchdog, store, window)
        self.certificates = Certificates(workspace, watchdog, window)

    def add_to(self, menu: QMenu, menus: Menus) -> None:
        """Add their commands to the menu of trading."""
        menus.command(menu, "checklist", PREMARKET, self.premarket.open)
        menus.command(menu, "certificate", CERTIFICATE, self.certificates.open)
