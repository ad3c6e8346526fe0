"""Where settings come from and where they are kept: default < file < environment < command line."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import config.sections  # noqa: F401 - registers the options that belong to no other module
from config.errors import ConfigError, Problem
from config.files import write_atomically
from config.layers import (
    Found,
    Layer,
    read_dotenv,
    read_environment,
    read_json,
    read_overrides,
)
from config.layout import folded, unfolded
from config.left_out import left_out_notes, split
from config.schema import Settings, declared
from config.text import Text


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from."""

    layer: Layer
    place: str = ""  # file, variable or "--set"

    def __str__(self) -> str:
        return self.place or self.layer.value


@dataclass(frozen=True, slots=True)
class Loaded:
    """Effective settings, where each came from, and what a person should be told once."""

    settings: Settings
    origins: Mapping[str, Origin]  # of every setting
    path: Path  # of the settings file, which need not exist
    notes: tuple[Text, ...] = ()
    left_out: frozenset[str] = frozenset()  # keys that stay in the file and count nowhere
    left_out_notes: tuple[Text, ...] = ()  # which of them have been found somewhere


def load(
    path: Path,
    environment: Mapping[str, str],
    overrides: Sequence[str] = (),
    left_out: Collection[str] = (),
) -> Loaded:
    """Read all layers; nothing is written.

    Args:
        path: The settings file; a `.env` beside it is read too.
        environment: Usually `os.environ`.
        overrides: `section.key=value` texts of the command line; the last one of a key counts.
        left_out: Keys of options that code of the user's own would declare; while it is not loaded
            their values are no error and count nowhere.

    Raises:
        ConfigError: All that is wrong at once: broken files, unknown names, refused values.
    """
    known = {item.key: item for item in declared()}
    absent = frozenset(left_out) - known.keys()
    data, kept = split(read_json(path), absent)
    layers = [
        unfolded(data, known, str(path)),
        read_dotenv(path.parent / ".env", {*known, *absent}),
        read_environment(environment, {*known, *absent}, ""),
        read_overrides(overrides, {*known, *absent}),
    ]
    unused = left_out_notes(kept, layers, absent)
    origins = dict.fromkeys(known, Origin(Layer.DEFAULT))
    for layer in layers:
        origins |= {key: Origin(layer.layer, place) for key, place in layer.origins.items()}
    settings = _validated(layers, origins)
    notes = tuple(note for layer in layers for note in layer.notes)
    return Loaded(settings, origins, path, notes, absent, unused)


def save(loaded: Loaded, settings: Settings) -> Loaded:
    """Keep in the file what a person changed from `loaded` to `settings`; return the new state.

    What the environment or the command line said stays out of the file unless it was changed.
    Values equal to their default are left out. The file's former text is kept beside it as .bak.

    Raises:
        ConfigError: The file was broken meanwhile or can't be written; it is as it was.
    """
    changed = {
        key: value for key, value in settings.flat().items() if value != loaded.settings.value(key)
    }
    path = loaded.path
    known = {item.key: item for item in declared()}
    data, left_out = split(read_json(path), loaded.left_out)
    file = unfolded(data, known, str(path))
    file.values |= changed
    kept = _validated([file], dict.fromkeys(file.values, Origin(Layer.FILE, str(path))))
    texts = kept.as_json()
    values = {key: texts[key] for key in known if kept.value(key) != known[key].default}
    _write(path, json.dumps(folded({**values, **left_out}), ensure_ascii=False, indent=2) + "\n")
    origins = {
        key: Origin(Layer.FILE, str(path)) if key in values else Origin(Layer.DEFAULT)
        for key in changed
    }
    notes = tuple(_overridden(key, loaded.origins[key]) for key in changed if _wins(key, loaded))
    return replace(loaded, settings=settings, origins={**loaded.origins, **origins}, notes=notes)


def problems(
    path: Path, environment: Mapping[str, str], overrides: Sequence[str] = ()
) -> Sequence[Problem]:
    """Return everything wrong with the configuration, nothing if it is sound."""
    try:
        load(path, environment, overrides)
    except ConfigError as error:
        return error.problems
    return ()


def _validated(layers: Iterable[Found], origins: Mapping[str, Origin]) -> Settings:
    """Lay the layers over another and check the outcome; name the origin of what is refused."""
    values: dict[str, Any] = {}
    found: list[Problem] = []
    for layer in layers:
        values |= layer.values
        found += layer.problems
    try:
        settings = Settings(values)
    except ConfigError as error:
        found += [replace(p, origin=_place(p.key, origins)) for p in error.problems]
    if found:
        raise ConfigError.of(found)
    return settings


def _place(key: str, origins: Mapping[str, Origin]) -> str:
    """Return where a refused value stands, or all places of a section that contradicts itself."""
    places = [
        origin.place
        for known, origin in origins.items()
        if known == key or known.startswith(f"{key}.")
    ]
    return ", ".join(dict.fromkeys(place for place in places if place))


def _wins(key: str, loaded: Loaded) -> bool:
    return loaded.origins[key].layer in (Layer.ENVIRONMENT, Layer.COMMAND_LINE)


def _overridden(key: str, origin: Origin) -> Text:
    return Text(
        f"{key}: 저장했지만 {origin}의 값이 다음 시작 때 다시 우선합니다",
        f"{key}: saved, but {origin} wins again at the next start",
    )


def _write(path: Path, text: str) -> None:
    target = path.resolve()  # a link stays a link
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        if target.exists():
            write_atomically(
                target.with_name(f"{target.name}.bak"), target.read_text("utf-8-sig"), mode
            )
        write_atomically(target, text, mode)
    except OSError as error:
        raise ConfigError(
            Text(
                f"{path}: 저장할 수 없습니다({error.strerror}). 폴더 권한과 디스크를 확인하세요",
                f"{path}: can't be saved ({error.strerror}); check folder rights and disk",
            )
        ) from error
