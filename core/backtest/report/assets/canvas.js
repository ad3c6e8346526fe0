// A chart over rows 0 to size - 1: hover and arrow keys read out, dragging zooms, Escape goes back.
class Chart {
  /** `paint(chart)` draws rows [from, to]; `read(row)` tells one row; `snap(row)` finds one. */
  constructor(id, { paint, read, snap }) {
    this.box = document.getElementById(id);
    this.canvas = this.box.querySelector('canvas');
    this.tools = this.box.querySelector('.tools');
    this.output = this.box.querySelector('.read');
    Object.assign(this, { paint, read, snap, size: 0, from: 0, to: 0, at: null, drag: null });
    this.right = 78;
    this.listen();
    onLook(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** Shows `size` rows, all of them. */
  show(size) {
    Object.assign(this, { size, from: 0, to: size - 1, at: null });
    this.draw();
  }

  zoom(from, to) {
    const least = Math.min(8, this.size - 1);
    if (to - from < least) return;
    this.from = Math.max(0, from);
    this.to = Math.min(this.size - 1, to);
    this.draw();
  }

  /** Leaves room at the right for a number as wide as `text`. */
  makeRoom(text) {
    this.right = Math.max(78, Math.ceil(this.pen.measureText(text).width) + 16);
  }

  x(row) {
    return (row - this.from + .5) / (this.to - this.from + 1) * (this.width - this.right);
  }

  row(x) {
    const row = x / (this.width - this.right) * (this.to - this.from + 1) + this.from - .5;
    return Math.min(this.to, Math.max(this.from, Math.round(row)));
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !this.size) return;
    const scale = devicePixelRatio || 1;
    Object.assign(this.canvas, { width: width * scale, height: height * scale });
    const pen = this.canvas.getContext('2d');
    pen.scale(scale, scale);
    pen.font = '12px ' + getComputedStyle(document.body).fontFamily;
    Object.assign(this, { pen, width, height });
    this.paint(this);
    if (this.drag) this.shade();
    else if (this.at !== null) this.cross();
    this.output.textContent = this.at === null ? '' : this.read(this.at);
  }

  cross() {
    const x = Math.round(this.x(this.at)) + .5;
    this.line(color('cross'), [[x, 0], [x, this.height - 22]], [3, 3]);
  }

  shade() {
    this.pen.fillStyle = color('cross');
    this.pen.globalAlpha = .22;
    this.pen.fillRect(this.drag.x, 0, this.drag.end - this.drag.x, this.height - 22);
    this.pen.globalAlpha = 1;
  }

  line(stroke, points, dash = [], width = 1) {
    const { pen } = this;
    pen.beginPath();
    points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    Object.assign(pen, { strokeStyle: stroke, lineWidth: width, lineJoin: 'round' });
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }

  text(words, x, y, align = 'left', fill = 'muted') {
    Object.assign(this.pen, { textAlign: align, textBaseline: 'middle', fillStyle: color(fill) });
    this.pen.fillText(words, x, y);
  }

  /** Draws lines across a pane; `told(value, digits)` names them; returns where a value lies. */
  scale(low, high, top, bottom, told, count = 5) {
    const y = (value) => bottom - (value - low) / (high - low || 1) * (bottom - top);
    const step = nice((high - low) / count);
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at += 1) {
      const height = Math.round(y(at * step)) + .5;
      this.line(color('grid'), [[0, height], [this.width - this.right, height]]);
      this.text(told(at * step, digits), this.width - this.right + 8, height);
    }
    return y;
  }

  /** Tells times under the chart, where there is room. */
  times(told) {
    const room = this.width - this.right;
    const count = Math.max(1, Math.floor(room / 120));
    let last = '';
    for (let at = 0; at < count; at += 1) {
      const x = (at + .5) / count * room;
      const words = told(this.row(x));
      if (words !== last) this.text(words, x, this.height - 9, 'center');
      last = words;
    }
  }

  listen() {
    const { canvas } = this;
    const place = (event) => event.clientX - canvas.getBoundingClientRect().left;
    canvas.addEventListener('pointermove', (event) => {
      this.at = this.snap(this.row(place(event)));
      if (this.drag) this.drag.end = place(event);
      this.draw();
    });
    canvas.addEventListener('pointerdown', (event) => {
      if (event.pointerType !== 'mouse') return;
      this.drag = { x: place(event), end: place(event) };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointerup', () => {
      const { drag } = this;
      this.drag = null;
      if (drag && Math.abs(drag.end - drag.x) > 6)
        this.zoom(...[drag.x, drag.end].sort((a, b) => a - b).map((x) => this.row(x)));
      else this.draw();
    });
    canvas.addEventListener('pointerleave', () => {
      if (!this.drag) { this.at = null; this.draw(); }
    });
    canvas.addEventListener('dblclick', () => this.zoom(0, this.size - 1));
    canvas.addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    const step = Math.max(1, Math.round((this.to - this.from) / 100));
    const middle = this.at ?? Math.round((this.from + this.to) / 2);
    const half = (this.to - this.from) / 4;
    const move = { ArrowLeft: -step, ArrowRight: step }[event.key];
    if (move) this.at = this.snap(Math.min(this.to, Math.max(this.from, middle + move)));
    else if (event.key === '+') this.zoom(Math.round(middle - half), Math.round(middle + half));
    else if (event.key === 'Escape') this.zoom(0, this.size - 1);
    else return;
    event.preventDefault();
    this.draw();
  }
}

/** The next of 1, 2, 5, 10, 20, ... */
const nice = (step) => {
  if (!(step > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].find((one) => one * power >= step * .999) * power;
};
/** The place of the last number in an ascending list that is not above `value`. */
const lastUpTo = (list, value) => {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (list[middle] <= value) low = middle; else high = middle - 1;
  }
  return low;
};
