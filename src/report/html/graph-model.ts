/** What the dataflow graph shows: nodes of layers or of modules with what they take, and edges with shapes. */
import type { ReportData } from '../report-data.js';

const MEASURES = ['use', 'lut', 'dsp', 'memory'] as const;
export type Measure = (typeof MEASURES)[number];

export interface GraphNode {
  readonly key: string;
  readonly title: string;
  /** What it is: an operation, or how many of which. */
  readonly what: string;
  /** Indices into `ReportData.blocks`. */
  readonly blocks: readonly number[];
  /** Index of the block that works longest. */
  readonly busiest: number;
  /** Of each measure, the share of what the part of the network that has most of it takes; `use` is of the interval. */
  readonly shares: Readonly<Record<Measure, number>>;
  readonly isBound: boolean;
}

export interface GraphEdge {
  /** Keys of nodes; null is the world. */
  readonly from: string | null;
  readonly to: string | null;
  /** `16x32x32`: channels, rows, columns. */
  readonly shape: string;
  readonly bits: number;
}

export interface GraphModel {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Block kinds that move values about: no layer is called after one of them while it has another. */
const PLUMBING = new Set(['window', 'fork', 'fifo', 'widthUp', 'widthDown']);

/** Names that a network's parts are called by: `m1.big.0.conv` and `/m1/big/conv` both belong to `m1`. */
const partsOf = (layer: string): string[] => layer.split(/[./]/).filter((part) => part !== '');

/** The module of every layer: the shortest beginning of names that tells more than three parts apart. */
function modulesOf(layers: readonly string[]): (layer: string) => string {
  for (let depth = 1; depth <= 3; depth++) {
    const of = (layer: string): string => partsOf(layer).slice(0, depth).join('.');
    if (new Set(layers.map(of)).size > 3) return of;
  }
  return (layer) => layer;
}

/** @param level what a node is */
export function graphModel(data: ReportData, level: 'layers' | 'modules'): GraphModel {
  const layers = [...new Set(data.blocks.map((b) => b.layer))];
  const keyOf = level === 'layers' ? (layer: string) => layer : modulesOf(layers);
  const groups = new Map<string, number[]>();
  data.blocks.forEach((b, i) => {
    const key = keyOf(b.layer);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const measured = [...groups.values()].map((blocks) => amountsOf(data, blocks));
  const most = Object.fromEntries(
    MEASURES.map((m) => [m, m === 'use' ? 1 : Math.max(1, ...measured.map((a) => a[m]))]),
  ) as Record<Measure, number>;
  const nodes = [...groups].map(([key, blocks], i): GraphNode => {
    const amounts = measured[i];
    const shares = Object.fromEntries(MEASURES.map((m) => [m, Math.min(1, amounts[m] / most[m])]));
    return {
      key,
      title: key,
      what: level === 'layers' ? whatOf(data, key, blocks) : contentsOf(data, blocks),
      blocks,
      busiest: busiestOf(data, blocks),
      shares: shares as Record<Measure, number>,
      isBound: blocks.some((b) => data.blocks[b].name === data.timing.bound),
    };
  });
  return { nodes, edges: edgesOf(data, keyOf) };
}

function amountsOf(data: ReportData, blocks: readonly number[]): Record<Measure, number> {
  const sum = (of: (b: ReportData['blocks'][number]) => number): number =>
    blocks.reduce((total, i) => total + of(data.blocks[i]), 0);
  return {
    use: Math.max(...blocks.map((i) => data.blocks[i].utilisation)),
    lut: sum((b) => b.lut),
    dsp: sum((b) => b.dsp),
    memory: sum((b) => b.romBits + b.ramBits),
  };
}

/** Among equals the one that computes says more. */
function busiestOf(data: ReportData, blocks: readonly number[]): number {
  const weight = (i: number): number => data.blocks[i].busyCycles + (data.blocks[i].macs > 0 ? 0.5 : 0);
  return blocks.reduce((a, b) => (weight(b) > weight(a) ? b : a));
}

/** The operation of the layer, or the kind of its block where it is no operation (a fork). */
function whatOf(data: ReportData, layer: string, blocks: readonly number[]): string {
  const op = data.network.layers.find((l) => l.name === layer)?.op;
  const kinds = blocks.map((i) => data.blocks[i].kind);
  return op ?? kinds.find((k) => !PLUMBING.has(k)) ?? kinds[0];
}

function contentsOf(data: ReportData, blocks: readonly number[]): string {
  const layers = new Set(blocks.map((i) => data.blocks[i].layer));
  return `${layers.size} ${layers.size === 1 ? 'layer' : 'layers'}`;
}

function edgesOf(data: ReportData, keyOf: (layer: string) => string): GraphEdge[] {
  const blockOf = new Map(data.blocks.map((b) => [b.name, b]));
  const outputOf = new Map(data.network.layers.map((l) => [l.name, l.output]));
  // Shape of what leaves a block: that of its layer's result, or of what comes in where it is no operation.
  const shapeOf = (block: string | null, depth = 0): string => {
    if (block === null) return data.network.input;
    const output = outputOf.get(blockOf.get(block)?.layer ?? '');
    const before = data.edges.find((e) => e.to === block);
    return output ?? (before && depth < data.blocks.length ? shapeOf(before.from, depth + 1) : '');
  };
  const nodeOf = (block: string | null): string | null =>
    block === null ? null : keyOf(blockOf.get(block)?.layer ?? '');
  const edges = new Map<string, GraphEdge>();
  for (const e of data.edges) {
    const [from, to] = [nodeOf(e.from), nodeOf(e.to)];
    if (from === to) continue;
    edges.set(JSON.stringify([from, to]), { from, to, shape: shapeOf(e.from), bits: e.lanes * e.bits });
  }
  return [...edges.values()];
}
