"""What can be wrong with a configuration."""

from __future__ import annotations


class ConfigError(ValueError):
    """A setting that can't be used: the text says which, its value, and what to do."""
