"""Predictions of the next move by an AI server; a missing answer never holds up trading."""

from core.predict.inputs import features
from core.predict.options import AiOptions

__all__ = ["AiOptions", "features"]
