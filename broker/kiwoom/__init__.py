"""Kiwoom OpenAPI+: the adapter of production, and an emulated control it can't tell apart."""
