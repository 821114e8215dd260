/** Bill of the back half of an engine (blnet_emit): accumulators that wait, a choice among them, the requantizer. */
import type { Bill } from '../../ir/bill.js';
import type { RequantParams, RequantRom } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { roundingBits, roundingsOf } from '../requant.js';
import { once } from './memo.js';
import { requant, usesPreAdder } from './requant.js';
import { type RomContent, type RomField, romLogic } from './rom-logic.js';
import { BillWriter, countBits, pickLuts } from './writer.js';

/** What an engine tells of its back half. */
export interface Emission {
  readonly lanesOut: number;
  readonly beatsOut: number;
  readonly requant: RequantParams;
  readonly requantRom: RequantRom;
}

/** Multiplier of each lane, where all its channels share one. */
function constantMultipliers({ lanesOut, beatsOut, requantRom }: Emission): Array<number | null> {
  const { multipliers } = requantRom;
  return Array.from({ length: lanesOut }, (_, l) => {
    for (let beat = 1; beat < beatsOut; beat++)
      if (multipliers[beat * lanesOut + l] !== multipliers[l]) return null;
    return multipliers[l];
  });
}

/** One word per output beat: multipliers in the low bits, then biases, then roundings. */
function contentsOf({ lanesOut, beatsOut, requant: r, requantRom }: Emission) {
  const rounding = roundingBits(r);
  const field = (bits: number, values: ArrayLike<number>): RomField => ({
    bits,
    count: lanesOut,
    values,
    first: 0,
    wordStep: lanesOut,
    fieldStep: 1,
  });
  const multipliers = field(r.multiplierBits, requantRom.multipliers);
  const memory = (fields: readonly RomField[]): RomContent => ({
    depth: beatsOut,
    fields,
  });
  const biases = field(r.biasBits, requantRom.biases);
  const roundings = rounding > 0 ? [field(rounding, roundingsOf(r, requantRom).map(Number))] : [];
  return {
    whole: memory([multipliers, biases, ...roundings]),
    multipliers: memory([multipliers]),
  };
}

/** The operands' memory, and the bits of a lane's multiplier that differ between channels. */
interface Operands {
  readonly memory: Bill;
  readonly multiplierColumns: number;
  readonly constants: ReadonlyArray<number | null>;
}

const operandsOf = (e: Emission, target: Target): Operands =>
  once(e.requantRom, ['operands', target.family, e.lanesOut, e.beatsOut], () => {
    const contents = contentsOf(e);
    const constants = constantMultipliers(e);
    const varyingLanes = Math.max(1, constants.filter((c) => c === null).length);
    const { columns } = romLogic(contents.multipliers, target.lutInputs);
    const memory = new BillWriter(target).rom(contents.whole, 'logic').bill;
    return { memory, multiplierColumns: columns / varyingLanes, constants };
  });

/** The requantizer with its operands. */
const requantBill = (e: Emission, scaleCycles: number, target: Target): Bill =>
  once(e.requantRom, ['requant', target.family, scaleCycles, e.lanesOut, e.beatsOut], () => {
    const { memory, multiplierColumns, constants } = operandsOf(e, target);
    const w = new BillWriter(target);
    w.include(memory);
    requant(w, e.requant, { scaleCycles, multiplierColumns, constants });
    return w.bill;
  });

/** @param accumulators results that are finished at once */
export function emitBill(e: Emission, accumulators: number, scaleCycles: number, target: Target): Bill {
  const { lanesOut, beatsOut, requant: r, requantRom } = e;
  return once(requantRom, ['emit', target.family, accumulators, scaleCycles, lanesOut, beatsOut], () => {
    const w = new BillWriter(target);
    const sets = accumulators / lanesOut;
    const step = lanesOut * r.accBits;
    // A DSP's adder in front takes the chosen set into its own register.
    const chosen = usesPreAdder(r, scaleCycles, target) ? 0 : step;
    // held, valid; the accumulators and the set that is chosen of them.
    w.ff(2 + accumulators * r.accBits + chosen + countBits(sets))
      .use('emit')
      .use('pick', step * pickLuts(sets, target))
      .use('counterBit', countBits(sets))
      .counter(beatsOut, scaleCycles);
    return w.include(requantBill(e, scaleCycles, target)).bill;
  });
}
