/**
 * The compiler and the training code count the same parameters and MACs in every layer of every committed spec. Both
 * are held against models/specs/costs.json (training/describe.py --json), so neither needs the other to run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../../src/frontend/spec/network-spec.js';
import { countGraph } from '../../../src/layers/count-graph.js';

type Row = readonly [layer: string, parameters: number, macs: number];

const FOLDER = new URL('../../../models/specs/', import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
const costs = read('costs.json') as Record<string, readonly Row[]>;
const specs = readdirSync(FOLDER).filter((f) => f.startsWith('mobile-') && f.endsWith('.json'));

/** Parameters and MACs by layer: a convolution with its batch norm, or the linear layer. */
function layersOf(file: string): Row[] {
  const layers = new Map<string, { parameters: number; macs: number }>();
  for (const [node, { parameters, macs }] of countGraph(buildGraph(parseNetworkSpec(read(file)), 1)).nodes) {
    if (parameters === 0) continue;
    const layer = node.replace(/\.(conv|norm)$/, '');
    const sum = layers.get(layer) ?? { parameters: 0, macs: 0 };
    layers.set(layer, { parameters: sum.parameters + parameters, macs: sum.macs + macs });
  }
  return Array.from(layers, ([layer, c]) => [layer, c.parameters, c.macs] as const);
}

/** Figures of the paper after pruning, in millions. */
const PAPER = {
  'mobile-blnet-cifar10': { parameters: 0.1, macs: 9.6 },
  'mobile-blnet-cifar100': { parameters: 0.3, macs: 12.7 },
  'mobile-blnet-food101': { parameters: 1.0, macs: 203.0 },
  'mobile-blnet-imagenet': { parameters: 2.1, macs: 249.6 },
} as const;

describe('costs of the specs', () => {
  it('are listed for every spec', () => {
    expect(specs.map((f) => f.replace('.json', '')).sort()).toEqual(Object.keys(costs).sort());
  });

  it.each(specs)('are the same on both sides, layer by layer: %s', (file) => {
    expect(layersOf(file)).toEqual(costs[file.replace('.json', '')]);
  });

  it.each(Object.entries(PAPER))('meet the paper within 5 %%: %s', (name, paper) => {
    const rows = costs[name];
    const total = (i: 1 | 2) => rows.reduce((sum, row) => sum + row[i], 0) / 1e6;
    expect(Math.abs(total(1) / paper.parameters - 1)).toBeLessThan(0.05);
    expect(Math.abs(total(2) / paper.macs - 1)).toBeLessThan(0.05);
  });
});
