// The whole stack as a picture that moves: table, pipes, functions, queues, and what fails for good.

import { h, s, head, replace } from './dom.js';
import { count, short, rate, percent, milliseconds, seconds, plural } from './format.js';
import { standing, follow } from './standing.js';
import { plan } from './flow-plan.js';
import { spark } from './chart.js';
import { pipeTone, share } from './pipes.js';

const sum = (list) => list.reduce((total, value) => total + value, 0);
const topicsOf = (kind) => standing.names(kind).map((name) => standing.topics.get(`${kind}/${name}`));
const ratesOf = (kind, counter) => sum(standing.names(kind).map((name) => standing.rate(`${kind}/${name}`, counter)));

export function show(main) {
  const box = h('div', { class: 'card' });
  const figures = h('ul', { class: 'figures plain' });
  main.append(
    head('Flow', 'The way of every order, as it is now. Numbers on the lines are records a second; each box leads to its page.'),
    figures, box);
  const drawFigures = figuresIn(figures);
  let updates = [];
  let drawn = '';
  const draw = () => {
    const width = Math.floor(box.clientWidth - parseFloat(getComputedStyle(box).paddingLeft) * 2);
    // Drawn anew only for another stack or another width.
    const form = `${width} ${JSON.stringify(standing.stack)}`;
    if (form !== drawn && standing.stack.tables.length + standing.stack.pipes.length > 0) {
      drawn = form;
      const picture = drawPicture(plan(standing.stack, width));
      updates = picture.updates;
      replace(box, picture.element);
    }
    for (const update of updates) update();
    drawFigures();
  };
  const observer = new ResizeObserver(() => draw());
  observer.observe(box);
  const end = follow(draw, () => true, true);
  return () => { observer.disconnect(); end(); };
}

// The figures above the picture.

function figuresIn(list) {
  const figure = (name, read) => {
    const value = h('span', { class: 'value' });
    const chart = spark();
    const element = h('li', { class: 'figure' }, h('span', { class: 'term' }, name), value, chart.element);
    list.append(element);
    return () => {
      const { text, unit, tone, course } = read();
      value.replaceChildren(text, unit ? h('small', {}, ` ${unit}`) : '');
      element.dataset.tone = tone ?? '';
      chart.draw(course);
    };
  };
  const courses = (kind, read, isCounter) => added(standing.names(kind).map((name) => standing.course(`${kind}/${name}`, read, isCounter)));
  const sources = () => new Set(standing.stack.pipes.map((pipe) => pipe.table));
  const draws = [
    figure('Changes', () => ({
      text: rate(sum([...sources()].map((name) => standing.rate(`tables/${name}`, (table) => table.changes)))),
      unit: `of ${short(sum([...sources()].map((name) => standing.topics.get(`tables/${name}`)?.changes ?? 0)))}`,
      course: added([...sources()].map((name) => standing.course(`tables/${name}`, (table) => table.changes, true))),
    })),
    figure('Delivered to functions', () => ({
      text: rate(ratesOf('pipes', (each) => each.pipe.delivered)),
      unit: `of ${short(sum(topicsOf('pipes').map((each) => each.pipe.delivered)))}`,
      course: courses('pipes', (each) => each.pipe.delivered, true),
    })),
    figure('Slowest 1 % take', () => {
      const worst = Math.max(0, ...topicsOf('pipes').map((each) => each.pipe.latencyMilliseconds.p99));
      return { text: worst ? milliseconds(worst) : '–', unit: worst ? 'from write to function' : '', course: courses('pipes', (each) => each.pipe.latencyMilliseconds.p99, false) };
    }),
    figure('Behind', () => {
      const behind = sum(topicsOf('pipes').map((each) => each.pipe.behind));
      const lag = Math.max(0, ...topicsOf('pipes').flatMap((each) => each.shards.map((shard) => shard.lagSeconds)));
      return { text: short(behind), unit: lag >= 1 ? `records, ${seconds(lag)}` : 'records', tone: lag > 60 ? 'warn' : '', course: courses('pipes', (each) => each.pipe.behind, false) };
    }),
    figure('Dead letters', () => {
      const names = new Set(standing.stack.pipes.map((pipe) => pipe.deadLetterQueue));
      const waiting = sum([...names].map((name) => depth(standing.topics.get(`queues/${name}`))));
      return { text: short(waiting), unit: 'waiting', tone: waiting ? 'bad' : '', course: added([...names].map((name) => standing.course(`queues/${name}`, depth, false))) };
    }),
  ];
  return () => draws.forEach((each) => each());
}

/** Several courses as one; each ends now. */
function added(courses) {
  const length = Math.max(0, ...courses.map((course) => course.length));
  return Array.from({ length }, (_, index) => sum(courses.map((course) => course[course.length - length + index] ?? 0)));
}

const depth = (queue) => (queue ? queue.visible + queue.notVisible + queue.delayed : 0);

// The picture.

