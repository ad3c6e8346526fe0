// The list of trades: sorted by any column, filtered, a page at a time.
{
  const box = document.getElementById('trade-list');
  const { trades } = data;
  const PAGE = 25;
  const gain = (at) => (trades.sell[at] / trades.buy[at] - 1) * 100;
  const reason = (at) => trades.reasons[trades.reason[at]][root.lang === 'ko' ? 0 : 1];
  const columns = [
    ['종목', 'Symbol', (at) => trades.symbols[trades.symbol[at]], String],
    ['매수 시각', 'Entry', (at) => trades.entry[at], stamp],
    ['매수가', 'Bought at', (at) => trades.buy[at], price],
    ['수량', 'Shares', (at) => trades.quantity[at], won],
    ['매도 시각', 'Exit', (at) => trades.exit[at], stamp],
    ['매도가', 'Sold at', (at) => trades.sell[at], price],
    ['등락', 'Change', gain, (value) => pct(value, true)],
    ['사유', 'Reason', reason, String],
    ['비용', 'Costs', (at) => trades.costs[at], won],
    ['순손익', 'Net P&L', (at) => trades.net[at], (value) => won(value, true)],
  ];
  const TEXTS = new Set([0, 1, 4, 7]);
  const TONED = new Set([6, 9]);

  const start = () => {
    let [shown, page, sorted, down, chosen] = [[], 0, 1, false, null];
    const tools = make('div', { class: 'tools' });
    const [symbols, reasons] = [make('select'), make('select')];
    const [back, next] = ['‹', '›'].map((sign) => make('button', { type: 'button' }, sign));
    const told = make('span', { class: 'push', 'aria-live': 'polite' });
    tools.append(symbols, reasons, told, back, next);
    const scroll = make('div', { class: 'scroll' });
    const table = make('table');
    scroll.append(table);
    box.append(tools, scroll);

    const options = (select, all, names) => {
      const value = select.value;
      select.replaceChildren(make('option', { value: '' }, all),
        ...names.map((name, at) => make('option', { value: at }, name)));
      select.value = value;
    };
    const choose = () => {
      shown = trades.net.map((_, at) => at).filter((at) =>
        (!symbols.value || trades.symbol[at] === Number(symbols.value)) &&
        (!reasons.value || trades.reason[at] === Number(reasons.value)));
      const key = columns[sorted][2];
      const keys = new Map(shown.map((at) => [at, key(at)]));
      shown.sort((one, other) => {
        const [a, b] = [keys.get(one), keys.get(other)];
        return ((a > b ? 1 : a < b ? -1 : 0) || one - other) * (down ? -1 : 1);
      });
      page = 0;
      rows();
    };
    const go = (at) => {
      chosen = at;
      rows();
      if (prices && prices.show(at))
        document.getElementById('chart').scrollIntoView();
      else told.textContent = t('이 거래의 봉은 이 페이지에 없습니다.',
        'The bars of this trade are not in this page.');
    };
    const row = (at) => {
      const made = make('tr', at === chosen ? { class: 'chosen' } : {});
      columns.forEach(([, , key, tell], column) => {
        const value = key(at);
        const kind = [TEXTS.has(column) ? '' : 'n', TONED.has(column) ? tone(value) : ''];
        const cell = make('td', { class: kind.join(' ').trim() }, column ? tell(value) : '');
        if (!column) cell.append(make('button', { type: 'button', class: 'linked' }, tell(value)));
        made.append(cell);
      });
      made.addEventListener('click', () => go(at));
      return made;
    };
    const rows = () => {
      const pages = Math.max(1, Math.ceil(shown.length / PAGE));
      const first = page * PAGE;
      const part = shown.slice(first, first + PAGE);
      table.tBodies[0].replaceChildren(...part.map(row));
      const net = shown.reduce((sum, at) => sum + trades.net[at], 0);
      const range = part.length ? `${won(first + 1)}–${won(first + part.length)}` : '0';
      told.textContent = t(`${won(shown.length)}건 중 ${range} · 순손익 ${won(net, true)}`,
        `${range} of ${won(shown.length)} · net ${won(net, true)}`);
      back.disabled = page === 0;
      next.disabled = page >= pages - 1;
    };
    const heads = () => {
      const line = make('tr');
      columns.forEach(([ko, en], column) => {
        const head = make('th', { scope: 'col' }, t(ko, en));
        if (!TEXTS.has(column)) head.classList.add('n');
        sortable(head, (isDown) => { [sorted, down] = [column, isDown]; choose(); });
        if (column === sorted) head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        line.append(head);
      });
      table.tHead.replaceChildren(line);
    };
    const turn = (way) => { page += way; rows(); };

    table.append(make('caption'), make('thead'), make('tbody'));
    const label = () => {
      table.caption.textContent = t('거래 목록', 'List of trades');
      symbols.setAttribute('aria-label', t('종목으로 거르기', 'Filter by symbol'));
      reasons.setAttribute('aria-label', t('사유로 거르기', 'Filter by reason'));
      back.setAttribute('aria-label', t('이전 쪽', 'Previous page'));
      next.setAttribute('aria-label', t('다음 쪽', 'Next page'));
      options(symbols, t('모든 종목', 'All symbols'), trades.symbols);
      options(reasons, t('모든 사유', 'All reasons'),
        trades.reasons.map((both) => both[root.lang === 'ko' ? 0 : 1]));
      heads();
      rows();
    };
    symbols.addEventListener('change', choose);
    reasons.addEventListener('change', choose);
    back.addEventListener('click', () => turn(-1));
    next.addEventListener('click', () => turn(1));
    label();
    choose();
    onLook(label);
  };
  if (box) start();
}
