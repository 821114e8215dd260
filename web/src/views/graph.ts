/** The dataflow graph: zoom, search, fill by a measure, modules for layers, the way to what bounds the interval. */

const ZOOM = 1.25;

const dataflowOf = (element: Element): Element | null => element.closest('.dataflow');

/** The level that is shown. */
const shown = (flow: Element): HTMLElement =>
  (flow.querySelector('.graph:not([hidden])') ?? flow.querySelector('.graph')) as HTMLElement;

function show(flow: Element, level: string): void {
  for (const graph of flow.querySelectorAll<HTMLElement>('.graph'))
    graph.hidden = graph.dataset.level !== level;
  flow.querySelector('[data-graph=fold]')?.setAttribute('aria-pressed', String(level === 'module'));
}

function scale(graph: HTMLElement, factor: number | 'fit'): void {
  const svg = graph.querySelector('svg');
  if (!svg) return;
  const { width, height } = svg.viewBox.baseVal;
  const now = svg.width.baseVal.value / width;
  const wanted = factor === 'fit' ? Math.min(1, (graph.clientWidth - 16) / width) : now * factor;
  const to = Math.min(4, Math.max(0.1, wanted));
  svg.setAttribute('width', `${width * to}`);
  svg.setAttribute('height', `${height * to}`);
}

function goTo(node: Element | null | undefined): void {
  node?.scrollIntoView({ block: 'center', inline: 'center' });
  if (node instanceof SVGElement) node.focus({ preventScroll: true });
}

function fillBy(flow: Element, measure: string): void {
  for (const fill of flow.querySelectorAll<SVGRectElement>('.fill')) {
    const whole = fill.nextElementSibling as SVGRectElement;
    fill.setAttribute('width', `${whole.width.baseVal.value * Number(fill.dataset[measure])}`);
  }
}

/** Marks what has the text in its name or facts; the first of them comes into sight. */
function find(flow: Element, given: string): void {
  const wanted = given.trim().toLowerCase();
  let first: Element | undefined;
  let count = 0;
  for (const node of shown(flow).querySelectorAll<SVGAElement>('a.node')) {
    const text = `${node.dataset.name} ${node.dataset.facts}`;
    const isFound = wanted !== '' && text.toLowerCase().includes(wanted);
    node.classList.toggle('found', isFound);
    if (isFound) count++;
    if (isFound) first ??= node;
  }
  const output = flow.querySelector('[data-graph=found]');
  if (output) output.textContent = wanted === '' ? '' : `${count} found`;
  first?.scrollIntoView({ block: 'center', inline: 'center' });
}

const ACTIONS: Readonly<Record<string, (flow: Element) => void>> = {
  larger: (flow) => scale(shown(flow), ZOOM),
  smaller: (flow) => scale(shown(flow), 1 / ZOOM),
  fit: (flow) => scale(shown(flow), 'fit'),
  fold: (flow) => show(flow, shown(flow).dataset.level === 'layer' ? 'module' : 'layer'),
  bound: (flow) => goTo(shown(flow).querySelector('a.hot')),
};

document.addEventListener('click', (event) => {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>('button[data-graph]');
  const flow = button && dataflowOf(button);
  if (button && flow) ACTIONS[button.dataset.graph ?? '']?.(flow);
  // A row leads to a layer's node, which may be folded away.
  const link = target.closest<HTMLAnchorElement>('a[href^="#layer-"]');
  const node = link && document.getElementById(link.hash.slice(1));
  const home = node && dataflowOf(node);
  if (!node || !home) return;
  event.preventDefault();
  show(home, 'layer');
  goTo(node);
});

document.addEventListener('input', (event) => {
  const field = event.target as HTMLInputElement | HTMLSelectElement;
  const flow = dataflowOf(field);
  if (!flow) return;
  if (field.dataset.graph === 'find') find(flow, field.value);
  if (field.dataset.graph === 'measure') fillBy(flow, field.value);
});

document.addEventListener(
  'wheel',
  (event) => {
    const graph = (event.target as Element).closest<HTMLElement>('.graph');
    if (!graph || !event.ctrlKey) return;
    event.preventDefault();
    scale(graph, event.deltaY < 0 ? ZOOM : 1 / ZOOM);
  },
  { passive: false },
);
