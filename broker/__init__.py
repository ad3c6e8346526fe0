"""Adapters that put a broker behind the ports of `core.ports`."""
