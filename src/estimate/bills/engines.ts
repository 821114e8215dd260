/** Bills of the blocks that compute, read from the parameters of their RTL: module by module, as hw/rtl nests them. */
import type { MemoryImage, RtlBinding } from '../../ir/block-kind.js';
import type { Bill } from '../bill.js';
import { romLogic } from '../rom-logic.js';
import {
  addBills,
  clog2,
  countBits,
  counter,
  fifo2,
  level,
  type Parameters,
  pickLuts,
  ram,
  rom,
  several,
  times,
} from './parts.js';
import { nonZeroDigits, requant, scaleConstant, trailingZeros, usesPreAdder } from './requant.js';

const parametersOf = (rtl: RtlBinding): Parameters => {
  const byName = new Map(rtl.parameters);
  return (name) => byName.get(name) as number;
};

const memoriesOf = (rtl: RtlBinding, parameter: string): MemoryImage[] =>
  rtl.memories.filter((m) => m.parameter === parameter);

/** blnet_delay with enable. */
const delay = (bits: number, cycles: number): Partial<Bill> => ({ ff: bits * cycles });

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
    parts: { addBit: (terms - 1) * sumBits, accumulateBit: accBits },
  };
}

const firstDigits = (weightBits: number): readonly [all: number, first: number] => {
  const digits = Math.floor((weightBits + 1) / 2);
  return [digits, Math.floor((digits + 1) / 2)];
};

/**
 * blnet_multiply: Booth steps in two stages; the second stage keeps the digits that are left.
 * @param xBits as signed numbers @param usedBits of the product
 */
function multiplyLuts(xBits: number, weightBits: number, usedBits: number): Partial<Bill> {
  const [digits, first] = firstDigits(weightBits);
  const rest = digits - first;
  return {
    ff: xBits + 2 * first + (rest > 0 ? 2 * rest + 1 : 0) + Math.min(xBits + weightBits, usedBits),
    parts: { boothBit: digits * (xBits + 1) },
  };
}

/** blnet_multiply by a constant: most steps are nothing. */
function multiplyConstant(
  weight: number,
  xBits: number,
  weightBits: number,
  usedBits: number,
): Partial<Bill> {
  if (weight === 0) return {};
  const [digits] = firstDigits(weightBits);
  return {
    ff: xBits + Math.min(xBits + weightBits, usedBits),
    parts: { constantBoothBit: (nonZeroDigits(weight, digits) - 1) * (xBits + 1) },
  };
}

/** Weight of lane `lane` for output `output`, where it is the same in every word, else null. */
function constantWeight(image: MemoryImage | undefined, output: number, weightBits: number): number | null {
  const value = constantField(image?.words ?? [], output, weightBits);
  return value === null ? null : Number(BigInt.asIntN(weightBits, value));
}

/** Inputs that wait for the second stage of the multipliers, which share them. */
function secondStageInputs(lanes: number, xBits: number, weightBits: number): Partial<Bill> {
  const [digits, first] = firstDigits(weightBits);
  return { ff: digits > first ? lanes * xBits : 0 };
}

/**
 * blnet_dot without DSPs; with them, operands, products and sums are registers of the DSPs.
 * @param weights of each lane where it is constant, else null
 */
const dotLuts = (
  weights: ReadonlyArray<number | null>,
  xBits: number,
  weightBits: number,
  sumBits: number,
): Bill =>
  addBills(
    ...weights.map((w) =>
      w === null ? multiplyLuts(xBits, weightBits, sumBits) : multiplyConstant(w, xBits, weightBits, sumBits),
    ),
    { ff: weights.length * sumBits, parts: { addBit: (weights.length - 1) * sumBits } },
  );

/** Field `index` of every word: its value where all words agree, else null. */
function constantField(words: readonly bigint[], index: number, bits: number): bigint | null {
  const field = (word: bigint): bigint => BigInt.asUintN(bits, word >> BigInt(index * bits));
  const first = field(words[0] ?? 0n);
  return words.every((word) => field(word) === first) ? first : null;
}

