"""The window: Qt views over core events; never meets the broker."""
