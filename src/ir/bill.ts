/**
 * A block's bill: what its RTL is made of, counted from its parameters and memory contents alone, for a target.
 * Registers, memories and multipliers are counted exactly, as resources; logic is a number of like parts, and the
 * target's coefficients say how many LUTs one unit of each part takes.
 */
import { RESOURCE_NAMES, type ResourceName, type Resources } from '../ir/resources.js';

/** Part → its unit, and the LUTs that one unit would take on paper, of 6 and of 4 inputs: where a fit starts from. */
export const PARTS = {
  fifoBit: { unit: 'bit of a two-entry FIFO', lut6: 1, lut4: 1 },
  fifo: { unit: 'two-entry FIFO: its control', lut6: 2.2, lut4: 3 },
  counterBit: { unit: 'bit of a counter that wraps', lut6: 1.6, lut4: 2.5 },
  levelBit: { unit: 'bit of a fill level: up, down, compare', lut6: 1.4, lut4: 2.5 },
  lutramReadBit: { unit: 'bit of an output register behind LUT RAM', lut6: 0, lut4: 0 },
  registerFileBit: { unit: 'bit of a memory too small for RAM', lut6: 0, lut4: 0 },
  bankSelectBit: { unit: 'bit times further bank of a memory', lut6: 0.5, lut4: 0.7 },
  readFirstBit: { unit: 'bit of a block RAM whose read-before-write is made of logic', lut6: 1, lut4: 1 },
  readFirstAddressBit: {
    unit: 'bit of an address compared for a read-before-write made of logic',
    lut6: 0.5,
    lut4: 0.7,
  },
  romTable: { unit: 'table of a constant memory', lut6: 1, lut4: 1 },
  functionTable: { unit: 'table of a function of one value', lut6: 1, lut4: 1 },
  fork: { unit: 'fork: its control', lut6: 4, lut4: 5 },
  fifoControl: { unit: 'FIFO in memory: its control', lut6: 3, lut4: 4 },
  widthUpBit: { unit: 'bit of a widened beat', lut6: 1, lut4: 1.5 },
  widthUp: { unit: 'widening: its control', lut6: 3.7, lut4: 5 },
  widthDownBit: { unit: 'bit of a wide beat to be split', lut6: 1, lut4: 1.5 },
  widthDown: { unit: 'splitting: its control', lut6: 2.2, lut4: 4 },
  upsample: { unit: 'upsampler: its control', lut6: 4, lut4: 6 },
  addressBit: { unit: 'bit of an address with several sources', lut6: 1.8, lut4: 3 },
  tapSelectLut: {
    unit: 'LUT that picks a tap from the banks of a line buffer, or its padding',
    lut6: 0.5,
    lut4: 0.7,
  },
  stepBit: { unit: 'bit of a step that a position decides', lut6: 2, lut4: 3 },
  window: { unit: 'line buffer: its control', lut6: 25, lut4: 40 },
  compareBit: { unit: 'bit of a running maximum', lut6: 0.9, lut4: 2 },
  tapCompareBit: { unit: 'bit of a further tap compared in the same cycle', lut6: 1.5, lut4: 2 },
  maxPool: { unit: 'maximum: its control', lut6: 3, lut4: 4 },
  marker: { unit: 'frame marker: its control', lut6: 3, lut4: 4 },
  boothBit: { unit: 'bit of a Booth step', lut6: 1, lut4: 3 },
  constantBoothBit: { unit: 'bit of a Booth step by a constant', lut6: 0.78, lut4: 1 },
  accumulateBit: { unit: 'bit of an accumulator', lut6: 1, lut4: 2 },
  addBit: { unit: 'bit of an adder', lut6: 1, lut4: 1 },
  roundBit: { unit: 'bit of a product that is rounded and held against a range', lut6: 0.3, lut4: 1.3 },
  pick: { unit: 'LUT that picks among registers', lut6: 1, lut4: 1 },
  clampBit: { unit: 'bit of a result that is clamped', lut6: 1, lut4: 1 },
  clamp: { unit: 'lane of a clamp: its comparisons', lut6: 4, lut4: 8 },
  joinBit: { unit: 'bit of a word that beats are joined to', lut6: 0, lut4: 0 },
  serialBit: { unit: 'bit of a serial multiplication', lut6: 0.8, lut4: 1 },
  serial: { unit: 'serial multiplication: its control', lut6: 5, lut4: 8 },
  pointwise: { unit: 'matrix-vector engine: its control', lut6: 15, lut4: 22 },
  depthwise: { unit: 'depthwise engine: its control', lut6: 5, lut4: 8 },
  emit: { unit: 'back half of an engine: its control', lut6: 5, lut4: 8 },
  add: { unit: 'addition: its control', lut6: 5, lut4: 8 },
  globalAvgPool: { unit: 'global average: its control', lut6: 8, lut4: 12 },
} as const satisfies Record<string, { readonly unit: string; readonly lut6: number; readonly lut4: number }>;

export type Part = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as readonly Part[];

/** LUTs per unit of each part. */
export type Coefficients = Readonly<Record<Part, number>>;

/** Bits of constant and of read-write memory, wherever they end up: for reports, not for the price. */
const MEMORY_BITS = ['romBits', 'ramBits'] as const;

type Entry = ResourceName | Part | (typeof MEMORY_BITS)[number];
const ENTRIES: readonly Entry[] = [...RESOURCE_NAMES, ...PART_NAMES, ...MEMORY_BITS];
const FIRST_PART = RESOURCE_NAMES.length;
/** In the order of RESOURCE_NAMES, then the rest. */
type Amounts = [number, number, number, number, number, number, ...number[]];
const PLACE = Object.fromEntries(ENTRIES.map((name, i) => [name, i])) as Readonly<Record<Entry, number>>;

/** An array of floats from the start: adding to one of integers would make a new one. */
const NOTHING: readonly number[] = ENTRIES.map(() => 0.5).fill(0);

/** Sums of resources and units; a search adds up some hundred thousand of them. */
export class Bill {
  private readonly amounts = NOTHING.slice();

  of(entry: Entry): number {
    return this.amounts[PLACE[entry]];
  }

  add(entry: Entry, amount: number): this {
    this.amounts[PLACE[entry]] += amount;
    return this;
  }

  /** Another bill, so many times. */
  include(bill: Bill, times = 1): this {
    const { amounts } = this;
    for (let i = 0; i < amounts.length; i++) amounts[i] += times * bill.amounts[i];
    return this;
  }

  /** What is exact: everything but the LUTs of the parts. */
  get exact(): Resources {
    const [lut, lutram, ff, dsp, ramb18, ramb36] = this.amounts as Amounts;
    return { lut, lutram, ff, dsp, ramb18, ramb36 };
  }

  /** LUTs of the parts, not rounded. @param luts of a unit of each part, in the order of PART_NAMES */
  logicLuts(luts: readonly number[]): number {
    const { amounts } = this;
    let sum = 0;
    for (let i = 0; i < luts.length; i++) sum += amounts[FIRST_PART + i] * luts[i];
    return sum;
  }
}
