// A metric over two settings of a sweep, the others held at one value or at their best.
const heat = data.heat;
const chosen = { metric: heat.rank, down: 0, across: heat.axes.length > 1 ? 1 : -1, held: {} };

const pick = (options, value, change) => {
  const made = make('select');
  for (const [key, text] of options) made.append(make('option', { value: key }, text));
  made.value = value;
  made.addEventListener('change', () => { change(made.value); drawHeat(); });
  return made;
};
const named = (text, field) => {
  const made = make('label', {}, text + ' ');
  made.append(field);
  return made;
};
const axisPick = (text, name, other) => named(text, pick(
  heat.axes.map((axis, at) => [at, axis.key]), chosen[name], (value) => {
    if (Number(value) === chosen[other]) chosen[other] = chosen[name];
    chosen[name] = Number(value);
    chosen.held = {};
  }));
const metricPick = () => named(t('지표', 'Metric'), pick(
  heat.metrics.map((metric, at) => [at, t(metric.ko, metric.en)]), chosen.metric,
  (value) => { chosen.metric = Number(value); }));
const heldPick = (axis, at) => named(axis.key, pick(
  [['', t('가장 좋은 값', 'best of all')], ...axis.values.map((value, n) => [n, String(value)])],
  chosen.held[at] ?? '', (value) => { chosen.held[at] = value; }));

const heatTools = () => {
  const tools = make('div', { class: 'tools' });
  tools.style.marginBottom = '10px';
  tools.append(metricPick());
  if (chosen.across >= 0) tools.append(
    axisPick(t('세로', 'Down'), 'down', 'across'), axisPick(t('가로', 'Across'), 'across', 'down'));
  heat.axes.forEach((axis, at) => {
    if (at !== chosen.down && at !== chosen.across) tools.append(heldPick(axis, at));
  });
  return tools;
};

/** The best value of the sets at one place of the map. */
const heatValues = () => {
  const sign = heat.metrics[chosen.metric].lower ? -1 : 1;
  const found = new Map();
  for (const [place, values] of heat.sets) {
    if (Object.entries(chosen.held).some(([at, n]) => n !== '' && place[at] !== Number(n))) continue;
    const key = place[chosen.down] + ',' + (chosen.across < 0 ? 0 : place[chosen.across]);
    const [now, known] = [values[chosen.metric], found.get(key)];
    if (now !== null && (known === undefined || sign * now > sign * known)) found.set(key, now);
  }
  return found;
};

/** Red above, blue below: 0 where profits can be lost, 1 for ratios of them, else the middle. */
const heatCell = (value, from, most) => {
  if (value === undefined) return make('td', { class: 'n muted' }, '–');
  const metric = heat.metrics[chosen.metric];
  const above = (value - from) * (metric.lower ? -1 : 1);
  const made = make('td', { class: 'n depth ' + tone(above) });
  const text = make('span', {}, (metric.signed && value > 0 ? '+' : '') + apart(value, metric.digits));
  text.style.color = 'var(--text)';
  text.style.position = 'relative';
  made.append(text);
  made.style.setProperty('--share', most ? Math.abs(value - from) / most * 2.5 : 0);
  return made;
};

const drawHeat = () => {
  const values = heatValues();
  const [down, across] = [heat.axes[chosen.down], heat.axes[chosen.across]];
  const every = [...values.values()];
  const middle = (Math.min(...every) + Math.max(...every)) / 2;
  const from = heat.metrics[chosen.metric].from ?? middle;
  const most = Math.max(...every.map((value) => Math.abs(value - from)));
  const table = make('table');
  const head = table.createTHead().insertRow();
  head.append(make('th', { scope: 'col' }, down.key + ' ↓' + (across ? ' ' + across.key + ' →' : '')));
  for (const value of across ? across.values : [''])
    head.append(make('th', { scope: 'col', class: 'n' }, String(value)));
  const body = table.createTBody();
  down.values.forEach((value, row) => {
    const line = body.insertRow();
    line.append(make('th', { scope: 'row' }, String(value)));
    for (let column = 0; column < (across ? across.values.length : 1); column++)
      line.append(heatCell(values.get(row + ',' + column), from, most));
  });
  const scroll = make('div', { class: 'scroll' });
  scroll.append(table);
  document.getElementById('heat-map').replaceChildren(heatTools(), scroll);
};
onLook(drawHeat);
drawHeat();
