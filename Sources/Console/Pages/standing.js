// How everything stands, as the engine tells it, and how fast counters move.

const KEPT_SECONDS = 120;
const RATE_MILLISECONDS = 3000;

class Standing extends EventTarget {
  topics = new Map();
  connection = 'connecting';
  #samples = new Map();
  #source = null;
  #behind = 0;

  start() {
    this.#connect();
    // A page that one has left may be kept for the way back, and its stream would take one of the six connections of a browser.
    addEventListener('pagehide', () => this.#source.close());
    addEventListener('pageshow', (event) => { if (event.persisted) this.#connect(); });
    setInterval(() => { this.#sample(); this.dispatchEvent(new Event('tick')); }, 1000);
  }

  #connect() {
    const source = new EventSource('/events');
    this.#source = source;
    source.addEventListener('standing', (event) => this.#take(JSON.parse(event.data)));
    source.addEventListener('open', () => { this.topics = new Map(); this.#tell('live'); });
    source.addEventListener('error', () => {
      this.#tell('lost');
      // A stream that was refused is not tried again by the browser itself.
      if (source.readyState === EventSource.CLOSED) this.#tryAgain();
    });
  }

  /** Without a session there is nothing to listen to: the login is asked for one. */
  async #tryAgain() {
    const isOut = await fetch('/main.js', { method: 'HEAD' }).then((response) => response.status === 401, () => false);
    if (isOut) location.assign('/login'); else setTimeout(() => this.#connect(), 2000);
  }

  #tell(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.dispatchEvent(new Event('connection'));
  }

  #take({ at, changed }) {
    this.#behind = Date.now() - at;
    for (const [topic, value] of Object.entries(changed)) {
      if (value === null) this.topics.delete(topic); else this.topics.set(topic, value);
      if (value !== null) this.#keep(topic, at, value);
    }
    this.dispatchEvent(new CustomEvent('change', { detail: new Set(Object.keys(changed)) }));
  }

  /** What has not changed is noted as well, so that a rate comes to rest. */
  #sample() {
    const at = Date.now() - this.#behind;
    for (const [topic, value] of this.topics) if (topic !== 'stack' && topic !== 'engine' && !topic.startsWith('alarms/')) this.#keep(topic, at, value);
  }

  #keep(topic, at, value) {
    const samples = this.#samples.get(topic) ?? [];
    samples.push({ at, value });
    while (samples.length > 2 && at - samples[0].at > KEPT_SECONDS * 1000) samples.shift();
    this.#samples.set(topic, samples);
  }

  get stack() { return this.topics.get('stack') ?? { tables: [], pipes: [], functions: [], queues: [] }; }

  /** The names of all topics of a kind, such as `pipes`. */
  names(kind) {
    return [...this.topics.keys()].filter((topic) => topic.startsWith(`${kind}/`)).map((topic) => topic.slice(kind.length + 1));
  }

  /** A counter's movement in a second, over the last three. */
  rate(topic, counter, samples = this.#samples.get(topic) ?? []) {
    const last = samples.at(-1);
    if (!last) return 0;
    let first = samples[0];
    for (const sample of samples) if (last.at - sample.at >= RATE_MILLISECONDS) first = sample;
    const time = last.at - first.at;
    return time < 300 ? 0 : Math.max(0, (counter(last.value) - counter(first.value)) / time * 1000);
  }

  /** The course of a counter's rate, or of a value, over the last two minutes: numbers, the oldest first. */
  course(topic, read, isCounter) {
    const samples = this.#samples.get(topic) ?? [];
    const bySecond = new Map();
    for (const sample of samples) bySecond.set(Math.floor(sample.at / 1000), read(sample.value));
    const seconds = [...bySecond.keys()].sort((a, b) => a - b);
    if (!isCounter) return seconds.map((second) => bySecond.get(second));
    return seconds.slice(1).map((second, index) =>
      Math.max(0, (bySecond.get(second) - bySecond.get(seconds[index])) / (second - seconds[index])));
  }
}

export const standing = new Standing();

/** Calls `draw` now and whenever one of the topics changes, and each second where `ticks`; returns what ends that. */
export function follow(draw, isConcerned = () => true, ticks = false) {
  const changed = (event) => { if ([...event.detail].some(isConcerned)) draw(event.detail); };
  const tick = () => draw(new Set());
  standing.addEventListener('change', changed);
  if (ticks) standing.addEventListener('tick', tick);
  draw(new Set());
  return () => {
    standing.removeEventListener('change', changed);
    standing.removeEventListener('tick', tick);
  };
}
