// Every pipe: what became of its records, how far it is, what failed last, and its switch.

import { h, head, figuresOf, state, parts, ask, note, field, option, replace } from './dom.js';
import { count, rate, percent, milliseconds, seconds, ago, exact, plural, reason } from './format.js';
import { standing, follow } from './standing.js';
import { get, post, path } from './api.js';

/** The state of a pipe as a colour and a word. */
export function pipeTone({ pipe, shards }) {
  const words = { RUNNING: 'Running', STOPPED: 'Stopped', STARTING: 'Starting', STOPPING: 'Stopping' };
  const word = words[pipe.currentState] ?? pipe.currentState.toLowerCase().replaceAll('_', ' ');
  if (pipe.stateReason || pipe.currentState.includes('FAILED')) return { tone: 'bad', word: pipe.stateReason ? 'Cannot run' : word };
  if (pipe.currentState !== 'RUNNING') return { tone: 'idle', word };
  const fresh = shards.some((shard) => shard.lastError && Date.now() - shard.lastError.timestamp < 60_000);
  if (fresh) return { tone: 'warn', word: 'Running with errors' };
  return { tone: 'ok', word };
}

/** What became of a pipe's records. */
export const share = (pipe) => [
  { kind: 'delivered', count: pipe.delivered, word: 'delivered' },
  { kind: 'filtered', count: pipe.filteredOut, word: 'filtered out' },
  { kind: 'flight', count: pipe.inFlight, word: 'in flight' },
  { kind: 'dead', count: pipe.deadLettered, word: 'dead letters' },
  { kind: 'dropped', count: pipe.dropped, word: 'dropped' },
];

export function show(main, [chosen]) {
  const list = h('div', { class: 'stack' });
  main.append(head('Pipes', 'What each pipe read, what became of it, and how far it is in every shard.'), list);
  const cards = new Map();
  return follow(() => {
    const names = standing.stack.pipes.map((pipe) => pipe.name).filter((name) => standing.topics.has(`pipes/${name}`));
    if (names.join() !== [...cards.keys()].join()) {
      cards.clear();
      for (const name of names) cards.set(name, card(name));
      list.replaceChildren(...[...cards.values()].map((each) => each.element));
      if (!names.length) list.append(h('p', { class: 'card empty' }, standing.connection === 'live' ? 'There is no pipe.' : 'Waiting for the engine.'));
      if (chosen) document.getElementById(`pipe-${chosen}`)?.scrollIntoView({ block: 'start' });
    }
    for (const each of cards.values()) each.draw();
  }, (topic) => topic.startsWith('pipes/') || topic === 'stack', true);
}

function card(name) {
  const topic = `pipes/${name}`;
  const status = h('span', {});
  const cause = h('p', { class: 'issue', 'data-tone': 'bad', hidden: true });
  const way = h('p', { class: 'muted small' });
  const toggle = h('button', { type: 'button', id: `switch-${name}`, onclick: () => setRunning(name) });
  const bar = h('div', {});
  const legend = h('ul', { class: 'legend' });
  const figures = h('ul', { class: 'pairs plain' });
  const shards = h('tbody', {});
  const failures = recentFailures(name);
  const element = h('section', { class: 'card stack', id: `pipe-${name}`, 'aria-label': name },
    h('div', { class: 'row spread' },
      h('div', { class: 'row' }, h('h2', {}, name), status),
      h('div', { class: 'row' }, toggle, h('button', { type: 'button', onclick: () => replay(name) }, 'Replay…'))),
    way, cause, bar, legend, figures,
    h('div', { class: 'table-box' }, h('table', { class: 'cards-when-narrow shards' },
      h('caption', { class: 'visually-hidden' }, `Shards of ${name}`),
      h('thead', {}, h('tr', {}, ['Shard', 'Behind', 'Oldest waits', 'In flight', 'Lanes busy', 'Last error'].map((title, index) => h('th', { scope: 'col', class: index > 0 && index < 4 ? 'num' : '' }, title)))),
      shards)),
    failures.element);
  return { element, draw: () => {
    const detail = standing.topics.get(topic);
    if (!detail) return;
    const { pipe } = detail;
    const { tone, word } = pipeTone(detail);
    replace(status, state(tone, word));
    cause.hidden = !pipe.stateReason;
    cause.textContent = pipe.stateReason ?? '';
    const of = standing.stack.pipes.find((each) => each.name === name);
    if (of) way.textContent = `${[of.table, name, of.enrichment, of.target].filter(Boolean).join(' → ')}. Batches of up to ${of.batchSize}, ${plural(of.parallelizationFactor, 'lane')} a shard, ${of.maximumRetryAttempts < 0 ? 'retries without end' : plural(of.maximumRetryAttempts, 'retry', 'retries')}.${of.deadLetterQueue ? ` What fails for good goes to ${of.deadLetterQueue}.` : ' What fails for good is dropped.'}`;
    toggle.textContent = detail.desiredState === 'RUNNING' ? 'Stop' : 'Start';
    toggle.setAttribute('aria-label', `${toggle.textContent} ${name}`);
    replace(bar, parts(share(pipe)));
    replace(legend, share(pipe).filter((part) => part.count || part.kind === 'delivered' || part.kind === 'filtered').map((part) =>
      h('li', {}, h('span', { class: `swatch part-${part.kind}` }), `${count(part.count)} ${part.word}`, h('span', { class: 'muted' }, pipe.read ? percent(part.count / pipe.read) : ''))));
    const pairs = [
      ['Read', count(pipe.read)], ['Reads now', rate(standing.rate(topic, (each) => each.pipe.read))], ['Delivers now', rate(standing.rate(topic, (each) => each.pipe.delivered))],
      ['Behind', count(pipe.behind)], ['Median latency', pipe.latencyMilliseconds.p50 ? milliseconds(pipe.latencyMilliseconds.p50) : '–'],
      ['Slowest 1 %', pipe.latencyMilliseconds.p99 ? milliseconds(pipe.latencyMilliseconds.p99) : '–'], ['Invocations', count(pipe.invocations)], ['Retried records', count(pipe.retried)],
    ];
    replace(figures, figuresOf(pairs));
    replace(shards, detail.shards.map(shardRow));
    failures.draw(pipe);
  } };
}

