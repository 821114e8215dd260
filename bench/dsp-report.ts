/**
 * What a flat netlist keeps inside its DSP48E1, read from the ILANG text that Yosys's `dump` prints of them: which
 * pipeline registers and adders were absorbed.
 */

export interface DspCell {
  readonly name: string;
  /** MREG, PREG, AREG, BREG, ADREG: stages of registers inside. */
  readonly registers: Readonly<Record<string, number>>;
  /** The adder behind the multiplier: how its other input is chosen (OPMODE bits 6..4), null where that varies. */
  readonly addend: 'none' | 'cascade' | 'own sum' | 'port C' | 'varies';
  /** The adder in front of the multiplier is used. */
  readonly preAdder: boolean;
}

const ADDENDS = { '000': 'none', '001': 'cascade', '010': 'own sum', '011': 'port C' } as const;

function addendOf(opmode: string | undefined): DspCell['addend'] {
  const bits = /^7'([01]{7})$/.exec(opmode ?? '')?.[1];
  return (bits && ADDENDS[bits.slice(0, 3) as keyof typeof ADDENDS]) || 'varies';
}

/** Bits of `32'00..01` or a plain number. */
const numberOf = (text: string): number =>
  text.includes("'") ? Number.parseInt(text.split("'")[1], 2) : Number(text);

/** Cells of one type in an ILANG dump. */
export function dspCells(ilang: Iterable<string>): DspCell[] {
  const cells: DspCell[] = [];
  let name = '';
  let parameters = new Map<string, string>();
  let opmode: string | undefined;
  const finish = (): void => {
    if (name === '') return;
    const register = (of: string): readonly [string, number] => [of, numberOf(parameters.get(of) ?? '0')];
    cells.push({
      name,
      registers: Object.fromEntries(['AREG', 'BREG', 'ADREG', 'MREG', 'PREG'].map(register)),
      addend: addendOf(opmode),
      preAdder: parameters.get('USE_DPORT') === '"TRUE"',
    });
    name = '';
  };
  for (const line of ilang) {
    const [word, first, ...rest] = line.trim().split(/\s+/);
    if (word === 'cell' && first === '\\DSP48E1') {
      name = rest.join(' ');
      parameters = new Map();
      opmode = undefined;
    } else if (name !== '' && word === 'parameter') {
      // `parameter signed \NAME VALUE` or without the word.
      const [key, value] = first === 'signed' ? [rest[0], rest[1]] : [first, rest[0]];
      parameters.set(key.slice(1), value);
    } else if (name !== '' && word === 'connect' && first === '\\OPMODE') opmode = rest.join(' ');
    else if (name !== '' && word === 'end') finish();
  }
  return cells;
}
