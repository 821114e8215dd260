/**
 * Legal foldings of each layer with their cycles per frame and their cost.
 */

import { ceilDiv, type Folding } from '../ir/folding.js';
import type { WindowShape } from '../ir/graph.js';
import { type QuantGraph, type QuantNode, type QuantTensor, tensorOf } from '../ir/quant-graph.js';
import { needsWindow } from '../passes/lower-engine.js';

export interface FoldingOption {
  readonly folding: Folding;
  /** Cycles per frame of the slowest block that this layer becomes. */
  readonly cycles: number;
  readonly dsp: number;
  /** Orders options of equal DSP count: total width of the registers they need. */
  readonly width: number;
}

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

/**
 * Narrowest output whose beats fit the cycles of one result and whose padding stays below one beat,
 * so that a stream always has ceil(channels / lanes) beats per pixel.
 */
function narrowestOutput(computed: number, channels: number, cyclesPerResult: number): number | null {
  const padding = ceilDiv(channels, computed) * computed - channels;
  for (let lanes = 1; lanes <= computed; lanes++) {
    if (computed % lanes === 0 && computed / lanes <= cyclesPerResult && padding < lanes) return lanes;
  }
  return null;
}

const tapChoices = (w: WindowShape): number[] => (w.kernel > 1 ? [1, w.kernel] : [1]);
const pixelsOf = (t: QuantTensor): number => t.shape.height * t.shape.width;

function convOptions(node: QuantNode & { op: 'conv' }, x: QuantTensor, y: QuantTensor): FoldingOption[] {
  const options: FoldingOption[] = [];
  const outputs = y.shape.channels;
  for (const taps of tapChoices(node)) {
    const phases = (node.kernel * node.kernel) / taps;
    for (const windowLanes of streamLanes(x.shape.channels)) {
      const groups = ceilDiv(x.shape.channels, windowLanes);
      const foldIn = groups * phases;
      const buffered = needsWindow(node) ? Math.max(pixelsOf(x) * groups, pixelsOf(y) * foldIn) : 0;
      const simd = windowLanes * taps;
      for (const pe of laneCounts(outputs)) {
        const lanesOut = narrowestOutput(pe, outputs, foldIn);
        if (lanesOut === null) continue;
        options.push({
          folding: { op: 'conv', windowLanes, taps, simd, pe, lanesOut },
          cycles: Math.max(buffered, pixelsOf(y) * foldIn * ceilDiv(outputs, pe)),
          dsp: pe * simd + lanesOut,
          width: pe * 3 + simd + lanesOut,
        });
      }
    }
  }
  return options;
}

function depthwiseOptions(node: QuantNode & { op: 'conv' }, x: QuantTensor, y: QuantTensor): FoldingOption[] {
  const options: FoldingOption[] = [];
  for (const taps of tapChoices(node)) {
    const phases = (node.kernel * node.kernel) / taps;
    for (const lanes of streamLanes(x.shape.channels)) {
      const groups = ceilDiv(x.shape.channels, lanes);
      const lanesOut = narrowestOutput(lanes, x.shape.channels, phases);
      if (lanesOut === null) continue;
      options.push({
        folding: { op: 'depthwise', lanes, taps, lanesOut },
        cycles: Math.max(needsWindow(node) ? pixelsOf(x) * groups : 0, pixelsOf(y) * groups * phases),
        dsp: taps * lanes + lanesOut,
        width: lanes * 3 + lanesOut,
      });
    }
  }
  return options;
}

/** All legal foldings of a layer. */
export function foldingOptions(graph: QuantGraph, node: QuantNode): FoldingOption[] {
  const x = tensorOf(graph, node.inputs[0] as string);
  const y = tensorOf(graph, node.output);
  if (node.op === 'conv') return node.groups > 1 ? depthwiseOptions(node, x, y) : convOptions(node, x, y);
  const beats = Math.max(pixelsOf(x), pixelsOf(y));
  if (node.op === 'maxPool') {
    return tapChoices(node).flatMap((taps) =>
      streamLanes(x.shape.channels).map((lanes) => {
        const groups = ceilDiv(x.shape.channels, lanes);
        const phases = (node.kernel * node.kernel) / taps;
        const cycles = Math.max(pixelsOf(x) * groups, pixelsOf(y) * groups * phases);
        return { folding: { op: 'maxPool', lanes, taps }, cycles, dsp: 0, width: lanes * taps } as const;
      }),
    );
  }
  const perLane = node.op === 'add' ? 2 : node.op === 'globalAvgPool' ? 1 : 0;
  return streamLanes(x.shape.channels).map((lanes) => ({
    folding: { op: 'lanes', lanes },
    cycles: beats * ceilDiv(x.shape.channels, lanes),
    dsp: perLane * lanes,
    width: lanes,
  }));
}
