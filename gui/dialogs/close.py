"""Closing the program while something is held or on its way."""

from __future__ import annotations

from enum import Enum

from PyQt5.QtWidgets import QWidget

from config.text import Text
from gui.dialogs.choice import Answer, ChoiceDialog
from gui.translator import Translator


class CloseChoice(Enum):
    FLATTEN = "flatten"
    LEAVE = "leave"
    STAY = "stay"


TITLE = Text("프로그램 종료", "Close the program")
QUESTION = Text(
    "보유 {}종목, 미체결 주문 {}건이 있습니다. 종료할까요?",
    "{} positions and {} working orders are open. Close?",
)
ANSWERS = (
    Answer(
        CloseChoice.STAY,
        Text("종료하지 않음", "Stay"),
        Text("매매와 청산 조건이 계속 작동합니다", "Trading and exits go on"),
        is_safe=True,
    ),
    Answer(
        CloseChoice.FLATTEN,
        Text("전량청산 후 종료", "Flatten, then close"),
        Text(
            "주문을 모두 취소하고 모두 판 뒤, 증권사 잔고가 0이 되면 종료합니다",
            "Cancels and sells everything, and closes once the broker reports zero",
        ),
    ),
    Answer(
        CloseChoice.LEAVE,
        Text("그대로 두고 종료", "Leave them and close"),
        Text(
            "손절과 익절을 더 이상 감시하지 않습니다. 미체결 주문은 증권사에 남아 체결될 수 "
            "있습니다",
            "Nobody watches stops and targets any more; working orders stay at the broker and may "
            "be filled",
        ),
    ),
)


def ask_close(positions: int, orders: int, translator: Translator, parent: QWidget) -> ChoiceDialog:
    """Ask what to do with so many positions and orders; connect `answered`."""
    question = QUESTION.format(positions, orders)
    dialog = ChoiceDialog("closeDialog", TITLE, question, ANSWERS, translator, parent)
    dialog.show()
    return dialog
