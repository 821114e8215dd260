/**
 * A family of parts as data, and the target that it makes: everything that differs between families is here.
 */
import { type Coefficients, PART_NAMES } from '../ir/bill.js';
import type { Family, Resources } from '../ir/resources.js';
import type { DspUse, Fill, MemoryMapping, MemoryStyle, Target } from '../ir/target.js';
import { mapMemory, type Primitive } from './memory-mapping.js';
import { type DspPorts, mapMultiplier } from './multipliers.js';

/** Cell type of a netlist → what one such cell takes. */
export type CellTable = Readonly<Record<string, Partial<Resources>>>;

export interface FamilyData {
  readonly family: Family;
  readonly lutInputs: 4 | 6;
  readonly blockKbit: 18 | 36;
  /** Sizes of block RAM that netlists have, and what tables call them. */
  readonly blockRams: readonly (readonly [resource: 'ramb18' | 'ramb36', head: string])[];
  /** LUT RAM, then block RAM, as Yosys knows them. */
  readonly memories: readonly Primitive[];
  readonly dspPorts: DspPorts;
  readonly dsp: DspUse;
  readonly fill: Fill;
  readonly measuredInDesign: boolean;
  readonly dropsIdleRegisters: boolean;
  /** LUTs per unit of a bill's parts, as the fit wrote them. */
  readonly coefficients: Coefficients;
  /** Cells of a netlist; one that is absent here is an error, so that nothing is lost. */
  readonly cells: CellTable;
  /** Yosys's command, without pads and clock buffers: a block or an accelerator is part of a design, not a chip. */
  readonly synthesis: string;
  /** The same for a netlist that is simulated, placed and routed. */
  readonly netlist: string;
  /** File of Yosys's share folder with simulation models of its cells; hw/cells/FAMILY has those that it lacks. */
  readonly cellModels: string;
}

function pricer(coefficients: Coefficients): Target['price'] {
  const luts = PART_NAMES.map((part) => coefficients[part]);
  return (bill) => {
    const { exact } = bill;
    return { ...exact, lut: Math.round(exact.lut + bill.logicLuts(luts)) };
  };
}

const STYLES: readonly MemoryStyle[] = ['auto', 'block', 'logic'];

/** Memories of the same few shapes come up again and again. */
function rememberMemories(primitives: readonly Primitive[]): Target['memory'] {
  const known = STYLES.map(() => [new Map<number, MemoryMapping>(), new Map<number, MemoryMapping>()]);
  return (shape, style = 'auto') => {
    const maps = known[STYLES.indexOf(style)];
    const map = maps[shape.isRom ? 1 : 0];
    // Widths stay far below 2^20.
    const key = shape.depth * 2 ** 20 + shape.width;
    const mapping = map.get(key) ?? mapMemory(shape, primitives, style);
    map.set(key, mapping);
    return mapping;
  };
}

export const targetOfFamily = (f: FamilyData): Target => ({
  family: f.family,
  lutInputs: f.lutInputs,
  blockKbit: f.blockKbit,
  dsp: f.dsp,
  fill: f.fill,
  measuredInDesign: f.measuredInDesign,
  dropsIdleRegisters: f.dropsIdleRegisters,
  memory: rememberMemories(f.memories),
  multiplier: (m) => mapMultiplier(m, f.dspPorts),
  price: pricer(f.coefficients),
  blocks: (r) => (f.blockKbit === 36 ? r.ramb36 + r.ramb18 / 2 : r.ramb18 + 2 * r.ramb36),
});
