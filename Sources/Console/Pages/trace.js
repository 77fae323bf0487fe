// One order's way: each change, what every pipe made of it and why, and what was told to whom.

import { h, head, state, replace } from './dom.js';
import { exact, time, plural, pretty, reason, text } from './format.js';
import { standing, follow } from './standing.js';
import { post, path } from './api.js';

const decisions = {
  delivered: ['ok', 'Delivered'], filteredOut: ['idle', 'Filtered out'], inFlight: ['info', 'In flight'], notRead: ['info', 'Not read yet'],
  deadLettered: ['bad', 'Dead letter'], dropped: ['bad', 'Dropped'], beforePipe: ['idle', 'Before the pipe'],
};
const events = { INSERT: ['ok', 'Written'], MODIFY: ['info', 'Changed'], REMOVE: ['bad', 'Removed'] };

export function showTrace(main, table, id) {
  const box = h('div', { class: 'stack' });
  main.append(
    h('p', { class: 'small' }, h('a', { href: `#/orders/${path(table)}` }, '← Orders')),
    head(id, `Its whole way, from stored facts: each change in ${table}, each pipe’s decision with its reason, and what came of it.`), box);
  let last = -1;
  let waits = false;
  const load = async () => {
    try {
      const trace = await post(path('tables', table, 'trace'), { hashKey: id, showsValues: true });
      const open = new Set([...box.querySelectorAll('details[open]')].map((each) => each.id));
      replace(box, life(trace));
      for (const each of box.querySelectorAll('details')) each.open = open.has(each.id);
    } catch (error) { replace(box, h('p', { class: 'card empty' }, error.message)); }
  };
  // Anything may concern it; a second look a moment later finds what the functions tell.
  return follow(() => {
    const now = JSON.stringify([standing.topics.get(`tables/${table}`)?.changes, standing.names('pipes').map((name) => standing.topics.get(`pipes/${name}`).pipe.inFlight), standing.names('queues').map((name) => standing.topics.get(`queues/${name}`).arrived)]);
    if (now === last || waits) return;
    last = now;
    waits = true;
    load().finally(() => setTimeout(() => { waits = false; }, 1500));
  }, (topic) => !topic.startsWith('functions/'), true);
}

function life(trace) {
  const many = plural(trace.records.length, 'change');
  const history = trace.records.length === 0 ? 'Its last change is more than 24 hours old, so the stream tells nothing of it.'
    : trace.isComplete ? `The stream holds all of it: ${many}.`
    : trace.isCut ? `These are its last ${many}.` : `The stream holds its last ${many}; what is older than 24 hours has left it.`;
  return [
    trace.isCut && h('p', { class: 'issue', 'data-tone': 'warn' }, 'There is more than a page holds: these are the last changes, and the first dead letters, messages and lines of logs.'),
    h('p', { class: 'row' }, state(trace.exists ? 'ok' : 'bad', trace.exists ? 'In the table' : 'Not in the table any more'), h('span', { class: 'muted' }, history)),
    trace.records.length > 0 && h('section', { class: 'card', 'aria-label': 'Changes' }, h('ol', { class: 'way' }, trace.records.map(step))),
    trace.deadLetters.length > 0 && h('section', { class: 'card stack' }, h('h2', {}, 'Dead letters'), trace.deadLetters.map((letter) =>
      h('p', { class: 'issue', 'data-tone': 'bad' }, `In ${letter.queue} since ${exact(letter.sentTimestamp)}, after ${plural(letter.attempts, 'attempt')} of ${letter.pipe}: ${letter.condition}. `, h('a', { href: '#/dead-letters' }, 'Look at it')))),
    trace.messages.length > 0 && h('section', { class: 'card stack' }, h('h2', {}, 'Messages about it that wait in queues'), h('ul', { class: 'plain stack tight' }, trace.messages.map((message) =>
      h('li', {}, h('details', { id: `message-${message.id}` }, h('summary', {}, `${message.queue}, sent ${exact(message.sentTimestamp)}${message.receiveCount ? `, received ${plural(message.receiveCount, 'time')}` : ''}`), h('pre', { class: 'json', tabindex: 0 }, pretty(message.body ?? ''))))))),
  ];
}

