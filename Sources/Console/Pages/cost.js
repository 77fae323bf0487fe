// What all of this would cost on AWS, and what the filters save.

import { h, head, replace } from './dom.js';
import { bytes, count, seconds } from './format.js';
import { post } from './api.js';
import { timeChoice, timeNamed, whileSeen } from './pictures.js';

export function show(main, [timeName]) {
  let span = timeNamed(timeName) ?? timeNamed('1h');
  const choice = timeChoice('cost-time', span, (next) => { span = next; history.replaceState(null, '', `#/cost/${span.name}`); turns.now(); }, { names: ['1h', '1d', '15d'] });
  const problem = h('p', { class: 'issue', 'data-tone': 'bad', role: 'alert', hidden: true });
  const figures = h('ul', { class: 'figures plain' });
  const about = h('p', { class: 'muted small' });
  const bill = h('tbody', {});
  const pipes = h('tbody', {});
  const exclusions = h('ul', {});
  const table = (caption, titles, body) => h('div', { class: 'table-box' }, h('table', { class: 'cards-when-narrow' }, h('caption', { class: 'visually-hidden' }, caption),
    h('thead', {}, h('tr', {}, titles.map(([title, isNumber]) => h('th', { scope: 'col', class: isNumber ? 'num' : '' }, title)))), body));
  main.append(
    head('Cost', 'What the same work would cost on AWS, and what filtering before the functions saves.', choice), problem, figures,
    h('section', { class: 'card stack', 'aria-label': 'The bill' }, h('h2', {}, 'The bill'), table('The bill', [['Service'], ['What'], ['Used', true], ['Cost', true]], bill), about),
    h('section', { class: 'card stack', 'aria-label': 'Saved' }, h('h2', {}, 'Against a call for every record'),
      h('p', { class: 'muted' }, 'Without filters and batches each record would be a request of its pipe and a call of the target. A filtered record is neither, and a batch is one call. How long the calls would have run is not counted.'),
      table('Saved by each pipe', [['Pipe'], ['Read', true], ['Filtered out', true], ['Calls made', true], ['Calls saved', true], ['Saved', true]], pipes)),
    h('section', { class: 'card stack', 'aria-label': 'Not in it' }, h('h2', {}, 'Not in it'), exclusions));

  const turns = whileSeen(async () => {
    try {
      draw(await post('cost', { rangeSeconds: span.seconds }));
      problem.hidden = true;
    } catch (error) { problem.textContent = error.message; problem.hidden = false; }
  }, () => (span.every > 5 ? span.every : 2));

  const cell = (label, className, text) => h('td', { 'data-label': label, class: className }, h('span', {}, text));

  function draw(report) {
    const figure = (name, value, small, tone) => h('li', { class: 'figure', 'data-tone': tone }, h('span', { class: 'term' }, name), h('span', { class: 'value' }, value, h('small', {}, small)));
    replace(figures,
      figure(`The last ${span.words.replace(/^1 /, '')}`, report.total, report.secondsCovered < span.seconds * 0.98 ? `${seconds(report.secondsCovered)} measured` : 'all measured'),
      figure('A month at this pace', report.month ?? '–', report.month ? '30 days' : 'after a minute'),
      figure('Calls saved', count(report.invocationsSaved), 'not made'),
      figure('Money saved', report.saved, 'at least'));
    replace(bill, report.lines.map((line) => h('tr', {}, cell('Service', '', line.service), cell('What', '', line.what),
      cell('Used', 'num', line.unit === 'bytes' ? bytes(line.count) : `${count(line.count)} ${line.unit}`), cell('Cost', 'num', line.amount))),
    h('tr', { class: 'total' }, cell('Service', 'strong', 'Together'), cell('What', '', ''), cell('Used', 'num', ''), cell('Cost', 'num strong', report.total)));
    about.textContent = `Prices on demand in ${report.region}, with sources of ${report.oldestPriceDate} to ${report.priceDate}, without free tiers.`;
    replace(pipes, report.pipes.map((pipe) => h('tr', {}, cell('Pipe', '', pipe.name), cell('Read', 'num', count(pipe.read)), cell('Filtered out', 'num', count(pipe.filteredOut)),
      cell('Calls made', 'num', count(pipe.invocations)), cell('Calls saved', 'num', count(pipe.invocationsSaved)), cell('Saved', 'num', pipe.saved))));
    if (!exclusions.childElementCount) replace(exclusions, report.exclusions.map((each) => h('li', {}, each)));
  }

  return turns.end;
}
