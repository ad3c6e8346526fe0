"""Predictions of the next move by an AI server; a missing answer never holds up trading."""
