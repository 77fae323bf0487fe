// Which page is shown, the bar above it, light and dark.

import { h } from './dom.js';
import { count } from './format.js';
import { standing, follow } from './standing.js';
import * as flow from './flow.js';
import * as orders from './orders.js';
import * as pipes from './pipes.js';
import * as filters from './filters.js';
import * as deadLetters from './dead-letters.js';
import * as functions from './functions.js';
import * as queues from './queues.js';
import * as dashboards from './dashboards.js';
import * as alarms from './alarms.js';
import * as cost from './cost.js';
import { leave } from './api.js';

// A page is a module with `show(main, parts)`, which may return what ends it. One more page is one more line.
const pages = [
  { path: 'flow', name: 'Flow', page: flow },
  { path: 'orders', name: 'Orders', page: orders },
  { path: 'pipes', name: 'Pipes', page: pipes },
  { path: 'filters', name: 'Filters', page: filters },
  { path: 'dead-letters', name: 'Dead letters', page: deadLetters, count: deadLetters.waiting },
  { path: 'functions', name: 'Functions', page: functions },
  { path: 'queues', name: 'Queues', page: queues },
  { path: 'dashboards', name: 'Dashboards', page: dashboards },
  { path: 'alarms', name: 'Alarms', page: alarms, count: alarms.ringing, counted: 'in alarm' },
  { path: 'cost', name: 'Cost', page: cost },
];

const main = document.getElementById('main');
const nav = document.getElementById('nav');
let end = null;

const links = pages.map(({ path, name, count: number, counted = 'waiting' }) => {
  const badge = number && h('span', { class: 'count', hidden: true });
  const link = h('a', { href: `#/${path}` }, name, badge);
  return { path, link, badge, number, counted };
});
nav.append(...links.map(({ link }) => link));

function show() {
  const [path, ...parts] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const { page, name } = pages.find((each) => each.path === path) ?? pages[0];
  end?.();
  main.replaceChildren();
  for (const { path: own, link } of links) {
    if (own === (pages.find((each) => each.page === page).path)) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else link.removeAttribute('aria-current');
  }
  document.title = `${parts.filter(Boolean).at(-1) ?? name} – Sluice`;
  end = page.show(main, parts) ?? null;
}

let isFirst = true;
window.addEventListener('hashchange', (event) => {
  // The skip link's target is no page.
  if (location.hash === '#main') return history.replaceState(null, '', event.oldURL);
  show();
  // Who hears the page is told where he is.
  if (!isFirst) main.querySelector('h1')?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
document.querySelector('.skip').addEventListener('click', (event) => { event.preventDefault(); main.focus(); });

follow(() => {
  for (const { badge, number, counted } of links.filter((each) => each.number)) {
    const value = number();
    badge.hidden = value === 0;
    badge.textContent = count(value);
    badge.setAttribute('aria-label', `${count(value)} ${counted}`);
  }
}, (topic) => topic.startsWith('queues/') || topic.startsWith('alarms/') || topic === 'stack');

const connection = document.getElementById('connection');
function tellConnection() {
  const isLive = standing.connection === 'live';
  connection.textContent = isLive ? 'Live' : 'Connection lost, trying again';
  connection.dataset.tone = isLive ? 'ok' : 'bad';
}
standing.addEventListener('connection', tellConnection);

// The theme: the system's unless one was chosen, kept by the browser.
const themes = ['system', 'light', 'dark'];
const words = { system: '◐ System', light: '☀ Light', dark: '☾ Dark' };
const button = document.getElementById('theme');
function applyTheme() {
  const chosen = localStorage.getItem('theme') ?? 'system';
  document.documentElement.dataset.theme = chosen;
  button.textContent = words[chosen];
  button.setAttribute('aria-label', `Theme: ${chosen}`);
}
button.addEventListener('click', () => {
  const chosen = localStorage.getItem('theme') ?? 'system';
  localStorage.setItem('theme', themes[(themes.indexOf(chosen) + 1) % themes.length]);
  applyTheme();
});

const leaving = document.getElementById('leave');
leaving.hidden = document.querySelector('meta[name="sluice-login"]').content === 'none';
leaving.addEventListener('click', leave);

applyTheme();
standing.start();
show();
isFirst = false;
