"""The developer guide speaks of files, classes and methods that exist."""

from __future__ import annotations

import re

from tests.project import ROOT, files

GUIDE = (ROOT / "resources" / "docs" / "developer.md").read_text(encoding="utf-8")
QUOTED = set(re.findall(r"`([^`\n]+)`", GUIDE))
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in files(".py")
    if path.relative_to(ROOT).parts[0] in ("app.py", "broker", "config", "core", "gui")
)


def test_every_file_it_names_exists() -> None:
    named = {word for word in QUOTED if re.fullmatch(r"[a-z_]+/[\w/.]*", word)}
    assert len(named) > 25
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_method_it_names_exists() -> None:
    named = {word for word in QUOTED if re.fullmatch(r"[A-Z]\w+\.\w+", word)}
    assert len(named) > 8
    for word in named:
        owner, _, member = word.partition(".")
        # Two modules may each have a class of that name.
        bodies = re.findall(rf"class {owner}\b.*?(?=\nclass |\Z)", SOURCE, re.DOTALL)
        assert re.search(rf"(def {member}\(|\b{member} = )", "".join(bodies)), word


def test_every_class_it_names_exists() -> None:
    named = {word for word in QUOTED if re.fullmatch(r"[A-Z][a-z]+[A-Za-z]*", word)}
    foreign = {"Literal"}
    missing = [
        name for name in named - foreign if not re.search(rf"\bclass {name}\b|\b{name} =", SOURCE)
    ]
    assert missing == []
