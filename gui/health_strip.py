"""The strip on top: what is traded on, whether all is well, and START, STOP, FLATTEN."""

from __future__ import annotations

from datetime import datetime

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QLabel, QPushButton, QSizePolicy

from config.text import Text
from core.domain.messages import PredictorReported
from core.domain.risk import TradingState
from core.domain.session import Phase
from core.predict.options import AiOptions
from core.risk.checks.fresh_data import FreshDataOptions
from core.risk.daily_limits import DailyLimitOptions
from gui import format as fmt
from gui import icons, theme
from gui.hold_button import HoldButton
from gui.limit_bar import LimitBar
from gui.roles import set_role
from gui.server_kind import badge_of
from gui.strip_fields import BUDGET, BudgetField, ConnectionField, InterruptionField
from gui.strip_row import StripRow
from gui.vitals import VitalsField
from gui.watchdog import Watchdog
from gui.wording import NOTICE, PHASE, SERVER, STATE, STATE_TONE
from gui.workspace import Workspace

REFRESH_MS = 200
START, STOP = Text("시작", "Start"), Text("중지", "Stop")
START_TIP = Text("자동매매를 시작합니다 (Ctrl+Return)", "Start trading (Ctrl+Return)")
STOP_TIP = Text("신규 진입을 멈춥니다 (Ctrl+.)", "Stop buying (Ctrl+.)")
FLATTEN = Text("긴급 전량청산", "FLATTEN ALL")
FLATTEN_TIP = Text(
    "1초 동안 누르고 있으면 모든 주문을 취소하고 모두 팝니다 (Ctrl+Shift+X 두 번)",
    "Hold for 1 second: cancels every order and sells everything (Ctrl+Shift+X twice)",
)
LEFT = Text("{} {} 남음", "{} {} left")
QUOTE = Text("시세 {}", "Quote {}")
NO_QUOTE = Text("시세 -", "Quote -")
AI_OFF = Text("AI ○ 휴식", "AI ○ paused")
AI_FAILED = Text("AI ● 오류", "AI ● error")
AI_IDLE = Text("AI ○ -", "AI ○ -")
ACCOUNT_TIP = Text("계좌번호 {}", "Account {}")
CONFIRM = Text("계좌 확인", "Confirm account")
CONFIRM_TIP = Text(
    "실계좌입니다. 계좌번호 끝 4자리를 확인해야 매수할 수 있습니다",
    "Real money: nothing is bought until the last four digits of the account are confirmed",
)
NOTICED = Text.of("{}  {}")
CLOCK_TIP = Text("거래소 시각", "Exchange time")
LIMIT_TIP = Text(
    "당일 손익 {}원 ({})\n손실 한도 {}, 목표 {}", "Day P&L {} won ({})\nLoss limit {}, target {}"
)
OFF = Text("없음", "off")
DATA_ENDED, ENDED = Text("자료 끝", "End of data"), Text("종료", "Ended")

_CAN_START = (TradingState.STOPPED, TradingState.HALTED)
_CAN_STOP = (TradingState.RUNNING, TradingState.EXITS_ONLY)


