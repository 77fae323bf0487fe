// Pictures that the engine draws, the time that they are about, and drawing them anew for as long as somebody looks.

import { field, h, option } from './dom.js';

// The name in the address, seconds, words, and how often it is drawn anew: the longer the time, the less a second changes.
const times = [
  { name: '15m', seconds: 900, words: '15 minutes', every: 5 },
  { name: '1h', seconds: 3600, words: '1 hour', every: 5 },
  { name: '3h', seconds: 10_800, words: '3 hours', every: 5 },
  { name: '1d', seconds: 86_400, words: '1 day', every: 15 },
  { name: '15d', seconds: 1_296_000, words: '15 days', every: 60 },
];

export const timeNamed = (name) => times.find((time) => time.name === name);

/** A choice of times; `first` is one that has no name, or undefined. */
export function timeChoice(id, chosen, change, { first, names = times.map((time) => time.name) } = {}) {
  const select = h('select', { id, onchange: () => change(timeNamed(select.value)) },
    first && option('', first, !chosen), names.map((name) => option(name, timeNamed(name).words, name === chosen?.name)));
  return field('Time', select);
}

/** An SVG of the engine's as an element. */
export function picture(text) {
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  return document.importNode(parsed, true);
}

/** Puts a picture in the place of the last one where it is another. */
export function drawInto(element, text) {
  if (element.drawn === text) return;
  element.drawn = text;
  element.replaceChildren(text ? picture(text) : '');
}

/** Calls `load` now and again and again, `every()` seconds after it has ended, except while nobody sees the page. */
export function whileSeen(load, every) {
  let timer = null;
  let isOver = false;
  let isBusy = false;
  let isWantedAgain = false;
  const turn = async () => {
    clearTimeout(timer);
    if (isOver || document.hidden) return;
    isWantedAgain = isBusy;
    if (isBusy) return;
    isBusy = true;
    await load();
    isBusy = false;
    if (isWantedAgain) turn(); else if (!isOver) timer = setTimeout(turn, every() * 1000);
  };
  document.addEventListener('visibilitychange', turn);
  turn();
  return { now: turn, end: () => { isOver = true; clearTimeout(timer); document.removeEventListener('visibilitychange', turn); } };
}

/** Calls `change` with an element's width when that is another one. */
export function watchWidth(element, change) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    const now = Math.floor(element.clientWidth);
    if (now && now !== width) { width = now; change(width); }
  });
  observer.observe(element);
  return () => observer.disconnect();
}
