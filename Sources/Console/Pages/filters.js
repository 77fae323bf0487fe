// A pattern and a record side by side: the verdict and the clause that fails, as one types; and what it would have done today.

import { h, head, field, option, note, replace, parts } from './dom.js';
import { count, percent, plural, pretty, ago } from './format.js';
import { standing, follow } from './standing.js';
import { post, path } from './api.js';

export function show(main, [named]) {
  const pattern = h('textarea', { id: 'pattern', spellcheck: 'false', autocomplete: 'off', 'aria-describedby': 'verdict', oninput: soon });
  const record = h('textarea', { id: 'record', spellcheck: 'false', autocomplete: 'off', oninput: soon });
  const pipes = h('select', { id: 'of-pipe', onchange: takePattern });
  const records = h('select', { id: 'of-record', onchange: () => { if (records.value) { record.value = pretty(recent[Number(records.value)].record); judge(); } } });
  const verdict = h('div', { class: 'card stack', id: 'verdict', role: 'status', 'aria-live': 'polite' }, h('p', { class: 'muted' }, 'Give a pattern and a record.'));
  const result = h('div', { class: 'stack' });
  const test = h('button', { type: 'button', class: 'primary', id: 'backtest', onclick: backtest }, 'Backtest on the last 24 hours');
  main.append(head('Filters', 'Change a pattern and see at once what it makes of a record, and which clause stands in the way.'),
    h('div', { class: 'two' },
      h('section', { class: 'card stack', 'aria-label': 'Pattern' }, h('div', { class: 'fields' }, field('Begin with the filter of', pipes)), field('Pattern', pattern)),
      h('section', { class: 'card stack', 'aria-label': 'Record' }, h('div', { class: 'fields' }, field('A record that was written', records)), field('Record', record))),
    verdict,
    h('section', { class: 'card stack', 'aria-label': 'Backtest' }, h('div', { class: 'row spread' }, h('div', {}, h('h2', {}, 'Backtest'), h('p', { class: 'muted small' }, 'Holds the pattern against every record that the stream still has, beside the pipe’s own filter. Changes nothing.')), test), result));
  let recent = [];
  let timer = null;
  let turn = 0;

  const pipe = () => standing.stack.pipes.find((each) => `${each.name}` === pipes.value.split('|')[0]);

  function takePattern() {
    const [, index] = pipes.value.split('|');
    pattern.value = pretty(pipe()?.patterns[Number(index)] ?? '{}');
    judge();
  }

  function soon() { clearTimeout(timer); timer = setTimeout(judge, 150); }

  async function judge() {
    if (!pattern.value.trim()) return;
    turn += 1;
    const mine = turn;
    try {
      const answer = await post('filters/explain', { pattern: pattern.value, event: record.value.trim() || undefined, table: pipe()?.table });
      if (mine === turn) replace(verdict, tell(answer, pattern.value));
    } catch (error) { if (mine === turn) replace(verdict, h('p', { class: 'issue', 'data-tone': 'bad' }, error.message)); }
  }

  async function backtest() {
    const name = pipe()?.name;
    if (!name) return;
    test.disabled = true;
    replace(result, h('p', { class: 'muted', role: 'status' }, 'Reading the stream…'));
    try { replace(result, tellBacktest(await post(path('pipes', name, 'backtest'), { patterns: [pattern.value] }))); } catch (error) { replace(result, h('p', { class: 'issue', 'data-tone': 'bad' }, error.message)); }
    test.disabled = false;
  }

  async function loadRecords() {
    const table = pipe()?.table;
    if (!table) return;
    recent = await post(path('tables', table, 'changes'), { limit: 50 });
    replace(records, option('', recent.length ? 'choose one, or paste it below' : 'none yet: paste one below'), recent.map((change, index) => option(String(index), `${change.keys} · ${JSON.parse(change.record).eventName} · ${ago(change.timestamp)}`)));
    if (recent.length && !record.value) { records.value = '0'; record.value = pretty(recent[0].record); }
  }

  const end = follow(async () => {
    if (pipes.childElementCount || !standing.stack.pipes.length) return;
    pipes.append(...standing.stack.pipes.flatMap((each) => (each.patterns.length ? each.patterns : ['{}']).map((_, index) => option(`${each.name}|${index}`, each.patterns.length > 1 ? `${each.name}, pattern ${index + 1}` : each.name, each.name === named))));
    try { await loadRecords(); } catch (error) { note(error.message, 'bad'); }
    takePattern();
  }, (topic) => topic === 'stack');
  return () => { clearTimeout(timer); turn += 1; end(); };
}

