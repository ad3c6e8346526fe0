"""The black box: all that enters the engine, recorded as it comes, and played again.

`recording` stands between a driver and its engine and between the engine and its ports; what passes
goes to a `Tape`, whose thread writes it into a file of chained blocks (`blocks`). `player` makes
the engine anew on what a file holds and compares all that it does with what was done.
"""
