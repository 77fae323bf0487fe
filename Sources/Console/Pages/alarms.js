// Alarms: how they stand, what they wait for, and what happened to each.

import { h, head, state, replace } from './dom.js';
import { ago, exact, plural } from './format.js';
import { standing, follow } from './standing.js';
import { post, path } from './api.js';
import { drawInto, timeChoice, timeNamed, watchWidth, whileSeen } from './pictures.js';

const words = { ALARM: ['bad', 'In alarm'], OK: ['ok', 'OK'], INSUFFICIENT_DATA: ['idle', 'Not enough data'] };
const order = Object.keys(words);
// Pictures that a page of all alarms asks for.
const DRAWN_MAX = 24;

const isAlarm = (topic) => topic.startsWith('alarms/');
const stateOf = (name) => state(...(words[name] ?? ['idle', name]));

/** How an alarm stands; one that is not known is gone. */
export const alarmState = (alarm) => (alarm ? stateOf(alarm.state) : state('idle', 'Not there'));

/** How many are in alarm. */
export const ringing = () => standing.names('alarms').filter((name) => standing.topics.get(`alarms/${name}`).state === 'ALARM').length;

export const show = (main, [name]) => (name ? showOne(main, name) : showAll(main));

function showAll(main) {
  const told = h('p', { class: 'muted', role: 'status' });
  const list = h('div', { class: 'cards' });
  main.append(head('Alarms', 'What is watched, and how it stands. Those in alarm come first.'), told, list);
  const cards = new Map();
  let names = [];
  const turns = whileSeen(load, () => 10);

  async function load() {
    const shown = names.slice(0, DRAWN_MAX);
    if (!shown.length) return;
    const width = cards.get(shown[0]).picture.clientWidth || 400;
    try {
      const { pictures } = await post('alarms/draw', { names: shown, width, height: 150, rangeSeconds: 3600 });
      for (const name of shown) if (cards.has(name)) drawInto(cards.get(name).picture, pictures[name]);
    } catch { /* The next turn tries again; the words are there without a picture. */ }
  }

  const end = follow((topics) => {
    const now = standing.names('alarms').sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
    if (now.join('\n') !== names.join('\n')) {
      names = now;
      for (const name of [...cards.keys()]) if (!names.includes(name)) cards.delete(name);
      for (const name of names) if (!cards.has(name)) cards.set(name, card(name));
      replace(list, names.map((name) => cards.get(name).element));
      turns.now();
    } else if (topics.size) turns.now();
    for (const each of cards.values()) each.draw();
    const loud = ringing();
    told.textContent = names.length ? `${loud ? plural(loud, 'alarm') : 'None'} of ${names.length} in alarm.`
      : standing.connection === 'live' ? 'There is no alarm. An AWS::CloudWatch::Alarm in the template makes one, and so does PutMetricAlarm.' : 'Waiting for the engine.';
  }, isAlarm, true);
  return () => { end(); turns.end(); };
}

const rank = (name) => order.indexOf(standing.topics.get(`alarms/${name}`).state);

function card(name) {
  const status = h('span', {});
  const condition = h('p', { class: 'break' });
  const picture = h('div', { class: 'picture' });
  const since = h('p', { class: 'muted small break' });
  const element = h('section', { class: 'card stack', id: `alarm-${name}`, 'aria-label': name },
    h('div', { class: 'row spread' }, h('h2', {}, h('a', { href: `#/${path('alarms', name)}`, id: `open-${name}` }, name)), status), condition, picture, since);
  let seen = '';
  return { element, picture, draw: () => {
    const alarm = standing.topics.get(`alarms/${name}`);
    if (!alarm) return;
    if (alarm.state !== seen) replace(status, stateOf(alarm.state));
    seen = alarm.state;
    condition.textContent = alarm.condition;
    since.textContent = `Since ${ago(alarm.since)}: ${alarm.reason}`;
  } };
}

