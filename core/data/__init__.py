"""Bars and ticks out of files."""
