/**
 * The network as a graph, laid out by dagre, drawn as SVG, once with a node for every layer and once with one for every
 * module. The filled part of a node is the measure that is chosen; without scripts it is the share of the interval.
 */
import dagre from '@dagrejs/dagre';
import { type Html, html } from '../../text/html.js';
import { grouped, percent } from '../format.js';
import type { ReportData } from '../report-data.js';
import { type GraphModel, type GraphNode, graphModel, type Measure } from './graph-model.js';

const WIDTH = 250;
const HEIGHT = 38;
const [SOURCE, SINK] = ['pixels in', 'results out'] as const;

const MEASURE_TITLES: Readonly<Record<Measure, string>> = {
  use: 'share of the interval',
  lut: 'LUTs',
  dsp: 'DSPs',
  memory: 'memory',
};

const short = (name: string, length: number): string =>
  name.length <= length ? name : `${name.slice(0, length - 9)}…${name.slice(-8)}`;

/** Address of a block's row in the tables, and of a layer's node in the graph. */
export const rowId = (block: number): string => `block-${block}`;
export const nodeId = (level: string, index: number): string => `${level}-${index}`;

/** Both levels with the tools that a script works; which layer is where for links from rows. */
export function dataflowHtml(data: ReportData): Html {
  const [layers, modules] = [graphModel(data, 'layers'), graphModel(data, 'modules')];
  return html`<div class="dataflow">
${toolsHtml(modules.nodes.length < layers.nodes.length)}
${graphHtml(data, 'layer', layers)}
${modules.nodes.length < layers.nodes.length ? graphHtml(data, 'module', modules) : html``}
</div>`;
}

/** Number of the layer's node, for links to it. */
export function layerNumbers(data: ReportData): ReadonlyMap<string, number> {
  return new Map([...new Set(data.blocks.map((b) => b.layer))].map((layer, i) => [layer, i]));
}

function toolsHtml(hasModules: boolean): Html {
  const options = Object.entries(MEASURE_TITLES).map(
    ([measure, title]) => html`<option value="${measure}">${title}</option>`,
  );
  const fold = hasModules
    ? html`<button type="button" data-graph="fold" aria-pressed="false">Modules</button>`
    : html``;
  return html`<div class="tools" role="group" aria-label="Graph">
<label>Find <input type="search" data-graph="find" autocomplete="off"></label>
<label>Fill by <select data-graph="measure" autocomplete="off">${options}</select></label>
<button type="button" data-graph="bound">To what bounds</button>
${fold}
<button type="button" data-graph="larger" aria-label="Larger">+</button>
<button type="button" data-graph="smaller" aria-label="Smaller">−</button>
<button type="button" data-graph="fit">Fit</button>
<output data-graph="found"></output>
</div>`;
}

function graphHtml(data: ReportData, level: 'layer' | 'module', model: GraphModel): Html {
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 34, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  // Nodes of the drawing are numbered: names of layers are no keys for a library that keeps them in plain objects.
  const idOf = new Map<string | null, string>(model.nodes.map((n, i) => [n.key, `n${i}`]));
  model.nodes.forEach((_, i) => {
    graph.setNode(`n${i}`, { width: WIDTH, height: HEIGHT });
  });
  for (const end of ['source', 'sink']) graph.setNode(end, { width: 110, height: 26 });
  for (const e of model.edges) {
    const [from, to] = [
      e.from === null ? 'source' : idOf.get(e.from),
      e.to === null ? 'sink' : idOf.get(e.to),
    ];
    graph.setEdge(from as string, to as string, { width: 8 * e.shape.length, height: 14, labelpos: 'r' });
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const edges = model.edges.map((e) => {
    const [from, to] = [
      e.from === null ? 'source' : idOf.get(e.from),
      e.to === null ? 'sink' : idOf.get(e.to),
    ];
    return edgeHtml(graph.edge(from as string, to as string) as unknown as Wire, e, level);
  });
  const boxes = model.nodes.map((n, i) => box(graph.node(`n${i}`) as Box, n, nodeId(level, i), data));
  const ends = [end(graph.node('source') as Box, SOURCE), end(graph.node('sink') as Box, SINK)];
  const size = html`width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  const hidden = level === 'module' ? html` hidden` : html``;
  const label = `Dataflow graph, a node for every ${level}`;
  return html`<div class="graph" data-level="${level}" tabindex="0" role="region" aria-label="${label}"${hidden}>
<svg role="group" aria-label="${label}: ${model.nodes.length} of them; the tables hold the same facts" ${size}>
<defs><marker id="arrow-${level}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>
${edges}
${ends}
${boxes}
</svg></div>`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Wire {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly x?: number;
  readonly y?: number;
}

function edgeHtml({ points, x, y }: Wire, e: GraphModel['edges'][number], level: string): Html {
  const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join('');
  const title = `${e.from ?? SOURCE} to ${e.to ?? SINK}: ${e.shape}, ${e.bits} bits a beat`;
  const label =
    x === undefined || y === undefined
      ? html``
      : html`<text class="soft" x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}" text-anchor="middle">${e.shape}</text>`;
  return html`<g><title>${title}</title><path class="edge" d="${path}" marker-end="url(#arrow-${level})"/>${label}</g>`;
}

const end = (at: Box, title: string): Html =>
  html`<g class="node" transform="translate(${(at.x - at.width / 2).toFixed(1)} ${(at.y - at.height / 2).toFixed(1)})"><rect width="${at.width}" height="${at.height}" rx="13"/><text x="${at.width / 2}" y="17" text-anchor="middle">${title}</text></g>`;

/** A link to the row of its busiest block. */
function box(at: Box, node: GraphNode, id: string, data: ReportData): Html {
  const busiest = data.blocks[node.busiest];
  const list = node.blocks.map((i) => data.blocks[i]);
  const title = list
    .map(
      (b) =>
        `${b.name}: ${b.kind}, ${grouped(b.busyCycles)} cycles, ${percent(b.utilisation)}, ${grouped(b.lut)} LUTs`,
    )
    .join('\n');
  const facts = `${node.what} · ${grouped(busiest.busyCycles)} cycles · ${percent(busiest.utilisation)}`;
  const [name, shown] = [short(node.title, 36), short(facts, 44)];
  const { use, lut, dsp, memory } = node.shares;
  const shares = html`data-use="${use.toFixed(3)}" data-lut="${lut.toFixed(3)}" data-dsp="${dsp.toFixed(3)}" data-memory="${memory.toFixed(3)}"`;
  return html`<a class="node${node.isBound ? ' hot' : ''}" id="${id}" href="#${rowId(node.busiest)}" data-name="${node.title}" data-facts="${facts}" transform="translate(${(at.x - at.width / 2).toFixed(1)} ${(at.y - at.height / 2).toFixed(1)})"><title>${`${node.title}: ${facts}\n${title}`}</title>
<rect width="${at.width}" height="${at.height}" rx="5"/><rect class="fill" ${shares} width="${(at.width * use).toFixed(1)}" height="${at.height}" rx="5"/><rect class="frame" width="${at.width}" height="${at.height}" rx="5"/>
<text x="8" y="16">${name}</text><text class="soft" x="8" y="31">${shown}</text></a>`;
}
