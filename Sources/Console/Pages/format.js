// Figures and times as people read them.

const whole = new Intl.NumberFormat('en-US');
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (value) => whole.format(value);

/** As short as it may be: 1.2M. */
export const short = (value) => (value < 10_000 ? whole.format(value) : compact.format(value));

export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** A rate in a second. */
export function rate(value) {
  if (value < 0.05) return '0/s';
  return value < 10 ? `${value.toFixed(1)}/s` : `${short(Math.round(value))}/s`;
}

export function percent(share) {
  if (!Number.isFinite(share)) return '–';
  const value = share * 100;
  return value > 0 && value < 1 ? '< 1 %' : value > 99 && value < 100 ? '> 99 %' : `${Math.round(value)} %`;
}

export function milliseconds(value) {
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 10_000 ? `${count(Math.round(value))} ms` : seconds(value / 1000);
}

export function seconds(value) {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  if (value < 7200) return `${Math.round(value / 60)} min`;
  if (value < 172_800) return `${Math.round(value / 3600)} h`;
  return `${Math.round(value / 86_400)} days`;
}

export const ago = (timestamp) => {
  const past = (Date.now() - timestamp) / 1000;
  return past < 1 ? 'now' : `${seconds(past)} ago`.replace('.0 s', ' s');
};

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

export const time = (timestamp) => clock.format(timestamp);
export const exact = (timestamp) =>
  `${day.format(timestamp)}, ${clock.format(timestamp)}.${String(timestamp % 1000).padStart(3, '0')}`;

export function bytes(value) {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let unit = 0;
  while (value >= 1000 && unit < 3) { value /= 1024; unit += 1; }
  return `${unit ? value.toFixed(1) : value} ${units[unit]}`;
}

/** A value of DynamoDB JSON as people write it. */
export function plain(value) {
  if (value === undefined) return undefined;
  const [type, inner] = Object.entries(value)[0];
  if (type === 'M') return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, plain(each)]));
  if (type === 'L') return inner.map(plain);
  return type === 'NULL' ? null : inner;
}

export const text = (value) => {
  const simple = plain(value);
  return simple === undefined ? '' : typeof simple === 'object' ? JSON.stringify(simple) : String(simple);
};

/** JSON text with line ends, or the text itself where it is none. What fits on a line stays on it. */
export function pretty(json) {
  try { return laidOut(JSON.parse(json), ''); } catch { return json; }
}

const LINE = 64;

function laidOut(value, indent) {
  const isList = Array.isArray(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  const members = Object.entries(value).map(([name, each]) => `${isList ? '' : `${JSON.stringify(name)}: `}${laidOut(each, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  const line = `${open}${members.join(', ')}${close}`;
  return line.length <= LINE && !line.includes('\n') ? line : `${open}\n${members.map((member) => inner + member).join(',\n')}\n${indent}${close}`;
}

/** A failure in a function's words, without the JSON around them. */
export function reason(words) {
  const start = words.indexOf('{');
  try {
    const { errorType, errorMessage } = JSON.parse(words.slice(start));
    return errorMessage ? `${errorType && errorType !== 'Unhandled' ? `${errorType}: ` : ''}${errorMessage}` : words;
  } catch { return words; }
}
