/** Writes a bill: the small modules that every block is made of, named as in hw/rtl. */
import { Bill, type Part } from '../../ir/bill.js';
import { RESOURCE_NAMES } from '../../ir/resources.js';
import type { MemoryMapping, Multiplier, Target } from '../../ir/target.js';
import { type RomContent, type RomLogic, romLogic, romWidth, varyingColumns } from './rom-logic.js';

/** Bits of `$clog2(n)`, at least 1: the width of a register that counts n states. */
export const countBits = (n: number): number => Math.max(1, clog2(n));

/** $clog2 as Verilog has it. */
export const clog2 = (n: number): number => Math.ceil(Math.log2(n));

export class BillWriter {
  readonly bill = new Bill();

  constructor(readonly target: Target) {}

  /** Registers outside memories, in bits. Yosys makes delay lines with an enable of registers too. */
  ff(bits: number): this {
    this.bill.add('ff', bits);
    return this;
  }

  use(part: Part, units = 1): this {
    this.bill.add(part, units);
    return this;
  }

  include(bill: Bill, times = 1): this {
    this.bill.include(bill, times);
    return this;
  }

  /** Register that counts 0 .. states-1 and wraps; one state is no register. */
  counter(...all: readonly number[]): this {
    for (const states of all) {
      if (states < 2) continue;
      const bits = countBits(states);
      // A LUT4 knows a count of four bits, and adds or wraps a longer one; a power of two wraps by itself.
      const isShort = this.target.lutInputs === 4 && (bits <= 4 || states === 2 ** bits);
      this.ff(bits).use('counterBit', isShort ? bits / 2 : bits);
    }
    return this;
  }

  /** Fill level 0 .. depth that goes up and down. */
  level(depth: number): this {
    const bits = clog2(depth + 1);
    return this.ff(bits).use('levelBit', bits);
  }

  /** Places of 0 .. depth that are free, less one: a sign bit more. */
  room(depth: number): this {
    const bits = clog2(depth + 1) + 1;
    return this.ff(bits).use('levelBit', bits);
  }

  /** blnet_fifo2. */
  fifo2(width: number): this {
    return this.ff(2 + 2 * width)
      .use('fifoBit', width)
      .use('fifo');
  }

  /** Multiplications that DSPs are meant for. */
  multiply(m: Multiplier, times = 1): this {
    const { dsp, addBits } = this.target.multiplier(m);
    this.bill.add('dsp', times * dsp);
    return this.use('addBit', times * addBits);
  }

  /**
   * blnet_ram, its output register included; without `registered` its words come in the cycle of their address.
   * Several share their addresses and what is written.
   */
  ram(width: number, depth: number, times = 1, registered = true): this {
    const mapping = this.target.memory({ width, depth, isRom: false });
    const read = registered ? times * width : 0;
    this.primitives(mapping, times);
    this.bill.add('ramBits', times * width * depth);
    switch (mapping.style) {
      case 'logic':
        return this.ff(times * width * depth + read).use('registerFileBit', times * width * depth);
      case 'distributed':
        return this.ff(read)
          .use('lutramReadBit', read)
          .use('bankSelectBit', times * (mapping.banks - 1) * width);
      case 'block':
        return this.blockRegisters(mapping, width, depth, times);
    }
  }

  /** blnet_rom, one or several. */
  rom(content: RomContent, style: 'block' | 'logic'): this {
    const { depth, banks = 1 } = content;
    this.bill.add('romBits', depth * banks * romWidth(content));
    if (style === 'logic') return this.romInLogic(romLogic(content, this.target.lutInputs));
    return this.romInBlocks(varyingColumns(content), depth);
  }

  /** @param columns of each memory that are not constant */
  romInBlocks(columns: readonly number[], depth: number): this {
    // Yosys drops constant columns before it maps a memory; most memories keep all of theirs.
    const widths = new Map<number, number>();
    for (const width of columns) widths.set(width, (widths.get(width) ?? 0) + 1);
    for (const [width, times] of widths) {
      if (width === 0) continue;
      const mapping = this.target.memory({ width, depth, isRom: true }, 'block');
      this.primitives(mapping, times).blockRegisters(mapping, width, depth, times);
    }
    return this;
  }

  romInLogic({ columns, tables }: RomLogic): this {
    return this.ff(columns).use('romTable', tables);
  }

  private primitives({ resources }: MemoryMapping, times: number): this {
    for (const name of RESOURCE_NAMES) this.bill.add(name, times * resources[name]);
    return this;
  }

  /**
   * The bank of a read is kept until its word comes; where reading before writing is made of logic, so is the write,
   * and the word it replaces.
   */
  private blockRegisters(m: MemoryMapping, width: number, depth: number, times: number): this {
    // Each memory has its own enable and knows whether the word that is read was written just before.
    const emulation = m.emulatesReadFirst ? 2 * width + clog2(depth) + 2 * times : 0;
    return this.ff(times * clog2(m.banks) + emulation)
      .use('bankSelectBit', times * (m.banks - 1) * width)
      .use('readFirstBit', m.emulatesReadFirst ? times * width : 0)
      .use('readFirstAddressBit', m.emulatesReadFirst ? times * clog2(depth) : 0);
  }
}

/** LUTs of one bit that is chosen among `ways` inputs and a constant. */
export function selectLuts(ways: number, { lutInputs }: Target): number {
  // The constant takes one more input than the index.
  const inputs = ways + clog2(ways) + 1;
  return inputs <= lutInputs ? 1 : Math.ceil((inputs - 1) / (lutInputs - 1));
}

/** LUTs of one bit that is picked among `ways` registers by an index. */
export function pickLuts(ways: number, { lutInputs }: Target): number {
  if (ways <= 1) return 0;
  const inputs = ways + clog2(ways);
  return inputs <= lutInputs ? 1 : Math.ceil((inputs - 1) / (lutInputs - 1));
}
