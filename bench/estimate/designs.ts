/**
 * Designs for the estimator, each from a seed. `gridDesign`: a few random layers in random foldings, whose blocks are
 * the grid that coefficients are fitted to. Networks to judge them by are in judged-networks.ts; the two share no seed.
 */
import { type Fabric, fabricOf, foldingOptions } from '../../src/explore/foldings.js';
import type { Folding } from '../../src/ir/folding.js';
import { type Graph, type GraphOp, NO_PADS, type Shape } from '../../src/ir/graph.js';
import type { BlockParams, Hardware } from '../../src/ir/hardware.js';
import { HardwareBuilder } from '../../src/ir/hardware-builder.js';
import { Prng } from '../../src/ir/prng.js';
import type { QuantGraph } from '../../src/ir/quant-graph.js';
import { perChannel } from '../../src/layers/depthwise/index.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { FUNCTIONS, type FunctionName } from '../../src/layers/lookup/functions.js';
import { calibrate } from '../../src/passes/calibrate.js';
import { foldBatchNorm } from '../../src/passes/fold-batch-norm.js';
import { lower } from '../../src/passes/lower.js';
import { quantize } from '../../src/passes/quantize.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';

/** Calibrated on one random image, pixels as 8 unsigned bits. */
export function quantizeRandom(graph: Graph, seed: number, activationBits = 8, weightBits = 8): QuantGraph {
  const prng = new Prng(seed);
  const shape = graph.shapes.get(graph.input) as Shape;
  const image = Float32Array.from({ length: shape.channels * shape.height * shape.width }, () =>
    prng.normal(),
  );
  const folded = foldBatchNorm(graph);
  const { tensors } = calibrate(folded, [image], 'min-max', new FloatExecutor(folded));
  const inputFormat = { bits: 8, signed: false, scale: 1 / 64, zeroPoint: 128 };
  return quantize(folded, { ranges: tensors, inputFormat, activationBits, weightBits });
}

function conv(prng: Prng, x: Shape, out: number | 'depthwise', kernel: number, stride: number): GraphOp {
  const depthwise = out === 'depthwise';
  const outChannels = depthwise ? x.channels : out;
  const fanIn = (depthwise ? 1 : x.channels) * kernel * kernel;
  const deviation = Math.sqrt(2 / fanIn);
  const weights = Float32Array.from({ length: outChannels * fanIn }, () => deviation * prng.normal());
  const bias = Float32Array.from({ length: outChannels }, () => 0.2 * prng.normal());
  const p = Math.floor(kernel / 2);
  const pads = kernel === 1 ? NO_PADS : { top: p, left: p, bottom: p, right: p };
  const filters = { kernel, stride, pads, weights, bias };
  return depthwise ? perChannel(outChannels, filters) : { op: 'conv', outChannels, ...filters };
}

/** Uniform in the logarithm. */
const logInt = (prng: Prng, lo: number, hi: number): number =>
  Math.min(hi, Math.floor(lo * ((hi + 1) / lo) ** prng.float()));

const CLAMP: GraphOp = { op: 'clamp', min: 0, max: 6 };
const LAYERS = [
  ...([
    'pointwise',
    'depthwise',
    'conv',
    'maxPool',
    'pointwise',
    'upsample',
    'residual',
    'globalAvgPool',
  ] as const),
  'streams',
] as const;
type Chain = (typeof LAYERS)[number];
const chainOf = (seed: number): Chain => LAYERS[seed % LAYERS.length];

