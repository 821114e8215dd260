/** Bill of the depthwise engine. */
import { Bill } from '../../ir/bill.js';
import type { DepthwiseParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { emitBill } from './emit.js';
import { once } from './memo.js';
import {
  accumulate,
  type ChainBits,
  countMultipliers,
  dotDsps,
  dotLuts,
  hasSecondStage,
} from './products.js';
import { type RomContent, romLogic, varyingColumns } from './rom-logic.js';
import { BillWriter, clog2 } from './writer.js';

/** Weight memories, one a tap. */
const contentsOf = (p: DepthwiseParams): RomContent => ({
  depth: p.groups * p.foldTaps,
  fields: [
    {
      bits: p.weightBits,
      count: p.lanes,
      values: p.weights,
      first: 0,
      wordStep: p.taps * p.lanes,
      fieldStep: 1,
    },
  ],
  banks: p.taps,
  bankStep: p.lanes,
});

const tapsOf = (p: DepthwiseParams): number[] => Array.from({ length: p.taps }, (_, t) => t);

const weightsBill = (p: DepthwiseParams, target: Target): Bill =>
  once(
    p.weights,
    ['weights', target.family, p.engine.weightBlock, p.lanes, p.taps],
    () => new BillWriter(target).rom(contentsOf(p), p.engine.weightBlock ? 'block' : 'logic').bill,
  );

/** Registers of the weights in front of DSPs that have none: a bit for every column that differs. */
const weightRegisters = (p: DepthwiseParams, { lutInputs }: Target): number =>
  once(p.weights, ['operands', lutInputs, p.engine.weightBlock, p.lanes, p.taps], () =>
    p.engine.weightBlock
      ? varyingColumns(contentsOf(p)).reduce((a, b) => a + b)
      : romLogic(contentsOf(p), lutInputs).columns,
  );

/** The weight of a lane's tap where it is the same in every word, else null. */
function constantWeight({ weights, taps, lanes, groups, foldTaps }: DepthwiseParams, tap: number, l: number) {
  const first = weights[tap * lanes + l];
  for (let word = 1; word < groups * foldTaps; word++)
    if (weights[(word * taps + tap) * lanes + l] !== first) return null;
  return first;
}

function productsBill(p: DepthwiseParams, target: Target): Bill {
  const w = new BillWriter(target);
  const { lanes, taps, xBits, engine } = p;
  const words = p.groups * p.foldTaps;
  const x = xBits + (p.xSigned ? 0 : 1);
  const sum = Math.min(x + p.weightBits + clog2(taps), p.requant.accBits);
  const bits: ChainBits = { x, weight: p.weightBits, sum };
  const absorbed = engine.useDsp && target.dsp.absorbs;
  // Each tap's input register and delay; the last register in front of a DSP may be its own.
  for (const t of tapsOf(p)) w.ff(lanes * xBits * (absorbed ? t : t + 1));
  // Operands of DSPs without registers, or of the multipliers' second stage.
  if (engine.useDsp ? !absorbed : hasSecondStage(p.weightBits)) w.ff(taps * lanes * xBits);
  if (engine.useDsp && !absorbed) w.ff(weightRegisters(p, target));
  if (words > 1) w.ff(clog2(words) * (taps - 1));
  accumulate(w, lanes, 1, sum, p.requant.accBits);
  if (engine.useDsp) dotDsps(w, lanes, taps, bits);
  else {
    const constants = tapsOf(p)
      .flatMap((t) => Array.from({ length: lanes }, (_, l) => constantWeight(p, t, l)))
      .filter((weight) => weight !== null);
    const varying = lanes * taps - constants.length;
    dotLuts(w, countMultipliers(constants, varying, p.weightBits), lanes * taps, lanes, bits);
  }
  return w.bill;
}

function controlBill(p: DepthwiseParams, target: Target): Bill {
  const stages = p.taps + 3;
  return new BillWriter(target)
    .ff(1 + stages + (p.foldTaps > 1 ? 1 + stages : 0))
    .use('depthwise')
    .counter(p.foldTaps, p.groups * p.foldTaps).bill;
}

export function depthwiseBill(p: DepthwiseParams, target: Target): Bill {
  const { lanes, taps, weights } = p;
  const { useDsp, weightBlock, scaleCycles } = p.engine;
  // Operands of DSPs without registers are as many as the weight memories have columns.
  const products = [
    'products',
    target.family,
    lanes,
    taps,
    useDsp,
    target.dsp.absorbs || weightBlock,
  ] as const;
  return new Bill()
    .include(once(weights, ['control', target.family, lanes, taps], () => controlBill(p, target)))
    .include(weightsBill(p, target))
    .include(once(weights, products, () => productsBill(p, target)))
    .include(emitBill(p, lanes, scaleCycles, target));
}
