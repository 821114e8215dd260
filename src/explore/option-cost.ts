/**
 * What a folding costs before anything is built: DSPs and block RAM exactly, LUTs to some ten percent. The folding
 * search compares thousands of foldings with it; `estimate/` judges the hardware that comes out.
 */
import type { BlockShape, KindName, RequantParams, ShapeOf } from '../ir/hardware.js';
import { productDsps } from '../kinds/engine.js';
import { boothDigits, scaleUnits } from '../kinds/requant.js';

const clog2 = (n: number): number => Math.ceil(Math.log2(n));
const selectLuts = (ways: number): number => {
  const inputs = ways + clog2(ways) + 1;
  return inputs <= 6 ? 1 : Math.ceil((inputs - 1) / 5);
};
const pickLuts = (ways: number): number =>
  ways <= 1 ? 0 : ways <= 4 ? 1 : Math.ceil((ways + clog2(ways) - 1) / 5);
const usesPreAdder = (sumBits: number, multiplierBits: number, scaleCycles: number): boolean =>
  scaleCycles === 0 && sumBits > multiplierBits && sumBits <= 25;

export interface Cost {
  readonly dsp: number;
  readonly lut: number;
  /** Block RAM in halves of 36 kbit (RAMB18). */
  readonly bram: number;
}

export const RESOURCES = ['dsp', 'lut', 'bram'] as const;
export type Resource = (typeof RESOURCES)[number];

/** What the options of a choice take of one resource. */
export const totalOf = (choice: readonly Cost[], r: Resource): number =>
  choice.reduce((total, o) => total + o[r], 0);

/** Called some hundred thousand times by a search, so it is a loop. */
export function sumCosts(costs: readonly Cost[]): Cost {
  let [dsp, lut, bram] = [0, 0, 0];
  for (const c of costs) {
    dsp += c.dsp;
    lut += c.lut;
    bram += c.bram;
  }
  return { dsp, lut, bram };
}

/** Address bits at the narrowest width, widths, price and halves of each way to use a block (Yosys `memory_libmap`). */
const BLOCKS: ReadonlyArray<readonly [number, readonly number[], number, number]> = [
  [14, [1, 2, 4, 9, 18], 129, 1],
  [15, [1, 2, 4, 9, 18, 36], 257, 2],
  [14, [1, 2, 4, 9, 18, 36], 129, 1],
  [15, [1, 2, 4, 9, 18, 36, 72], 257, 2],
];

type BlockPrice = readonly [halves: number, price: number];

/** The same few shapes come up again and again. */
const known = new Map<number, BlockPrice>();

/** Halves of block RAM that Yosys takes for a memory that it puts there, and its price. */
function blockHalves(width: number, depth: number, isRom: boolean): BlockPrice {
  const key = (depth * 8192 + width) * 2 + (isRom ? 1 : 0);
  const found = known.get(key) ?? cheapestBlocks(width, depth, isRom);
  known.set(key, found);
  return found;
}

function cheapestBlocks(width: number, depth: number, isRom: boolean): BlockPrice {
  let best: BlockPrice = [0, Number.POSITIVE_INFINITY];
  for (const [addressBits, widths, price, halves] of BLOCKS) {
    widths.forEach((unit, i) => {
      const granule = isRom ? 1 : Math.min(unit, 9);
      const banks = Math.ceil(depth / 2 ** (addressBits - i));
      const copies = Math.ceil((banks * Math.ceil(width / granule) * granule) / unit);
      const cost = price * copies + (banks - 1) * width * 0.5 + (isRom ? 0 : banks * 0.5);
      if (cost < best[1]) best = [copies * halves, cost];
    });
  }
  return best;
}

/** LUTs of a memory of LUT RAM (RAM32M: 6 bits x 32, RAM64M: 3 bits x 64), and Yosys's price. */
function lutRam(width: number, depth: number): readonly [luts: number, price: number] {
  const [bits, words] = depth <= 32 ? [6, 32] : [3, 64];
  const banks = Math.ceil(depth / words);
  const copies = Math.ceil(width / bits) * banks;
  const multiplexers = banks > 1 ? (banks - 1) * width * 0.5 : 0;
  return [4 * copies + Math.ceil(multiplexers), copies + (7 * banks * width) / bits + multiplexers];
}

/** Memory that blocks write and read; the tool picks its kind by price. */
export function ramCost(width: number, depth: number): Cost {
  const [halves, blockPrice] = blockHalves(width, depth, false);
  const [luts, lutPrice] = lutRam(width, depth);
  return blockPrice < lutPrice ? { dsp: 0, lut: 0, bram: halves } : { dsp: 0, lut: luts, bram: 0 };
}

/** Constant memory; in LUTs, Yosys rounds the words up to a power of two. */
export function romCost(width: number, depth: number, inBlock: boolean): Cost {
  if (inBlock) return { dsp: 0, lut: 0, bram: blockHalves(width, depth, true)[0] };
  return { dsp: 0, lut: width * Math.max(1, 2 ** clog2(depth) / 64), bram: 0 };
}

