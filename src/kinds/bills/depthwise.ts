/** Bill of the depthwise engine. */
import type { Bill } from '../../ir/bill.js';
import type { DepthwiseParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { emitBill } from './emit.js';
import { once } from './memo.js';
import { accumulate, type ChainBits, dotDsps, dotLuts, hasSecondStage } from './products.js';
import { type RomContent, romLogic, varyingColumns } from './rom-logic.js';
import { BillWriter, clog2 } from './writer.js';

/** Weight memory of one tap. */
const tapContent = (p: DepthwiseParams, tap: number): RomContent => ({
  depth: p.groups * p.foldTaps,
  fields: [
    {
      bits: p.weightBits,
      count: p.lanes,
      values: p.weights,
      first: tap * p.lanes,
      wordStep: p.taps * p.lanes,
      fieldStep: 1,
    },
  ],
});

const tapsOf = (p: DepthwiseParams): number[] => Array.from({ length: p.taps }, (_, t) => t);

function weightsBill(p: DepthwiseParams, target: Target): Bill {
  const style = p.engine.weightBlock ? 'block' : 'logic';
  return once(p.weights, ['weights', target.family, style, p.lanes, p.taps].join(), () => {
    const w = new BillWriter(target);
    for (const t of tapsOf(p)) w.rom(tapContent(p, t), style);
    return w.bill;
  });
}

/** Registers of the weights in front of DSPs that have none: a bit for every column that differs. */
const weightRegisters = (p: DepthwiseParams, { lutInputs }: Target): number =>
  once(p.weights, ['operands', lutInputs, p.engine.weightBlock, p.lanes, p.taps].join(), () =>
    tapsOf(p).reduce((bits, t) => {
      const content = tapContent(p, t);
      return bits + (p.engine.weightBlock ? varyingColumns(content) : romLogic(content, lutInputs).columns);
    }, 0),
  );

/** The weight of a lane's tap where it is the same in every word, else null. */
function constantWeight({ weights, taps, lanes, groups, foldTaps }: DepthwiseParams, tap: number, l: number) {
  const first = weights[tap * lanes + l] as number;
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
    for (let l = 0; l < lanes; l++)
      dotLuts(
        w,
        tapsOf(p).map((t) => constantWeight(p, t, l)),
        bits,
      );
  }
  return w.bill;
}

export function depthwiseBill(p: DepthwiseParams, target: Target): Bill {
  const { engine, foldTaps } = p;
  const stages = p.taps + 3;
  const w = new BillWriter(target);
  w.ff(1 + stages + (foldTaps > 1 ? 1 + stages : 0))
    .use('depthwise')
    .counter(foldTaps, p.groups * foldTaps);
  const key = ['products', target.family, p.lanes, p.taps, engine.useDsp, engine.weightBlock].join();
  return w
    .include(weightsBill(p, target))
    .include(once(p.weights, key, () => productsBill(p, target)))
    .include(emitBill(p, p.lanes, engine.scaleCycles, target)).bill;
}
