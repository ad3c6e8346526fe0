"""Gives a label its look by meaning; see `gui.theme` for the roles."""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget

from gui import theme


def set_role(widget: QWidget, role: str) -> None:
    """Change the role, and the look with it; cheap where nothing changes."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        theme.restyle(widget)
