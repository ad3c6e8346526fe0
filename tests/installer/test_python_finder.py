import sys
from collections.abc import Callable, Sequence

import pytest

from installer.console import SetUpError
from installer.python_finder import (
    WISHES_ELSEWHERE,
    WISHES_ON_WINDOWS,
    Python,
    Wish,
    find,
    probe,
)

THIS, UV = sys.executable, "fetched"


def a_python(version: tuple[int, int] = (3, 11), bits: int = 64, is_cpython: bool = True) -> Python:
    return Python(f"python{version}-{bits}", version, bits, is_cpython, True)


def a_listing(**pythons: Python) -> Callable[[Sequence[str]], Python | None]:
    """Return a probe of a machine where `this` runs us, and `py_3_11` answers to py -3.11."""
    commands = {
        "this": (THIS,),
        "py_3_11_32": ("py", "-3.11-32"),
        "py_3_11": ("py", "-3.11"),
        "python3_11": ("python3.11",),
        "fetched": (UV,),
    }
    found = {commands[name]: python for name, python in pythons.items()}
    return lambda command: found.get(tuple(command))


def fetch(_request: str) -> list[str]:
    return [UV]


def no_network(request: str) -> list[str]:
    raise SetUpError(f"no network for {request}")


def test_elsewhere_a_launching_3_11_is_taken() -> None:
    this = a_python()
    assert find(WISHES_ELSEWHERE, no_network, a_listing(this=this)) is this


def test_elsewhere_another_launching_python_gets_3_11_from_path() -> None:
    other = a_python()
    listing = a_listing(this=a_python((3, 13)), python3_11=other)
    assert find(WISHES_ELSEWHERE, no_network, listing) is other


def test_elsewhere_3_11_is_fetched_where_there_is_none() -> None:
    fetched = a_python()
    listing = a_listing(this=a_python((3, 8)), fetched=fetched)
    assert find(WISHES_ELSEWHERE, fetch, listing) is fetched


def test_another_implementation_does_not_count() -> None:
    fetched = a_python()
    listing = a_listing(this=a_python(is_cpython=False), fetched=fetched)
    assert find(WISHES_ELSEWHERE, fetch, listing) is fetched


def test_a_path_entry_that_lies_about_its_version_does_not_count() -> None:
    listing = a_listing(this=a_python((3, 12)), python3_11=a_python((3, 12)))
    with pytest.raises(SetUpError):
        find(WISHES_ELSEWHERE, no_network, listing)


def test_windows_prefers_32_bit_to_the_launching_64_bit() -> None:
    small = a_python(bits=32)
    listing = a_listing(this=a_python(), py_3_11_32=small, py_3_11=a_python())
    assert find(WISHES_ON_WINDOWS, no_network, listing) is small


def test_windows_fetches_32_bit_before_it_takes_64_bit() -> None:
    asked = []

    def fetch_and_note(request: str) -> list[str]:
        asked.append(request)
        return [UV]

    small = a_python(bits=32)
    assert find(WISHES_ON_WINDOWS, fetch_and_note, a_listing(this=a_python(), fetched=small))
    assert asked == ["cpython-3.11-windows-x86-none"]


def test_windows_falls_back_to_64_bit_and_says_what_that_lacks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    this = a_python()
    assert find(WISHES_ON_WINDOWS, no_network, a_listing(this=this)) is this
    assert "Kiwoom's OpenAPI+ control does not load" in capsys.readouterr().err


def test_32_bit_is_taken_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert find(WISHES_ON_WINDOWS, no_network, a_listing(this=a_python(bits=32)))
    assert capsys.readouterr().err == ""


def test_no_python_at_all_says_why_and_what_to_do() -> None:
    with pytest.raises(SetUpError, match=r"(?s)needs Python 3\.11.*no network.*Install Python"):
        find(WISHES_ON_WINDOWS, no_network, a_listing())


def test_probe_knows_the_running_python() -> None:
    python = probe([sys.executable])
    assert python is not None
    assert Wish(64, (), "").fits(python)
    assert python.can_make_venvs


@pytest.mark.parametrize("command", [["no-such-python"], [sys.executable, "-c", "print(1)"]])
def test_probe_of_something_else_is_none(command: list[str]) -> None:
    assert probe(command) is None
