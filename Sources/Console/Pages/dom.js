// Elements in one call, and what all pages have in common.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else if (name === 'checked') element.checked = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element: h('p', {class: 'muted'}, 'text', [more]). Texts stay texts: nothing is read as HTML. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** The same in SVG. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A state's colour with its word. */
export const state = (tone, word) => h('span', { class: 'state', 'data-tone': tone }, word);

/** The top of a page. */
export const head = (title, text, ...end) =>
  h('div', { class: 'head' }, h('div', {}, h('h1', { tabindex: -1 }, title), h('p', {}, text)), end);

/** A label around its field. */
export const field = (text, control) => h('label', {}, text, control);

export const option = (value, text, selected) => {
  const element = h('option', { value }, text);
  element.selected = Boolean(selected);
  return element;
};

/** Figures with their names: [[name, figure]]. */
export const figuresOf = (list) => list.map(([term, value]) => h('li', {}, h('span', { class: 'term' }, `${term} `), h('span', { class: 'value' }, value)));

/** A whole in coloured parts: [{kind, count, word}]. */
export function parts(list) {
  const total = list.reduce((sum, part) => sum + part.count, 0);
  const bar = h('div', { class: 'parts', 'aria-hidden': 'true' });
  for (const part of list.filter((each) => each.count > 0)) {
    const piece = h('i', { class: `part-${part.kind}` });
    piece.style.flex = String(part.count / total);
    bar.append(piece);
  }
  return bar;
}

/** A dialog with a form; `submit` gets the form's data and may throw, and the dialog stays open then. */
export function ask(title, body, action, submit) {
  const problem = h('p', { class: 'issue', 'data-tone': 'bad', role: 'alert', hidden: true });
  const go = h('button', { class: 'primary' }, action);
  const dialog = h('dialog', { 'aria-label': title },
    h('form', { class: 'stack', method: 'dialog', onsubmit: async (event) => {
      event.preventDefault();
      go.disabled = true;
      problem.hidden = true;
      try {
        await submit(new FormData(event.target));
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
      go.disabled = false;
    } }, h('h2', {}, title), body, problem,
    h('div', { class: 'row' }, go, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** A word in the corner that goes by itself. */
export function note(text, tone = 'ok') {
  const element = h('p', { class: 'note', 'data-tone': tone }, text);
  document.getElementById('notes').append(element);
  setTimeout(() => element.remove(), tone === 'bad' ? 9000 : 4000);
}

/** Puts new children in the place of the old ones, and the focus where it was, by the elements' ids. */
export function replace(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : '';
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
