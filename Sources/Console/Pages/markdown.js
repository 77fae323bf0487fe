// The part of Markdown that texts on dashboards use, as elements. HTML in it stays text.

import { h } from './dom.js';

const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*)\*|_([^_\s][^_]*)_|!?\[([^\]]*)\]\(((?:[^()\s]|\([^()\s]*\))+)[^)]*\)/;

/** A line's words: code, bold, italics, and links to pages of the web. */
function inline(text) {
  const found = INLINE.exec(text);
  if (!found) return [text];
  const [whole, code, bold, bold2, slanted, slanted2, name, address] = found;
  let element = whole;
  if (code !== undefined) element = h('code', {}, code);
  else if (bold ?? bold2) element = h('strong', {}, inline(bold ?? bold2));
  else if (slanted ?? slanted2) element = h('em', {}, inline(slanted ?? slanted2));
  else if (name !== undefined) element = link(name, address, whole);
  return [text.slice(0, found.index), element, ...inline(text.slice(found.index + whole.length))];
}

function link(name, address, whole) {
  // Pictures would come from elsewhere.
  if (whole.startsWith('!')) return name;
  const words = name.replace(/^button:(?:\w+:)?/, '') || address;
  if (!/^(https?:|#)/.test(address)) return words;
  return h('a', { href: address, ...(address.startsWith('#') ? {} : { target: '_blank', rel: 'noreferrer' }) }, inline(words));
}

const cells = (line) => line.replace(/^\s*\||\|\s*$/g, '').split('|').map((cell) => cell.trim());
const isRule = (line) => /^\s*\|?(\s*:?-{2,}:?\s*\|)+\s*(:?-{2,}:?)?\s*$/.test(line);

/** A text's blocks: headings, lists, tables, code, lines across, paragraphs. */
export function markdown(text) {
  const lines = text.split(/\r?\n/);
  const blocks = [];
  const take = (test) => {
    const taken = [];
    while (lines.length && test(lines[0])) taken.push(lines.shift());
    return taken;
  };
  while (lines.length) {
    const line = lines[0];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) lines.shift();
    else if (line.startsWith('```')) {
      lines.shift();
      blocks.push(h('pre', { class: 'json', tabindex: 0 }, take((each) => !each.startsWith('```')).join('\n')));
      lines.shift();
    } else if (heading) {
      lines.shift();
      // All of one level, as each stands in a widget of its own below the page's title.
      blocks.push(h('h2', { class: `size-${Math.min(heading[1].length, 3)}` }, inline(heading[2])));
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) { lines.shift(); blocks.push(h('hr', {})); }
    else if (/^\s*[-*+]\s/.test(line)) blocks.push(h('ul', {}, take((each) => /^\s*[-*+]\s/.test(each)).map((each) => h('li', {}, inline(each.replace(/^\s*[-*+]\s+/, ''))))));
    else if (/^\s*\d+[.)]\s/.test(line)) blocks.push(h('ol', {}, take((each) => /^\s*\d+[.)]\s/.test(each)).map((each) => h('li', {}, inline(each.replace(/^\s*\d+[.)]\s+/, ''))))));
    else if (line.includes('|') && isRule(lines[1] ?? '')) {
      const [first, , ...rows] = take((each) => each.includes('|'));
      blocks.push(h('table', {}, h('thead', {}, h('tr', {}, cells(first).map((cell) => h('th', { scope: 'col' }, inline(cell))))),
        h('tbody', {}, rows.map((row) => h('tr', {}, cells(row).map((cell) => h('td', {}, inline(cell))))))));
    } else {
      const words = [lines.shift(), ...take((each) => each.trim() && !/^(#{1,6}\s|```|\s*[-*+]\s|\s*\d+[.)]\s)/.test(each))];
      blocks.push(h('p', {}, inline(words.join(' '))));
    }
  }
  return blocks;
}