function showOne(main, name) {
  let span = timeNamed('3h');
  const status = h('span', {});
  const about = h('p', { class: 'break' });
  const reason = h('p', { class: 'issue break', role: 'status' });
  const figures = h('p', { class: 'muted small break' });
  const picture = h('div', { class: 'picture' });
  const problem = h('p', { class: 'issue', 'data-tone': 'bad', hidden: true });
  const list = h('ul', { class: 'plain stack tight' });
  main.append(
    head(name, 'One alarm: what it watches, and what happened to it in two weeks.', h('div', { class: 'row end' }, timeChoice('alarm-time', span, (next) => { span = next; turns.now(); }), h('a', { href: '#/alarms', class: 'button' }, 'All alarms'))),
    h('section', { class: 'card stack', 'aria-label': 'How it stands' }, h('div', { class: 'row' }, status), about, reason, picture, problem, figures),
    h('section', { class: 'card stack', 'aria-label': 'History' }, h('h2', {}, 'History'), list));
  let seen = '';
  let width = 0;
  const turns = whileSeen(async () => {
    if (!width || !standing.topics.has(`alarms/${name}`)) return;
    problem.hidden = true;
    try {
      const { pictures } = await post('alarms/draw', { names: [name], rangeSeconds: span.seconds, width, height: 260 });
      drawInto(picture, pictures[name]);
    } catch (error) { problem.textContent = error.message; problem.hidden = false; }
  }, () => span.every);
  const endWidth = watchWidth(picture, (now) => { width = now; turns.now(); });

  async function loadHistory() {
    try {
      const { items, isCut } = await post(path('alarms', name, 'history'), { limit: 50 });
      const rest = isCut && h('li', { class: 'muted small' }, 'Older items are not looked for: other alarms have too many since.');
      replace(list, items.map(historyItem), rest);
    } catch (error) { replace(list, h('li', { class: 'issue', 'data-tone': 'bad' }, error.message)); }
  }

  const end = follow(() => {
    const alarm = standing.topics.get(`alarms/${name}`);
    const isKnown = standing.topics.has('stack');
    const now = JSON.stringify([alarm, isKnown]);
    if (now === seen) return;
    seen = now;
    replace(status, alarmState(alarm));
    if (!alarm) { about.textContent = isKnown ? `There is no alarm ${name}.` : 'Waiting for the engine.'; reason.hidden = true; }
    else {
      reason.hidden = false;
      reason.dataset.tone = words[alarm.state]?.[0] ?? '';
      about.textContent = [alarm.description, `It is in alarm when ${alarm.condition}.`].filter(Boolean).join(' ');
      reason.textContent = `Since ${exact(alarm.since)}: ${alarm.reason}`;
      figures.textContent = `${alarm.missingData} ${alarm.actions ? `${plural(alarm.actions, 'action')} ${alarm.actionsEnabled ? 'when it goes off' : 'that are switched off'}.` : 'Without actions.'}`;
    }
    loadHistory();
    turns.now();
  }, (topic) => isAlarm(topic) || topic === 'stack');
  return () => { end(); turns.end(); endWidth(); };
}

function historyItem(item) {
  const data = (() => { try { return JSON.parse(item.data); } catch { return {}; } })();
  const change = item.kind === 'StateUpdate' && data.newState;
  const tone = change ? words[data.newState.stateValue]?.[0] : data.actionState === 'Failed' ? 'bad' : '';
  return h('li', { class: 'issue', 'data-tone': tone },
    h('div', { class: 'row spread' },
      change ? h('span', { class: 'row' }, stateOf(data.oldState.stateValue), '→', stateOf(data.newState.stateValue)) : h('span', { class: 'break' }, item.summary),
      h('time', { class: 'muted small', title: exact(item.timestamp) }, ago(item.timestamp))),
    change && h('p', { class: 'small break' }, data.newState.stateReason));
}
