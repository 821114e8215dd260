/** Bills of the blocks that compute, read from the parameters of their RTL: module by module, as hw/rtl nests them. */
import type { MemoryImage, RtlBinding } from '../../ir/block-kind.js';
import type { Bill } from '../bill.js';
import { addBills, clog2, countBits, counter, fifo2, level, pickLuts, ram, rom, times } from './parts.js';
import { requant, scaleConstant } from './requant.js';

/** RTL parameters by name. */
type Parameters = (name: string) => number;

const parametersOf = (rtl: RtlBinding): Parameters => {
  const byName = new Map(rtl.parameters);
  return (name) => byName.get(name) as number;
};

const memoriesOf = (rtl: RtlBinding, parameter: string): MemoryImage[] =>
  rtl.memories.filter((m) => m.parameter === parameter);

/** blnet_delay with enable. */
const delay = (bits: number, cycles: number): Partial<Bill> =>
  cycles > 0 && bits > 0 ? { delays: [{ bits, cycles }] } : {};

/** blnet_join. */
function join(lanes: number, bits: number, ratio: number, beats: number): Partial<Bill> {
  if (ratio === 1) return {};
  const beat = lanes * bits;
  return addBills(
    { ff: (ratio - 1) * beat, parts: { joinBit: (ratio - 1) * beat, counterBit: ratio } },
    counter(ratio),
    counter(beats),
  );
}

/** blnet_accumulate: adders of the partial sums, then the accumulator. */
function accumulate(terms: number, inBits: number, accBits: number): Partial<Bill> {
  const sumBits = Math.min(inBits + clog2(terms), accBits);
  return {
    ff: (terms - 1) * sumBits + accBits,
    parts: { addBit: (terms - 1) * sumBits + accBits },
  };
}

/** blnet_multiply: Booth steps in two stages; the second stage keeps what is left of its operands. */
function multiplyLuts(xBits: number, weightBits: number): Partial<Bill> {
  const digits = Math.floor((weightBits + 1) / 2);
  const first = Math.floor((digits + 1) / 2);
  const rest = digits - first;
  const tail = rest > 0 ? xBits + 2 * rest + 1 : 0;
  return {
    ff: xBits + 2 + 2 * first + tail + xBits + weightBits,
    parts: { boothBit: digits * (xBits + 2), booth: digits },
  };
}

/** blnet_dot without DSPs; with them, operands, products and sums are registers of the DSPs. */
const dotLuts = (lanes: number, xBits: number, weightBits: number, sumBits: number): Bill =>
  addBills(times(lanes, multiplyLuts(xBits, weightBits)), {
    ff: lanes * sumBits,
    parts: { addBit: (lanes - 1) * sumBits },
  });

/** blnet_emit with its requantizer. */
function emit(p: Parameters, rtl: RtlBinding, accumulators: number): Bill {
  const lanes = p('LANES_OUT');
  const sets = accumulators / lanes;
  const step = lanes * p('ACC_BITS');
  const cycles = p('SCALE_CYCLES');
  return addBills(
    // held, valid; the accumulators and the set that is chosen of them.
    { ff: 2 + accumulators * p('ACC_BITS') + step, parts: { emit: 1, pick: step * pickLuts(sets) } },
    counter(sets),
    counter(p('BEATS_OUT')),
    counter(cycles),
    ...memoriesOf(rtl, 'REQUANT_FILE').map((m) => rom(m, 'logic')),
    requant(p, lanes),
  );
}

