/** Reading DSPs from what Yosys's `dump` prints; the text is cut from its output for a packed pair. */
import { expect, it } from 'vitest';
import { dspCells } from '../../bench/dsp-report.js';

const cell = (name: string, changes: Readonly<Record<string, string>> = {}): string[] => {
  const parameters = { AREG: '1', BREG: '1', MREG: "1'1", PREG: "1'1", USE_DPORT: '"FALSE"', ...changes };
  return [
    '  attribute \\src "blnet_dot_pair.v:63.32-63.48"',
    `  cell \\DSP48E1 ${name}`,
    ...Object.entries(parameters).map(([p, value]) => `    parameter \\${p} ${value}`),
    '    parameter signed \\ADREG 0',
    "    connect \\C { 11'00000000000 \\g_lane[0].sum_reg }",
    `    connect \\OPMODE ${changes.OPMODE ?? "7'0110101"}`,
    '  end',
  ];
};

it('registers and adders', () => {
  const [pair] = dspCells(cell('$mul$1'));
  expect(pair).toEqual({
    name: '$mul$1',
    registers: { AREG: 1, BREG: 1, ADREG: 0, MREG: 1, PREG: 1 },
    addend: 'port C',
    preAdder: false,
  });
});

it('what is not inside is seen', () => {
  const cells = dspCells([
    ...cell('a', { PREG: "1'0", OPMODE: "7'0000101" }),
    ...cell('b', { USE_DPORT: '"TRUE"', OPMODE: "{ 2'01 \\first 4'0101 }" }),
    '  cell \\LUT2 c',
    '    parameter \\PREG 1',
    '  end',
  ]);
  expect(cells.map((c) => [c.registers.PREG, c.addend, c.preAdder])).toEqual([
    [0, 'none', false],
    [1, 'varies', true],
  ]);
});