function tell(answer, pattern) {
  const findings = answer.findings.map((finding) => h('p', { class: 'issue small', 'data-tone': finding.effect === 'neverMatches' ? 'bad' : 'warn' }, finding.message));
  if (answer.patternError) return [headline('bad', 'This is no pattern'), h('p', { class: 'issue', 'data-tone': 'bad' }, answer.patternError), marked(pattern, [answer.patternErrorOffset])];
  if (answer.eventError) return [headline('bad', 'This is no record'), h('p', { class: 'issue', 'data-tone': 'bad' }, `It ${answer.eventError} (byte ${answer.eventErrorOffset}).`), findings];
  if (answer.matches === undefined) return [headline('idle', 'The pattern can be used'), findings];
  if (answer.matches) return [headline('ok', 'It passes'), findings];
  const failure = (each, before) => h('p', { class: 'issue break', 'data-tone': 'bad' }, before, each.reason);
  return [headline('bad', 'It is filtered out'), answer.failures.map((each) => failure(each, '')), answer.otherWays.map((each) => failure(each, 'Another way: ')), marked(pattern, answer.failures.map((each) => each.offset)), findings];
}

const headline = (tone, words) => h('p', { class: 'verdict' }, h('span', { class: 'state', 'data-tone': tone }, words));

/** The pattern with the rules at these places marked. */
function marked(text, offsets) {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const box = h('pre', { class: 'json', tabindex: 0, 'aria-label': 'Where in the pattern' });
  let place = 0;
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    if (offset < place || offset > bytes.length) continue;
    const end = endOfValue(bytes, offset);
    box.append(decoder.decode(bytes.slice(place, offset)), h('mark', {}, decoder.decode(bytes.slice(offset, end)) || '␣'));
    place = end;
  }
  box.append(decoder.decode(bytes.slice(place)));
  return box;
}

/** Behind the JSON value that begins at a place, or one character further where none does. */
function endOfValue(bytes, start) {
  let depth = 0;
  let inText = false;
  for (let index = start; index < bytes.length; index += 1) {
    const character = String.fromCharCode(bytes[index]);
    if (inText) {
      if (character === '\\') index += 1; else if (character === '"') { inText = false; if (depth === 0) return index + 1; }
    } else if (character === '"') inText = true;
    else if ('[{'.includes(character)) depth += 1;
    else if (']}'.includes(character)) { depth -= 1; if (depth <= 0) return index + 1; }
    else if (depth === 0 && ', \n'.includes(character)) return Math.max(index, start + 1);
  }
  return bytes.length;
}

function tellBacktest(report) {
  const line = (title, passing) => h('div', { class: 'stack tight' },
    h('div', { class: 'row spread' }, h('span', { class: 'strong' }, title), h('span', {}, `${count(passing)} pass, ${percent(passing / report.records)}`)),
    parts([{ kind: 'delivered', count: passing }, { kind: 'filtered', count: report.records - passing }]));
  const examples = (title, list, tone) => list.length > 0 && h('details', {}, h('summary', {}, title), list.map((each) => h('details', { class: 'issue', 'data-tone': tone }, h('summary', { class: 'small break' }, `${each.keys} · ${each.eventName}`), h('pre', { class: 'json', tabindex: 0 }, pretty(each.record)))));
  if (!report.records) return h('p', { class: 'muted' }, 'The stream holds no record.');
  return [
    h('p', { role: 'status' }, `${plural(report.records, 'record')} of the last 24 hours, held against the filter of ${report.pipe}.`),
    line('Its filter now', report.passing), line('This pattern', report.wouldPass),
    h('p', { class: 'row' }, h('span', { class: 'state', 'data-tone': report.gained ? 'info' : 'idle' }, `${count(report.gained)} more would pass`), h('span', { class: 'state', 'data-tone': report.lost ? 'warn' : 'idle' }, `${count(report.lost)} would pass no more`)),
    examples('Some that would pass', report.gainedExamples, 'ok'), examples('Some that would pass no more', report.lostExamples, 'bad'),
  ];
}
