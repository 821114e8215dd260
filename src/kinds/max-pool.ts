/**
 * Maximum over the taps of a window, `taps` at once and `foldTaps` in time.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT, delay } from '../ir/block-timing.js';
import { maxPoolBill } from './bills/windows.js';
import { oneProcess } from './hls.js';

/** Maximum of the beat, running maximum. */
const LATENCY = 2;

export const maxPool: BlockKind<'maxPool'> = {
  kind: 'maxPool',
  summary: 'Maximum over the taps that a window delivers.',
  check: (p) => checkCounts(p, ['beats', 'lanes', 'bits', 'taps', 'foldTaps']),
  ports: ({ lanes, bits, signed, beats, taps, foldTaps }) => ({
    inputs: [{ lanes: taps * lanes, bits, signed, beats: beats * foldTaps }],
    outputs: [{ lanes, bits, signed, beats }],
  }),
  cyclesPerFrame: (p) => p.beats * p.foldTaps,
  macsPerFrame: () => 0,
  bill: maxPoolBill,
  timing: (p) => ({
    intakes: [DIRECT],
    issues: p.foldTaps,
    emits: (i) => i === p.foldTaps - 1,
    stages: [delay(LATENCY)],
  }),
  rtl: (p) => ({
    module: 'blnet_max_pool',
    parameters: [
      ['LANES', p.lanes],
      ['BITS', p.bits],
      ['SIGNED', p.signed ? 1 : 0],
      ['TAPS', p.taps],
      ['FOLD_TAPS', p.foldTaps],
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_max_pool', [
      ['BEATS', p.beats],
      ['LANES', p.lanes],
      ['BITS', p.bits],
      ['SIGNED', p.signed ? 1 : 0],
      ['TAPS', p.taps],
      ['FOLD_TAPS', p.foldTaps],
    ]),
};
