/**
 * Frames per second and MACs per DSP and cycle of the four Mobile_BLNet networks on the parts, requantizers' DSPs
 * counted. Intervals are simulated on the planned hardware with join FIFOs of two frames; sizing them keeps the rate
 * (test/explore) and takes longer. Weights of all but the CIFAR-10 network are seeded.
 */
import { prepare } from '../src/compile.js';
import { DEFAULT_CONFIG, deviceOf } from '../src/config.js';
import { BlnetError } from '../src/diagnostics.js';
import { budgetOf, NO_LIMITS, wholeDesign } from '../src/explore/budget.js';
import { fabricOf } from '../src/explore/foldings.js';
import { searchFoldings } from '../src/explore/search-foldings.js';
import { readImages } from '../src/io/images/images.js';
import { loadModel } from '../src/io/load-model.js';
import type { Shape } from '../src/ir/graph.js';
import type { QuantGraph } from '../src/ir/quant-graph.js';
import { KINDS } from '../src/kinds/index.js';
import { lower } from '../src/passes/lower.js';
import { quantizedLayers } from '../src/report/layers.js';
import { intervalCycles } from '../src/sim/engine.js';
import { simulateFast } from '../src/sim/fast-engine.js';
import type { Device } from '../src/targets/devices.js';
import { COMMITTED, clock, NOISE, printTable } from './measure.js';

const NETWORKS: readonly (readonly [name: string, path: string])[] = [
  ['cifar10', COMMITTED],
  ['cifar100', 'models/specs/mobile-blnet-cifar100.json'],
  ['food101', 'models/specs/mobile-blnet-food101.json'],
  ['imagenet', 'models/specs/mobile-blnet-imagenet.json'],
];
const PARTS = ['xc7z010', 'xc7z020', 'xc7a100t', 'xczu3eg', 'xczu7ev', 'LFE5U-85F'];
/** Deep FIFOs hide a slow branch until they are full; then frames follow each other at the true rate. */
const FRAMES = 6;

function quantized(path: string): QuantGraph {
  const { graph } = loadModel(path);
  const shape = graph.shapes.get(graph.input) as Shape;
  const images = [...readImages(NOISE, shape, 'train', 2)].map((i) => i.pixels);
  return prepare({ graph, images, config: DEFAULT_CONFIG }).quantized;
}

type Row = (string | number)[];

/** Cells of a design, or why there is none. */
function rowOf(graph: QuantGraph, device: Device): { readonly cells: Row } | { readonly why: string } {
  const budget = budgetOf(device, graph, NO_LIMITS);
  try {
    const folding = searchFoldings(graph, budget, fabricOf(device.family));
    const hardware = lower(graph, folding.plan, (_, beats) => 2 * beats);
    const interval = intervalCycles(simulateFast(KINDS, hardware, { frames: FRAMES }));
    const { dsp, lut, bram } = wholeDesign(folding, budget);
    const { macs } = quantizedLayers(graph);
    const rate = (device.clockMhz * 1e6) / interval;
    return {
      cells: [
        device.clockMhz,
        folding.cycles,
        interval,
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
    if (!(error instanceof BlnetError) || error.diagnostic.code !== 'BLN206') throw error;
    return { why: `${error.diagnostic.found}; there are ${error.diagnostic.need}` };
  }
}

const HEAD = [
  'part',
  'MHz',
  'planned',
  'interval',
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
      "requantizers' DSPs counted; LUTs and block RAM as planned; seconds of CPU time",
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
