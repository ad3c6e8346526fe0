"""A checkout in a temporary folder whose venv is ready, for tests of the two commands."""

import shutil
import sys
from pathlib import Path

from installer import environment, stamp
from installer.layout import HERE, Layout


def a_ready_checkout(root: Path, app: str = "") -> Layout:
    """Return a copy of installer/ with a finished venv and `app` as the text of app.py."""
    layout = an_empty_checkout(root)
    layout.python.parent.mkdir(parents=True)
    layout.python.symlink_to(sys.executable)
    wanted = {name: stamp.digest(layout.requirements(name)) for name in environment.TEST}
    stamp.write(layout, wanted)
    (root / "app.py").write_text(app, encoding="utf-8")
    return layout


def an_empty_checkout(root: Path) -> Layout:
    """Return a copy of installer/ without a venv."""
    shutil.copytree(HERE.root / "installer", root / "installer")
    return Layout(root, windows=False)
