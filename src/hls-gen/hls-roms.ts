/**
 * Constant arrays of the HLS code: one initialiser file per array, one word a line.
 */
import { assertInternal } from '../diagnostics.js';
import type { HlsRom } from '../ir/block-kind.js';
import type { Block } from '../ir/hardware.js';

export const romVariable = (block: Block, rom: HlsRom): string => `${block.name}_${rom.name}`;

/** Relative to the folder of the HLS code. */
export const romPath = (network: string, block: Block, rom: HlsRom): string =>
  `weights/${network}_${block.name}.${rom.name}.inc`;

/** Words as brace-enclosed lists; every value is checked against its width. */
export function romText(block: Block, rom: HlsRom): string {
  const lo = rom.signed ? -(2 ** (rom.bits - 1)) : 0;
  const hi = 2 ** (rom.signed ? rom.bits - 1 : rom.bits) - 1;
  const lines: string[] = [];
  for (let start = 0; start < rom.values.length; start += rom.lanes) {
    const word: number[] = [];
    for (let i = start; i < start + rom.lanes; i++) {
      const value = rom.values[i];
      assertInternal(value >= lo && value <= hi, `${rom.name} ${value} exceeds ${rom.bits} bits`, block.name);
      word.push(value);
    }
    lines.push(`{${word.join(', ')}}`);
  }
  return `${lines.join(',\n')}\n`;
}
