"""Typed settings: what they are (`schema`), where they come from (`store`), and secrets."""
