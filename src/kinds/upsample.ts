/**
 * Upsampling by whole factors: every row is read so often, every pixel so often in a row. The buffer holds one input row
 * and one pixel; the last reading of a row frees it, so the next row arrives meanwhile.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { type BufferedIntake, delay } from '../ir/block-timing.js';
import type { UpsampleParams } from '../ir/hardware.js';
import { upsampleBill } from './bills/streams.js';
import { oneProcess, SHALLOW } from './hls.js';

const LATENCY = 1;

const factorsOf = (p: UpsampleParams): ReadonlyArray<readonly [string, number]> => [
  ['ROWS', p.rows],
  ['COLUMNS', p.columns],
  ['FILL', p.fill === null ? 0 : 1],
  ['ZERO', p.fill ?? 0],
];

/** A period is one input row. */
function intakeOf(p: UpsampleParams): BufferedIntake {
  const row = p.width * p.groups;
  const pixel = p.columns * p.groups;
  const reading = p.columns * row;
  const issues = p.rows * reading;
  /** Issues of the period after which `beats` (1..row) of its beats have been read for the last time. */
  const freed = (beats: number): number => {
    const x = Math.floor((beats - 1) / p.groups);
    return issues - reading + x * pixel + pixel - p.groups + ((beats - 1) % p.groups) + 1;
  };
  return {
    kind: 'buffered',
    beats: row,
    need: (issue) => (issue < reading ? Math.floor(issue / pixel) * p.groups + (issue % p.groups) + 1 : row),
    issuesPerStep: 1,
    // One row and one pixel fit: beat b waits for beat b - groups of the row before, or for the end of the one before that.
    room: (beat) =>
      beat >= p.groups ? freed(beat + 1 - p.groups) - issues : freed(row + beat + 1 - p.groups) - 2 * issues,
    beatsPerStep: 1,
    forwards: false,
  };
}

export const upsample: BlockKind<'upsample'> = {
  kind: 'upsample',
  summary: 'Every pixel several times in both directions, or zeros beside it, from one buffered row.',
  check: (p) => {
    const problems = checkCounts(p, ['height', 'width', 'groups', 'lanes', 'bits', 'rows', 'columns']);
    if (p.fill !== null && !(Number.isInteger(p.fill) && p.fill >= 0 && p.fill < 2 ** p.bits))
      problems.push(`copies of ${p.fill}, which ${p.bits} bits do not hold`);
    return problems;
  },
  ports: ({ height, width, groups, lanes, bits, rows, columns }) => ({
    inputs: [{ lanes, bits, beats: height * width * groups }],
    outputs: [{ lanes, bits, beats: rows * columns * height * width * groups }],
  }),
  cyclesPerFrame: (p) => p.rows * p.columns * p.height * p.width * p.groups,
  macsPerFrame: () => 0,
  bill: upsampleBill,
  timing: (p) => ({
    intakes: [intakeOf(p)],
    issues: p.rows * p.columns * p.width * p.groups,
    emits: 'all',
    stages: [delay(LATENCY)],
  }),
  rtl: (p) => ({
    module: 'blnet_upsample',
    parameters: [
      ['LANES', p.lanes],
      ['BITS', p.bits],
      ['WIDTH', p.width],
      ['GROUPS', p.groups],
      ...factorsOf(p),
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => ({
    ...oneProcess('blnet_upsample', [
      ['LANES', p.lanes],
      ['BITS', p.bits],
      ['HEIGHT', p.height],
      ['WIDTH', p.width],
      ['GROUPS', p.groups],
      ...factorsOf(p),
    ]),
    // While a row is read for the last time, half of the next one arrives.
    inputDepth: Math.ceil(p.width / 2) * p.groups + SHALLOW,
  }),
};