/** LUTs of blnet_fifo2. */
const fifo2 = (bits: number): number => bits + 5;
const counter = (states: number): number => (states > 1 ? Math.ceil(1.6 * clog2(states)) : 0);

/** What `emitCost` reads of an engine's parameters. */
interface Emission {
  readonly lanesOut: number;
  readonly beatsOut: number;
  readonly requant: RequantParams;
}

/** LUTs and DSPs of blnet_emit with its requantizer, for `pe` results at once. */
function emitCost(p: Emission, pe: number, scaleCycles: number): Cost {
  const { lanesOut, beatsOut, requant: r } = p;
  const sets = pe / lanesOut;
  const { biasedBits, multiplierBits } = r;
  const units = scaleUnits(multiplierBits, scaleCycles);
  const product =
    scaleCycles === 0
      ? 0
      : scaleCycles === 1
        ? boothDigits(multiplierBits) * (biasedBits + 1)
        : units * (2 * biasedBits + 1 + 4 * pickLuts(scaleCycles)) +
          (units - 1) * (biasedBits + multiplierBits - 2 * scaleCycles) +
          13 +
          counter(scaleCycles);
  // The adder in front of a DSP's multiplier takes in the bias.
  const bias = usesPreAdder(biasedBits, multiplierBits, scaleCycles) ? 0 : biasedBits;
  // Rounding is the carry of an adder that is there anyway; clamping takes a third of a LUT a bit.
  const lane = bias + product + Math.ceil(r.outBits / 2);
  const choose = Math.ceil(1.25 * pickLuts(sets)) * lanesOut * r.accBits;
  const control = 12 + counter(beatsOut) + 2 * clog2(sets + 1);
  return sumCosts([
    { dsp: scaleCycles === 0 ? lanesOut : 0, lut: lane * lanesOut + choose + control, bram: 0 },
    { dsp: 0, lut: fifo2(lanesOut * r.outBits), bram: 0 },
    romCost(lanesOut * (r.multiplierBits + r.biasBits), beatsOut, false),
  ]);
}

/** LUTs of one product (blnet_multiply): a Booth step per two bits of the weight. */
const multiplyLuts = (xBits: number, weightBits: number): number => Math.ceil(weightBits / 2) * (xBits + 1);

type PointwiseShape = ShapeOf<'pointwise'>;

/** A dense engine without its weights and `emitCost`: words, products (of `peDsp` outputs in DSPs), sums. */
function productsCost(p: PointwiseShape, peDsp: number): Cost {
  const { simd, pe, foldIn, foldOut, lanesIn, engine, requant } = p;
  const { packShift, chain } = engine;
  const words = foldIn * foldOut;
  const signedX = p.xBits + (p.xSigned ? 0 : 1);
  const chains = Math.ceil(simd / chain);
  const chainBits = Math.min(
    requant.accBits,
    signedX + p.weightBits + Math.ceil(Math.log2(Math.max(1, chain))),
  );
  const pairs = packShift > 0 ? Math.floor(peDsp / 2) : 0;
  const accumulators =
    pairs * (2 * requant.accBits + (chains - 1) * (packShift + chainBits + 2)) +
    (pe - 2 * pairs) * (requant.accBits + (chains - 1) * (chainBits + 1));
  const products = (pe - peDsp) * (simd * multiplyLuts(signedX, p.weightBits) + (simd - chains) * chainBits);
  // Delays are flip-flops, and so are the beats that are joined.
  const joined = simd > lanesIn ? 2 * counter(simd / lanesIn) + counter(p.beatsIn) : 0;
  const control = 25 + counter(words) + 2 * counter(foldIn) + counter(foldOut);
  return sumCosts([
    {
      dsp: productDsps(simd, peDsp, packShift),
      lut: accumulators + products + joined + control,
      bram: 0,
    },
    ramCost(simd * p.xBits, 2 * 2 ** Math.max(1, clog2(foldIn))),
  ]);
}

/** Weight memories of a dense engine. */
const weightsCost = (p: PointwiseShape, weightBlock: boolean): Cost =>
  times(p.simd, romCost(p.pe * p.weightBits, p.foldIn * p.foldOut, weightBlock));

const times = (n: number, c: Cost): Cost => ({ dsp: n * c.dsp, lut: n * c.lut, bram: n * c.bram });