/** Multiplier of each lane, where all channels share it. */
function constantMultipliers(words: readonly bigint[], lanes: number, bits: number): Array<number | null> {
  return Array.from({ length: lanes }, (_, l) => {
    const value = constantField(words, l, bits);
    return value === null ? null : Number(value);
  });
}

/** blnet_emit with its requantizer. */
function emit(p: Parameters, rtl: RtlBinding, accumulators: number): Bill {
  const lanes = p('LANES_OUT');
  const sets = accumulators / lanes;
  const step = lanes * p('ACC_BITS');
  const cycles = p('SCALE_CYCLES');
  const operands = memoriesOf(rtl, 'REQUANT_FILE');
  const words = operands.flatMap((m) => m.words);
  const constants = constantMultipliers(words, lanes, p('M_BITS'));
  const varyingLanes = Math.max(1, constants.filter((c) => c === null).length);
  const { columns } = romLogic(words, lanes * p('M_BITS'));
  const chosen = usesPreAdder(p('SUM_BITS'), p('M_BITS'), cycles) ? 0 : step;
  return addBills(
    // held, valid; the accumulators and the set that is chosen of them.
    {
      ff: 2 + accumulators * p('ACC_BITS') + chosen + countBits(sets),
      parts: { emit: 1, pick: step * pickLuts(sets), counterBit: countBits(sets) },
    },
    counter(p('BEATS_OUT')),
    counter(cycles),
    ...operands.map((m) => rom(m, 'logic')),
    requant(p, lanes, columns / varyingLanes, constants),
  );
}

export function pointwiseBill(rtl: RtlBinding): Bill {
  const p = parametersOf(rtl);
  const [simd, foldIn, pe, foldOut, chain] = several(p, 'SIMD', 'FOLD_IN', 'PE', 'FOLD_OUT', 'CHAIN');
  const [xBits, weightBits, accBits, shift, peDsp] = several(
    p,
    'X_BITS',
    'W_BITS',
    'ACC_BITS',
    'PACK_SHIFT',
    'PE_DSP',
  );
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
  const weights = memoriesOf(rtl, 'WEIGHT_FILE');
  const inLuts = Array.from({ length: pe - peDsp }, (_, o) =>
    Array.from({ length: chains }, (_chain, c) => {
      const lanes = Array.from({ length: lengthOf(c) }, (_lane, s) => weights[c * chain + s]);
      return dotLuts(
        lanes.map((image) => constantWeight(image, peDsp + o, weightBits)),
        signedBits,
        weightBits,
        chainBits,
      );
    }),
  ).flat();
  return addBills(
    // write half, read half; valid bits, first, done.
    { ff: 2 + stages + 2, parts: { pointwise: 1 } },
    join(p('LANES_IN'), xBits, simd / p('LANES_IN'), p('BEATS_IN')),
    level(2 * foldIn),
    ...[foldIn, foldIn, foldOut, words].map(counter),
    ram(simd * xBits, 2 << countBits(foldIn)),
    delay(1, stages),
    // The last register in front of a DSP is its own, unless LUTs read it too.
    ...skews.map((cycles) => delay(xBits, peDsp === pe ? Math.max(0, cycles - 1) : cycles)),
    // Lanes share the delayed addresses, which are tapped at every cycle and so stay registers.
    { ff: words > 1 ? clog2(words) * Math.max(...skews) : 0 },
    ...memoriesOf(rtl, 'WEIGHT_FILE').map((m) => rom(m, style)),
    times(pairs, addBills(accumulate(chains, shift, accBits), accumulate(chains, chainBits, accBits))),
    times(pe - 2 * pairs, accumulate(chains, chainBits, accBits)),
    times(pairs * simd, { multipliers: [{ a: shift + weightBits, b: signedBits }] }),
    times((peDsp - 2 * pairs) * simd, { multipliers: [{ a: weightBits, b: signedBits }] }),
    ...inLuts,
    peDsp < pe ? secondStageInputs(simd, xBits, weightBits) : {},
    emit(p, rtl, pe),
  );
}

