/**
 * Copies every beat to two consumers; takes one when both output FIFOs have room.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT } from '../ir/block-timing.js';
import { forkBill } from './bills/streams.js';
import { oneProcess } from './hls.js';

export const fork: BlockKind<'fork'> = {
  kind: 'fork',
  summary: 'Copies a stream to two consumers.',
  check: (p) => checkCounts(p, ['beats', 'lanes', 'bits']),
  ports: ({ lanes, bits, beats }) => ({
    inputs: [{ lanes, bits, beats }],
    outputs: [
      { lanes, bits, beats },
      { lanes, bits, beats },
    ],
  }),
  cyclesPerFrame: (p) => p.beats,
  macsPerFrame: () => 0,
  bill: forkBill,
  timing: () => ({ intakes: [DIRECT], issues: 1, emits: 'all', stages: [] }),
  rtl: (p) => ({
    module: 'blnet_fork',
    parameters: [['DATA_BITS', p.lanes * p.bits]],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m0_axis', 'm1_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_fork', [
      ['BEATS', p.beats],
      ['DATA_BITS', p.lanes * p.bits],
    ]),
};