function gridGraph(prng: Prng, seed: number, chain: Exclude<Chain, 'streams'>): Graph {
  const size = logInt(prng, 3, 32);
  const shape = {
    channels: logInt(prng, 2, 96),
    height: size,
    width: prng.int(0, 3) ? size : logInt(prng, 3, 32),
  };
  const builder = new GraphBuilder(`grid_${seed}`, 'image', shape);
  // The input stream is unsigned; a layer in front makes the rest signed as it is inside a network.
  const stride = size > 4 ? prng.int(1, 2) : 1;
  const activate = (y: string, name: string): string => (prng.int(0, 2) ? builder.add(name, CLAMP, [y]) : y);
  const x = 'image';
  switch (chain) {
    case 'pointwise': {
      const a = activate(builder.add('first', conv(prng, shape, logInt(prng, 2, 96), 1, 1), [x]), 'act1');
      const b = builder.add('second', conv(prng, builder.shapeOf(a), logInt(prng, 2, 64), 1, 1), [a]);
      return builder.finish(activate(b, 'act2'), {});
    }
    case 'depthwise': {
      const a = builder.add('first', conv(prng, shape, 'depthwise', 3, stride), [x]);
      return builder.finish(activate(a, 'act1'), {});
    }
    case 'conv':
      return builder.finish(
        activate(builder.add('first', conv(prng, shape, logInt(prng, 2, 32), 3, stride), [x]), 'act1'),
        {},
      );
    case 'maxPool': {
      const pads = prng.int(0, 1) ? { top: 1, left: 1, bottom: 1, right: 1 } : NO_PADS;
      return builder.finish(
        builder.add('pool', { op: 'maxPool', kernel: prng.int(2, 3), stride, pads }, [x]),
        {},
      );
    }
    case 'upsample':
      return builder.finish(
        builder.add('up', { op: 'upsample', rows: 2, columns: 2, fill: 'repeat' }, [x]),
        {},
      );
    case 'residual': {
      const branch = builder.add('branch', conv(prng, shape, 'depthwise', 1, 1), [x]);
      return builder.finish(activate(builder.add('join', { op: 'add' }, [x, branch]), 'act1'), {});
    }
    case 'globalAvgPool':
      return builder.finish(builder.add('mean', { op: 'globalAvgPool' }, [x]), {});
  }
}

/** LUTs of the largest folding in the grid, as the folding search expects them: the larger, the longer Yosys takes. */
const MOST_LUTS = 350;
const MOST_LUTS_OF_WIDE = 900;

/** Random legal foldings, those of few lanes as often as those of many. */
export function randomPlan(
  graph: QuantGraph,
  prng: Prng,
  mostLuts = MOST_LUTS,
  fabric: Fabric = fabricOf('xc7'),
): Map<string, Folding> {
  const plan = new Map<string, Folding>();
  for (const node of graph.nodes) {
    const all = foldingOptions(graph, node, fabric).sort((a, b) => a.lut - b.lut);
    const small = all.filter((o) => o.lut <= mostLuts);
    const options = small.length > 0 ? small : all.slice(0, 1);
    plan.set(node.name, options[logInt(prng, 1, options.length) - 1].folding);
  }
  return plan;
}

/** Random foldings of many lanes: any that is neither small nor large is as likely as any other. */
function widePlan(graph: QuantGraph, prng: Prng, fabric: Fabric): Map<string, Folding> {
  const plan = new Map<string, Folding>();
  for (const node of graph.nodes) {
    const all = foldingOptions(graph, node, fabric).sort((a, b) => a.lut - b.lut);
    const fits = all.filter((o) => o.lut <= MOST_LUTS_OF_WIDE);
    const wide = fits.filter((o) => o.lut > MOST_LUTS_OF_WIDE / 3);
    const options = wide.length > 0 ? wide : fits.length > 0 ? fits.slice(-4) : all.slice(0, 1);
    plan.set(node.name, prng.pick(options).folding);
  }
  return plan;
}

