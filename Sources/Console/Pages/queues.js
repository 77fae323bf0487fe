// Queues: how deep they are, and a look at their messages that receives nothing.

import { h, head, figuresOf, state, replace } from './dom.js';
import { count, short, rate, ago, exact, plural, pretty } from './format.js';
import { standing, follow } from './standing.js';
import { post, path } from './api.js';

export function show(main, [chosen]) {
  const list = h('div', { class: 'cards' });
  const peek = h('section', { class: 'card stack', 'aria-label': 'Messages', hidden: !chosen });
  main.append(head('Queues', 'How many messages wait and are in work. Looking at them receives nothing and hides nothing.'), peek, list);
  const cards = new Map();
  const end = follow(() => {
    const names = standing.names('queues');
    if (names.join() !== [...cards.keys()].join()) {
      cards.clear();
      for (const name of names) cards.set(name, card(name));
      list.replaceChildren(...[...cards.values()].map((each) => each.element));
    }
    const most = Math.max(10, ...names.map((name) => depth(name)));
    for (const each of cards.values()) each.draw(most);
  }, (topic) => topic.startsWith('queues/') || topic === 'stack', true);
  const endPeek = chosen ? showMessages(peek, chosen) : null;
  return () => { end(); endPeek?.(); };
}

const depth = (name) => {
  const queue = standing.topics.get(`queues/${name}`);
  return queue ? queue.visible + queue.notVisible + queue.delayed : 0;
};

function card(name) {
  const status = h('span', {});
  const fill = h('i', {});
  const meter = h('div', { class: 'meter', 'aria-hidden': 'true' }, fill);
  const figures = h('ul', { class: 'pairs plain' });
  const about = h('p', { class: 'muted small' });
  const element = h('section', { class: 'card stack', 'aria-label': name },
    h('div', { class: 'row spread' }, h('h2', {}, name), status), meter, figures, about,
    h('div', {}, h('a', { href: `#/queues/${path(name)}`, id: `peek-${name}`, 'aria-label': `Look at the messages of ${name}` }, 'Look at the messages')));
  return { element, draw: (most) => {
    const queue = standing.topics.get(`queues/${name}`);
    const of = standing.stack.queues.find((each) => each.name === name);
    if (!queue || !of) return;
    const isDead = standing.stack.queues.some((each) => each.deadLetterQueue === name) || standing.stack.pipes.some((pipe) => pipe.deadLetterQueue === name);
    const total = depth(name);
    const arrives = rate(standing.rate(`queues/${name}`, (each) => each.arrived));
    const tone = isDead ? (total ? 'bad' : 'ok') : total ? 'info' : 'idle';
    replace(status, state(tone, isDead ? (total ? `${short(total)} dead letters` : 'No dead letters') : total ? `${short(total)} here` : 'Empty'));
    meter.dataset.tone = tone;
    fill.style.width = `${total / most * 100}%`;
    const pairs = [['Waiting', count(queue.visible)], ['In work', count(queue.notVisible)], ['Delayed', count(queue.delayed)], ['Arrives', arrives], ['Came, this run', count(queue.arrived)], ['Done', count(queue.deleted)]];
    replace(figures, figuresOf(pairs));
    about.textContent = `${of.isFIFO ? 'FIFO' : 'Standard'}, invisible for ${of.visibilityTimeoutSeconds} s once received.${of.deadLetterQueue ? ` After ${plural(of.maxReceiveCount, 'receive')} to ${of.deadLetterQueue}.` : ''}`;
  } };
}

function showMessages(box, name) {
  const told = h('p', { class: 'muted small', role: 'status' });
  const list = h('div', { class: 'stack' });
  box.append(h('div', { class: 'row spread' }, h('h2', {}, `The oldest messages of ${name}`), h('div', { class: 'row' }, h('a', { href: '#/queues' }, 'Close'))), told, list);
  let seen = '';
  const load = async () => {
    try {
      const { messages, hasMore } = await post(path('queues', name, 'peek'), { limit: 25 });
      told.textContent = messages.length ? `${hasMore ? 'The first ' : ''}${plural(messages.length, 'message')}, none of them received by this.` : 'It is empty.';
      const open = new Set([...list.querySelectorAll('details[open]')].map((each) => each.id));
      replace(list, messages.map((message) => h('details', { class: 'issue', id: `message-${message.id}`, open: open.has(`message-${message.id}`) },
        h('summary', {}, h('span', { class: 'strong' }, message.groupId ?? message.id.slice(0, 8)), h('span', { class: 'muted' }, ` sent ${ago(message.sentTimestamp)}, received ${plural(message.receiveCount, 'time')} `)),
        h('p', { class: 'muted small break' }, `Message ${message.id}, sent ${exact(message.sentTimestamp)}`), h('pre', { class: 'json', tabindex: 0 }, pretty(message.body)))));
    } catch (error) { told.textContent = error.message; }
  };
  return follow(() => {
    const queue = standing.topics.get(`queues/${name}`);
    if (!queue) {
      seen = '';
      if (standing.topics.has('stack')) { told.textContent = `There is no queue ${name}.`; replace(list); }
      return;
    }
    const now = JSON.stringify([queue.arrived, queue.deleted, queue.notVisible, queue.moved]);
    if (now !== seen) { seen = now; load(); }
  }, (topic) => topic === `queues/${name}` || topic === 'stack');
}