function depthwiseCost(p: ShapeOf<'depthwise'>): Cost {
  const { lanes, taps, groups, foldTaps, engine, requant } = p;
  const signedX = p.xBits + (p.xSigned ? 0 : 1);
  const chainBits = Math.min(requant.accBits, signedX + p.weightBits + clog2(taps));
  const products = engine.useDsp
    ? 0
    : lanes * taps * multiplyLuts(signedX, p.weightBits) + lanes * (taps - 1) * chainBits;
  const control = 5 + counter(groups * foldTaps) + counter(foldTaps);
  return sumCosts([
    {
      dsp: engine.useDsp ? lanes * taps : 0,
      lut: products + lanes * requant.accBits + control,
      bram: 0,
    },
    times(taps, romCost(lanes * p.weightBits, groups * foldTaps, engine.weightBlock)),
    emitCost(p, lanes, engine.scaleCycles),
  ]);
}

/** The line buffer: a memory per row, a rotation per tap, counters. */
function windowCost(p: ShapeOf<'window'>): Cost {
  const bits = p.lanes * p.bits;
  const rowBeats = p.width * p.groups;
  const across = clog2(p.width + p.kernel + p.stride);
  const down = clog2(p.height + p.kernel + p.stride);
  // Positions of the writer and of the window, two addresses, a bank for each tap.
  const addresses = 2 * across + down + clog2(p.rows + p.stride) + 2 * clog2(rowBeats) + 14 + p.taps * 3;
  const counters = 3 * counter(p.groups) + counter(rowBeats) + counter(p.outHeight) + counter(p.outWidth);
  const select = 0.4 * p.taps * bits * selectLuts(p.rows);
  return sumCosts([
    times(p.rows, ramCost(bits, rowBeats)),
    { dsp: 0, lut: Math.ceil(select + fifo2(p.taps * bits) + 24 + 1.8 * addresses) + counters, bram: 0 },
  ]);
}

/** Joining narrow beats in front of a block that does not do it itself. */
export const widenCost = (lanes: number, bits: number): Cost => ({
  dsp: 0,
  lut: lanes > 1 ? lanes * bits + fifo2(lanes * bits) + 12 : 0,
  bram: 0,
});

/** blnet_add: tables, adders, clamp. */
const addCost = (lanes: number, bits: number): Cost => ({
  dsp: 0,
  lut: lanes * (2 * (20 + 4 * bits) + 50) + fifo2(lanes * bits) + 4,
  bram: 0,
});

/** blnet_global_avg_pool. */
function globalAvgPoolCost(lanes: number, groups: number, pixels: number, r: RequantParams): Cost {
  const product = boothDigits(r.multiplierBits) * (r.biasedBits + 3);
  const lane = 2 * r.accBits + r.biasedBits + product + 3 * r.outBits + 12;
  return sumCosts([
    { dsp: 0, lut: lanes * lane + counter(groups) + counter(pixels) + fifo2(lanes * r.outBits) + 8, bram: 0 },
    { dsp: 0, lut: lutRam(lanes * r.accBits, groups)[0], bram: 0 },
  ]);
}

/** blnet_upsample: a row in memory, with its addresses. @param depth beats of a row and of a pixel */
const upsampleCost = (lanes: number, bits: number, depth: number): Cost =>
  sumCosts([
    { dsp: 0, lut: fifo2(lanes * bits) + 10 * clog2(depth + 1) + 20, bram: 0 },
    ramCost(lanes * bits, depth),
  ]);

/** blnet_max_pool: a comparison or two per bit of a beat of all taps. */
const maxPoolCost = (lanes: number, bits: number): Cost => ({
  dsp: 0,
  lut: 3 * lanes * bits + 25,
  bram: 0,
});

/** No folding decides them: lowering and FIFO sizing do. */
const BETWEEN_LAYERS = (): Cost => ({ dsp: 0, lut: 0, bram: 0 });

const COSTS: { readonly [K in KindName]: (p: ShapeOf<K>) => Cost } = {
  pointwise: (p) =>
    sumCosts([
      productsCost(p, p.engine.peDsp),
      weightsCost(p, p.engine.weightBlock),
      emitCost(p, p.pe, p.engine.scaleCycles),
    ]),
  depthwise: depthwiseCost,
  window: windowCost,
  add: (p) => addCost(p.lanes, p.aBits),
  upsample: (p) => upsampleCost(p.lanes, p.bits, (p.width + 1) * p.groups),
  maxPool: (p) => maxPoolCost(p.lanes * p.taps, p.bits),
  globalAvgPool: (p) => globalAvgPoolCost(p.lanes, p.groups, p.pixels, p.requant),
  // Half of a table of bytes is in its lines, half in what chooses among them.
  lookup: (p) => ({
    dsp: 0,
    lut: p.lanes * p.outBits * Math.max(1, 2 ** p.xBits / 64) * 1.25 + fifo2(p.lanes * p.outBits),
    bram: 0,
  }),
  fork: BETWEEN_LAYERS,
  fifo: BETWEEN_LAYERS,
  widthUp: BETWEEN_LAYERS,
  widthDown: BETWEEN_LAYERS,
};

/** What a block costs, whatever its memories hold. */
export const blockCost = (shape: BlockShape): Cost => COSTS[shape.kind](shape as never);
