/**
 * Joins `ratio` narrow beats to a wide one. The last wide beat of a pixel leaves as soon as the pixel is complete;
 * its unused lanes are zero.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { DIRECT } from '../ir/block-timing.js';
import { widthUpBill } from './bills/streams.js';
import { oneProcess } from './hls.js';

export const widthUp: BlockKind<'widthUp'> = {
  kind: 'widthUp',
  summary: 'Width conversion from narrow to wide beats.',
  check: (p) => [
    ...checkCounts(p, ['pixels', 'lanesIn', 'bits', 'groupsIn']),
    ...checkCounts(p, ['ratio'], 2),
  ],
  ports: ({ pixels, lanesIn, bits, ratio, groupsIn }) => ({
    inputs: [{ lanes: lanesIn, bits, beats: pixels * groupsIn }],
    outputs: [{ lanes: ratio * lanesIn, bits, beats: pixels * Math.ceil(groupsIn / ratio) }],
  }),
  cyclesPerFrame: (p) => p.pixels * p.groupsIn,
  macsPerFrame: () => 0,
  bill: widthUpBill,
  timing: (p) => ({
    intakes: [DIRECT],
    issues: p.groupsIn,
    emits: (i) => i === p.groupsIn - 1 || i % p.ratio === p.ratio - 1,
    stages: [],
  }),
  rtl: (p) => ({
    module: 'blnet_width_up',
    parameters: [
      ['IN_BITS', p.lanesIn * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_IN', p.groupsIn],
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_width_up', [
      ['PIXELS', p.pixels],
      ['IN_BITS', p.lanesIn * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_IN', p.groupsIn],
    ]),
};
