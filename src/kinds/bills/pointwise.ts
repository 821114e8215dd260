/** Bill of the matrix-vector engine. What a search asks for often is made once for its weights. */
import { Bill } from '../../ir/bill.js';
import type { PointwiseParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { emitBill } from './emit.js';
import { once } from './memo.js';
import {
  accumulate,
  type ChainBits,
  countMultipliers,
  dotDsps,
  dotLuts,
  dotPairs,
  hasSecondStage,
  join,
} from './products.js';
import { type RomContent, romLogic, varyingColumns } from './rom-logic.js';
import { BillWriter, clog2, countBits } from './writer.js';

/** Outputs that share DSPs with another one. */
const pairsOf = ({ engine }: PointwiseParams): number =>
  engine.packShift > 0 ? Math.floor(engine.peDsp / 2) : 0;

/** Weight memories, one a lane, of the first `outputs` outputs. */
const contentsOf = (p: PointwiseParams, outputs = p.pe): RomContent => ({
  depth: p.foldIn * p.foldOut,
  fields: [
    {
      bits: p.weightBits,
      count: outputs,
      values: p.weights,
      first: 0,
      wordStep: p.pe * p.simd,
      fieldStep: p.simd,
      borrows: 2 * pairsOf(p),
    },
  ],
  banks: p.simd,
  bankStep: 1,
});

function weightsBill(p: PointwiseParams, target: Target): Bill {
  const { weightBlock } = p.engine;
  // The borrow of a packed pair changes what is stored, and hardly how much logic that is.
  const pairs = weightBlock ? pairsOf(p) : 0;
  return once(
    p.weights,
    ['weights', target.family, weightBlock, p.pe, p.simd, pairs],
    () => new BillWriter(target).rom(contentsOf(p), weightBlock ? 'block' : 'logic').bill,
  );
}

/** Registers of the weights in front of DSPs that have none: a bit for every column that differs. */
function weightRegisters(p: PointwiseParams, { dsp, lutInputs }: Target): number {
  const { peDsp, weightBlock } = p.engine;
  if (dsp.absorbs || peDsp === 0) return 0;
  return once(p.weights, ['operands', lutInputs, weightBlock, p.pe, p.simd, peDsp, pairsOf(p)], () => {
    const contents = contentsOf(p, peDsp);
    return weightBlock
      ? varyingColumns(contents).reduce((a, b) => a + b)
      : romLogic(contents, lutInputs).columns;
  });
}

/** Weights of the outputs in LUTs: each where it is the same in every word, else null. */
function* constantWeights(p: PointwiseParams): Generator<number | null> {
  const { weights, simd, pe } = p;
  const step = pe * simd;
  for (let at = p.engine.peDsp * simd; at < step; at++) {
    const first = weights[at];
    let other = at + step;
    while (other < weights.length && weights[other] === first) other += step;
    yield other < weights.length ? null : first;
  }
}

/** Cycles by which the operands of a lane are late. */
function skewOf({ simd, engine }: PointwiseParams, s: number): number {
  const { chain } = engine;
  const c = Math.floor(s / chain);
  const isLast = c === Math.ceil(simd / chain) - 1;
  const length = isLast ? simd - c * chain : chain;
  return (s % chain) + chain - length + (c > 1 ? c - 1 : 0);
}

/** Delays of the operands, products and sums. */
function productsBill(p: PointwiseParams, target: Target): Bill {
  const w = new BillWriter(target);
  const { simd, pe, engine, xBits, requant } = p;
  const { chain, peDsp, packShift } = engine;
  const words = p.foldIn * p.foldOut;
  const x = xBits + (p.xSigned ? 0 : 1);
  const sum = Math.min(x + p.weightBits + clog2(chain), requant.accBits);
  const bits: ChainBits = { x, weight: p.weightBits, sum };
  const chains = Math.ceil(simd / chain);
  const lengths = Array.from({ length: chains }, (_, c) => Math.min(chain, simd - c * chain));
  const pairs = pairsOf(p);
  let longest = 0;
  for (let s = 0; s < simd; s++) {
    const skew = skewOf(p, s);
    longest = Math.max(longest, skew);
    // The last register in front of a DSP may be its own, unless LUTs read it too.
    w.ff(xBits * (peDsp === pe && target.dsp.absorbs ? Math.max(0, skew - 1) : skew));
  }
  // Lanes share the delayed addresses, which are tapped at every cycle and so stay registers.
  if (words > 1) w.ff(clog2(words) * longest);
  // Inputs of the multipliers' second stage, and of DSPs without registers: the same.
  if ((peDsp < pe && hasSecondStage(p.weightBits)) || (peDsp > 0 && !target.dsp.absorbs)) w.ff(simd * xBits);
  w.ff(weightRegisters(p, target));
  accumulate(w, pairs, chains, packShift, requant.accBits);
  accumulate(w, pe - pairs, chains, sum, requant.accBits);
  for (const length of lengths) {
    dotPairs(w, pairs, length, packShift, bits);
    dotDsps(w, peDsp - 2 * pairs, length, bits);
  }
  if (peDsp < pe) {
    const multipliers = countMultipliers(constantWeights(p), p.weightBits);
    dotLuts(w, multipliers, (pe - peDsp) * simd, (pe - peDsp) * chains, bits);
  }
  return w.bill;
}

function controlBill(p: PointwiseParams, target: Target): Bill {
  const { simd, foldIn, foldOut, engine, xBits } = p;
  const stages = engine.chain + 2 + Math.ceil(simd / engine.chain);
  const w = new BillWriter(target);
  // write half, read half; valid and last bits, first, done.
  w.ff(2 + 2 * stages + 2)
    .use('pointwise')
    .level(2 * foldIn)
    .counter(foldIn, foldIn, foldOut, foldIn * foldOut)
    .ram(simd * xBits, 2 << countBits(foldIn));
  join(w, p.lanesIn, xBits, simd / p.lanesIn, p.beatsIn);
  return w.bill;
}

export function pointwiseBill(p: PointwiseParams, target: Target): Bill {
  const { pe, simd, weights, lanesIn } = p;
  const { peDsp, packShift, chain, weightBlock, scaleCycles } = p.engine;
  const { family, dsp } = target;
  // Operands of DSPs without registers are as many as the weight memories have columns.
  const memory = dsp.absorbs || weightBlock;
  const products = ['products', family, pe, simd, chain, peDsp, packShift, memory] as const;
  return new Bill()
    .include(once(weights, ['control', family, pe, simd, chain, lanesIn], () => controlBill(p, target)))
    .include(weightsBill(p, target))
    .include(once(weights, products, () => productsBill(p, target)))
    .include(emitBill(p, pe, scaleCycles, target));
}
