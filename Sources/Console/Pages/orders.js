// Orders: search in bounded pages, and the way to each one's trace.

import { h, head, state, field, option, replace } from './dom.js';
import { count, plural, ago, exact, text, plain } from './format.js';
import { standing, follow } from './standing.js';
import { post, path } from './api.js';
import { showTrace } from './trace.js';

const PAGE = 25;
const statuses = ['created', 'pending', 'shipped', 'delivered', 'cancelled', 'returned', 'refunded'];
const tiers = { upTo100: 'up to 100', over100: 'over 100', over1000: 'over 1,000' };
const tones = { pending: 'info', shipped: 'info', delivered: 'ok', cancelled: 'bad', returned: 'warn', refunded: 'warn' };

export function show(main, [table, id]) {
  if (id) return showTrace(main, table, id);
  return showSearch(main, table);
}

/** The table that pipes read, unless another one is named. */
const tableOf = (named) => named || standing.stack.pipes[0]?.table || standing.stack.tables[0]?.name;

function showSearch(main, named) {
  const known = JSON.parse(sessionStorage.getItem('order-search') ?? '{}');
  const input = (name, attributes) => h('input', { name, type: 'text', autocomplete: 'off', spellcheck: 'false', value: known[name] ?? '', ...attributes });
  const form = h('form', { class: 'card fields', role: 'search', 'aria-label': 'Orders', onsubmit: (event) => { event.preventDefault(); search(); }, oninput: () => { clearTimeout(timer); timer = setTimeout(search, 250); } },
    field('Id, or how it begins', input('beginning')),
    field('Customer', input('customerId')),
    field('Status', h('select', { name: 'status' }, option('', 'any'), statuses.map((each) => option(each, each, known.status === each)))),
    field('Amount', h('select', { name: 'amountTier' }, option('', 'any'), Object.entries(tiers).map(([value, word]) => option(value, word, known.amountTier === value)))),
    h('div', { class: 'row' }, h('button', { class: 'primary' }, 'Search'), h('button', { type: 'button', onclick: clear }, 'Clear')));
  const told = h('p', { class: 'muted small', role: 'status' });
  const rows = h('div', {});
  const more = h('button', { type: 'button', hidden: true }, 'Show more');
  main.append(head('Orders', 'The newest changes, or a search by id, customer, status or amount. An order leads to its whole way.'),
    form, h('section', { class: 'card stack', 'aria-label': 'Found' }, told, rows, more));
  let timer = null;
  let turn = 0;
  let last = -1;

  const asked = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  function clear() { form.reset(); for (const each of form.querySelectorAll('input')) each.value = ''; for (const each of form.querySelectorAll('select')) each.value = ''; search(); }

  async function search() {
    const values = asked();
    sessionStorage.setItem('order-search', JSON.stringify(values));
    const table = tableOf(named);
    if (!table) return;
    turn += 1;
    const mine = turn;
    const isCurrent = () => mine === turn;
    try {
      if (Object.keys(values).length === 0) await newest(table, isCurrent); else await find(table, values, isCurrent);
    } catch (error) { if (isCurrent()) { told.textContent = error.message; replace(rows); more.hidden = true; } }
  }

  async function newest(table, isCurrent) {
    const changes = await post(path('tables', table, 'changes'), { limit: 100 });
    if (!isCurrent()) return;
    const byKey = new Map();
    for (const change of changes) if (!byKey.has(change.keys)) byKey.set(change.keys, change);
    const found = [...byKey.values()].slice(0, PAGE).map((change) => {
      const { eventName, dynamodb } = JSON.parse(change.record);
      return { item: dynamodb.NewImage ?? dynamodb.OldImage ?? dynamodb.Keys, at: change.timestamp, isGone: eventName === 'REMOVE' };
    });
    told.textContent = found.length ? `The ${plural(found.length, 'order')} of ${table} that changed last.` : `Nothing has changed in ${table} within 24 hours.`;
    replace(rows, resultTable(table, found));
    more.hidden = true;
  }

  async function find(table, { beginning, ...equals }, isCurrent) {
    const found = [];
    let lookedAt = 0;
    let next;
    const go = async () => {
      more.disabled = true;
      try {
        const page = await post(path('tables', table, 'search'), { beginning, equals, limit: PAGE, after: next });
        if (!isCurrent()) return;
        found.push(...page.items.map((item) => ({ item })));
        lookedAt += page.lookedAt;
        next = page.next;
        told.textContent = `${plural(found.length, 'order')} found among ${count(lookedAt)} looked at${next ? '; there may be more' : ', and that is all'}.`;
        replace(rows, resultTable(table, found));
        more.hidden = !next;
        more.textContent = page.items.length ? 'Show more' : 'Look further';
      } finally { more.disabled = false; }
    };
    more.onclick = () => go().catch((error) => { told.textContent = error.message; });
    await go();
  }

  // While nothing is searched for, the list follows the table, once a second at most.
  let waits = false;
  const end = follow(() => {
    const changes = standing.topics.get(`tables/${tableOf(named)}`)?.changes;
    if (changes === undefined || changes === last || waits || (last >= 0 && Object.keys(asked()).length > 0)) return;
    last = changes;
    waits = true;
    search().finally(() => setTimeout(() => { waits = false; }, 500));
  }, (topic) => topic.startsWith('tables/') || topic === 'stack', true);
  return () => { clearTimeout(timer); turn += 1; end(); };
}