class HealthStrip(StripRow):
    """Everything a trader must see without looking for it.

    Signals:
        start_wanted, stop_wanted: a button was pressed.
        flatten_wanted: the emergency button was held to the end.
        confirmation_wanted: the trader wants to confirm the account now.
    """

    start_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    flatten_wanted = pyqtSignal()
    confirmation_wanted = pyqtSignal()

    def __init__(self, workspace: Workspace, watchdog: Watchdog) -> None:
        super().__init__()
        self.setObjectName("healthStrip")
        self._space, self._tr, self._watchdog = workspace, workspace.translator, watchdog
        self._prediction: PredictorReported | None = None
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        bridge = workspace.bridge
        bridge.predictors_reported.connect(self._take_prediction)
        for signal in (
            bridge.states_changed,
            bridge.data_ended,
            bridge.brokers_identified,
            bridge.interrupted,
            bridge.resumed,
        ):
            signal.connect(self.refresh)
        watchdog.changed.connect(self.refresh)
        workspace.settings_changed.connect(self._show_settings)
        self._tr.changed.connect(self._show_settings)
        timer = QTimer(self, interval=REFRESH_MS)
        timer.timeout.connect(self.refresh)
        timer.start()
        self._show_settings()

    def refresh(self, *changed: object) -> None:
        """Show everything anew."""
        now = self._space.latest.ended or self._space.context.clock.now()
        self._clock.setText(fmt.clock(now))
        self._show_account()
        for field in (self._connection, self._vitals, self._budget, self._interruption):
            field.refresh(now)
        self._show_phase(now)
        self._show_quote_age(now)
        self._show_ai()
        self._show_state()
        self._show_result()
        self.make_room()

    def _take_prediction(self, events: list[PredictorReported]) -> None:
        self._prediction = events[-1]

    def _show_settings(self, *changed: object) -> None:
        limits = self._space.settings[DailyLimitOptions]
        self._limits.set_limits(limits.daily_max_loss_pct, limits.daily_target_pct)
        self._give_room()
        self.refresh()

    def _show_account(self) -> None:
        context, broker = self._space.context, self._space.latest.broker
        badge = badge_of(context.mode, broker)
        self._badge.setText(self._tr(badge.title))
        if self._badge.property("mode") != badge.look.value:
            self._badge.setProperty("mode", badge.look.value)
            theme.restyle(self._badge)
        account = context.account if broker is None else broker.account
        tip = self._tr(ACCOUNT_TIP.format(account))
        if broker is not None:
            tip += f"\n{self._tr(SERVER.get(broker.server, Text.of(broker.server)))}"
        self._account.setText(account)
        for label in (self._account, self._badge):
            label.setToolTip(tip)

    def _show_phase(self, now: datetime) -> None:
        self._phase_label.setText(self._tr(self._phase_text(now)))
        notice = self._space.latest.market.notice
        if notice is not None:
            text = NOTICED.format(fmt.clock(notice.time), NOTICE[notice.notice])
            left = "" if notice.remaining is None else f" {fmt.span(notice.remaining)}"
            self._phase_label.setToolTip(self._tr(text) + left)

    def _phase_text(self, now: datetime) -> Text:
        if self._space.latest.ended is not None:
            return DATA_ENDED
        event = self._space.latest.market.phase
        if event is None:
            return Text.of("")
        if event.until is None:
            return PHASE[event.phase]
        if now >= event.until:  # a day that is over ends without the engine's word
            return PHASE[self._space.context.phase_at(now)]
        return LEFT.format(PHASE[event.phase], fmt.span(event.until - now))

    def _show_quote_age(self, now: datetime) -> None:
        age_s = self._space.latest.quote_age_s(now)
        text = NO_QUOTE if age_s is None else QUOTE.format(fmt.age(age_s))
        self._quote.setText(self._tr(text))
        phase = self._space.latest.market.phase
        is_trading = phase is not None and phase.phase is Phase.CONTINUOUS
        limit_s = self._space.settings[FreshDataOptions].stale_after_s
        is_stale = is_trading and age_s is not None and age_s > limit_s
        set_role(self._quote, "warning" if is_stale else "muted")

    def _show_ai(self) -> None:
        report = self._prediction
        if report is None:
            text, role = AI_IDLE, "muted"
        elif report.error == "breaker_open":
            text, role = AI_OFF, "error"
        elif report.error:
            text, role = AI_FAILED, "warning"
        else:
            text, role = Text.of(f"AI ● {report.latency_ms:.0f}ms"), "ok"
        self._ai.setText(self._tr(text))
        self._ai.setToolTip(report.error if report else "")
        set_role(self._ai, role)

    def _show_state(self) -> None:
        latest = self._space.latest
        state, may_trade = latest.state, latest.ended is None
        is_over = not may_trade and state is not TradingState.FLATTENING
        self._state.setText(self._tr(ENDED if is_over else STATE[state]))
        set_role(self._state, "muted" if is_over else STATE_TONE[state])
        self.start_button.setEnabled(may_trade and state in _CAN_START)
        self.stop_button.setEnabled(may_trade and state in _CAN_STOP)

    def _show_result(self) -> None:
        pnl, account = self._space.latest.day_pnl(), self._space.latest.account
        if pnl is None or account is None:
            self._result.setText("-")
            set_role(self._result, "flat")
            return
        pct = pnl / account.day_start * 100 if account.day_start else 0.0
        won = "원" if self._tr.language == "ko" else ""
        self._result.setText(f"{fmt.signed_won(pnl)}{won}  {fmt.percent(pct)}")
        set_role(self._result, "up" if pnl > 0 else "down" if pnl < 0 else "flat")
        self._limits.set_result(pct)
        limits = self._space.settings[DailyLimitOptions]
        off = self._tr(OFF)
        loss = f"-{limits.daily_max_loss_pct}%" if limits.daily_max_loss_pct else off
        target = f"+{limits.daily_target_pct}%" if limits.daily_target_pct else off
        tip = self._tr(LIMIT_TIP).format(fmt.signed_won(pnl), fmt.percent(pct), loss, target)
        for widget in (self._result, self._limits):
            widget.setToolTip(tip)

    def _make_fields(self) -> None:
        self._badge = self._label("modeBadge", alignment=Qt.AlignCenter)
        self._account = self._label("accountLabel", "muted")
        self._connection = ConnectionField(self._space, self._watchdog)
        self._vitals = VitalsField(self._space, self._watchdog)
        self._budget = BudgetField(self._space)
        self._interruption = InterruptionField(self._space)
        self._phase_label = self._label("phaseLabel")
        self._clock = self._label("clockLabel", "title", Qt.AlignCenter)
        self._tr.bind(self._clock.setToolTip, CLOCK_TIP)
        self._quote = self._label("quoteAgeLabel", "muted")
        self._ai = self._label("aiLabel", "muted")
        self._state = self._label("stateLabel", "muted", Qt.AlignCenter)
        self._result = self._label("dayPnlLabel", "flat", Qt.AlignRight | Qt.AlignVCenter)
        self._limits = LimitBar(self)
        self._limits.setObjectName("dayLimitBar")

    def _make_buttons(self) -> None:
        self.start_button = QPushButton(self)
        self.stop_button = QPushButton(self)
        self.flatten_button = HoldButton(self)
        self.confirm_button = QPushButton(self)
        for button, name, text, tip in (
            (self.confirm_button, "confirmAccountButton", CONFIRM, CONFIRM_TIP),
            (self.start_button, "startButton", START, START_TIP),
            (self.stop_button, "stopButton", STOP, STOP_TIP),
            (self.flatten_button, "flattenButton", FLATTEN, FLATTEN_TIP),
        ):
            button.setObjectName(name)
            button.setSizePolicy(QSizePolicy.Minimum, QSizePolicy.Fixed)
            self._tr.bind(button.setText, text)
            self._tr.bind(button.setToolTip, tip)
            self._tr.bind(button.setAccessibleName, text)
        self.start_button.setIcon(icons.icon("start", "primary_text"))
        self.stop_button.setIcon(icons.icon("stop"))
        self.start_button.clicked.connect(self.start_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.flatten_button.held.connect(self.flatten_wanted)
        self.confirm_button.clicked.connect(self.confirmation_wanted)

    def _label(
        self, name: str, role: str = "", alignment: Qt.Alignment = Qt.AlignVCenter
    ) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.PlainText)
        label.setAlignment(alignment)
        if role:
            label.setProperty("role", role)
        return label

    def _lay_out(self) -> None:
        buttons = (self.start_button, self.stop_button, self.flatten_button)
        where = (self._badge, self._account, self.confirm_button, self._connection, self._vitals)
        market = (self._phase_label, self._interruption, self._clock, self._quote)
        self.fill(
            left=(*where, *market, self._budget, self._ai),
            right=(self._state, self._result, self._limits, *buttons),
            yielding=(
                self._limits,
                self._ai,
                self._quote,
                self._budget,
                self._account,
                self._vitals,
            ),
            wanted={
                self.confirm_button: self._needs_confirmation,
                self._interruption: lambda: self._interruption.is_wanted,
                self._budget: lambda: self._budget.is_wanted,
                self._vitals: lambda: self._vitals.is_wanted,
                self._ai: lambda: self._space.settings[AiOptions].enabled,
            },
        )

    def _needs_confirmation(self) -> bool:
        broker = self._space.latest.broker
        return broker is not None and broker.needs_confirmation

    def _give_room(self) -> None:
        """Give fields that change all the time the width of their longest usual text."""
        regular = self._tr(PHASE[Phase.CONTINUOUS])
        for label, sample in (
            (self._phase_label, self._tr(LEFT).format(regular, "00:00:00")),
            (self._clock, "00:00:00"),
            (self._quote, self._tr(QUOTE.format("00.0 s"))),
            (self._ai, "AI ● 000ms"),
            (self._budget, self._tr(BUDGET.format(5, 5, 5, 5))),
            (self._state, max((self._tr(text) for text in STATE.values()), key=len)),
            (self._result, "+000,000원  +00.00%"),
        ):
            label.ensurePolished()
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(sample) + 2)