/** Blocks that only move beats, side by side: they need no network around them. */
function streamsDesign(seed: number, prng: Prng): Hardware {
  const builder = new HardwareBuilder();
  const add = (
    params: BlockParams,
    lanesIn: number,
    lanesOut: number,
    outputs: number,
    bits: number,
  ): void => {
    const stream = (lanes: number) =>
      builder.stream({ name: 's', lanes, bits, signed: true, beatsPerFrame: 64 });
    const inputs = [stream(lanesIn)];
    builder.block(
      params.kind,
      params.kind,
      params,
      inputs,
      Array.from({ length: outputs }, () => stream(lanesOut)),
    );
  };
  for (let i = 0; i < 2; i++) {
    const [lanes, bits, ratio] = [logInt(prng, 1, 24), prng.pick([8, 8, 8, 5, 4]), logInt(prng, 2, 9)];
    const beats = logInt(prng, 1, 60);
    const pixels = 64;
    add({ kind: 'fork', beats: 64, lanes, bits }, lanes, lanes, 2, bits);
    add({ kind: 'fifo', beats: 4000, lanes, bits, depth: logInt(prng, 1, 3000) }, lanes, lanes, 1, bits);
    add(
      { kind: 'widthUp', pixels, lanesIn: lanes, bits, ratio, groupsIn: beats },
      lanes,
      lanes * ratio,
      1,
      bits,
    );
    add(
      { kind: 'widthDown', pixels, lanesOut: lanes, bits, ratio, groupsOut: beats },
      lanes * ratio,
      lanes,
      1,
      bits,
    );
  }
  return builder.finish(
    `streams_${seed}`,
    [{ role: 'pixels', tensor: 'input', stream: 0 }],
    [{ role: 'result', tensor: 'output', stream: 1 }],
  );
}

/** Designs from this seed on are engines of many lanes, as a search for throughput finds them. */
const FIRST_WIDE = 300;
/** From this seed on they are channels of two maps joined, and tables. */
const FIRST_TABLES = 400;
/** From this seed on they are channels chosen, gates and products. */
const FIRST_GATES = 500;
/** From this seed on they have one channel or two. */
const FIRST_SMALLEST = 600;

/** Two maps joined, often in formats that need a table, and a function of the result. */
function tablesDesign(seed: number, fabric: Fabric): Hardware {
  const prng = new Prng(seed);
  const shape = { channels: logInt(prng, 2, 24), height: prng.int(3, 10), width: prng.int(3, 10) };
  const builder = new GraphBuilder(`tables_${seed}`, 'image', shape);
  const a = builder.add('first', conv(prng, shape, shape.channels * prng.int(1, 2), 1, 1), ['image']);
  const b = builder.add('second', conv(prng, builder.shapeOf(a), 'depthwise', 1, 1), [a]);
  const joined = builder.add('join', { op: 'concat' }, [a, b]);
  const name = prng.pick(Object.keys(FUNCTIONS) as FunctionName[]);
  const y = builder.add('table', { op: 'lookup', function: name, alpha: 0.2, beta: 0.5 }, [joined]);
  const graph = quantizeRandom(builder.finish(y, {}), seed + 1, prng.pick([8, 8, 8, 6, 4]));
  return lower(graph, randomPlan(graph, prng, MOST_LUTS_OF_WIDE, fabric), () => 0);
}

/** Channels of a map chosen, and the map gated by their means or multiplied by another. */
function gatesDesign(seed: number, fabric: Fabric): Hardware {
  const prng = new Prng(seed);
  const shape = { channels: logInt(prng, 2, 32), height: prng.int(3, 10), width: prng.int(3, 10) };
  const builder = new GraphBuilder(`gates_${seed}`, 'image', shape);
  const a = builder.add('first', conv(prng, shape, shape.channels * prng.int(1, 2), 1, 1), ['image']);
  const { channels } = builder.shapeOf(a);
  const from = prng.int(0, channels - 1);
  // A slice, which keeps whole beats where the lanes allow it, or a shuffle.
  const chosen = prng.int(0, 1)
    ? Array.from({ length: prng.int(1, channels - from) }, (_, i) => from + i)
    : Array.from({ length: channels }, (_, i) => (i % 2) * Math.ceil(channels / 2) + (i >> 1));
  const part = builder.add('select', { op: 'select', channels: chosen }, [a]);
  const b = prng.int(0, 1)
    ? builder.add('mean', { op: 'globalAvgPool' }, [part])
    : builder.add('second', conv(prng, builder.shapeOf(part), 'depthwise', 1, 1), [part]);
  const y = builder.add('product', { op: 'product' }, [part, b]);
  const graph = quantizeRandom(builder.finish(y, {}), seed + 1, prng.pick([8, 8, 8, 6, 4]));
  return lower(graph, randomPlan(graph, prng, MOST_LUTS_OF_WIDE, fabric), () => 0);
}

