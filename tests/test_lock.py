"""The locks hold exactly what is installed, and a wheel of it for every system we serve."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from installer import environment, pip
from installer.layout import HERE

LOCKS = sorted(path.name for path in (HERE.root / "installer").glob("requirements*.txt"))
GLIBC = range(36, 4, -1)  # Debian 12 has 2.36
PLATFORMS = {
    "win32": ["win32"],
    "win_amd64": ["win_amd64"],
    "linux": [
        *(f"manylinux_2_{minor}_x86_64" for minor in GLIBC),
        *("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"),
    ],
}
NO_NETWORK = ("error sending request", "dns error", "timed out")


class Locked(NamedTuple):
    requirement: Requirement
    hashes: frozenset[str]

    @property
    def version(self) -> str:
        return str(self.requirement.specifier).removeprefix("==")

    def applies_on(self, platform: str) -> bool:
        system = "linux" if platform == "linux" else "win32"
        marker = self.requirement.marker
        return marker is None or marker.evaluate({"sys_platform": system})


def read(name: str) -> dict[str, Locked]:
    """Return the lines of a lock by the canonical name of the package."""
    text = HERE.requirements(name).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = {}
    for line in filter(None, (line.split("#")[0].strip() for line in text.splitlines())):
        requirement = Requirement(line.split("--hash")[0].strip())
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
        entries[canonicalize_name(requirement.name)] = Locked(requirement, hashes)
    return entries


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """For each locked package the names of its files on the index, with their hashes."""
    target = tmp_path_factory.mktemp("lock") / "pylock.toml"
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--no-deps"]
    command += ["--python-version", "3.11", "--format", "pylock.toml", "-o", str(target)]
    command += [
        str(HERE.requirements(name)) for name in ("requirements-dev.txt", *environment.BUILD)
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=target.parent, check=False)
    if done.returncode and any(sign in done.stderr for sign in NO_NETWORK):
        pytest.skip(f"no network, so no proof that the wheels exist: {done.stderr}")
    assert done.returncode == 0, done.stderr
    packages = tomllib.loads(target.read_text(encoding="utf-8"))["packages"]
    return {package["name"]: _files(package) for package in packages}


def _files(package: dict) -> dict[str, str]:
    files = package.get("wheels", []) + ([package["sdist"]] if "sdist" in package else [])
    return {PurePosixPath(file["url"]).name: file["hashes"]["sha256"] for file in files}


def tags_of(platform: str) -> set[Tag]:
    """Return the wheel tags that CPython 3.11 there accepts."""
    names = PLATFORMS[platform]
    own = cpython_tags(python_version=(3, 11), abis=["cp311"], platforms=names)
    return {*own, *compatible_tags((3, 11), "cp311", names)}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_package_has_a_locked_wheel(
    published: dict[str, dict[str, str]], platform: str
) -> None:
    accepted = tags_of(platform)
    locked = read("requirements-dev.txt") | read("requirements-build.txt")
    without = [
        name
        for name, entry in locked.items()
        if name != pip.SOURCE_ONLY
        and entry.applies_on(platform)
        and not any(
            file.endswith(".whl")
            and digest in entry.hashes
            and accepted & parse_wheel_filename(file)[3]
            for file, digest in published[name].items()
        )
    ]
    assert without == []


def test_the_only_package_in_source_is_pure_python() -> None:
    # Older pips install a source without making a wheel, so its files are looked at.
    files = metadata.distribution(pip.SOURCE_ONLY).files or []
    assert any(file.suffix == ".py" for file in files)
    assert [str(file) for file in files if file.suffix in (".so", ".pyd", ".dll")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_pinned_and_hashed(name: str) -> None:
    entries = read(name)
    assert entries
    for entry in entries.values():
        assert re.fullmatch(r"==[0-9][\w.]*", str(entry.requirement.specifier))
        assert entry.hashes


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index(name: str) -> None:
    assert not re.search(r"://|^\s*--(?!hash)", HERE.requirements(name).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_answers_its_source(name: str) -> None:
    locked = read(name)
    lines = HERE.requirements(name).with_suffix(".in").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith(("#", "-r ")):
            wanted = Requirement(line)
            assert locked[canonicalize_name(wanted.name)].version in wanted.specifier


def test_the_tests_run_with_the_versions_of_the_program() -> None:
    run, test = read("requirements.txt"), read("requirements-dev.txt")
    assert {name: test[name].version for name in run} == {
        name: entry.version for name, entry in run.items()
    }


def test_what_is_installed_is_what_is_locked() -> None:
    here = "linux" if sys.platform == "linux" else "win32"
    locked = {name: entry for lock in environment.TEST for name, entry in read(lock).items()}
    wanted = {name: entry.version for name, entry in locked.items() if entry.applies_on(here)}
    assert {name: metadata.version(name) for name in wanted} == wanted


def test_what_is_installed_is_complete() -> None:
    command = [sys.executable, "-m", "pip", "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.home())
    # On Linux pykiwoom's demand for pywin32 cannot be met; see requirements-nodeps.in.
    complaints = [line for line in done.stdout.splitlines() if not line.startswith("pykiwoom ")]
    assert complaints in ([], ["No broken requirements found."])
