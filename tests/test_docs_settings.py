"""The guides' tables of settings are those the declarations make.

After an option has changed: UPDATE_GUIDES=1 python -m pytest tests/test_docs_settings.py
"""

from __future__ import annotations

import os

import pytest

from gui.dialogs.settings_guide import settings_tables, with_tables
from tests.gui.every_option import every_option
from tests.project import ROOT

GUIDES = {"ko": "guide.ko.md", "en": "guide.en.md"}


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_lists_every_setting_as_declared(language: str) -> None:
    path = ROOT / "resources" / "docs" / GUIDES[language]
    guide = path.read_text(encoding="utf-8")
    wanted = with_tables(guide, settings_tables(every_option(), language))
    if os.environ.get("UPDATE_GUIDES"):
        path.write_text(wanted, encoding="utf-8", newline="\n")
        return
    assert guide == wanted, "out of step; see the top of this file"


@pytest.mark.parametrize("language", GUIDES)
def test_every_key_stands_in_the_tables_once(language: str) -> None:
    options = every_option()
    tables = settings_tables(options, language)
    for item in options:
        assert tables.count(f"`{item.key}`") == 1


def test_a_guide_without_its_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="settings"):
        with_tables("# Guide", "")