/** Engines and pools of one channel or two, whose control Yosys dissolves: what is left of each, at the smallest. */
function smallestDesign(seed: number, fabric: Fabric): Hardware {
  const prng = new Prng(seed);
  const shape = { channels: prng.int(1, 2), height: prng.int(4, 9), width: prng.int(4, 9) };
  const builder = new GraphBuilder(`smallest_${seed}`, 'image', shape);
  const a = builder.add('first', conv(prng, shape, prng.int(1, 2), 1, 1), ['image']);
  const up = builder.add('up', { op: 'upsample', rows: 2, columns: 2, fill: 'repeat' }, [a]);
  const x = builder.shapeOf(up);
  const b = builder.add('second', conv(prng, x, x.channels > 1 ? 'depthwise' : 1, prng.pick([1, 3]), 1), [
    up,
  ]);
  const mean = builder.add('mean', { op: 'globalAvgPool' }, [b]);
  const y = builder.add('dense', conv(prng, builder.shapeOf(mean), prng.int(1, 4), 1, 1), [mean]);
  const graph = quantizeRandom(builder.finish(y, {}), seed + 1, prng.pick([8, 8, 6]));
  return lower(graph, randomPlan(graph, prng, MOST_LUTS, fabric), () => 0);
}

/** One pixel's work in a network: few channels, so that the lanes and not the memories are what takes LUTs. */
function wideDesign(seed: number, fabric: Fabric): Hardware {
  const prng = new Prng(seed);
  const size = prng.int(4, 12);
  const shape = { channels: logInt(prng, 4, 32), height: size, width: size };
  const builder = new GraphBuilder(`wide_${seed}`, 'image', shape);
  const activate = (y: string, name: string): string => (prng.int(0, 1) ? builder.add(name, CLAMP, [y]) : y);
  const isDepthwise = seed % 3 === 0;
  const first = isDepthwise
    ? conv(prng, shape, 'depthwise', 3, 1)
    : conv(prng, shape, logInt(prng, 6, 40), 1, 1);
  const y = activate(builder.add('first', first, ['image']), 'act1');
  // The first layer has an unsigned input, the second a signed one.
  const x = builder.shapeOf(y);
  const second = isDepthwise ? conv(prng, x, 'depthwise', 3, 1) : conv(prng, x, logInt(prng, 6, 24), 1, 1);
  const graph = quantizeRandom(
    builder.finish(activate(builder.add('second', second, [y]), 'act2'), {}),
    seed + 1,
  );
  return lower(graph, widePlan(graph, prng, fabric), () => 0);
}

/** A small random accelerator. Equal seeds give equal ones, but for what a family's foldings cost and may use. */
export function gridDesign(seed: number, fabric: Fabric): Hardware {
  if (seed >= FIRST_SMALLEST) return smallestDesign(seed, fabric);
  if (seed >= FIRST_GATES) return gatesDesign(seed, fabric);
  if (seed >= FIRST_TABLES) return tablesDesign(seed, fabric);
  if (seed >= FIRST_WIDE) return wideDesign(seed, fabric);
  const prng = new Prng(seed);
  const chain = chainOf(seed);
  if (chain === 'streams') return streamsDesign(seed, prng);
  const bits = prng.pick([8, 8, 8, 8, 6, 4]);
  const weightBits = prng.pick([8, 8, 8, 8, 6, 4]);
  const graph = quantizeRandom(gridGraph(prng, seed, chain), seed + 1, bits, weightBits);
  const plan = randomPlan(graph, prng, MOST_LUTS, fabric);
  // Either side of a join may be the long one; the depth is as random as the rest.
  const side = prng.pick(['_fifo_a', '_fifo_b']);
  const depth = logInt(prng, 2, 1500);
  return lower(graph, plan, (name) => (name.endsWith(side) ? depth : 0));
}
