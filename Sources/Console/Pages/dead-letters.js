// What failed for good: the orders, the errors, and delivering them again, with a look ahead.

import { h, head, state, ask, note, replace } from './dom.js';
import { count, ago, exact, plural, pretty, reason } from './format.js';
import { standing, follow } from './standing.js';
import { get, post, path } from './api.js';

const PAGE = 50;
const conditions = { RetryAttemptsExhausted: 'All attempts failed', RecordAgeExceeded: 'Too old' };
const outcomes = {
  redriven: ['ok', 'Delivered'], wouldBeRedriven: ['ok', 'Would be delivered'], heldBack: ['warn', 'Held back'],
  failed: ['bad', 'Failed again'], unknown: ['idle', 'Gone'],
};

const queues = () => [...new Set(standing.stack.pipes.map((pipe) => pipe.deadLetterQueue).filter(Boolean))];

/** How many dead letters wait. */
export const waiting = () => queues().reduce((sum, name) => {
  const queue = standing.topics.get(`queues/${name}`);
  return sum + (queue ? queue.visible + queue.notVisible + queue.delayed : 0);
}, 0);

export function show(main) {
  const chosen = new Set();
  const told = h('p', { class: 'muted', role: 'status' });
  const all = h('input', { type: 'checkbox', id: 'choose-all', onchange: () => { for (const each of list.querySelectorAll('input[type=checkbox]')) { each.checked = all.checked; mark(each.value, all.checked); } } });
  const act = h('button', { type: 'button', class: 'primary', id: 'redrive', onclick: () => redrive([...chosen], load) });
  const bar = h('div', { class: 'row spread' }, h('label', { class: 'inline' }, all, 'Choose all that are shown'), act);
  const list = h('div', { class: 'stack' });
  const more = h('button', { type: 'button', hidden: true, onclick: () => load(true) }, 'Show more');
  main.append(head('Dead letters', 'Orders that no attempt could deliver. Each can be delivered again once the cause is mended.'),
    h('section', { class: 'card stack', 'aria-label': 'Dead letters' }, told, bar, list, more));
  let letters = [];
  let next;
  let seen = -1;

  function mark(id, isChosen) {
    if (isChosen) chosen.add(id); else chosen.delete(id);
    act.disabled = chosen.size === 0;
    act.textContent = chosen.size ? `Redrive ${count(chosen.size)}…` : 'Redrive…';
  }

  async function load(isMore = false) {
    try {
      const page = await post('dlq/page', { limit: PAGE, after: isMore ? next : undefined });
      letters = isMore ? [...letters, ...page.letters] : page.letters;
      next = page.next;
      told.textContent = page.count ? `${plural(page.count, 'dead letter')} in all.` : 'Nothing has failed for good. Dead letters of the pipes would wait here for 14 days.';
      const ids = new Set(letters.map((letter) => letter.id));
      for (const id of [...chosen]) if (!ids.has(id)) chosen.delete(id);
      const open = new Set([...list.querySelectorAll('details[open]')].map((each) => each.id));
      replace(list, letters.map((letter) => row(letter, chosen, mark, open, load)));
      bar.hidden = !letters.length;
      more.hidden = !next;
      all.checked = letters.length > 0 && chosen.size === letters.length;
      mark('', false);
    } catch (error) { told.textContent = error.message; }
  }

  return follow(() => {
    const number = waiting();
    if (number === seen || (seen < 0 && !standing.topics.has('stack'))) return;
    seen = number;
    load();
  }, (topic) => topic.startsWith('queues/') || topic === 'stack');
}

