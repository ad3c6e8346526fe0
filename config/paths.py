"""Where the platform wants settings and data of this program to be."""

from __future__ import annotations

from pathlib import Path

_APP = "kiwoom-terminal"


def default_config_path() -> Path:
    """Return the user's settings file; neither it nor its folder need exist."""
    from platformdirs import user_config_path  # here, as tests and --config do without

    return user_config_path(_APP, appauthor=False) / "config.json"


def default_home() -> Path:
    """Return the folder of journal, logs, layout and caches; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path(_APP, appauthor=False)
