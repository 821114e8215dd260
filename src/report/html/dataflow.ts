/**
 * The network as a graph of layers: one node per layer with all of its blocks, laid out by dagre, drawn as SVG. The
 * filled part of a node is its busiest block's share of the interval.
 */
import dagre from '@dagrejs/dagre';
import { type Html, html } from '../../text/html.js';
import { grouped, percent } from '../format.js';
import type { ReportBlock, ReportData } from '../report-data.js';

const WIDTH = 250;
const HEIGHT = 38;
const [SOURCE, SINK] = ['pixels in', 'results out'] as const;

interface LayerNode {
  readonly layer: string;
  readonly blocks: readonly ReportBlock[];
  readonly busiest: ReportBlock;
}

function layerNodes(data: ReportData): Map<string, LayerNode> {
  const blocks = new Map<string, ReportBlock[]>();
  for (const b of data.blocks) blocks.set(b.layer, [...(blocks.get(b.layer) ?? []), b]);
  return new Map(
    [...blocks].map(([layer, list]) => {
      // Among equals the one that computes says more.
      const weight = (b: ReportBlock): number => b.busyCycles + (b.macs > 0 ? 0.5 : 0);
      const busiest = list.reduce((a, b) => (weight(b) > weight(a) ? b : a));
      return [layer, { layer, blocks: list, busiest }];
    }),
  );
}

const short = (name: string, length: number): string =>
  name.length <= length ? name : `${name.slice(0, length - 9)}…${name.slice(-8)}`;

export function dataflowSvg(data: ReportData): Html {
  const nodes = layerNodes(data);
  const layerOf = new Map(data.blocks.map((b) => [b.name, b.layer]));
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 26, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  // Nodes of the drawing are numbered: names of layers are no keys for a library that keeps them in plain objects.
  const labels: string[] = [];
  const idOf = new Map<string, string>();
  const addNode = (key: string, label: string, width: number, height: number): void => {
    const id = `n${labels.push(label) - 1}`;
    idOf.set(key, id);
    graph.setNode(id, { width, height });
  };
  const keyOf = (block: string | null, end: string): string =>
    block === null ? end : `layer ${layerOf.get(block)}`;
  for (const layer of nodes.keys()) addNode(`layer ${layer}`, layer, WIDTH, HEIGHT);
  for (const end of [SOURCE, SINK]) addNode(end, end, 110, 26);
  const bitsOf = new Map<string, number>();
  for (const e of data.edges) {
    const [from, to] = [keyOf(e.from, SOURCE), keyOf(e.to, SINK)].map((k) => idOf.get(k) as string);
    if (from === undefined || to === undefined || from === to) continue;
    graph.setEdge(from, to);
    bitsOf.set(`${from} ${to}`, e.lanes * e.bits);
  }
  const ends = new Set([SOURCE, SINK].map((end) => idOf.get(end)));
  const layerAt = (id: string) => (ends.has(id) ? undefined : nodes.get(labelOf(id)));
  const labelOf = (id: string): string => labels[Number(id.slice(1))];
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const edges = graph.edges().map(({ v, w }: { v: string; w: string }) => {
    const points = (graph.edge(v, w) as { points: { x: number; y: number }[] }).points;
    const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join('');
    return html`<path class="edge" d="${path}" marker-end="url(#arrow)"><title>${labelOf(v)} to ${labelOf(w)}: ${bitsOf.get(`${v} ${w}`) as number} bits a beat</title></path>`;
  });
  const boxes = graph.nodes().map((id: string) => box(graph.node(id) as Box, labelOf(id), layerAt(id), data));
  return html`<div class="graph" tabindex="0" role="region" aria-label="Dataflow graph">
<svg role="img" aria-label="Dataflow graph of ${nodes.size} layers; the table of blocks holds the same facts" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>
${edges}
${boxes}
</svg></div>`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function box(at: Box, id: string, node: LayerNode | undefined, data: ReportData): Html {
  const [x, y] = [(at.x - at.width / 2).toFixed(1), (at.y - at.height / 2).toFixed(1)];
  if (!node) {
    return html`<g class="node" transform="translate(${x} ${y})"><rect width="${at.width}" height="${at.height}" rx="13"/><text x="${at.width / 2}" y="17" text-anchor="middle">${id}</text></g>`;
  }
  const { busiest, blocks } = node;
  const isBound = blocks.some((b) => b.name === data.timing.bound);
  const title = blocks
    .map((b) => `${b.name}: ${b.kind}, ${grouped(b.busyCycles)} cycles, ${percent(b.utilisation)}`)
    .join('\n');
  const facts = `${busiest.kind} · ${grouped(busiest.busyCycles)} cycles · ${percent(busiest.utilisation)}`;
  return html`<g class="node${isBound ? ' hot' : ''}" transform="translate(${x} ${y})"><title>${title}</title>
<rect width="${at.width}" height="${at.height}" rx="5"/><rect class="fill" width="${(at.width * Math.min(1, busiest.utilisation)).toFixed(1)}" height="${at.height}" rx="5"/><rect class="frame" width="${at.width}" height="${at.height}" rx="5"/>
<text x="8" y="16">${short(node.layer, 36)}</text><text class="soft" x="8" y="31">${facts}</text></g>`;
}
