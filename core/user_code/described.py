"""What a file of the user's own says of itself, read without running any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from config.text import Text

MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Described:
    """One file as it stood on the disk when it was looked at.

    Attributes:
        content: All of it; what is trusted and run is this, whatever happens to the file later.
        summary: First line of its docstring, "" without one.
        imports: Modules it imports anywhere, each once, sorted.
        settings: Keys of the options it declares, as far as they can be seen ("strategy.weight_x").
        problem: Why it can't be run at all; None: it may be tried.
    """

    path: Path
    content: bytes
    sha256: str
    summary: str = ""
    imports: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    problem: Text | None = None

    @property
    def name(self) -> str:
        return self.path.name


def describe(path: Path) -> Described:
    """Read a file; whatever is wrong with it stands in `problem`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Described(path, b"", "", problem=_unreadable(error))
    digest = sha256(content).hexdigest()
    if len(content) > MOST_BYTES:
        return Described(path, content, digest, problem=_TOO_LARGE)
    try:
        tree = ast.parse(content.decode("utf-8-sig"))
    except SyntaxError as error:
        return Described(path, content, digest, problem=_broken(error))
    except (ValueError, RecursionError, MemoryError) as error:  # no UTF-8, zero bytes, nested
        return Described(path, content, digest, problem=_no_python(error))
    summary = (ast.get_docstring(tree) or "").strip().partition("\n")[0]
    imports = tuple(sorted(set(_imports(tree))))
    return Described(path, content, digest, summary, imports, tuple(_settings(tree)))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def _settings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            section = _section(node)
            if section:
                yield from (f"{section}.{name}" for name in _fields(node))


def _section(node: ast.ClassDef) -> str:
    """Return what stands in a class's `@section("...")`, "" without one."""
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or not decorator.args:
            continue
        called, first = ast.unparse(decorator.func), decorator.args[0]
        is_section = called.rpartition(".")[2] == "section"
        if is_section and isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
    return ""


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value:
            yield line.target.id


_TOO_LARGE = Text(
    "1 MB보다 큰 파일은 읽지 않습니다. 자료는 다른 파일에 두고 코드에서 여세요",
    "is larger than 1 MB; keep data in another file and open that from the code",
)


def _unreadable(error: OSError) -> Text:
    return Text(
        f"읽을 수 없습니다({error.strerror}). 파일 권한을 확인하세요",
        f"can't be read ({error.strerror}); check the file's rights",
    )


def _broken(error: SyntaxError) -> Text:
    return Text(
        f"{error.lineno}행의 문법이 틀렸습니다: {error.msg}. 고친 뒤 다시 시작하세요",
        f"syntax error at line {error.lineno}: {error.msg}; mend it, then start again",
    )


def _no_python(error: Exception) -> Text:
    return Text(
        f"파이썬 코드로 읽을 수 없습니다({error}). UTF-8로 저장했는지 확인하세요",
        f"can't be read as Python ({error}); see that it is saved as UTF-8",
    )
