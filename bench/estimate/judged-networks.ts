/**
 * Whole networks that the fit never sees, to judge the estimate by: Mobile_BLNets of random shape and random graphs,
 * compiled as a user would, with the folding that the search finds for a budget of their own.
 */
import type { Budget } from '../../src/explore/cost.js';
import { foldingSpaces } from '../../src/explore/folding-space.js';
import { type Fabric, fabricOf } from '../../src/explore/foldings.js';
import { foldingsForInterval, searchFoldings } from '../../src/explore/search-foldings.js';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import { buildGraph } from '../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../src/frontend/spec/network-spec.js';
import { generateVerilog } from '../../src/hls-gen/verilog.js';
import { loadAssets } from '../../src/io/assets.js';
import type { FoldingPlan } from '../../src/ir/folding.js';
import type { Graph } from '../../src/ir/graph.js';
import type { Hardware } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { type QuantGraph, tensorOf } from '../../src/ir/quant-graph.js';
import type { Family } from '../../src/ir/resources.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { lower } from '../../src/passes/lower.js';
import { randomGraph } from '../../test/support/random-graph.js';
import { quantizeRandom, randomPlan } from './designs.js';

export interface JudgedNetwork {
  readonly name: string;
  readonly seed: number;
  readonly shape: 'mobile-blnet' | 'random';
  /** Random foldings, or those that the search finds: for so many frames per million cycles, or within a budget. */
  readonly folding: 'random' | number | Budget;
  readonly bits: number;
}

const network = (
  shape: JudgedNetwork['shape'],
  seed: number,
  folding: JudgedNetwork['folding'],
  bits = 8,
): JudgedNetwork => ({ name: `${shape}-${seed}`, seed, shape, folding, bits });

/** Those that a user would ask for: so many DSPs and LUTs. */
const within = (dsp: number, lut: number): Budget => ({ dsp, lut, bram: 40 });

/** By the last digit of the seed, so that seeds decide alone: shape, folding, bits. */
function drawn(seed: number, lut: number): JudgedNetwork {
  const digit = seed % 10;
  const shape = [3, 6, 9].includes(digit) ? 'mobile-blnet' : 'random';
  const bits = digit === 5 ? 6 : digit === 8 ? 5 : 8;
  const budgets: Readonly<Record<number, JudgedNetwork['folding']>> = {
    1: within(12, lut),
    4: within(12, lut),
    7: 100,
    9: within(16, lut),
  };
  return network(shape, seed, budgets[digit] ?? 'random', bits);
}

/**
 * From 9801, 9601 and 9701 on, the first twelve random graphs that are estimated at no more than so many LUTs and the first two
 * Mobile_BLNets at no more than twice as many: Yosys takes a minute or two for each.
 * Those of 7-series from 9501 on were spent: they showed that engines of one word a pixel were over-estimated.
 */
const XC7 = [9801, 9802, 9803, 9804, 9805, 9806, 9807, 9808, 9810, 9811, 9812, 9814, 9815, 9817].map((seed) =>
  drawn(seed, 2500),
);
const XCUP = [9602, 9603, 9604, 9605, 9607, 9608, 9610, 9611, 9612, 9613, 9614, 9615, 9617, 9618].map(
  (seed) => drawn(seed, 2500),
);
const ECP5 = [9701, 9702, 9704, 9705, 9707, 9708, 9709, 9710, 9711, 9712, 9713, 9714, 9715, 9717].map(
  (seed) => drawn(seed, 4000),
);

export const JUDGED: Readonly<Record<Family, readonly JudgedNetwork[]>> = {
  xc7: XC7,
  xcup: XCUP,
  ecp5: ECP5,
};

function mobileBlnet(seed: number): Graph {
  const prng = new Prng(seed);
  const size = prng.pick([12, 16, 20, 24, 32]);
  const stages: object[] = [
    { type: 'conv', name: 'stem', out: prng.int(3, 8), kernel: 3, stride: prng.int(1, 2) },
  ];
  const modules = prng.int(0, 3) === 0 ? 2 : 1;
  for (let i = 0; i < modules; i++) {
    const out = prng.int(4, 9);
    if (prng.int(0, 3) === 0) {
      const expand = prng.int(5, 13);
      stages.push({ type: 'block', name: `b${i}`, expand, out, stride: prng.int(1, 2) });
    } else {
      const big = [{ expand: prng.int(5, 13), out, stride: 2 }];
      if (prng.int(0, 1)) big.push({ expand: prng.int(5, 13), out, stride: 1 });
      stages.push({
        type: 'bigLittle',
        name: `m${i}`,
        big,
        little: [{ expand: prng.int(3, 8), out, stride: 1 }],
      });
    }
  }
  if (prng.int(0, 1)) stages.push({ type: 'conv', name: 'head', out: prng.int(8, 16), kernel: 1, stride: 1 });
  stages.push({ type: 'classifier', name: 'classifier' });
  const input = { channels: prng.int(1, 3), height: size, width: size, mean: 128, std: 64 };
  return buildGraph(
    parseNetworkSpec({ name: `judged-${seed}`, input, classes: prng.int(2, 10), stages }),
    seed,
  );
}

/** Before what some random graphs end in. */
const RANDOM_LAYERS = 5;

/** LUTs of a layer in a random folding. */
const MOST_LUTS = 300;

export interface JudgedDesign {
  readonly hardware: Hardware;
  /** The build folder's Verilog and memory files. */
  readonly files: ReadonlyMap<string, string>;
}

function planOf({ folding, seed }: JudgedNetwork, quantized: QuantGraph, fabric: Fabric): FoldingPlan {
  if (folding === 'random') return randomPlan(quantized, new Prng(seed + 2), MOST_LUTS, fabric);
  if (typeof folding === 'number')
    return foldingsForInterval(foldingSpaces(quantized, fabric), 1e6 / folding).plan;
  return searchFoldings(foldingSpaces(quantized, fabric), folding).plan;
}

/** A network as it would be compiled for a family. */
export function judgedDesign(n: JudgedNetwork, family: Family): JudgedDesign {
  const graph = n.shape === 'mobile-blnet' ? mobileBlnet(n.seed) : randomGraph(n.seed, RANDOM_LAYERS);
  const quantized = quantizeRandom(graph, n.seed + 1, n.bits, n.bits);
  const plan = planOf(n, quantized, fabricOf(family));
  const blocks = lower(quantized, plan, () => 0).blocks;
  const interval = Math.max(...blocks.map((b) => bind(KINDS, b).cyclesPerFrame()));
  const { hardware } = sizeFifos(KINDS, quantized, plan, interval);
  const { rtl, templates } = loadAssets();
  const outputChannels = quantized.outputs.map((name) => tensorOf(quantized, name).shape.channels);
  const options = { version: 'judged', model: n.name, outputChannels, library: rtl, templates };
  const all = generateVerilog(KINDS, hardware, options);
  const files = new Map([...all].filter(([path]) => path.startsWith('rtl/') || path.startsWith('weights/')));
  return { hardware, files };
}
