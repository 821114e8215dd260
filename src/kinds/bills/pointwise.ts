/** Bill of the matrix-vector engine. What a search asks for often is made once for its weights. */
import { Bill } from '../../ir/bill.js';
import type { BilledOf, PointwiseParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import type { WeightUse } from '../../ir/weight-use.js';
import { pairedOutputs } from '../engine.js';
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
  type Multipliers,
} from './products.js';
import { bitCount, deepLogic, type RomContent, type RomLogic, romLogic, SHALLOW } from './rom-logic.js';
import { useOf } from './weight-use.js';
import { BillWriter, clog2, countBits } from './writer.js';

/** Parameters, and what the bill asks of the weights. */
type Billed = Omit<PointwiseParams, 'weights'> & { readonly weights: WeightUse };

const uses = new WeakMap<Int8Array, WeightUse>();

function billed(p: BilledOf<'pointwise'>): Billed {
  const { weights } = p;
  // Narrowing a field does not narrow its object.
  if (!(weights instanceof Int8Array)) return p as Billed;
  const known = uses.get(weights) ?? useOf(weights, p);
  uses.set(weights, known);
  return { ...p, weights: known };
}

/** Weight memories of few words, one a lane, of the first `outputs` outputs. */
const contentsOf = (p: Billed, outputs: number): RomContent => ({
  depth: p.foldIn * p.foldOut,
  fields: [
    {
      bits: p.weightBits,
      count: outputs,
      values: p.weights.ordered(),
      first: 0,
      wordStep: p.pe * p.simd,
      fieldStep: p.simd,
    },
  ],
  banks: p.simd,
  bankStep: 1,
});

/** Columns of each lane's memory that are not constant, of the first `outputs` outputs. */
function columnsOf(p: Billed, outputs = p.pe): number[] {
  const { simd, weightBits } = p;
  const { places, differ } = p.weights.tame(pairedOutputs(p.engine));
  const columns = new Array<number>(simd).fill(outputs * weightBits);
  places.forEach((place, i) => {
    if (place < outputs * simd) columns[place % simd] -= weightBits - BITS[differ[i]];
  });
  return columns;
}

const BITS = Uint8Array.from({ length: 256 }, (_, byte) => bitCount(byte));

/** Weight memories in LUTs, of the first `outputs` outputs. */
function logicOf(p: Billed, lutInputs: 4 | 6, outputs = p.pe): RomLogic {
  const depth = p.foldIn * p.foldOut;
  if (depth <= SHALLOW) return romLogic(contentsOf(p, outputs), lutInputs);
  return deepLogic(
    columnsOf(p, outputs).reduce((a, b) => a + b, 0),
    depth,
    lutInputs,
  );
}

function weightsBill(p: Billed, target: Target): Bill {
  const { weightBlock } = p.engine;
  const key = ['weights', target.family, weightBlock, p.pe, p.simd, pairedOutputs(p.engine)] as const;
  return once(p.weights, key, () => {
    const depth = p.foldIn * p.foldOut;
    const w = new BillWriter(target);
    w.bill.add('romBits', depth * p.simd * p.pe * p.weightBits);
    if (weightBlock) w.romInBlocks(columnsOf(p), depth);
    else w.romInLogic(logicOf(p, target.lutInputs));
    return w.bill;
  });
}

/** Registers of the weights in front of DSPs that have none: a bit for every column that differs. */
function weightRegisters(p: Billed, { dsp, lutInputs }: Target): number {
  const { peDsp, weightBlock } = p.engine;
  if (dsp.absorbs || peDsp === 0) return 0;
  const key = ['operands', lutInputs, weightBlock, p.pe, p.simd, peDsp, pairedOutputs(p.engine)] as const;
  return once(p.weights, key, () =>
    weightBlock ? columnsOf(p, peDsp).reduce((a, b) => a + b) : logicOf(p, lutInputs, peDsp).columns,
  );
}

/** Multipliers of the outputs in LUTs. */
function multipliersOf(p: Billed): Multipliers {
  const first = p.engine.peDsp * p.simd;
  const { places, differ, value } = p.weights.tame(pairedOutputs(p.engine));
  const constants = value.filter((_, i) => differ[i] === 0 && places[i] >= first);
  return countMultipliers(constants, p.pe * p.simd - first - constants.length, p.weightBits);
}

/** Cycles by which the operands of a lane are late. */
function skewOf({ simd, engine }: Billed, s: number): number {
  const { chain } = engine;
  const c = Math.floor(s / chain);
  const isLast = c === Math.ceil(simd / chain) - 1;
  const length = isLast ? simd - c * chain : chain;
  return (s % chain) + chain - length + (c > 1 ? c - 1 : 0);
}

/** Delays of the operands, products and sums. */
function productsBill(p: Billed, target: Target): Bill {
  const w = new BillWriter(target);
  const { simd, pe, engine, xBits, requant } = p;
  const { chain, peDsp, packShift } = engine;
  const words = p.foldIn * p.foldOut;
  const x = xBits + (p.xSigned ? 0 : 1);
  const sum = Math.min(x + p.weightBits + clog2(chain), requant.accBits);
  const bits: ChainBits = { x, weight: p.weightBits, sum };
  const chains = Math.ceil(simd / chain);
  const lengths = Array.from({ length: chains }, (_, c) => Math.min(chain, simd - c * chain));
  const pairs = pairedOutputs(engine) / 2;
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
  accumulate(w, pe - pairs, chains, sum, requant.accBits, p.foldIn === 1 && target.dropsIdleRegisters);
  for (const length of lengths) {
    dotPairs(w, pairs, length, packShift, bits);
    dotDsps(w, peDsp - 2 * pairs, length, bits);
  }
  if (peDsp < pe) {
    dotLuts(w, multipliersOf(p), (pe - peDsp) * simd, (pe - peDsp) * chains, bits);
  }
  return w.bill;
}

function controlBill(p: Billed, target: Target): Bill {
  const { simd, foldIn, foldOut, engine, xBits } = p;
  const stages = engine.chain + 2 + Math.ceil(simd / engine.chain);
  const w = new BillWriter(target);
  // write half, read half; valid and last bits, first, done. Where every word is a pixel's last, nothing marks them.
  w.ff(foldIn > 1 || !target.dropsIdleRegisters ? 2 + 2 * stages + 2 : 2 + stages)
    .use('pointwise')
    .level(2 * foldIn)
    .room(2 * foldIn)
    .counter(foldIn, foldIn, foldOut, foldIn * foldOut)
    .ram(simd * xBits, 2 << countBits(foldIn));
  join(w, p.lanesIn, xBits, simd / p.lanesIn, p.beatsIn);
  return w.bill;
}

export function pointwiseBill(params: BilledOf<'pointwise'>, target: Target): Bill {
  const p = billed(params);
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