function row(letter, chosen, mark, open, reload) {
  const name = letter.keys.length ? letter.keys.map((keys) => /^\w+=(\S+)/.exec(keys)?.[1] ?? keys).join(', ') : letter.id;
  const id = /(?:^| )\w+=(\S+)/.exec(letter.keys[0] ?? '')?.[1];
  const table = standing.stack.pipes.find((pipe) => pipe.name === letter.pipe)?.table;
  const contents = h('div', { class: 'stack' });
  const show = async () => {
    if (contents.childElementCount) return;
    try {
      const whole = await get(path('dlq', letter.id));
      replace(contents, whole.records.length ? whole.records.map((record) => h('pre', { class: 'json', tabindex: 0 }, pretty(record))) : h('p', { class: 'muted' }, 'No records are kept with it.'), h('h3', {}, 'The message as a receiver gets it'), h('pre', { class: 'json', tabindex: 0 }, pretty(whole.body)));
    } catch (error) { replace(contents, h('p', { class: 'issue', 'data-tone': 'bad' }, error.message)); }
  };
  const details = h('details', { id: `letter-${letter.id}`, ontoggle: (event) => event.target.open && show() }, h('summary', {}, 'The records'), contents);
  details.open = open.has(details.id);
  return h('article', { class: 'issue stack tight', 'data-tone': 'bad', 'aria-label': name },
    h('div', { class: 'row spread' },
      h('label', { class: 'inline title' }, h('input', { type: 'checkbox', id: `choose-${letter.id}`, value: letter.id, checked: chosen.has(letter.id), onchange: (event) => mark(letter.id, event.target.checked) }), h('span', { class: 'break' }, name)),
      h('div', { class: 'row' }, state('bad', conditions[letter.condition] ?? (letter.condition || 'Not of a pipe')), h('time', { class: 'muted small', title: exact(letter.sentTimestamp) }, ago(letter.sentTimestamp)))),
    h('p', { class: 'break' }, letter.lastError ? reason(letter.lastError) : 'The error is not known.'),
    h('p', { class: 'muted small break' }, [letter.pipe || 'No pipe', plural(letter.attempts, 'attempt'), `in ${letter.queue}`, ...letter.keys].join(' · ')),
    h('div', { class: 'row spread' }, details, h('div', { class: 'row' },
      id && table && h('a', { href: `#/orders/${path(table, id)}`, id: `trace-${letter.id}` }, 'Its whole way'),
      h('button', { type: 'button', id: `redrive-${letter.id}`, onclick: () => redrive([letter.id], reload) }, 'Redrive…'))));
}

/** Shows what would come of it, and does it when that is wanted. */
async function redrive(ids, reload) {
  let force = false;
  const preview = h('div', { class: 'stack tight' });
  const look = async () => {
    const results = await post('dlq/redrive', { ids, force, isDryRun: true });
    replace(preview, resultList(results));
  };
  const forced = h('input', { type: 'checkbox', id: 'redrive-force', onchange: () => { force = forced.checked; look().catch((error) => note(error.message, 'bad')); } });
  try { await look(); } catch (error) { return note(error.message, 'bad'); }
  ask(`Redrive ${plural(ids.length, 'dead letter')}`, h('div', { class: 'stack' },
    h('p', {}, 'Each is delivered to its pipe’s target once more; what is handled leaves the queue, what fails again stays.'), preview,
    h('label', { class: 'inline' }, forced, 'Also those whose order has been sent in a newer state since')),
  'Redrive', async () => {
    const results = await post('dlq/redrive', { ids, force });
    const done = results.filter((result) => result.outcome === 'redriven').length;
    note(`${count(done)} of ${plural(ids.length, 'dead letter')} delivered.`, done === ids.length ? 'ok' : 'bad');
    reload();
    if (done < ids.length) { replace(preview, resultList(results)); throw new Error('Some stay in the queue; the list says why.'); }
  });
}

function resultList(results) {
  const groups = Map.groupBy(results, (result) => `${result.outcome}|${result.reason ?? ''}`);
  return [...groups.values()].map((group) => {
    const [tone, word] = outcomes[group[0].outcome] ?? ['idle', group[0].outcome];
    return h('div', { class: 'issue', 'data-tone': tone }, h('div', { class: 'row' }, state(tone, word), h('span', {}, plural(group.length, 'letter'))), group[0].reason && h('p', { class: 'small break' }, reason(group[0].reason)));
  });
}
