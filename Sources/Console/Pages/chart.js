// A small course of numbers without axes: what it shows is said in figures beside it.

import { s } from './dom.js';

const WIDTH = 200;
const HEIGHT = 30;
const POINTS = 120;
const FEWEST = 20;

export function spark() {
  const area = s('path', { class: 'area' });
  const line = s('path', {});
  const element = s('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, area, line);
  return { element, draw: (values) => draw(values.slice(-POINTS), line, area) };
}

function draw(values, line, area) {
  const top = Math.max(...values, 1e-9);
  // The newest stands at the right edge; what is not known yet stays empty.
  const shown = Math.max(values.length, FEWEST);
  const points = values.map((value, index) => {
    const x = WIDTH - (values.length - 1 - index) * (WIDTH / (shown - 1));
    return `${x.toFixed(1)},${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`;
  });
  const way = points.length > 1 ? `M${points.join('L')}` : '';
  line.setAttribute('d', way);
  area.setAttribute('d', way && `${way}V${HEIGHT}H${points[0].split(',')[0]}Z`);
}
