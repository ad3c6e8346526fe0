"""중지: what becomes of the positions when trading stops."""

from __future__ import annotations

from enum import Enum

from PyQt5.QtWidgets import QWidget

from config.text import Text
from gui.dialogs.choice import Answer, ChoiceDialog
from gui.translator import Translator


class StopChoice(Enum):
    KEEP_EXITS = "keepExits"
    SELL = "sell"
    GO_ON = "goOn"


TITLE = Text("자동매매 중지", "Stop trading")
QUESTION = Text(
    "{}종목을 보유하고 있습니다. 어떻게 할까요?", "{} positions are open. What about them?"
)
ANSWERS = (
    Answer(
        StopChoice.KEEP_EXITS,
        Text("중지하고 청산 조건은 계속", "Stop, leave the exits running"),
        Text(
            "새로 사지 않습니다. 손절, 익절, 장 마감 전 청산은 계속 작동합니다",
            "Nothing new is bought; stops, targets and the closing before the end go on",
        ),
        is_safe=True,
    ),
    Answer(
        StopChoice.SELL,
        Text("중지하고 보유 종목 모두 매도", "Stop and sell all positions"),
        Text(
            "새로 사지 않고, 보유 종목을 시장가로 팝니다",
            "Nothing new is bought; all is sold at market",
        ),
    ),
    Answer(
        StopChoice.GO_ON,
        Text("계속 매매", "Go on trading"),
        Text("아무것도 바꾸지 않습니다", "Nothing changes"),
    ),
)


def ask_stop(positions: int, translator: Translator, parent: QWidget) -> ChoiceDialog:
    """Ask what to do with so many positions; connect `answered`."""
    question = QUESTION.format(positions)
    dialog = ChoiceDialog("stopDialog", TITLE, question, ANSWERS, translator, parent)
    dialog.show()
    return dialog
