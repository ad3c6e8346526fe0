"""What must hold after every drill: both sides agree, and no rule of sending was broken."""

from __future__ import annotations

from collections import Counter

from config.text import Text
from core.domain.messages import OrderUpdated
from core.domain.order import OrderStatus
from core.drills.agreement import disagreements
from core.drills.drill import require
from core.drills.stage import Stage
from core.journal.verification import verify

_SHORT_OF_SHARES = "매도가능수량"  # in the exchange's words


def require_sound(stage: Stage, may_be_short: bool = False) -> None:
    """End the run; raise DrillFailedError where the two sides differ or the journal is not whole.

    `may_be_short`: the terminal could not know better than to offer what was sold already, and the
    broker refused that.
    """
    require_restraint(stage, may_be_short)
    stage.close()
    differ = disagreements(stage.journal_file, stage.books_file)
    require(
        not differ,
        Text(
            f"양쪽 장부가 다릅니다: {'; '.join(differ)}", f"the books differ: {'; '.join(differ)}"
        ),
    )
    require_whole(stage)


def require_whole(stage: Stage) -> None:
    """End the run; raise DrillFailedError where its journal is not whole."""
    stage.close()
    found = verify(stage.journal_file)
    problems = "; ".join(problem.text.en for problem in found.problems)
    require(found.is_good, Text(f"일지 오류: {problems}", f"journal: {problems}"))


def require_restraint(stage: Stage, may_be_short: bool = False) -> None:
    """Raise where an order left twice, an exit was cancelled, or more was offered than is held."""
    twice = [str(id_) for id_, count in _ids(stage).items() if count > 1]
    require(not twice, Text(f"두 번 보낸 주문: {twice}", f"orders sent twice: {twice}"))
    own = [str(order.id) for order in stage.broker.canceled_exits]
    require(not own, Text(f"스스로 취소한 청산: {own}", f"exits cancelled by ourselves: {own}"))
    short = [
        f"{each.order.id} {each.order.note}"
        for each in stage.said(OrderUpdated)
        if each.order.status is OrderStatus.REJECTED and _SHORT_OF_SHARES in each.order.note
    ]
    require(
        may_be_short or not short,
        Text(f"보유보다 많은 매도: {short}", f"sells of more than is held: {short}"),
    )


def _ids(stage: Stage) -> Counter[str]:
    return Counter(str(order.id) for order in stage.broker.sent)
