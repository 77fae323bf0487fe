// Functions: their processes and settings, and their logs as they are written.

import { h, head, figuresOf, state, field, option, replace } from './dom.js';
import { count, bytes, rate, plural, time, exact } from './format.js';
import { standing, follow } from './standing.js';
import { post, path } from './api.js';

const LINES_MAX = 1000;

export function show(main, [chosen]) {
  const list = h('div', { class: 'cards' });
  const log = h('section', { class: 'card stack', 'aria-label': 'Log' });
  main.append(head('Functions', 'The processes that handle the pipes’ batches, and what they write.'), list, log);
  const cards = new Map();
  let endLog = null;
  const end = follow(() => {
    const names = standing.names('functions');
    if (names.join() !== [...cards.keys()].join()) {
      cards.clear();
      for (const name of names) cards.set(name, card(name));
      list.replaceChildren(...[...cards.values()].map((each) => each.element));
      if (!endLog && names.length) endLog = showLog(log, names, names.includes(chosen) ? chosen : names[0]);
    }
    for (const each of cards.values()) each.draw();
  }, (topic) => topic.startsWith('functions/') || topic.startsWith('pipes/') || topic === 'stack', true);
  return () => { end(); endLog?.(); };
}

function card(name) {
  const status = h('span', {});
  const about = h('p', { class: 'muted small' });
  const lanes = h('span', { class: 'lanes', 'aria-hidden': 'true' });
  const busy = h('span', { class: 'small' });
  const figures = h('ul', { class: 'pairs plain' });
  const tells = h('p', { class: 'small break' });
  const element = h('section', { class: 'card stack', 'aria-label': name }, h('div', { class: 'row spread' }, h('h2', {}, name), status), about, h('div', { class: 'row' }, lanes, busy), figures, tells);
  return { element, draw: () => {
    const load = standing.topics.get(`functions/${name}`);
    const of = standing.stack.functions.find((each) => each.name === name);
    if (!load || !of) return;
    const pipes = standing.stack.pipes.filter((pipe) => pipe.target === name || pipe.enrichment === name);
    const sum = (read) => pipes.reduce((total, pipe) => total + (standing.topics.get(`pipes/${pipe.name}`) ? read(standing.topics.get(`pipes/${pipe.name}`).pipe) : 0), 0);
    const calls = pipes.reduce((total, pipe) => total + standing.rate(`pipes/${pipe.name}`, (each) => each.pipe.invocations), 0);
    replace(status, load.waiting ? state('warn', `${plural(load.waiting, 'caller')} waiting`) : load.busy ? state('ok', 'Working') : state('idle', 'Idle'));
    about.textContent = of.description;
    replace(lanes, Array.from({ length: Math.min(of.concurrencyMax, 32) }, (_, index) => h('i', { class: index < load.busy ? 'busy' : '' })));
    busy.textContent = `${load.busy} busy of ${plural(load.environments, 'process', 'processes')}, ${of.concurrencyMax} at most`;
    const pairs = [['Calls now', rate(calls)], ['Calls by pipes', count(sum((pipe) => pipe.invocations))], ['Records handled', count(sum((pipe) => pipe.delivered))], ['Sent again', count(sum((pipe) => pipe.retried))],
      ['Timeout', `${of.timeoutSeconds} s`], ['Memory', `${of.memorySizeMegabytes} MB`], ['Runtime', of.runtime], ['Code', bytes(of.codeSizeBytes)]];
    replace(figures, figuresOf(pairs));
    const reach = [...of.queues.map((queue) => ['queues', queue]), ...of.tables.map((table) => ['orders', table])];
    replace(tells, reach.length ? 'Tells ' : '', reach.map(([page, each], index) => [index ? ', ' : '', h('a', { href: `#/${page}/${path(each)}`, id: `tells-${name}-${each}` }, each)]));
  } };
}

function showLog(box, names, first) {
  const select = h('select', { id: 'log-of', onchange: restart }, names.map((name) => option(name, name, name === first)));
  const filter = h('input', { type: 'text', id: 'log-filter', placeholder: 'all lines', autocomplete: 'off', oninput: () => { clearTimeout(typing); typing = setTimeout(restart, 300); } });
  const follows = h('input', { type: 'checkbox', checked: true });
  const lines = h('div', { class: 'log', role: 'log', 'aria-label': 'Lines', 'aria-live': 'off', tabindex: 0 });
  box.append(h('div', { class: 'row spread end' }, h('h2', {}, 'Log'), h('div', { class: 'row end' }, field('Function', select), field('Lines that hold', filter), h('label', { class: 'inline' }, follows, 'Follow'))), lines);
  let typing = null;
  let next;
  let turn = 0;

  function restart() {
    turn += 1;
    next = undefined;
    lines.replaceChildren();
    poll(turn);
  }

  async function poll(mine) {
    let isBehind = false;
    try {
      const page = await post(path('logs', select.value), next ? { after: next, filter: filter.value || undefined } : { lines: 200, filter: filter.value || undefined });
      if (mine !== turn) return;
      next = page.next ?? next;
      isBehind = !page.isAtEnd;
      const isAtBottom = follows.checked;
      if (page.hasGap) lines.append(h('p', { class: 'is-warn' }, h('span', {}, ''), 'Lines are left out here.'));
      lines.append(...page.lines.slice(-LINES_MAX).map(line));
      while (lines.childElementCount > LINES_MAX) lines.firstElementChild.remove();
      if (!lines.childElementCount) lines.append(h('p', { class: 'is-platform', id: 'log-empty' }, h('span', {}, ''), 'Nothing yet.'));
      else if (lines.childElementCount > 1) document.getElementById('log-empty')?.remove();
      if (isAtBottom && page.lines.length) lines.scrollTop = lines.scrollHeight;
    } catch (error) {
      if (mine === turn && !lines.textContent) lines.append(h('p', { class: 'is-bad' }, h('span', {}, ''), error.message));
    }
    if (mine === turn) setTimeout(() => mine === turn && poll(mine), isBehind ? 50 : 1000);
  }
  restart();
  return () => { turn += 1; clearTimeout(typing); };
}

function line({ timestamp, text }) {
  const tone = /"level":"(ERROR|CRITICAL|FATAL)"|Task timed out|Runtime\.|errorType/i.test(text) ? 'is-bad' : /"level":"WARN/i.test(text) ? 'is-warn' : /^(START|END|REPORT|INIT)|"type":"platform\./.test(text) ? 'is-platform' : '';
  return h('p', { class: tone }, h('time', { title: timestamp ? exact(timestamp) : '' }, timestamp ? time(timestamp) : '–'), h('span', {}, text));
}
