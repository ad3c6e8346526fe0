"""The two commands of a newcomer, `run.py` and `test.py`, and what they share.

Everything here runs on the Python that a fresh machine happens to have (3.8 or later), before any
package is installed: standard library only.
"""
