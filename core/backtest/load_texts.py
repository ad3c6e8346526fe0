"""Tells a person what was found in the files of bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from config.text import Text
from core.backtest.counted import counted
from core.backtest.load_report import Jump, LoadReport

_MOST_LISTED = 5


def lines(report: LoadReport) -> Iterator[Text]:
    """Yield one line on the file and one on each thing that is odd about it."""
    yield _head(report)
    for told in (*_left_out(report), *_repaired(report), *_doubts(report)):
        yield Text(f"  {told.ko}", f"  {told.en}")


def total(reports: Sequence[LoadReport], wall_s: float) -> Text:
    rows, bars = sum(r.rows for r in reports), sum(r.bars for r in reports)
    return Text(
        f"{len(reports):,}종목, {rows:,}행에서 봉 {bars:,}개를 {wall_s:.1f}초에 읽었습니다",
        f"{counted(len(reports), 'symbol')}: {counted(bars, 'bar')} of {counted(rows, 'row')} read "
        f"in {wall_s:.1f} s",
    )


def has_doubts(report: LoadReport) -> bool:
    """Return whether somebody should look at this file before believing the result."""
    return not report.bars or bool(report.skipped) or any(_doubts(report))


def _head(report: LoadReport) -> Text:
    name = f"{report.symbol} ({report.path.name})"
    if report.first is None or report.last is None:
        return Text(f"{name}: 쓸 수 있는 봉이 없습니다", f"{name}: no bar that can be used")
    span = f"{report.first:%Y-%m-%d %H:%M} ~ {report.last:%Y-%m-%d %H:%M}"
    return Text(
        f"{name}: {span}, {report.days:,}거래일, 봉 {report.bars:,}개 ({report.rows:,}행)",
        f"{name}: {span.replace('~', 'to')}, {counted(report.days, 'day')}, "
        f"{counted(report.bars, 'bar')} of {counted(report.rows, 'row')}",
    )


def _left_out(report: LoadReport) -> Iterator[Text]:
    if report.off_session:
        yield Text(
            f"정규장이 아닌 봉 {report.off_session:,}개를 뺐습니다",
            f"{counted(report.off_session, 'bar')} outside the regular session left out",
        )
    if report.outside_dates:
        yield Text(
            f"고른 기간 밖의 봉 {report.outside_dates:,}개를 뺐습니다",
            f"{counted(report.outside_dates, 'bar')} outside the chosen days left out",
        )
    if report.skipped:
        yield Text(
            f"잘못된 행 {len(report.skipped):,}개를 건너뛰었습니다",
            f"{counted(len(report.skipped), 'bad row')} skipped",
        )
        for reason in report.skipped[:_MOST_LISTED]:
            yield Text(f"  {reason.ko}", f"  {reason.en}")
        if more := len(report.skipped[_MOST_LISTED:]):
            yield Text(f"  외 {more:,}행", f"  and {more:,} more")


def _repaired(report: LoadReport) -> Iterator[Text]:
    if report.out_of_order:
        yield Text(
            f"순서가 어긋난 행 {report.out_of_order:,}개를 시간순으로 정렬했습니다",
            f"out of order and sorted: {counted(report.out_of_order, 'row')}",
        )
    if report.duplicates:
        yield Text(
            f"똑같은 행 {report.duplicates:,}개를 하나씩만 남겼습니다",
            f"{counted(report.duplicates, 'exact duplicate')} dropped",
        )
    if report.zero_volume:
        yield Text(
            f"거래량이 0인 봉 {report.zero_volume:,}개",
            f"{counted(report.zero_volume, 'bar')} with volume 0",
        )
    if report.missing_days:
        ko, en = _listed(report.missing_days)
        count = len(report.missing_days)
        yield Text(f"빠진 거래일 {count:,}일: {ko}", f"{counted(count, 'day')} missing: {en}")
    if report.longest_gap and report.step_s <= 60:
        gap = report.longest_gap
        yield Text(
            f"장중에 봉이 없는 시간 모두 {report.gap_minutes:,}분, 가장 긴 것은 "
            f"{gap.start:%Y-%m-%d %H:%M}부터 {gap.minutes:,}분",
            f"{counted(report.gap_minutes, 'minute')} of sessions without a bar, the longest "
            f"{gap.minutes:,} min from {gap.start:%Y-%m-%d %H:%M}",
        )


def _doubts(report: LoadReport) -> Iterator[Text]:
    for jump in report.jumps[:_MOST_LISTED]:
        yield _jump(jump)
    if more := len(report.jumps[_MOST_LISTED:]):
        yield Text(f"주의: 같은 급변이 {more:,}번 더", f"beware: {counted(more, 'more such jump')}")
    if report.step_s > 60:
        yield Text(
            f"주의: 봉 간격이 {_minutes(report.step_s)}분입니다. 1분봉 파일이 맞습니까?",
            f"beware: bars come every {_minutes(report.step_s)} min; are they 1-minute bars?",
        )
    if report.step_s and report.step_s % 60:
        yield Text(
            "주의: 분의 시작(00초)이 아닌 봉이 있습니다. 1분봉 파일이 맞습니까?",
            "beware: some bars don't start on a minute; are they 1-minute bars?",
        )
    if report.has_end_labels:
        yield Text(
            "주의: 봉의 시각이 시작이 아니라 끝인 것 같습니다(09:01부터 시작). 1분 늦은 시각으로 "
            "매매하게 되므로 시작 시각으로 고치세요",
            "beware: the bars seem to be stamped with their end, not their start; every trade "
            "would be a minute late. Correct the times",
        )
    if report.crosses_midnight:
        yield Text(
            "주의: 자정을 넘겨 거래됩니다. 날짜마다 전량 매도하므로 market.timezone을 거래소의 "
            "시간대로 바꾸세요",
            "beware: trading goes on over midnight, and positions are closed at each date's last "
            "bar; set market.timezone to the exchange's zone",
        )


def _jump(jump: Jump) -> Text:
    day, prices = jump.day, f"{_price(jump.close)} → {_price(jump.open)}"
    change = f"{(jump.ratio - 1) * 100:+.1f} %"
    ko = en = ""
    if jump.shares:
        old, new = jump.shares
        ko = f", {old}주를 {new}주로 나눈 것 같습니다" if new > old else ""
        ko = ko or f", {old}주를 {new}주로 합친 것 같습니다"
        en = f", looks like {counted(new, 'new share')} for {old}"
    return Text(
        f"주의: {day} 시가가 전날 종가에서 급변({prices}, {change}{ko}). 수정주가가 아니면 지표와 "
        "손절이 이를 실제 등락으로 봅니다",
        f"beware: {day} opens far from the last close ({prices}, {change}{en}); unless prices are "
        "adjusted, indicators and stops take it for a real move",
    )


def _listed(days: Sequence[date]) -> tuple[str, str]:
    shown = ", ".join(day.isoformat() for day in days[:_MOST_LISTED])
    more = len(days) - _MOST_LISTED
    return (f"{shown} 외 {more:,}일", f"{shown} and {more:,} more") if more > 0 else (shown, shown)


def _minutes(step_s: int) -> str:
    return f"{step_s / 60:.1f}".removesuffix(".0")


def _price(price: float) -> str:
    return f"{price:,.2f}".removesuffix(".00")