export function pointwiseBill(rtl: RtlBinding, dsp: number): Bill {
  const p = parametersOf(rtl);
  const [simd, foldIn, pe, foldOut, chain] = ['SIMD', 'FOLD_IN', 'PE', 'FOLD_OUT', 'CHAIN'].map(p) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [xBits, weightBits, accBits, shift, peDsp] = [
    'X_BITS',
    'W_BITS',
    'ACC_BITS',
    'PACK_SHIFT',
    'PE_DSP',
  ].map(p) as [number, number, number, number, number];
  const signedBits = xBits + (p('X_SIGNED') ? 0 : 1);
  const chains = Math.ceil(simd / chain);
  const lengthOf = (c: number): number => (c === chains - 1 ? simd - c * chain : chain);
  const stages = chain + 2 + chains;
  const words = foldIn * foldOut;
  const chainBits = Math.min(signedBits + weightBits + clog2(chain), accBits);
  const pairs = shift > 0 ? Math.floor(peDsp / 2) : 0;
  const skewOf = (s: number): number => {
    const c = Math.floor(s / chain);
    return (s % chain) + chain - lengthOf(c) + (c > 1 ? c - 1 : 0);
  };
  const skews = Array.from({ length: simd }, (_, s) => skewOf(s));
  const style = p('WEIGHT_BLOCK') ? 'block' : 'logic';
  const inLuts = Array.from({ length: chains }, (_, c) =>
    dotLuts(lengthOf(c), signedBits, weightBits, chainBits),
  );
  return addBills(
    // write half, read half; valid bits, first, done.
    { dsp, ff: 2 + stages + 2, parts: { pointwise: 1 } },
    join(p('LANES_IN'), xBits, simd / p('LANES_IN'), p('BEATS_IN')),
    level(2 * foldIn),
    ...[foldIn, foldIn, foldOut, words].map(counter),
    ram(simd * xBits, 2 << countBits(foldIn)),
    delay(1, stages),
    ...skews.map((cycles) => delay(xBits, cycles)),
    // Lanes share the delayed addresses, which are tapped at every cycle and so stay registers.
    { ff: words > 1 ? clog2(words) * Math.max(...skews) : 0 },
    ...memoriesOf(rtl, 'WEIGHT_FILE').map((m) => rom(m, style)),
    times(pairs, addBills(accumulate(chains, shift, accBits), accumulate(chains, chainBits, accBits))),
    times(pe - 2 * pairs, accumulate(chains, chainBits, accBits)),
    times(pe - peDsp, addBills(...inLuts)),
    emit(p, rtl, pe),
  );
}

export function depthwiseBill(rtl: RtlBinding, dsp: number): Bill {
  const p = parametersOf(rtl);
  const [lanes, taps, accBits] = ['LANES', 'TAPS', 'ACC_BITS'].map(p) as [number, number, number];
  const [xBits, weightBits] = [p('X_BITS'), p('W_BITS')];
  const signedBits = xBits + (p('X_SIGNED') ? 0 : 1);
  const chainBits = Math.min(signedBits + weightBits + clog2(taps), accBits);
  const words = p('GROUPS') * p('FOLD_TAPS');
  const stages = taps + 3;
  const style = p('WEIGHT_BLOCK') ? 'block' : 'logic';
  return addBills(
    { dsp, ff: stages + 2 + taps * lanes * xBits, parts: { depthwise: 1 } },
    counter(p('FOLD_TAPS')),
    counter(words),
    delay(1, stages),
    ...Array.from({ length: taps }, (_, t) => delay(lanes * xBits, t)),
    { ff: words > 1 ? clog2(words) * (taps - 1) : 0 },
    ...memoriesOf(rtl, 'WEIGHT_FILE').map((m) => rom(m, style)),
    times(lanes, accumulate(1, chainBits, accBits)),
    p('USE_DSP') ? {} : times(lanes, dotLuts(taps, signedBits, weightBits, chainBits)),
    emit(p, rtl, lanes),
  );
}

export function addBill(rtl: RtlBinding): Bill {
  const p = parametersOf(rtl);
  const [a, b, sum, out] = ['A_BITS', 'B_BITS', 'SUM_BITS', 'OUT_BITS'].map(p) as [
    number,
    number,
    number,
    number,
  ];
  const bProduct = Math.min(b + p('M_BITS') + 1, sum);
  const lane = addBills(
    { ff: a + b + sum + bProduct + sum + out, parts: { addBit: sum, clampBit: out, clamp: 1 } },
    scaleConstant(sum),
    scaleConstant(bProduct),
  );
  return addBills({ ff: 4, parts: { add: 1 } }, times(p('LANES'), lane), fifo2(p('LANES') * out));
}

export function globalAvgPoolBill(rtl: RtlBinding, dsp: number): Bill {
  const p = parametersOf(rtl);
  const [lanes, groups, accBits, xBits] = ['LANES', 'GROUPS', 'ACC_BITS', 'X_BITS'].map(p) as [
    number,
    number,
    number,
    number,
  ];
  return addBills(
    // valid, first, last, done; the address a cycle later, the input, the sum.
    {
      dsp,
      ff: 4 + (groups > 1 ? countBits(groups) : 0) + lanes * (xBits + accBits),
      parts: { globalAvgPool: 1, addBit: lanes * accBits },
    },
    counter(groups),
    counter(p('PIXELS')),
    ram(lanes * accBits, groups),
    requant(p, lanes),
  );
}
