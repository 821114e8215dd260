/** Bill of the matrix-vector engine. What a search asks for often is made once for its weights. */
import type { Bill } from '../../ir/bill.js';
import type { PointwiseParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { storedWeights } from '../engine.js';
import { emitBill } from './emit.js';
import { once } from './memo.js';
import { accumulate, type ChainBits, dotDsps, dotLuts, dotPairs, hasSecondStage, join } from './products.js';
import { type RomContent, romLogic, varyingColumns } from './rom-logic.js';
import { BillWriter, clog2, countBits } from './writer.js';

/** Outputs that share DSPs with another one. */
const pairsOf = ({ engine }: PointwiseParams): number =>
  engine.packShift > 0 ? Math.floor(engine.peDsp / 2) : 0;

/** Weight memory of one lane, of the first `outputs` outputs. @param stored all weights as the memories hold them */
const laneContent = (p: PointwiseParams, stored: Int8Array, lane: number, outputs: number): RomContent => ({
  depth: p.foldIn * p.foldOut,
  fields: [
    {
      bits: p.weightBits,
      count: outputs,
      values: stored,
      first: lane,
      wordStep: p.pe * p.simd,
      fieldStep: p.simd,
    },
  ],
});

const storedOf = (p: PointwiseParams): Int8Array =>
  once(p.weights, `stored ${p.pe} ${pairsOf(p)}`, () => storedWeights(p));

function weightsBill(p: PointwiseParams, target: Target): Bill {
  const style = p.engine.weightBlock ? 'block' : 'logic';
  const key = `weights ${target.family} ${style} ${p.pe} ${p.simd} ${pairsOf(p)}`;
  return once(p.weights, key, () => {
    const w = new BillWriter(target);
    const stored = storedOf(p);
    for (let s = 0; s < p.simd; s++) w.rom(laneContent(p, stored, s, p.pe), style);
    return w.bill;
  });
}

/** Registers of the weights in front of DSPs that have none: a bit for every column that differs. */
function weightRegisters(p: PointwiseParams, target: Target): number {
  const { peDsp, weightBlock } = p.engine;
  if (target.dsp.absorbs || peDsp === 0) return 0;
  const key = `operands ${target.lutInputs} ${weightBlock} ${p.pe} ${p.simd} ${peDsp} ${pairsOf(p)}`;
  return once(p.weights, key, () => {
    const stored = storedOf(p);
    let bits = 0;
    for (let s = 0; s < p.simd; s++) {
      const content = laneContent(p, stored, s, peDsp);
      bits += weightBlock ? varyingColumns(content) : romLogic(content, target.lutInputs).columns;
    }
    return bits;
  });
}

/** The weight of output `o` in lane `s` where it is the same in every word, else null. */
function constantWeight({ weights, pe, simd, foldIn, foldOut }: PointwiseParams, o: number, s: number) {
  const first = weights[o * simd + s] as number;
  for (let word = 1; word < foldIn * foldOut; word++)
    if (weights[(word * pe + o) * simd + s] !== first) return null;
  return first;
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
  lengths.forEach((length, c) => {
    dotPairs(w, pairs, length, packShift, bits);
    dotDsps(w, peDsp - 2 * pairs, length, bits);
    for (let o = peDsp; o < pe; o++) {
      const lanes = Array.from({ length }, (_, s) => constantWeight(p, o, c * chain + s));
      dotLuts(w, lanes, bits);
    }
  });
  return w.bill;
}

export function pointwiseBill(p: PointwiseParams, target: Target): Bill {
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
  // Operands of DSPs without registers are as many as the weight memories have columns.
  const memory = target.dsp.absorbs || engine.weightBlock;
  const shape = [p.pe, simd, engine.peDsp, engine.packShift, engine.chain];
  const key = ['products', target.family, ...shape, memory].join();
  return w
    .include(weightsBill(p, target))
    .include(once(p.weights, key, () => productsBill(p, target)))
    .include(emitBill(p, p.pe, engine.scaleCycles, target)).bill;
}
