"""Emergencies on purpose: what can go wrong is done to a terminal on the emulated Kiwoom."""
