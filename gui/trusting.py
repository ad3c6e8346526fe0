"""Asks about the user's own code before a window opens, so that it is there from the first bar."""

from __future__ import annotations

from core.program import Program
from core.user_code import UserCode, UserFile
from gui.application import Application
from gui.dialogs.trust import TrustAnswer, TrustDialog
from gui.translator import Translator


def ask_about_code(program: Program, app: Application, mode: str) -> None:
    """Ask about every file that nothing was said of; load what is trusted then.

    Never before live trading: nothing must stand between a trader and his positions, and nothing
    runs there that has not run before.

    Raises:
        ConfigError: The trust can't be noted, or the settings don't fit what was loaded.
    """
    code = program.user_code
    files = () if mode == "live" else code.asked_about()
    if not files:
        return
    with app.hearing_signals():
        answers = [(file, _asked(file, app, program.language)) for file in files]
    for file, answer in answers:
        act_on(code, file, answer)
    if any(answer is TrustAnswer.TRUST for _, answer in answers):
        program.reload()


def act_on(code: UserCode, file: UserFile, answer: TrustAnswer) -> None:
    """Note an answer; raises ConfigError where that fails."""
    if answer is TrustAnswer.TRUST:
        code.trust_one(file)
    elif answer is TrustAnswer.IGNORE:
        code.ignore(file)


def _asked(file: UserFile, app: Application, language: str) -> TrustAnswer:
    dialog = TrustDialog(file, Translator(language))
    app.ended_from_outside.connect(dialog.reject)
    dialog.exec_()
    answer = dialog.answer
    dialog.deleteLater()
    return answer
