"""The Kiwoom control and the servers behind it, emulated over `core.simulation`; no Qt."""