export function depthwiseBill(rtl: RtlBinding): Bill {
  const p = parametersOf(rtl);
  const [lanes, taps, accBits] = several(p, 'LANES', 'TAPS', 'ACC_BITS');
  const [xBits, weightBits] = [p('X_BITS'), p('W_BITS')];
  const signedBits = xBits + (p('X_SIGNED') ? 0 : 1);
  const chainBits = Math.min(signedBits + weightBits + clog2(taps), accBits);
  const words = p('GROUPS') * p('FOLD_TAPS');
  const stages = taps + 3;
  const weights = memoriesOf(rtl, 'WEIGHT_FILE');
  const inLuts = Array.from({ length: p('USE_DSP') ? 0 : lanes }, (_, l) =>
    dotLuts(
      Array.from({ length: taps }, (_tap, t) => constantWeight(weights[t], l, weightBits)),
      signedBits,
      weightBits,
      chainBits,
    ),
  );
  const style = p('WEIGHT_BLOCK') ? 'block' : 'logic';
  return addBills(
    { ff: 1 + stages + (p('FOLD_TAPS') > 1 ? 1 + stages : 0), parts: { depthwise: 1 } },
    counter(p('FOLD_TAPS')),
    counter(words),
    // Each tap's input register and delay; the last register in front of a DSP is its own.
    ...Array.from({ length: taps }, (_, t) => delay(lanes * xBits, p('USE_DSP') ? t : t + 1)),
    { ff: words > 1 ? clog2(words) * (taps - 1) : 0 },
    ...memoriesOf(rtl, 'WEIGHT_FILE').map((m) => rom(m, style)),
    times(lanes, accumulate(1, chainBits, accBits)),
    p('USE_DSP') ? times(taps * lanes, { multipliers: [{ a: weightBits, b: signedBits }] }) : {},
    ...inLuts,
    p('USE_DSP') ? {} : secondStageInputs(taps * lanes, xBits, weightBits),
    emit(p, rtl, lanes),
  );
}

export function addBill(rtl: RtlBinding): Bill {
  const p = parametersOf(rtl);
  const [a, b, sum, out] = several(p, 'A_BITS', 'B_BITS', 'SUM_BITS', 'OUT_BITS');
  const bProduct = Math.min(b + p('M_BITS') + 1, sum);
  // Low bits of one product that are always zero: there the sum is the other product, and below the shift nobody asks.
  const zerosA = Math.min(trailingZeros(p('M_A')), trailingZeros(Math.abs(p('OFFSET'))));
  const zerosB = trailingZeros(p('M_B'));
  const unasked = Math.min(Math.max(zerosA, zerosB), p('SHIFT'));
  const kept = sum - p('SHIFT');
  const lane = addBills(
    {
      // Operands, products, sum, result.
      ff: a + b + sum - Math.max(zerosA, unasked) + bProduct - Math.max(zerosB, unasked) + kept + out,
      parts: { addBit: sum - unasked, roundBit: kept, clampBit: out, clamp: 1 },
    },
    scaleConstant(a, p('A_SIGNED') === 1, p('M_A'), p('OFFSET'), sum),
    scaleConstant(b, p('B_SIGNED') === 1, p('M_B'), 0, bProduct),
  );
  return addBills({ ff: 4, parts: { add: 1 } }, times(p('LANES'), lane), fifo2(p('LANES') * out));
}

export function globalAvgPoolBill(rtl: RtlBinding): Bill {
  const p = parametersOf(rtl);
  const [lanes, groups, accBits, xBits] = several(p, 'LANES', 'GROUPS', 'ACC_BITS', 'X_BITS');
  return addBills(
    // valid, first, last, done; the address a cycle later, the input, the sum.
    {
      ff: 4 + (groups > 1 ? countBits(groups) : 0) + lanes * (xBits + accBits),
      parts: { globalAvgPool: 1, addBit: lanes * accBits },
    },
    counter(groups),
    counter(p('PIXELS')),
    { rams: [{ width: lanes * accBits, depth: groups, isRom: false, registered: false }] },
    requant(
      p,
      lanes,
      0,
      Array.from({ length: lanes }, () => p('MULTIPLIER')),
      true,
    ),
  );
}
