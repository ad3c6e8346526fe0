"""Alerts: what of an engine's events a trader must hear of at once, and the ways to be told."""

from core.alerts.alert import Alert, AlertKind, Importance
from core.alerts.alerting import Alerting, noted
from core.alerts.options import AlertOptions, Loudness
from core.alerts.rules import AlertRules
from core.alerts.sender import AlertSender

__all__ = [
    "Alert",
    "AlertKind",
    "AlertOptions",
    "AlertRules",
    "AlertSender",
    "Alerting",
    "Importance",
    "Loudness",
    "noted",
]