function drawPicture({ width, height, nodes, edges }) {
  const updates = [];
  const lines = s('g', { 'aria-hidden': 'true' }, edges.map((edge) => drawEdge(edge, updates)));
  const boxes = s('g', {}, nodes.map((node) => drawNode(node, updates)));
  const plates = s('g', { 'aria-hidden': 'true' }, edges.filter((edge) => edge.label).map((edge) => drawLabel(edge, updates)));
  const element = s('svg', { class: 'flow', viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': 'Diagram of the stack' }, lines, boxes, plates);
  return { element, updates };
}

function drawEdge(edge, updates) {
  const line = s('path', { class: 'edge', d: edge.d, 'stroke-width': 1.5 });
  const stream = s('path', { class: 'stream', d: edge.d, 'stroke-width': 3 });
  updates.push(() => {
    const value = edge.rate(standing);
    line.setAttribute('stroke-width', (1.5 + Math.log10(1 + value) * 1.8).toFixed(2));
    stream.setAttribute('stroke-width', (2.5 + Math.log10(1 + value) * 1.2).toFixed(2));
    stream.classList.toggle('on', value > 0.05);
  });
  return s('g', { class: edge.isFailing ? 'failing' : '' }, line, stream);
}

function drawLabel(edge, updates) {
  const plate = s('rect', { class: 'plate', height: 20, rx: 6, y: edge.label.y - 10 });
  const text = s('text', { class: 'rate', x: edge.label.x, y: edge.label.y + 4.5, 'text-anchor': 'middle' });
  const group = s('g', {}, plate, text);
  updates.push(() => {
    const value = edge.rate(standing);
    group.setAttribute('visibility', value > 0.05 || !edge.isFailing ? 'visible' : 'hidden');
    text.textContent = rate(value);
    const room = text.textContent.length * 7.4 + 12;
    plate.setAttribute('width', room);
    plate.setAttribute('x', edge.label.x - room / 2);
  });
  return group;
}

function drawNode(node, updates) {
  const { x, y, width, height } = node;
  // A long name is written smaller, and cut where that is not enough. A bold letter of 14 pixels takes some 9.
  const size = Math.max(11, Math.min(14, 14 * (width - 28) / (node.name.length * 9.1)));
  const room = Math.floor((width - 28) / (size * 0.65));
  const title = node.name.length > room ? `${node.name.slice(0, room - 1)}…` : node.name;
  const text = (className, dy) => s('text', { class: className, x: x + 14, y: y + dy });
  const kind = text('kind', 19);
  kind.textContent = node.kind.toUpperCase();
  const name = text('name', 38);
  name.textContent = title;
  name.style.fontSize = `${size.toFixed(1)}px`;
  const [first, second] = [text('sub', 57), text('sub', 75)];
  const bar = node.kind === 'Pipe' ? s('g', {}) : null;
  const link = s('a', { href: node.href, id: `flow-${node.topic}` },
    s('rect', { class: 'box', x, y, width, height, rx: 12 }), kind, name, first, second, bar);
  updates.push(() => {
    const told = tell[node.kind](standing.topics.get(node.topic), node);
    first.replaceChildren(...told.first.map(({ text: words, tone }) => s('tspan', { class: tone ? `t-${tone}` : '' }, words)));
    second.textContent = told.second ?? '';
    link.setAttribute('aria-label', `${node.kind} ${node.name}: ${told.first.map((each) => each.text).join('').replaceAll('● ', '')}. ${told.second ?? ''}`);
    if (bar) drawShare(bar, x + 14, y + height - 21, width - 28, told.share);
  });
  return link;
}

function drawShare(bar, x, y, width, list) {
  const total = sum(list.map((part) => part.count));
  let left = x;
  bar.replaceChildren(s('rect', { class: 'track', x, y, width, height: 8, rx: 4 }), ...list.filter((part) => part.count > 0).map((part) => {
    const room = Math.max(2, part.count / total * width);
    const piece = s('rect', { class: `f-${part.kind}`, x: left, y, width: Math.min(room, x + width - left), height: 8, rx: 3 });
    left = Math.min(left + room, x + width - 2);
    return piece;
  }));
}

// What a box says. The first line may have a tone; without a topic nothing is known yet.
const tell = {
  Table: (table, node) => (node.hasStream
    ? { first: [{ text: table ? plural(table.changes, 'change') : '' }], second: `${rate(standing.rate(node.topic, (each) => each.changes))} written` }
    : { first: [{ text: 'without a stream' }] }),
  Pipe: (detail) => {
    if (!detail) return { first: [{ text: '' }], share: [] };
    const { tone, word } = pipeTone(detail);
    const { pipe } = detail;
    const passed = pipe.read - pipe.filteredOut;
    return {
      first: [{ text: `● ${word}`, tone }],
      second: [pipe.read ? `${percent(passed / pipe.read)} pass` : 'nothing read yet', `${short(pipe.behind)} behind`, pipe.latencyMilliseconds.p50 ? milliseconds(pipe.latencyMilliseconds.p50) : ''].filter(Boolean).join(' · '),
      share: share(pipe),
    };
  },
  Function: (load) => ({
    first: load ? [{ text: load.busy ? `● ${load.busy} busy` : '● Idle', tone: load.busy ? 'ok' : 'idle' }, { text: ` · ${plural(load.environments, 'process', 'processes')}` }] : [{ text: '' }],
    second: load?.waiting ? `${plural(load.waiting, 'caller')} waiting` : '',
  }),
  Queue: (queue, node) => {
    const dead = depth(standing.topics.get(`queues/${node.deadLetterQueue}`));
    return {
      first: queue ? [{ text: `${short(queue.visible)} waiting` }, { text: queue.notVisible ? ` · ${short(queue.notVisible)} in work` : '' }, { text: dead ? ` · ${short(dead)} dead` : '', tone: 'bad' }] : [],
      second: '',
    };
  },
  'Dead letters': (queue) => ({
    first: [depth(queue) ? { text: `● ${plural(depth(queue), 'letter')} waiting`, tone: 'bad' } : { text: '● None', tone: 'ok' }],
  }),
};
