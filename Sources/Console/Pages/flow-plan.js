// Where boxes and lines of the diagram lie: numbers from a stack and a width, nothing is drawn here.

const NARROW = 1000;
const HEIGHTS = { Table: 88, Pipe: 112, Function: 86, Queue: 68, 'Dead letters': 68 };
const LOW = 68;
const GAP = 12;

export function plan(stack, width) {
  const graph = connect(stack);
  return width < NARROW ? asTree(graph, width) : asColumns(graph, width);
}

/** Boxes in four columns, and who leads to whom. */
function connect(stack) {
  const columns = [[], [], [], []];
  const known = new Map();
  const links = [];
  const put = (column, kind, name, more = {}) => {
    const key = `${kind === 'Table' ? 'tables' : kind === 'Pipe' ? 'pipes' : kind === 'Function' ? 'functions' : 'queues'}/${name}`;
    if (!known.has(key)) {
      const node = { kind, name, topic: key, href: hrefs[kind](name), height: HEIGHTS[kind], column, ...more };
      known.set(key, node);
      columns[column].push(node);
    }
    return known.get(key);
  };
  const table = (column, name) => {
    const hasStream = Boolean(stack.tables.find((each) => each.name === name)?.hasStream);
    return put(column, 'Table', name, { hasStream, height: hasStream ? HEIGHTS.Table : LOW });
  };
  const queue = (column, name) => put(column, 'Queue', name, { deadLetterQueue: stack.queues.find((each) => each.name === name)?.deadLetterQueue });
  const isFirst = (link) => !links.some((each) => each.to === link.to);
  const link = (from, to, rate, more = {}) => links.push({ from, to, rate, isFirst: isFirst({ to }), ...more });
  for (const pipe of stack.pipes) {
    const box = put(1, 'Pipe', pipe.name);
    const counter = (read) => (standing) => standing.rate(box.topic, (each) => read(each.pipe));
    if (pipe.table) link(table(0, pipe.table), box, counter((each) => each.read), { isLabelled: true });
    const delivered = counter((each) => each.delivered);
    if (pipe.enrichment) link(box, put(2, 'Function', pipe.enrichment), delivered);
    if (pipe.target) {
      const target = pipe.targetKind === 'queue' ? queue(2, pipe.target) : put(2, 'Function', pipe.target);
      link(box, target, delivered, { isLabelled: true });
    }
    if (pipe.deadLetterQueue) {
      link(box, put(2, 'Dead letters', pipe.deadLetterQueue), counter((each) => each.deadLettered), { isFailing: true, isLabelled: true });
    }
  }
  for (const each of stack.functions) {
    const box = put(2, 'Function', each.name);
    for (const name of each.queues) {
      const to = queue(3, name);
      link(box, to, (standing) => (standing.topics.get(box.topic)?.busy || isSole(links, to) ? standing.rate(to.topic, (queue) => queue.arrived) : 0));
    }
    for (const name of each.tables) {
      const to = table(3, name);
      link(box, to, () => 0);
    }
  }
  for (const each of stack.tables) if (each.hasStream) table(0, each.name);
  return { columns, links };
}

const isSole = (links, to) => links.filter((each) => each.to === to).length === 1;

const hrefs = {
  Table: (name) => `#/orders/${encodeURIComponent(name)}`,
  Pipe: (name) => `#/pipes/${encodeURIComponent(name)}`,
  Function: (name) => `#/functions/${encodeURIComponent(name)}`,
  Queue: (name) => `#/queues/${encodeURIComponent(name)}`,
  'Dead letters': () => '#/dead-letters',
};

/** Side by side, for screens with room. */
function asColumns({ columns, links }, width) {
  const used = columns.filter((column) => column.length > 0);
  const room = Math.min(270, Math.floor((width - 56 * (used.length - 1)) / used.length));
  const step = used.length > 1 ? (width - room) / (used.length - 1) : 0;
  const heights = used.map((column) => column.reduce((sum, node) => sum + node.height + GAP, -GAP));
  const height = Math.max(...heights) + 8;
  used.forEach((column, index) => {
    // What is spread evenly over the height meets the lines of its neighbours.
    const space = column.length > 1 ? Math.min(90, (height - 8 - heights[index]) / column.length) : 0;
    let y = (height - heights[index] - space * (column.length - 1)) / 2;
    for (const node of column) {
      Object.assign(node, { x: Math.round(index * step), y: Math.round(y), width: room });
      y += node.height + GAP + space;
    }
  });
  const edges = links.map((link) => {
    const [out, into] = [port(links, link, 'from'), port(links, link, 'to')];
    const x1 = link.from.x + link.from.width;
    const x2 = link.to.x;
    const y1 = link.from.y + link.from.height * out;
    const y2 = link.to.y + link.to.height * into;
    const bend = (x2 - x1) * 0.5;
    return { ...link, d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, label: link.isLabelled && { x: (x1 + x2) / 2, y: (y1 + y2) / 2 } };
  });
  return { width, height, nodes: used.flat(), edges };
}

/** Where on a box's side a line ends: beside the others there, in the order of what they lead to. */
function port(links, link, side) {
  const other = side === 'from' ? 'to' : 'from';
  const beside = links.filter((each) => each[side] === link[side]).sort((a, b) => a[other].y - b[other].y);
  return (beside.indexOf(link) + 1) / (beside.length + 1);
}

/** One below the other, each set in from what leads to it, for narrow screens. */
function asTree({ columns, links }, width) {
  const nodes = [];
  const inset = width < 480 ? 18 : 34;
  let y = 4;
  const place = (node) => {
    if (nodes.includes(node)) return;
    const x = node.column * inset;
    nodes.push(Object.assign(node, { x, y, width: Math.min(width - x, 420) }));
    y += node.height + GAP;
    for (const link of links) if (link.from === node && link.isFirst) place(link.to);
  };
  for (const column of columns) for (const node of column) if (!links.some((link) => link.to === node && link.isFirst)) place(node);
  const edges = links.filter((link) => link.isFirst).map((link) => {
    const x = link.from.x + 9;
    const end = link.to.y + link.to.height / 2;
    return { ...link, d: `M${x} ${link.from.y + link.from.height}V${end - 8}Q${x} ${end} ${x + 8} ${end}H${link.to.x}`, label: null };
  });
  return { width, height: y, nodes, edges };
}
