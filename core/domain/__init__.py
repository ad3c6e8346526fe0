"""Frozen records and enums in the field's words; of the program they know only `config.text`."""
