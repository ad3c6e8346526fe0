"""The line to the broker: whether it stands, to which account, and whether both sides agree."""

from __future__ import annotations

from collections.abc import Callable

from config.text import Text
from core.domain.messages import BrokerIdentified, ConnectionChanged, Severity
from core.engine.outbox import Outbox
from core.engine.reconcile import Reconciler
from core.ports import Clock

_DISCONNECTED = Text("접속 끊김: {}", "disconnected: {}")
_SERVERS = {
    "real": Text("실서버", "real server"),
    "mock": Text("모의투자 서버", "mock server"),
    "emulated": Text("에뮬레이터", "emulated server"),
    "paper": Text("페이퍼, 프로그램 안의 가상 거래소", "paper, the exchange in this program"),
}


class BrokerLine:
    """Owned by the engine thread; says what forbids entries as long as anything is unsure."""

    def __init__(
        self,
        reconciler: Reconciler,
        outbox: Outbox,
        clock: Clock,
        identified: Callable[[BrokerIdentified], None],
    ) -> None:
        self._identified = identified
        self._reconciler, self._outbox, self._clock = reconciler, outbox, clock
        self._identity: BrokerIdentified | None = None
        self.is_connected = False

    @property
    def entry_block(self) -> str:
        """A code of entries_allowed; empty: nothing."""
        if not self.is_connected:
            return "disconnected"
        if self._identity is not None and self._identity.needs_confirmation:
            return "unconfirmed"
        is_sure = self._reconciler.is_settled and not self._reconciler.unread.symbols
        return "" if is_sure else "account"

    def on_connection(self, change: ConnectionChanged) -> None:
        was_connected, self.is_connected = self.is_connected, change.is_connected
        if was_connected == change.is_connected:
            return
        now = self._clock.now()
        if change.is_connected:
            self._outbox.note(now, Severity.INFO, Text("증권사 접속", "connected to the broker"))
            self._reconciler.reconnected()
            return
        self._outbox.note(now, Severity.ERROR, _DISCONNECTED.format(change.note))
        self._reconciler.disconnected()

    def on_identified(self, identity: BrokerIdentified) -> None:
        """Say once where orders go; entries wait while the account has to be confirmed."""
        before, self._identity = self._identity, identity
        self._identified(identity)
        self._outbox.publish(identity)
        if before != identity:
            self._outbox.note(self._clock.now(), Severity.INFO, _where(identity))


def _where(identity: BrokerIdentified) -> Text:
    server = _SERVERS.get(identity.server, Text.of(identity.server))
    ko, en = f"주문 계좌 {identity.account} ({server.ko})", f"orders go to {identity.account}"
    if identity.needs_confirmation:
        return Text(f"{ko}: 끝 네 자리 확인 대기", f"{en} ({server.en}): to be confirmed")
    return Text(ko, f"{en} ({server.en})")
