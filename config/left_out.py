"""Settings of code that is not loaded: they stay where they stand, and count nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from config.layers import Found
from config.text import Text


def split(data: Mapping[str, Any], keys: Collection[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the object of a settings file without some keys, and the values of these by key."""
    rest: dict[str, Any] = {}
    taken: dict[str, Any] = {}
    for top, value in data.items():
        if top in keys:
            taken[top] = value
        elif isinstance(value, Mapping):
            own = {name: inner for name, inner in value.items() if f"{top}.{name}" in keys}
            taken |= {f"{top}.{name}": inner for name, inner in own.items()}
            left = {name: inner for name, inner in value.items() if name not in own}
            if left or not own:  # a section of its own goes as a whole
                rest[top] = left
        else:
            rest[top] = value
    return rest, taken


def left_out_notes(
    kept: Iterable[str], layers: Iterable[Found], keys: Collection[str]
) -> tuple[Text, ...]:
    """Take values of `keys` out of the layers; return what a person should hear of all of them."""
    found = dict.fromkeys(kept)
    for layer in layers:
        for key in [key for key in layer.values if key in keys]:
            del layer.values[key], layer.origins[key]
            found[key] = None
    if not found:
        return ()
    listed = ", ".join(found)
    return (
        Text(
            f"불러오지 않은 내 코드의 설정이라 쓰지 않습니다(지우지는 않습니다): {listed}",
            f"not used, as these are settings of your own code that is not loaded (they are kept "
            f"where they are): {listed}",
        ),
    )
