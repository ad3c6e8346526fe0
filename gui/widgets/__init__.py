"""Inputs used by more than one panel or dialog."""