function resultTable(table, found) {
  if (!found.length) return h('p', { class: 'empty' }, 'No orders here.');
  const keys = standing.stack.tables.find((each) => each.name === table)?.keys ?? [];
  const has = (name) => found.some(({ item }) => item[name]);
  const named = ['status', 'customerId', 'amount', 'country'].filter(has);
  // Of a table without orders, what its items have.
  const columns = named.length ? named : Object.keys(found[0].item).filter((name) => !keys.includes(name)).slice(0, 4);
  const isLive = found.some(({ at }) => at);
  const titles = { status: 'Status', customerId: 'Customer', amount: 'Amount', country: 'Country' };
  return h('div', { class: 'table-box' }, h('table', { class: 'cards-when-narrow', id: 'orders' },
    h('caption', { class: 'visually-hidden' }, 'Orders'),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Order'), columns.map((name) => h('th', { scope: 'col', class: name === 'amount' ? 'num' : '' }, titles[name] ?? name)), h('th', { scope: 'col' }, isLive ? 'Changed' : 'Written for'))),
    h('tbody', {}, found.map(({ item, at, isGone }) => {
      const id = text(item[keys[0]] ?? Object.values(item)[0]);
      return h('tr', {},
        h('td', { 'data-label': 'Order' }, h('a', { class: 'strong', id: `order-${id}`, href: `#/orders/${path(table, id)}` }, id)),
        columns.map((name) => h('td', { 'data-label': titles[name] ?? name, class: name === 'amount' ? 'num' : '' }, value(name, item, isGone))),
        h('td', { 'data-label': isLive ? 'Changed' : 'Written for', class: 'muted nowrap' }, at ? h('time', { title: exact(at) }, ago(at)) : when(item[keys[1]])));
    }))));
}

function value(name, item, isGone) {
  if (name === 'status') return isGone ? state('bad', 'removed') : orderState(text(item.status));
  if (name === 'amount' && item.amount) return `${Number(plain(item.amount)).toLocaleString('en-US', { minimumFractionDigits: 2 })} ${text(item.currency)}`;
  return text(item[name]);
}

export const orderState = (status) => (status ? state(tones[status] ?? 'idle', status) : '');

/** An order's own time, where the range key is one: milliseconds or seconds since 1970. */
function when(attribute) {
  const number = Number(attribute?.N);
  if (!number) return text(attribute);
  return exact(number < 1e11 ? number * 1000 : number).replace(/\.\d+$/, '');
}
