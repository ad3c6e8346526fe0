"""Frozen records and enums in the field's words; imports nothing of the program but `config.text`."""
