"""The user's own indicators, rules and predictors: one file each, in a folder of the home folder.

Nothing of a file runs before the user has trusted it, with exactly its present content. What runs
is wrapped, so that its errors cost its own vote and nothing else.
"""

from core.user_code.library import FOLDER, State, UserCode, UserFile, refuse_trust

__all__ = ["FOLDER", "State", "UserCode", "UserFile", "refuse_trust"]
