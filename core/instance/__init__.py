"""One instance per home folder, and how another process talks to it."""

from core.instance.control import ControlServer, ask
from core.instance.lock import InstanceLock, Owner, acquire, owner_of, take_over

__all__ = [
    "ControlServer",
    "InstanceLock",
    "Owner",
    "acquire",
    "ask",
    "owner_of",
    "take_over",
]
