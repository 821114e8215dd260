/** Bills of the blocks that compute, read from the parameters of their RTL: module by module, as hw/rtl nests them. */
import type { MemoryImage, RtlBinding } from '../../ir/block-kind.js';
import type { Bill } from '../bill.js';
import { romLogic } from '../rom-logic.js';
import { addBills, clog2, countBits, counter, fifo2, level, pickLuts, ram, rom, times } from './parts.js';
import { nonZeroDigits, requant, scaleConstant, trailingZeros } from './requant.js';

/** RTL parameters by name. */
type Parameters = (name: string) => number;

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
    parts: {
      addBit: (terms - 1) * sumBits,
      [sumBits < accBits ? 'accumulateWideBit' : 'accumulateBit']: accBits,
    },
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
    parts: { boothBit: digits * (xBits + 2), booth: digits },
  };
}

/** blnet_multiply by constants, where the weight memory has a single word: most steps are nothing. */
function multiplyConstants(
  weights: readonly number[],
  xBits: number,
  weightBits: number,
  usedBits: number,
): Partial<Bill> {
  const [digits] = firstDigits(weightBits);
  const steps = weights.reduce((sum, w) => sum + Math.max(0, nonZeroDigits(w, digits) - 1), 0);
  const alive = weights.filter((w) => w !== 0).length;
  return {
    ff: alive * (xBits + Math.min(xBits + weightBits, usedBits)),
    parts: { constantBoothBit: steps * (xBits + 2) },
  };
}

/** The weights of a memory's only word, or null where it has more. */
function constantWeights(images: readonly MemoryImage[], weightBits: number): number[] | null {
  if (images.some((m) => m.words.length > 1)) return null;
  return images.flatMap((m) =>
    Array.from({ length: m.wordBits / weightBits }, (_, i) =>
      Number(BigInt.asIntN(weightBits, (m.words[0] as bigint) >> BigInt(i * weightBits))),
    ),
  );
}

/** Inputs that wait for the second stage of the multipliers, which share them. */
function secondStageInputs(lanes: number, xBits: number, weightBits: number): Partial<Bill> {
  const [digits, first] = firstDigits(weightBits);
  return { ff: digits > first ? lanes * xBits : 0 };
}

/** blnet_dot without DSPs; with them, operands, products and sums are registers of the DSPs. */
const dotLuts = (lanes: number, xBits: number, weightBits: number, sumBits: number): Bill =>
  addBills(times(lanes, multiplyLuts(xBits, weightBits, sumBits)), {
    ff: lanes * sumBits,
    parts: { addBit: (lanes - 1) * sumBits },
  });

/** Multiplier of each lane where the memory has a single word, which is no memory then. */
function constantMultipliers(operands: readonly MemoryImage[], lanes: number, bits: number): number[] | null {
  const words = operands[0]?.words ?? [];
  const [word] = words;
  if (word === undefined || words.length > 1) return null;
  return Array.from({ length: lanes }, (_, l) => Number(BigInt.asUintN(bits, word >> BigInt(l * bits))));
}

/** blnet_emit with its requantizer. */
function emit(p: Parameters, rtl: RtlBinding, accumulators: number): Bill {
  const lanes = p('LANES_OUT');
  const sets = accumulators / lanes;
  const step = lanes * p('ACC_BITS');
  const cycles = p('SCALE_CYCLES');
  const operands = memoriesOf(rtl, 'REQUANT_FILE');
  const multipliers = operands.map((m) => romLogic(m.words, lanes * p('M_BITS')).columns);
  // A DSP has a pre-adder with registers of its own for the chosen accumulator.
  const chosen = cycles === 0 && sets > 1 ? 0 : step;
  return addBills(
    // held, valid; the accumulators and the set that is chosen of them.
    {
      ff: 2 + accumulators * p('ACC_BITS') + chosen + countBits(sets),
      parts: { emit: 1, pick: step * pickLuts(sets), counterBit: countBits(sets) },
    },
    counter(p('BEATS_OUT')),
    counter(cycles),
    ...operands.map((m) => rom(m, 'logic')),
    requant(p, lanes, (multipliers[0] ?? 0) / lanes, constantMultipliers(operands, lanes, p('M_BITS'))),
  );
}

export function pointwiseBill(rtl: RtlBinding): Bill {
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
  const constants = constantWeights(memoriesOf(rtl, 'WEIGHT_FILE'), weightBits);
  // Lane s of output o is weight s * pe + o.
  const constantOutputs = Array.from({ length: constants ? pe - peDsp : 0 }, (_, o) => {
    const own = Array.from({ length: simd }, (_lane, s) => constants?.[s * pe + peDsp + o] ?? 0);
    return addBills(multiplyConstants(own, signedBits, weightBits, chainBits), {
      ff: simd * chainBits,
      parts: { addBit: (simd - 1) * chainBits },
    });
  });
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
    ...(constants === null ? [times(pe - peDsp, addBills(...inLuts))] : constantOutputs),
    peDsp < pe ? secondStageInputs(simd, xBits, weightBits) : {},
    emit(p, rtl, pe),
  );
}

export function depthwiseBill(rtl: RtlBinding): Bill {
  const p = parametersOf(rtl);
  const [lanes, taps, accBits] = ['LANES', 'TAPS', 'ACC_BITS'].map(p) as [number, number, number];
  const [xBits, weightBits] = [p('X_BITS'), p('W_BITS')];
  const signedBits = xBits + (p('X_SIGNED') ? 0 : 1);
  const chainBits = Math.min(signedBits + weightBits + clog2(taps), accBits);
  const words = p('GROUPS') * p('FOLD_TAPS');
  const stages = taps + 3;
  const constants = constantWeights(memoriesOf(rtl, 'WEIGHT_FILE'), weightBits);
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
    p('USE_DSP')
      ? {}
      : constants === null
        ? times(lanes, dotLuts(taps, signedBits, weightBits, chainBits))
        : addBills(multiplyConstants(constants, signedBits, weightBits, chainBits), {
            ff: taps * lanes * chainBits,
            parts: { addBit: lanes * (taps - 1) * chainBits },
          }),
    p('USE_DSP') ? {} : secondStageInputs(taps * lanes, xBits, weightBits),
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
    {
      ff: sum - trailingZeros(p('M_A')) + bProduct - trailingZeros(p('M_B')) + sum + out,
      parts: { addBit: sum, clampBit: out, clamp: 1 },
    },
    scaleConstant(a, p('A_SIGNED') === 1, p('M_A'), p('OFFSET'), sum),
    scaleConstant(b, p('B_SIGNED') === 1, p('M_B'), 0, bProduct),
  );
  return addBills({ ff: 4, parts: { add: 1 } }, times(p('LANES'), lane), fifo2(p('LANES') * out));
}

export function globalAvgPoolBill(rtl: RtlBinding): Bill {
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
    ),
  );
}
