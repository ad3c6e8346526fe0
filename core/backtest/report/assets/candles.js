// The price around the trades: one day at a time, entries and exits marked.
const prices = (() => {
  if (!document.getElementById('price')) return null;
  const { trades, candles } = data;
  let [place, bars, chosen] = [0, [], null];

  /** Turns five small numbers a bar into time, open, high, low and close. */
  const decoded = ({ start, step, unit, close, bars: packed }) => {
    const made = [];
    for (let at = 0; at < packed.length; at += 5) {
      const [gap, jump, body, above, below] = packed.slice(at, at + 5);
      start += gap * step;
      const open = close + jump;
      close = open + body;
      made.push({
        time: start, open: open * unit, close: close * unit,
        high: (Math.max(open, close) + above) * unit,
        low: (Math.min(open, close) - below) * unit,
      });
    }
    return made;
  };

  const holds = (at, trade) => {
    if (candles[at].symbol !== trades.symbol[trade]) return false;
    const list = at === place ? bars : decoded(candles[at]);
    return list[0].time <= trades.entry[trade] &&
      list[list.length - 1].time >= trades.exit[trade];
  };
  const rowAt = (time) => lastUpTo(bars.map((bar) => bar.time), time);
  const inside = () => {
    const [first, last] = [bars[0].time, bars[bars.length - 1].time];
    return trades.entry.map((_, at) => at).filter((at) =>
      trades.symbol[at] === candles[place].symbol && trades.entry[at] >= first &&
      trades.exit[at] <= last);
  };

  const read = (row) => {
    const { time, open, high, low, close } = bars[row];
    const told = [['시', 'O', open], ['고', 'H', high], ['저', 'L', low], ['종', 'C', close]]
      .map(([ko, en, value]) => `${t(ko, en)} ${price(value)}`).join('  ');
    return `${stamp(time)} · ${told}`;
  };

  const mark = (chart, x, y, isEntry) => {
    const [{ pen }, way] = [chart, isEntry ? 1 : -1];
    pen.beginPath();
    pen.moveTo(x, y + 4 * way);
    pen.lineTo(x - 5, y + 13 * way);
    pen.lineTo(x + 5, y + 13 * way);
    pen.closePath();
    pen.fillStyle = color(isEntry ? 'up' : 'down');
    pen.fill();
  };

  const candle = (chart, row, y, wide) => {
    const [{ open, high, low, close }, x] = [bars[row], chart.x(row)];
    const paint = color(close > open ? 'up' : close < open ? 'down' : 'muted');
    const left = Math.round(x - wide / 2);
    chart.line(paint, [[left + wide / 2, y(high)], [left + wide / 2, y(low)]]);
    const [top, end] = [y(Math.max(open, close)), y(Math.min(open, close))];
    chart.pen.fillStyle = paint;
    chart.pen.fillRect(left, top, wide, Math.max(1, end - top));
  };

  const paint = (chart) => {
    const shown = bars.slice(chart.from, chart.to + 1);
    let low = Math.min(...shown.map((bar) => bar.low));
    let high = Math.max(...shown.map((bar) => bar.high));
    if (low === high) [low, high] = [low * .999, high * 1.001];
    const y = chart.scale(low, high, 24, chart.height - 44, apart);
    const wide = Math.round(Math.max(1, Math.min(13, (chart.x(1) - chart.x(0)) * .66)));
    for (let row = chart.from; row <= chart.to; row += 1) candle(chart, row, y, wide);
    for (const trade of inside()) {
      const [entry, exit] = [rowAt(trades.entry[trade]), rowAt(trades.exit[trade])];
      if (exit < chart.from || entry > chart.to) continue;
      if (trade === chosen) {
        const ends = [[chart.x(entry), y(trades.buy[trade])], [chart.x(exit), y(trades.sell[trade])]];
        chart.line(color('accent'), ends, [4, 3], 2);
      }
      mark(chart, chart.x(entry), y(bars[entry].low), true);
      mark(chart, chart.x(exit), y(bars[exit].high), false);
    }
    chart.times((row) => clock(bars[row].time));
  };

  const chart = new Chart('price', { paint, read, snap: (row) => row });
  const symbols = make('select');
  const days = make('select');
  const [back, next] = [make('button', { type: 'button' }, '‹'), make('button', { type: 'button' }, '›')];
  const told = make('span', { class: 'push' });
  chart.tools.append(symbols, days, back, next, told);

  const span = (one) => {
    const list = decoded(one);
    const [first, last] = [list[0].time, list[list.length - 1].time];
    return `${day(first)} ${clock(first)}–${clock(last)}`;
  };
  const label = () => {
    symbols.setAttribute('aria-label', t('종목', 'Symbol'));
    days.setAttribute('aria-label', t('날짜', 'Day'));
    back.setAttribute('aria-label', t('이전 날', 'Day before'));
    next.setAttribute('aria-label', t('다음 날', 'Next day'));
    const count = bars.length ? inside().length : 0;
    told.textContent = t(`거래 ${count}건`, `${count} ${count === 1 ? 'trade' : 'trades'}`);
  };
  const fill = (symbol) => {
    days.replaceChildren(...candles.flatMap((one, at) =>
      one.symbol === symbol ? [make('option', { value: at }, span(one))] : []));
  };
  const open = (at) => {
    const symbol = candles[at].symbol;
    if (days.dataset.symbol !== String(symbol)) fill(symbol);
    days.dataset.symbol = symbol;
    [symbols.value, days.value, place, bars] = [symbol, at, at, decoded(candles[at])];
    const list = [...days.options].map((option) => Number(option.value));
    back.disabled = list[0] === at;
    next.disabled = list[list.length - 1] === at;
    label();
    chart.show(bars.length);
  };
  const step = (way) => { days.selectedIndex += way; chosen = null; open(Number(days.value)); };

  if (!candles.length) { document.getElementById('chart').hidden = true; return null; }
  for (const symbol of new Set(candles.map((one) => one.symbol)))
    symbols.append(make('option', { value: symbol }, trades.symbols[symbol]));
  symbols.addEventListener('change', () => {
    chosen = null;
    open(candles.findIndex((one) => one.symbol === Number(symbols.value)));
  });
  days.addEventListener('change', () => { chosen = null; open(Number(days.value)); });
  back.addEventListener('click', () => step(-1));
  next.addEventListener('click', () => step(1));
  onLook(label);
  open(0);

  return {
    /** Shows the bars of a trade; returns whether the page has them. */
    show(trade) {
      const at = candles.findIndex((_, one) => holds(one, trade));
      if (at < 0) return false;
      chosen = trade;
      open(at);
      const [entry, exit] = [rowAt(trades.entry[trade]), rowAt(trades.exit[trade])];
      const around = Math.max(30, exit - entry);
      chart.zoom(Math.max(0, entry - around), Math.min(bars.length - 1, exit + around));
      return true;
    },
  };
})();
