// What every page has: its data, both languages, light and dark, tables that can be sorted.
const root = document.documentElement;
const data = JSON.parse(document.getElementById('page-data').textContent);
const watchers = [];
/** Calls `draw` whenever language, theme or paper change. */
const onLook = (draw) => watchers.push(draw);
const looked = () => watchers.forEach((draw) => draw());
const t = (ko, en) => (root.lang === 'ko' ? ko : en);

const two = (number) => String(number).padStart(2, '0');
const apart = (value, digits) => value.toLocaleString('en-US',
  { minimumFractionDigits: digits, maximumFractionDigits: digits });
/** An amount; parts of a won only below 1,000. */
const won = (value, signed) => (signed && value > 0 ? '+' : '') +
  apart(value, Number.isInteger(value) || Math.abs(value) >= 1e3 ? 0 : 2);
const price = (value) => apart(value, Number.isInteger(value) ? 0 : 2);
const pct = (value, signed) => (signed && value > 0 ? '+' : '') + value.toFixed(2) + '%';
/** Times come as the market's wall clock, so that the reader's zone doesn't matter. */
const day = (time) => new Date(time * 1000).toISOString().slice(0, 10);
const clock = (time) => new Date(time * 1000).toISOString().slice(11, 16);
const stamp = (time) => day(time) + ' ' + clock(time);
const color = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();
const tone = (value) => (value > 0 ? 'up' : value < 0 ? 'down' : '');

/** Makes an element: make('button', {type: 'button'}, 'text'). */
const make = (name, attributes = {}, text = '') => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

const label = () => {
  for (const one of document.querySelectorAll('[data-label]'))
    one.setAttribute(one.dataset.label, root.lang === 'ko' ? one.dataset.ko : one.dataset.en);
  document.title = root.lang === 'ko' ? root.dataset.titleKo : root.dataset.titleEn;
};
onLook(label);
label();

const isDark = () => root.dataset.theme
  ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
document.getElementById('language').addEventListener('click', () => {
  root.lang = root.lang === 'ko' ? 'en' : 'ko';
  looked();
});
document.getElementById('theme').addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  looked();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', looked);
addEventListener('beforeprint', looked);
addEventListener('afterprint', looked);

/** Puts a button into a column's head; `sort` is told whether to sort downwards. */
const sortable = (head, sort) => {
  const button = make('button', { type: 'button' });
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'descending' ||
      (!head.hasAttribute('aria-sort') && !head.classList.contains('n'));
    for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'ascending' : 'descending');
    sort(!down);
  });
};
const keyOf = (row, column) => {
  const cell = row.children[column];
  const key = cell.dataset.v ?? cell.textContent;
  return key !== '' && Number.isFinite(Number(key)) ? Number(key) : key;
};
for (const table of document.querySelectorAll('table[data-sortable]'))
  [...table.tHead.rows[0].cells].forEach((head, column) => sortable(head, (down) => {
    const rows = [...table.tBodies[0].rows];
    rows.sort((one, other) => {
      const [a, b] = [keyOf(one, column), keyOf(other, column)];
      return (a > b ? 1 : a < b ? -1 : 0) * (down ? -1 : 1);
    });
    table.tBodies[0].append(...rows);
  }));
