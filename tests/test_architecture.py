"""Who imports whom; see the contracts in pyproject.toml."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import project


def test_the_layers_hold() -> None:
    lint = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", lint],
        cwd=project.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)


def test_only_tests_import_app() -> None:
    """import-linter knows packages only, so the module app.py is looked after here."""
    importers = [
        project.name_of(path)
        for path in project.files(".py")
        if "tests" not in path.relative_to(project.ROOT).parts and "app" in roots_imported(path)
    ]
    assert importers == []


def test_the_program_does_not_import_its_tests_or_its_installer() -> None:
    importers = [
        project.name_of(path)
        for path in program_files()
        if {"tests", "installer", "pytest"} & roots_imported(path)
    ]
    assert importers == []


def test_the_installer_needs_nothing_installed() -> None:
    allowed = sys.stdlib_module_names | {"installer"}
    needs = {
        project.name_of(path): roots_imported(path) - allowed
        for path in (project.ROOT / "installer").glob("*.py")
    }
    assert {name: roots for name, roots in needs.items() if roots} == {}


def test_importing_a_module_does_nothing_but_register() -> None:
    effects = [
        f"{project.name_of(path)}:{line}" for path in program_files() for line in effects_of(path)
    ]
    assert effects == []


def program_files() -> Iterator[Path]:
    for package in project.PACKAGES:
        yield from (project.ROOT / package).rglob("*.py")


def roots_imported(path: Path) -> set[str]:
    """Return the top-level names that the file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def effects_of(path: Path) -> list[int]:
    """Return the lines at module level that loop, or call something other than a `register`."""
    return [
        node.lineno
        for node in parse(path).body
        if is_plain_call(node)
        or (isinstance(node, ast.For | ast.While | ast.With) and not imports_siblings(node))
    ]


def is_plain_call(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    called = ast.unparse(node.value.func)
    return "register" not in called.rpartition(".")[2]


def imports_siblings(node: ast.stmt) -> bool:
    """Whether this is the loop by which a package lets each of its modules register itself."""
    if not isinstance(node, ast.For):
        return False
    return "iter_modules" in ast.unparse(node.iter) and all(
        "import_module" in ast.unparse(line) for line in node.body
    )


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))
