// Dashboards as CloudWatch draws them: widgets on a grid of 24 columns, drawn by the engine.

import { h, head, field, option, replace } from './dom.js';
import { time } from './format.js';
import { standing, follow } from './standing.js';
import { get, post, path } from './api.js';
import { drawInto, timeChoice, timeNamed, watchWidth, whileSeen } from './pictures.js';
import { markdown } from './markdown.js';
import { alarmState } from './alarms.js';

const NARROW = 720;

export function show(main, [chosen, timeName]) {
  let name = chosen;
  let span = timeNamed(timeName);
  let width = 0;
  const select = h('select', { id: 'dashboard', onchange: () => { name = select.value; changed(); } });
  const choice = timeChoice('dashboard-time', span, (next) => { span = next; changed(); }, { first: 'As the dashboard says' });
  const told = h('p', { class: 'muted small' });
  const grid = h('div', { class: 'grid' });
  const box = h('div', { hidden: true }, grid);
  const controls = h('div', { class: 'row end', hidden: true }, field('Dashboard', select), choice);
  main.append(head('Dashboards', 'What the template and PutDashboard put there, drawn from what was measured here. Times are UTC.', controls), told, box);
  const draw = drawWidgets(grid);

  const turns = whileSeen(load, () => span?.every ?? 5);
  const endWidth = watchWidth(main, (now) => { width = now; turns.now(); });
  const endAlarms = follow(draw.alarms, (topic) => topic.startsWith('alarms/'));

  function changed() {
    history.replaceState(null, '', `#/${path('dashboards', name, ...(span ? [span.name] : []))}`);
    turns.now();
  }

  async function load() {
    try {
      const { dashboards } = await get('dashboards');
      const names = dashboards.map((each) => each.name);
      controls.hidden = box.hidden = names.length === 0;
      if (!names.length) {
        told.textContent = 'There is no dashboard. An AWS::CloudWatch::Dashboard in the template makes one, and so does PutDashboard.';
        return;
      }
      name ||= names[0];
      if ([...select.options].map((each) => each.value).join('\n') !== names.join('\n')) replace(select, names.map((each) => option(each, each)));
      select.value = name;
      const inner = box.clientWidth || width;
      const page = await post(path('dashboards', name, 'draw'), { rangeSeconds: span?.seconds, width: inner, isNarrow: inner < NARROW });
      told.textContent = `Drawn at ${time(Date.now())}, and again every ${span?.every ?? 5} s while you look.`;
      draw.page(page, inner < NARROW);
    } catch (error) { told.textContent = error.message; }
  }

  return () => { turns.end(); endWidth(); endAlarms(); };
}

/** Keeps the widgets' elements from one drawing to the next. */
function drawWidgets(grid) {
  let form = '';
  let cells = [];
  const alarms = () => { for (const { body, widget } of cells) if (widget.kind === 'alarm') replace(body, alarmList(widget)); };
  return { alarms, page: (page, isNarrow) => {
    const now = JSON.stringify([isNarrow, page.name, page.widgets.map(({ svg, problem, ...rest }) => rest)]);
    if (now !== form) {
      form = now;
      cells = page.widgets.map((widget) => cell(widget, page, isNarrow));
      grid.classList.toggle('narrow', isNarrow);
      grid.style.gridAutoRows = isNarrow ? 'auto' : `${page.rowHeight}px`;
      grid.style.gap = `${page.gap}px`;
      grid.replaceChildren(...cells.map(({ element }) => element));
      alarms();
    }
    page.widgets.forEach((widget, index) => {
      const { body } = cells[index];
      if (widget.svg) drawInto(body, widget.svg);
      else if (widget.problem) { body.drawn = null; replace(body, h('p', { class: 'strong' }, widget.title ?? ''), h('p', { class: 'issue', 'data-tone': 'warn' }, widget.problem)); }
    });
  } };
}

function cell(widget, page, isNarrow) {
  const isText = widget.kind === 'text';
  // What does not fit is scrolled, also with the keyboard.
  const body = h('div', { class: `widget widget-${widget.kind}`, ...(widget.svg ? {} : { tabindex: 0, role: 'group', 'aria-label': widget.title ?? (isText ? 'Text' : `Widget of the type ${widget.kind}`) }) }, isText ? markdown(widget.markdown) : []);
  if (!isNarrow) {
    body.style.gridColumn = `${widget.x + 1} / span ${widget.width}`;
    body.style.gridRow = `${widget.y + 1} / span ${widget.height}`;
  }
  return { element: body, body, widget };
}

function alarmList(widget) {
  const known = widget.alarms.map((name) => ({ name, alarm: standing.topics.get(`alarms/${name}`) }));
  const shown = known.filter(({ alarm }) => !widget.states.length || widget.states.includes(alarm?.state));
  return [
    h('p', { class: 'strong' }, widget.title ?? 'Alarms'),
    h('ul', { class: 'plain stack tight' }, shown.map(({ name, alarm }) => h('li', { class: 'row spread' },
      h('a', { href: `#/${path('alarms', name)}`, class: 'break' }, name), alarmState(alarm)))),
    shown.length === 0 && h('p', { class: 'muted small' }, 'None is in such a state.'),
  ];
}
