/**
 * The foldings that a search chooses from: of every layer those that no other one beats, priced once for a graph and a
 * fabric however often they are searched.
 */
import { BlnetError } from '../diagnostics.js';
import { largestOf } from '../ir/extremes.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { PLAIN, type Weights, weighed } from './flip-flops.js';
import { type Fabric, type FoldingOption, fabricOf, foldingGroups } from './foldings.js';

/**
 * Options of every layer that no other option beats in cycles and every resource, fastest first. Those at least as fast
 * as the network can be count as equally fast.
 */
export type FoldingSpace = ReadonlyMap<string, readonly FoldingOption[]>;

/** The space whose options' LUTs are weighed so, see flip-flops.ts. */
export type FoldingSpaces = (weights: Weights) => FoldingSpace;

/** What no option of `front` beats or equals, in the order of `sorted`; `front` becomes the front of both. */
function takeUnbeaten(front: FoldingOption[], sorted: readonly FoldingOption[]): FoldingOption[] {
  return sorted.filter((o) => {
    for (const k of front) if (k.dsp <= o.dsp && k.lut <= o.lut && k.bram <= o.bram) return false;
    // Options that the new one beats need not be asked any more.
    let left = 0;
    for (const k of front) if (k.dsp < o.dsp || k.lut < o.lut || k.bram < o.bram) front[left++] = k;
    front.length = left;
    front.push(o);
    return true;
  });
}

/** Options that are equally fast. */
interface PricedGroup {
  readonly cycles: number;
  readonly options: readonly FoldingOption[];
}

/** What no folding of one layer beats, the fastest first. @param floor cycles below which speed gains nothing */
function unbeaten(groups: readonly PricedGroup[], floor: number): FoldingOption[] {
  const kept: FoldingOption[] = [];
  const front: FoldingOption[] = [];
  for (let next = 0; next < groups.length; ) {
    const cycles = Math.max(floor, groups[next].cycles);
    const equal: FoldingOption[] = [];
    for (; next < groups.length && groups[next].cycles <= cycles; next++)
      for (const option of groups[next].options) equal.push(option);
    equal.sort((a, b) => a.dsp - b.dsp || a.lut - b.lut || a.bram - b.bram || a.cycles - b.cycles);
    for (const option of takeUnbeaten(front, equal)) kept.push(option);
  }
  return kept;
}

/** Errors: BLN206 for a layer that has no legal folding. */
export function foldingSpaces(graph: QuantGraph, fabric: Fabric = fabricOf('xc7')): FoldingSpaces {
  const layers = graph.nodes.map((node) => {
    const groups = foldingGroups(graph, node, fabric);
    if (groups.length === 0) {
      throw new BlnetError('BLN206', { where: node.name, found: 'no folding is legal for its shape' });
    }
    return { name: node.name, groups };
  });
  // No plan is faster than the slowest layer's fastest folding.
  const floor = largestOf(layers.map(({ groups }) => Math.min(...groups.map((g) => g.cycles))));
  // In the order in which the layer lists them, so that it can make use of what neighbours share.
  const priced = layers.map(({ name, groups }) => ({
    name,
    groups: groups.map((g): PricedGroup => ({ cycles: g.cycles, options: g.options() })),
  }));
  const known = new Map<Weights, FoldingSpace>();
  return (weights) => {
    const space =
      known.get(weights) ??
      new Map(
        priced.map(({ name, groups }) => {
          const those = groups.map((g) => ({ cycles: g.cycles, options: weighed(g.options, weights) }));
          return [
            name,
            unbeaten(
              those.sort((a, b) => a.cycles - b.cycles),
              floor,
            ),
          ];
        }),
      );
    known.set(weights, space);
    return space;
  };
}

/** Flip-flops left out. */
export const foldingSpace = (graph: QuantGraph, fabric?: Fabric): FoldingSpace =>
  foldingSpaces(graph, fabric)(PLAIN);
