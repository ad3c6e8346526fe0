// Equity above, drawdown below it.
{
  const { row: rows, time, equity, fall, start, rows: size, marks = [], daily } = data.curve;
  const nearest = (row) => lastUpTo(rows, row);

  const read = (row) => {
    const at = nearest(row);
    const change = (equity[at] / start - 1) * 100;
    return `${(daily ? day : stamp)(time[at])} · ${t('자산', 'equity')} ${won(equity[at])} ` +
      `(${pct(change, true)}) · ${t('낙폭', 'drawdown')} ${pct(-fall[at])}`;
  };

  const paint = (chart) => {
    const [from, to] = [nearest(chart.from), Math.min(rows.length - 1, nearest(chart.to) + 1)];
    const split = Math.round((chart.height - 22) * .7);
    const [values, falls] = [equity.slice(from, to + 1), fall.slice(from, to + 1)];
    const reach = (pick, list, first) => list.reduce((a, b) => pick(a, b), first);
    let [low, high] = [reach(Math.min, values, start), reach(Math.max, values, start)];
    chart.makeRoom(won(Math.round(high)));
    const xs = rows.slice(from, to + 1).map((row) => chart.x(row));
    if (low === high) [low, high] = [low - 1, high + 1];
    const y = chart.scale(low, high, 12, split - 8, (value) => won(Math.round(value)));
    const deepest = Math.max(reach(Math.max, falls, 0), .01);
    const under = chart.scale(-deepest, 0, split + 14, chart.height - 28,
      (value) => value.toFixed(deepest < 1 ? 2 : 1) + '%', 3);
    const { pen } = chart;
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, chart.width - chart.right, chart.height - 22);
    pen.clip();
    chart.line(color('cross'), [[0, y(start)], [chart.width - chart.right, y(start)]], [2, 4]);
    for (const row of marks.filter((one) => one > chart.from && one <= chart.to)) {
      const x = (chart.x(row - 1) + chart.x(row)) / 2;
      chart.line(color('cross'), [[x, 8], [x, split]], [2, 4]);
    }
    const last = equity[equity.length - 1];
    chart.line(color(last < start ? 'down' : 'up'), xs.map((x, at) => [x, y(values[at])]), [], 1.6);
    pen.beginPath();
    pen.moveTo(xs[0], under(0));
    xs.forEach((x, at) => pen.lineTo(x, under(-falls[at])));
    pen.lineTo(xs[xs.length - 1], under(0));
    pen.fillStyle = color('down-tint');
    pen.fill();
    chart.line(color('down'), xs.map((x, at) => [x, under(-falls[at])]));
    if (chart.at !== null) {
      const at = nearest(chart.at);
      pen.beginPath();
      pen.arc(chart.x(rows[at]), y(equity[at]), 3.5, 0, 7);
      pen.fillStyle = color('text');
      pen.fill();
    }
    pen.restore();
    const span = time[to] - time[from];
    chart.times((row) => {
      const moment = time[nearest(row)];
      return daily || span > 6 * 86400 ? day(moment) : stamp(moment).slice(5);
    });
  };

  if (size) {
    const chart = new Chart('equity', { paint, read, snap: (row) => rows[nearest(row)] });
    chart.show(size);
  } else {
    document.getElementById('equity').hidden = true;
  }
}
