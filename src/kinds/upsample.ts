/**
 * Nearest-neighbour x2: every row is read twice, every pixel twice in a row. The buffer holds one input row and
 * one pixel; the second reading of a row frees it, so the next row arrives meanwhile.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { type BufferedIntake, delay } from '../ir/block-timing.js';
import type { UpsampleParams } from '../ir/hardware.js';
import { upsampleBill } from './bills/streams.js';
import { oneProcess, SHALLOW } from './hls.js';

const LATENCY = 1;

/** A period is one input row. */
function intakeOf(p: UpsampleParams): BufferedIntake {
  const row = p.width * p.groups;
  const issues = 4 * row;
  /** Issues of the period after which `beats` (1..row) of its beats have been read for the last time. */
  const freed = (beats: number): number => {
    const x = Math.floor((beats - 1) / p.groups);
    return 2 * row + x * 2 * p.groups + p.groups + ((beats - 1) % p.groups) + 1;
  };
  return {
    kind: 'buffered',
    beats: row,
    need: (issue) =>
      issue < 2 * row ? Math.floor(issue / (2 * p.groups)) * p.groups + (issue % p.groups) + 1 : row,
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
  summary: 'Nearest-neighbour x2 in both directions, from one buffered row.',
  check: (p) => checkCounts(p, ['height', 'width', 'groups', 'lanes', 'bits']),
  ports: ({ height, width, groups, lanes, bits }) => ({
    inputs: [{ lanes, bits, beats: height * width * groups }],
    outputs: [{ lanes, bits, beats: 4 * height * width * groups }],
  }),
  cyclesPerFrame: (p) => 4 * p.height * p.width * p.groups,
  macsPerFrame: () => 0,
  bill: upsampleBill,
  timing: (p) => ({
    intakes: [intakeOf(p)],
    issues: 4 * p.width * p.groups,
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
    ]),
    // While a row is read for the second time, half of the next one arrives.
    inputDepth: Math.ceil(p.width / 2) * p.groups + SHALLOW,
  }),
};