function shardRow(shard) {
  // A shard's id ends in what tells it from others.
  const id = `…${shard.shardId.slice(-8)}`;
  const lanes = h('span', { class: 'lanes', 'aria-hidden': 'true' }, Array.from({ length: Math.min(shard.lanes, 16) }, (_, index) => h('i', { class: index < shard.busyLanes ? 'busy' : '' })));
  const cell = (label, className, ...children) => h('td', { 'data-label': label, class: className }, h('span', {}, children));
  return h('tr', {},
    cell('Shard', 'mono', h('span', { title: shard.shardId }, id)),
    cell('Behind', 'num', count(shard.behind)),
    cell('Oldest waits', 'num', shard.lagSeconds ? seconds(shard.lagSeconds) : '–'),
    cell('In flight', 'num', count(shard.inFlight)),
    cell('Lanes busy', 'nowrap', lanes, ` ${shard.busyLanes} of ${shard.lanes}`),
    cell('Last error', '', shard.lastError ? `${reason(shard.lastError.reason)} (${ago(shard.lastError.timestamp)})` : 'none'));
}

function recentFailures(name) {
  const list = h('ul', { class: 'plain stack tight' });
  const summary = h('summary', {}, 'Recent failures');
  const element = h('details', { ontoggle: () => element.open && load() }, summary, list);
  let seen = '';
  async function load() {
    try {
      const failures = await post(path('pipes', name, 'setbacks'), { limit: 20 });
      replace(list, failures.length ? failures.map((each) => h('li', { class: 'issue', 'data-tone': each.kind === 'deadLettered' || each.kind === 'dropped' ? 'bad' : 'warn' },
        h('div', { class: 'row spread' }, h('span', { class: 'strong' }, words[each.kind] ?? each.kind), h('time', { class: 'muted small', title: exact(each.timestamp) }, ago(each.timestamp))),
        h('div', { class: 'small break' }, `${plural(each.records, 'record')}${each.attempts ? `, attempt ${each.attempts}` : ''}: ${reason(each.reason)}`)))
        : h('li', { class: 'muted small' }, 'None since the log of setbacks began.'));
    } catch (error) { replace(list, h('li', { class: 'issue', 'data-tone': 'bad' }, error.message)); }
  }
  return { element, draw: (pipe) => {
    const now = `${pipe.retried} ${pipe.deadLettered} ${pipe.dropped}`;
    if (now !== seen && element.open) load();
    seen = now;
  } };
}

const words = { failed: 'The attempt failed', partlyFailed: 'A part of the batch failed', notReached: 'The target was not reached', deadLettered: 'Given up, to the dead-letter queue', dropped: 'Given up and dropped' };

async function setRunning(name) {
  const { desiredState } = standing.topics.get(`pipes/${name}`);
  const verb = desiredState === 'RUNNING' ? 'stop' : 'start';
  const act = async () => {
    await post(path('pipes', name, verb));
    note(`${name} ${verb === 'stop' ? 'stops: what is with the function is finished' : 'starts where it stopped'}.`);
  };
  if (verb === 'start') return act().catch((error) => note(error.message, 'bad'));
  ask(`Stop ${name}?`, h('p', {}, 'It takes nothing new and finishes what is with the function. What is written meanwhile waits in the stream, which keeps 24 hours. It stays stopped over restarts until it is started again.'), 'Stop', act);
}

function replay(name) {
  const of = standing.stack.pipes.find((each) => each.name === name);
  const moment = h('input', { type: 'datetime-local', name: 'time', step: 1, 'aria-label': 'Local time' });
  const from = h('select', { name: 'from', onchange: () => { moment.hidden = from.value !== 'TIME'; } },
    option('TRIM_HORIZON', 'the oldest record that the stream holds'), option('TIME', 'a point in time'), option('TABLE', `what the table ${of?.table ?? ''} holds now`));
  moment.hidden = true;
  ask(`Replay ${name}`, h('div', { class: 'stack' },
    h('p', {}, 'The pipe delivers again from there on, by its present filter. Functions get records that they have handled before, and do again whatever they do not do once only.'),
    field('Begin at', from), moment,
    field('Records a second, at most (empty for as fast as it goes)', h('input', { name: 'rate', type: 'number', min: 1, inputmode: 'numeric' }))),
  'Replay', async (data) => {
    if (data.get('from') === 'TIME' && !data.get('time')) throw new Error('Give the time to begin at.');
    const place = data.get('from') === 'TIME' ? new Date(data.get('time')).toISOString().replace(/\.\d+/, '') : data.get('from');
    const rateMax = data.get('rate') ? Number(data.get('rate')) : undefined;
    await post(path('pipes', name, 'replay'), { from: place, recordsPerSecond: rateMax });
    const { pipe } = await get(path('pipes', name));
    note(`${name} replays: ${plural(pipe.behind, 'record')} before it.`);
  });
}

