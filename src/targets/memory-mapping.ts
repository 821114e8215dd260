/**
 * What Yosys makes of a memory: block RAM, LUT RAM or plain logic. This follows the cost function of its pass
 * `memory_libmap` for the two shapes that the library has (blnet_ram: one write and one read port; blnet_rom: one
 * read port), over the memories of each family as data. The choice is exact, not fitted.
 */
import { NO_RESOURCES, type Resources } from '../ir/resources.js';
import type { MemoryMapping, MemoryShape, MemoryStyle } from '../ir/target.js';

/** One memory primitive, in the words of Yosys's library files (`techlibs/.../brams*.txt`, `lutrams*.txt`). */
export interface Primitive {
  readonly kind: 'block' | 'distributed';
  /** Address bits at the narrowest width. */
  readonly addressBits: number;
  /** Data widths, each twice as many bits of the address apart as the one before. */
  readonly widths: readonly number[];
  /** Narrowest width of the write port, in widths[]. */
  readonly narrowestWrite?: number;
  readonly cost: number;
  /** Part of the cost that is charged by the share of the width that is used. */
  readonly widthScale: number;
  /** Granularity of write enables in bits; 0: the whole word. */
  readonly byteBits: number;
  /** What one such primitive takes. */
  readonly takes: Partial<Resources>;
  /** Reading a word while it is written needs logic of its own. */
  readonly emulatesReadFirst?: boolean;
}

/** Weights of Yosys's cost function. */
const MUX_COST = 0.5;
const DEMUX_COST = 0.5;
const EMULATION_COST = 2;
/** Cost of a bit as logic: a constant, or a register. */
const ROM_BIT_COST = 1 / 16;
const RAM_BIT_COST = 1;

interface Candidate {
  readonly cost: number;
  readonly copies: number;
  readonly banks: number;
  readonly primitive: Primitive;
}

/** The cheapest width of one primitive. */
function place(primitive: Primitive, m: MemoryShape): Candidate | null {
  const { widths, addressBits, byteBits, narrowestWrite = 0 } = primitive;
  // Index of the widest width that one write enable covers.
  const byteIndex = byteBits === 0 ? widths.length - 1 : widths.findLastIndex((w) => w <= byteBits);
  // A separate read port costs a point; emulating read-before-write three for the write port, and three for the read port,
  // which must see a word on its way.
  const emulation = 1 + (primitive.emulatesReadFirst && !m.isRom ? 6 : 0);
  let best: Candidate | null = null;
  let bestCost = 0;
  widths.forEach((unit, i) => {
    if (!m.isRom && i < narrowestWrite && i < byteIndex) return;
    const granule = m.isRom ? 1 : byteBits === 0 || byteBits > unit ? unit : byteBits;
    const padded = Math.ceil(m.width / granule) * granule;
    const banks = Math.ceil(m.depth / 2 ** (addressBits - i));
    const copies = Math.ceil((banks * padded) / unit);
    const cost =
      (primitive.cost - primitive.widthScale) * copies +
      (primitive.widthScale * banks * m.width) / unit +
      (banks - 1) * m.width * MUX_COST +
      (banks > 1 && !m.isRom ? banks * DEMUX_COST : 0) +
      emulation * EMULATION_COST;
    if (best && cost >= bestCost) return;
    best = { cost, copies, banks, primitive };
    // Yosys compares with a truncated best; so do we, to break ties alike.
    bestCost = Math.trunc(cost);
  });
  return best;
}

/** What one memory becomes. */
export function mapMemory(
  m: MemoryShape,
  primitives: readonly Primitive[],
  wanted: MemoryStyle = 'auto',
): MemoryMapping {
  const bestOf = (kind: Primitive['kind']): Candidate | null => {
    let best: Candidate | null = null;
    for (const primitive of primitives) {
      // Constant contents never go to LUT RAM: as plain logic they are smaller.
      if (primitive.kind !== kind || (m.isRom && kind === 'distributed')) continue;
      const candidate = place(primitive, m);
      if (candidate && (!best || candidate.cost < best.cost)) best = candidate;
    }
    return best;
  };
  let chosen: Candidate | null = null;
  const logicCost = Math.trunc(m.width * m.depth * (m.isRom ? ROM_BIT_COST : RAM_BIT_COST));
  let limit = wanted === 'block' ? Number.POSITIVE_INFINITY : logicCost;
  const candidates =
    wanted === 'logic'
      ? []
      : wanted === 'block'
        ? [bestOf('block')]
        : [bestOf('distributed'), bestOf('block')];
  for (const candidate of candidates) {
    if (!candidate || candidate.cost >= limit) continue;
    chosen = candidate;
    limit = Math.trunc(candidate.cost);
  }
  if (!chosen) return { style: 'logic', resources: NO_RESOURCES, banks: 1, emulatesReadFirst: false };
  const { copies, banks, primitive } = chosen;
  const resources = { ...NO_RESOURCES };
  for (const [name, count] of Object.entries(primitive.takes))
    resources[name as keyof Resources] = count * copies;
  return {
    style: primitive.kind,
    resources,
    banks,
    emulatesReadFirst: primitive.emulatesReadFirst === true && !m.isRom,
  };
}
