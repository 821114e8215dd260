/**
 * Legal foldings of each layer with their cycles per frame and their cost.
 */

import { ceilDiv, type Folding } from '../ir/folding.js';
import type { WindowShape } from '../ir/graph.js';
import { type QuantGraph, type QuantNode, type QuantTensor, tensorOf } from '../ir/quant-graph.js';
import { MOST_LANES, macLatency, packShiftOf, productDsps } from '../kinds/engine.js';
import { boothDigits } from '../kinds/requant.js';
import { needsWindow } from '../passes/lower-engine.js';

export interface FoldingOption {
  readonly folding: Folding;
  /** Cycles per frame of the slowest block that this layer becomes. */
  readonly cycles: number;
  readonly dsp: number;
  /** Products computed in a cycle. */
  readonly multipliers: number;
  /** Orders options of equal DSP count: total width of the registers they need. */
  readonly width: number;
}

/** What a family's DSPs can do. */
export interface DspShape {
  /** Bits of the wide input of DSPs that can hold two weights; 0 where packing gains nothing. */
  readonly widePortBits: number;
}

const XC7: DspShape = { widePortBits: 25 };

/** The smallest lane count for every distinct number of beats. */
export function laneCounts(channels: number): number[] {
  const counts = new Set<number>();
  for (let beats = 1; beats <= channels; beats++) counts.add(ceilDiv(channels, beats));
  return [...counts].sort((a, b) => a - b);
}

/** Lane counts of streams: few prime factors, so that neighbours convert cheaply, or all channels at once. */
export const streamLanes = (channels: number): number[] =>
  Array.from({ length: channels }, (_, i) => i + 1).filter((n) => n === channels || isSmooth(n));

function isSmooth(n: number): boolean {
  let rest = n;
  while (rest % 2 === 0) rest /= 2;
  while (rest % 3 === 0) rest /= 3;
  return rest === 1;
}

/** Narrowest output whose beats fit the cycles of one result. */
function narrowestOutput(computed: number, cyclesPerResult: number): number {
  for (let lanes = 1; ; lanes++)
    if (computed % lanes === 0 && computed / lanes <= cyclesPerResult) return lanes;
}

/** Ways to requantize `beats` beats in the cycles of one result: in DSPs, or in LUTs with as few units as time allows. */
export function scaleChoices(multiplierBits: number, beats: number, cyclesPerResult: number): number[] {
  const digits = boothDigits(multiplierBits);
  const time = Math.floor(cyclesPerResult / beats);
  // Two digits a unit save nothing over all digits at once.
  for (let units = 1; ceilDiv(digits, units) > 2; units++)
    if (ceilDiv(digits, units) <= time) return [0, ceilDiv(digits, units)];
  return [0, 1];
}

const tapChoices = (w: WindowShape): number[] => (w.kernel > 1 ? [1, w.kernel] : [1]);
const pixelsOf = (t: QuantTensor): number => t.shape.height * t.shape.width;
const bitsOf = (multipliers: Int32Array): number =>
  Math.ceil(Math.log2(multipliers.reduce((a, b) => Math.max(a, b), 1) + 1));

function convOptions(
  node: QuantNode & { op: 'conv' },
  x: QuantTensor,
  y: QuantTensor,
  dsps: DspShape,
): FoldingOption[] {
  const options: FoldingOption[] = [];
  const outputs = y.shape.channels;
  const windowed = needsWindow(node);
  const multiplierBits = bitsOf(node.requant.multipliers);
  const packShift = packShiftOf(dsps.widePortBits, node.weightBits);
  for (const taps of tapChoices(node)) {
    const phases = (node.kernel * node.kernel) / taps;
    for (const windowLanes of windowed ? streamLanes(x.shape.channels) : laneCounts(x.shape.channels)) {
      const groups = ceilDiv(x.shape.channels, windowLanes);
      const foldIn = groups * phases;
      const buffered = windowed ? Math.max(pixelsOf(x) * groups, pixelsOf(y) * foldIn) : 0;
      const simd = windowLanes * taps;
      if (simd > MOST_LANES || macLatency(simd, 1) > 31) continue;
      for (const pe of laneCounts(outputs)) {
        const lanesOut = narrowestOutput(pe, foldIn);
        const cycles = Math.max(buffered, pixelsOf(y) * foldIn * ceilDiv(outputs, pe));
        for (const peDsp of new Set([pe, pe - (pe % 2), 0])) {
          for (const scaleCycles of scaleChoices(multiplierBits, pe / lanesOut, foldIn)) {
            for (const weightBlock of [false, true]) {
              options.push({
                folding: {
                  op: 'conv',
                  windowLanes,
                  taps,
                  simd,
                  pe,
                  lanesOut,
                  peDsp,
                  packShift,
                  weightBlock,
                  scaleCycles,
                },
                cycles,
                dsp: productDsps(simd, peDsp, packShift) + (scaleCycles === 0 ? lanesOut : 0),
                multipliers: pe * simd,
                width: pe * 3 + simd + lanesOut,
              });
            }
          }
        }
      }
    }
  }
  return options;
}

function depthwiseOptions(node: QuantNode & { op: 'conv' }, x: QuantTensor, y: QuantTensor): FoldingOption[] {
  const options: FoldingOption[] = [];
  const multiplierBits = bitsOf(node.requant.multipliers);
  for (const taps of tapChoices(node)) {
    const phases = (node.kernel * node.kernel) / taps;
    for (const lanes of laneCounts(x.shape.channels)) {
      const groups = ceilDiv(x.shape.channels, lanes);
      const lanesOut = narrowestOutput(lanes, phases);
      const cycles = Math.max(needsWindow(node) ? pixelsOf(x) * groups : 0, pixelsOf(y) * groups * phases);
      for (const useDsp of [false, true]) {
        for (const scaleCycles of scaleChoices(multiplierBits, lanes / lanesOut, phases)) {
          for (const weightBlock of [false, true]) {
            options.push({
              folding: { op: 'depthwise', lanes, taps, lanesOut, useDsp, weightBlock, scaleCycles },
              cycles,
              dsp: (useDsp ? taps * lanes : 0) + (scaleCycles === 0 ? lanesOut : 0),
              multipliers: taps * lanes,
              width: lanes * 3 + lanesOut,
            });
          }
        }
      }
    }
  }
  return options;
}

/** All legal foldings of a layer. */
export function foldingOptions(graph: QuantGraph, node: QuantNode, dsps: DspShape = XC7): FoldingOption[] {
  const x = tensorOf(graph, node.inputs[0] as string);
  const y = tensorOf(graph, node.output);
  if (node.op === 'conv')
    return node.groups > 1 ? depthwiseOptions(node, x, y) : convOptions(node, x, y, dsps);
  const beats = Math.max(pixelsOf(x), pixelsOf(y));
  if (node.op === 'maxPool') {
    return tapChoices(node).flatMap((taps) =>
      streamLanes(x.shape.channels).map((lanes) => {
        const groups = ceilDiv(x.shape.channels, lanes);
        const phases = (node.kernel * node.kernel) / taps;
        const cycles = Math.max(pixelsOf(x) * groups, pixelsOf(y) * groups * phases);
        const folding = { op: 'maxPool', lanes, taps } as const;
        return { folding, cycles, dsp: 0, multipliers: 0, width: lanes * taps };
      }),
    );
  }
  return streamLanes(x.shape.channels).map((lanes) => ({
    folding: { op: 'lanes', lanes },
    cycles: beats * ceilDiv(x.shape.channels, lanes),
    dsp: 0,
    multipliers: lanes,
    width: lanes,
  }));
}
