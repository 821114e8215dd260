/**
 * Frames per second and MACs per DSP and cycle of the four Mobile_BLNet networks on the parts, requantizers' DSPs
 * counted: whole designs, as `blnet compile` makes them. Weights of all but the CIFAR-10 network are seeded.
 */
import { prepare } from '../src/compile.js';
import { DEFAULT_CONFIG, deviceOf } from '../src/config.js';
import { BlnetError } from '../src/diagnostics.js';
import { NO_LIMITS } from '../src/explore/budget.js';
import { costOf } from '../src/explore/cost.js';
import { Planner } from '../src/explore/plan-design.js';
import { readImages } from '../src/io/images/images.js';
import { loadModel } from '../src/io/load-model.js';
import type { Shape } from '../src/ir/graph.js';
import type { QuantGraph } from '../src/ir/quant-graph.js';
import { quantizedLayers } from '../src/report/layers.js';
import { intervalCycles } from '../src/sim/engine.js';
import type { Device } from '../src/targets/devices.js';
import { COMMITTED, clock, NOISE, printTable } from './measure.js';

const NETWORKS: readonly (readonly [name: string, path: string])[] = [
  ['cifar10', COMMITTED],
  ['cifar100', 'models/specs/mobile-blnet-cifar100.json'],
  ['food101', 'models/specs/mobile-blnet-food101.json'],
  ['imagenet', 'models/specs/mobile-blnet-imagenet.json'],
];
const PARTS = ['xc7z010', 'xc7z020', 'xc7a100t', 'xczu3eg', 'xczu7ev', 'LFE5U-85F'];

function quantized(path: string): QuantGraph {
  const { graph } = loadModel(path);
  const shape = graph.shapes.get(graph.input) as Shape;
  const images = [...readImages(NOISE, shape, 'train', 2)].map((i) => i.pixels);
  return prepare({ graph, images, config: DEFAULT_CONFIG }).quantized;
}

type Row = (string | number)[];

/** Cells of a design, or why there is none. */
function rowOf(graph: QuantGraph, device: Device): { readonly cells: Row } | { readonly why: string } {
  try {
    const planner = new Planner(graph, { ...NO_LIMITS, device, requantizeIn: 'any' });
    const { folding, sized, estimate } = planner.plan(null);
    const interval = intervalCycles(sized.simulation);
    const { dsp, lut, bram } = planner.inBlocks(costOf(estimate.total));
    const { macs } = quantizedLayers(graph);
    const rate = (device.clockMhz * 1e6) / interval;
    return {
      cells: [
        device.clockMhz,
        folding.cycles,
        interval,
        `${(100 * (interval / folding.cycles - 1)).toFixed(2)} %`,
        rate.toFixed(1),
        dsp,
        (macs / (dsp * interval)).toFixed(2),
        lut,
        bram,
        folding.bound,
        folding.reason,
      ],
    };
  } catch (error) {
    if (!(error instanceof BlnetError) || !['BLN206', 'BLN208'].includes(error.diagnostic.code)) throw error;
    return { why: `${error.diagnostic.found}; there are ${error.diagnostic.need}` };
  }
}

const HEAD = [
  'part',
  'MHz',
  'planned',
  'interval',
  'lost',
  'frames/s',
  'DSPs',
  'MACs/DSP',
  'LUTs',
  'BRAM',
  'bounded by',
  'why',
  'CPU s',
];

export function benchParts(): void {
  console.log(
    'Parts: frames per second at the planned clock; MACs of the network, those in LUTs too, per DSP and cycle,\n' +
      "requantizers' DSPs counted; LUTs and block RAM by the estimate; seconds of CPU time;\nlost: cycles of a frame beyond those of the slowest layer",
  );
  for (const [name, path] of NETWORKS) {
    const whole = clock();
    const graph = quantized(path);
    const rows: Row[] = [];
    const misses: string[] = [];
    for (const part of PARTS) {
      const seconds = clock();
      const row = rowOf(graph, deviceOf({ part }));
      if ('cells' in row) rows.push([part, ...row.cells, seconds().cpuSeconds.toFixed(1)]);
      else misses.push(`  does not fit ${part}: ${row.why}`);
    }
    console.log(`${name}, ${path}, ${whole().cpuSeconds.toFixed(0)} s`);
    printTable(HEAD, rows);
    for (const miss of misses) console.log(miss);
    console.log();
  }
}
