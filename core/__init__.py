"""The trading core: no Qt, no broker, no wall clock outside `core.clock`."""
