/**
 * Legal foldings of convolutions: how many products at once, in which resources, and how the results are scaled.
 */
import { type ConvFolding, ceilDiv, type DepthwiseFolding } from '../ir/folding.js';
import type { WindowShape } from '../ir/graph.js';
import type { QuantConv, QuantTensor } from '../ir/quant-graph.js';
import { chainLength, MOST_LANES, macLatency, packShiftOf } from '../kinds/engine.js';
import { boothDigits } from '../kinds/requant.js';
import { denseCycles, tapCycles } from '../passes/layer-cycles.js';
import {
  depthwiseShape,
  engineWeights,
  foldInOf,
  needsWindow,
  pointwiseShape,
  requantParams,
  windowParams,
} from '../passes/lower-engine.js';
import type { DspShape, FoldingGroup, FoldingOption } from './foldings.js';
import {
  type Cost,
  depthwiseCost,
  emitCost,
  productsCost,
  sumCosts,
  weightsCost,
  widenCost,
  windowCost,
} from './option-cost.js';

/** The smallest lane count for every distinct number of beats. */
export function laneCounts(channels: number): number[] {
  const counts = new Set<number>();
  for (let beats = 1; beats <= channels; beats++) counts.add(ceilDiv(channels, beats));
  return [...counts].sort((a, b) => a - b);
}

/** Narrowest output whose beats fit the cycles of one result. */
function narrowestOutput(computed: number, cyclesPerResult: number): number {
  for (let lanes = 1; ; lanes++)
    if (computed % lanes === 0 && computed / lanes <= cyclesPerResult) return lanes;
}

/** Cycles of a scaling in LUTs with as few units as the time for `beats` beats in the cycles of one result allows. */
function scaleInLuts(multiplierBits: number, beats: number, cyclesPerResult: number): number {
  const digits = boothDigits(multiplierBits);
  const time = Math.floor(cyclesPerResult / beats);
  // Two digits a unit save nothing over all digits at once.
  for (let units = 1; ceilDiv(digits, units) > 2; units++)
    if (ceilDiv(digits, units) <= time) return ceilDiv(digits, units);
  return 1;
}

/** Ways to requantize `beats` beats in the cycles of one result: 0 in DSPs where they may, the cycles of a scaling in LUTs. */
export const scaleChoices = (
  multiplierBits: number,
  beats: number,
  cyclesPerResult: number,
  { requantize }: Pick<DspShape, 'requantize'>,
): number[] => [...(requantize ? [0] : []), scaleInLuts(multiplierBits, beats, cyclesPerResult)];

export const tapChoices = (w: WindowShape): number[] => (w.kernel > 1 ? [1, w.kernel] : [1]);

/** More products than this in one engine fit no part and only cost search time. */
const MOST_PRODUCTS = 2048;

const NOTHING: Cost = { dsp: 0, lut: 0, bram: 0 };

/** Line buffer and what joins beats in front of it. */
const windowOf = (node: WindowShape, x: QuantTensor, y: QuantTensor, lanes: number, taps: number): Cost =>
  needsWindow(node)
    ? sumCosts([windowCost(windowParams(node, x, y, lanes, taps, 0)), widenCost(lanes, x.bits)])
    : widenCost(lanes, x.bits);

/** Dense convolutions: words of `simd` products for each of `pe` outputs. */
export function convGroups(node: QuantConv, x: QuantTensor, y: QuantTensor, dsps: DspShape): FoldingGroup[] {
  const groups: FoldingGroup[] = [];
  const { channels } = x.shape;
  const outputs = y.shape.channels;
  const windowed = needsWindow(node);
  const requant = requantParams(node.requant, node.accBits, y);
  const packShift = packShiftOf(dsps.widePortBits, node.weightBits);
  for (const taps of tapChoices(node)) {
    for (const windowLanes of laneCounts(channels)) {
      const word = { windowLanes, taps, simd: windowLanes * taps };
      const { simd } = word;
      if (simd > MOST_LANES) break;
      const rows = engineWeights(node, channels, outputs, outputs, word);
      const chain = chainLength({ simd, xBits: x.bits, xSigned: x.signed, weights: rows }, packShift);
      if (macLatency(simd, chain || 1) > 31) continue;
      const foldIn = foldInOf(node, channels, word);
      const window = windowed ? windowOf(node, x, y, windowLanes, taps) : NOTHING;
      // Without a window beats are as narrow as the layer before makes them; one lane is usual.
      const input = windowed ? { lanesIn: simd, beatsIn: foldIn } : { lanesIn: 1, beatsIn: channels };
      /** Where products are made, where weights lie and how results are scaled, for `pe` outputs at once. */
      const optionsOf = (pe: number, cycles: number): FoldingOption[] => {
        const options: FoldingOption[] = [];
        const lanesOut = narrowestOutput(pe, foldIn);
        const foldingOf = (peDsp: number, weightBlock: boolean, scaleCycles: number): ConvFolding => ({
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
        });
        const shape = pointwiseShape(node, x, y, requant, foldingOf(0, false, 0), input, chain);
        const scales = scaleChoices(requant.multiplierBits, pe / lanesOut, foldIn, dsps);
        const emissions = scales.map((scaleCycles) => emitCost(shape, pe, scaleCycles));
        const memories = [false, true].map((weightBlock) => weightsCost(shape, weightBlock));
        // Costs add up, so each part is asked once for all that it goes with.
        for (const peDsp of new Set([pe, pe - (pe % 2), 0])) {
          const products = sumCosts([window, productsCost(shape, peDsp)]);
          for (let s = 0; s < scales.length; s++) {
            for (let m = 0; m < memories.length; m++) {
              const { dsp, lut, bram } = sumCosts([products, memories[m] as Cost, emissions[s] as Cost]);
              const folding = foldingOf(peDsp, m === 1, scales[s] as number);
              options.push({ folding, cycles, multipliers: pe * simd, dsp, lut, bram });
            }
          }
        }
        return options;
      };
      for (const pe of laneCounts(outputs)) {
        if (pe * simd > MOST_PRODUCTS) break;
        const cycles = denseCycles(node, x, y, { ...word, pe });
        groups.push({ cycles, options: () => optionsOf(pe, cycles) });
      }
    }
  }
  return groups;
}

/** Depthwise convolutions: `lanes` channels, one or a whole column of taps at once. */
export function depthwiseGroups(
  node: QuantConv,
  x: QuantTensor,
  y: QuantTensor,
  dsps: DspShape,
): FoldingGroup[] {
  const requant = requantParams(node.requant, node.accBits, y);
  return tapChoices(node).flatMap((taps) => {
    const foldTaps = node.kernel ** 2 / taps;
    return laneCounts(x.shape.channels).map((lanes) => {
      const cycles = tapCycles(node, x, y, { lanes, taps });
      const options = (): FoldingOption[] => {
        const lanesOut = narrowestOutput(lanes, foldTaps);
        const window = windowOf(node, x, y, lanes, taps);
        const scales = scaleChoices(requant.multiplierBits, lanes / lanesOut, foldTaps, dsps);
        return [false, true].flatMap((useDsp) =>
          scales.flatMap((scaleCycles) =>
            [false, true].map((weightBlock) => {
              const folding: DepthwiseFolding = {
                op: 'depthwise',
                lanes,
                taps,
                lanesOut,
                useDsp,
                weightBlock,
                scaleCycles,
              };
              const engine = depthwiseCost(depthwiseShape(node, x, y, requant, folding));
              return { folding, cycles, multipliers: taps * lanes, ...sumCosts([window, engine]) };
            }),
          ),
        );
      };
      return { cycles, options };
    });
  });
}
