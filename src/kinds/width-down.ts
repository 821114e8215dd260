/**
 * Splits a wide beat into narrow ones. The last wide beat of a pixel gives only as many as hold channels.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { widthDownBill } from './bills/streams.js';
import { oneProcess } from './hls.js';

export const widthDown: BlockKind<'widthDown'> = {
  kind: 'widthDown',
  summary: 'Width conversion from wide to narrow beats.',
  check: (p) => [
    ...checkCounts(p, ['pixels', 'lanesOut', 'bits', 'groupsOut']),
    ...checkCounts(p, ['ratio'], 2),
  ],
  ports: ({ pixels, lanesOut, bits, ratio, groupsOut }) => ({
    inputs: [{ lanes: ratio * lanesOut, bits, beats: pixels * Math.ceil(groupsOut / ratio) }],
    outputs: [{ lanes: lanesOut, bits, beats: pixels * groupsOut }],
  }),
  cyclesPerFrame: (p) => p.pixels * p.groupsOut,
  macsPerFrame: () => 0,
  bill: widthDownBill,
  timing: (p) => ({
    intakes: [
      {
        kind: 'buffered',
        beats: Math.ceil(p.groupsOut / p.ratio),
        need: (issue) => Math.floor(issue / p.ratio) + 1,
        issuesPerStep: 1,
        // The hold register takes a beat while it sends the last part of the one before.
        room: (beat) => beat * p.ratio,
        beatsPerStep: 1,
        forwards: true,
      },
    ],
    issues: p.groupsOut,
    emits: 'all',
    stages: [],
  }),
  rtl: (p) => ({
    module: 'blnet_width_down',
    parameters: [
      ['OUT_BITS', p.lanesOut * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_OUT', p.groupsOut],
    ],
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) =>
    oneProcess('blnet_width_down', [
      ['PIXELS', p.pixels],
      ['OUT_BITS', p.lanesOut * p.bits],
      ['RATIO', p.ratio],
      ['GROUPS_OUT', p.groupsOut],
    ]),
};