function step(record) {
  const [tone, word] = record.isExpiry ? ['warn', 'Expired'] : events[record.eventName] ?? ['idle', record.eventName];
  return h('li', {}, h('div', { class: 'rail', 'aria-hidden': 'true' }), h('div', {},
    h('div', { class: 'row' }, state(tone, word), h('time', { class: 'strong' }, exact(record.timestamp)), h('span', { class: 'muted small break' }, `record ${record.sequenceNumber}`)),
    record.changes && h('div', { class: 'row' }, changes(record)),
    h('div', { class: 'decisions' }, record.pipes.map((delivery) => decision(delivery, record)))));
}

function changes(record) {
  const told = (json) => { try { return text(JSON.parse(json)); } catch { return json; } };
  const list = record.changes.map(({ attribute, kind, old, new: now }) => h('span', { class: 'chip' },
    h('span', { class: 'muted' }, `${attribute} `), kind === 'changed' ? `${told(old)} → ${told(now)}` : kind === 'added' ? told(now) : `${told(old)} removed`));
  if (record.eventName === 'MODIFY' || list.length <= 6) return list;
  return h('details', { id: `attributes-${record.sequenceNumber}` }, h('summary', { class: 'small' }, `${record.eventName === 'REMOVE' ? 'Had' : 'With'} ${plural(list.length, 'attribute')}`), h('div', { class: 'row' }, list));
}

function decision(delivery, record) {
  const [tone, word] = decisions[delivery.state] ?? ['idle', delivery.state];
  const lines = delivery.log.map((line) => h('li', { class: 'small break' }, line.timestamp ? h('time', { class: 'muted' }, `${time(line.timestamp)} `) : '', saying(line.text)));
  return h('section', { class: 'decision', 'aria-label': `${delivery.pipe}: ${word}` },
    h('div', { class: 'row spread' }, h('h3', {}, delivery.pipe), state(tone, word)),
    delivery.state === 'delivered' && h('p', { class: 'small muted' }, `The filter lets it through, and ${delivery.target} handled it.`),
    delivery.reasons.map((clause) => h('p', { class: 'small break' }, h('span', { class: 'mono' }, short(clause.clause)), ` is ${clause.found ?? 'not shown'}; the filter wants `, h('span', { class: 'mono' }, clause.wanted))),
    delivery.isJudgedAnew && h('p', { class: 'small muted' }, 'Judged by the present filter: the pipe was changed after this record.'),
    delivery.setbacks.map((setback) => h('p', { class: 'issue small', 'data-tone': setback.kind === 'deadLettered' || setback.kind === 'dropped' ? 'bad' : 'warn' }, `${time(setback.timestamp)} ${setbacks[setback.kind] ?? setback.kind}${setback.attempts ? `, attempt ${setback.attempts}` : ''}: ${reason(setback.reason)}`)),
    lines.length > 0 && h('details', { id: `log-${record.sequenceNumber}-${delivery.pipe}` }, h('summary', { class: 'small' }, `What ${delivery.target} tells: ${plural(lines.length, 'line')}`), h('ul', { class: 'plain stack tight' }, lines)));
}

const setbacks = { failed: 'Attempt failed', partlyFailed: 'Failed in part', notReached: 'Not reached', deadLettered: 'Given up', dropped: 'Given up and dropped' };

/** A field as people name it: without what all have in common. */
const short = (clause) => clause.replace(/^\$\.(dynamodb\.)?/, '').replace(/^NewImage\./, '').replace(/^OldImage\./, 'before: ').replace(/\.(S|N|BOOL)$/, '');

/** A log line of JSON by its words. */
function saying(line) {
  try {
    const { message, decision: what, reason, routes, level } = JSON.parse(line);
    const said = [level && level !== 'INFO' ? level : null, message, what, reason, Array.isArray(routes) ? routes.join(', ') : routes].filter(Boolean);
    return said.length ? said.join(' · ') : line;
  } catch { return line; }
}
