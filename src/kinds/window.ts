/**
 * Line buffer: stores raster rows in `rows` banks and reads the taps of every output pixel from them.
 * Writer and reader are independent, so frames run back to back and the last rows drain by themselves.
 *
 * Order of the output: output row, output column, group, tap phase; a phase is one tap (taps = 1) or one
 * column of the window from top to bottom (taps = kernel). Tap t of a window is column t / kernel, row t % kernel.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { type BufferedIntake, delay } from '../ir/block-timing.js';
import type { WindowParams } from '../ir/hardware.js';
import { windowBill } from './bills/windows.js';
import { oneProcess } from './hls.js';
import { truncate } from './words.js';

/** Issue (memory address) -> memory output -> its register -> output FIFO. */
const LATENCY = 2;

/** Beats in which the taps of one window leave. */
const phasesOf = (p: Pick<WindowParams, 'kernel' | 'taps'>): number => (p.kernel * p.kernel) / p.taps;

/** The RTL module and the HLS function take the same parameters. */
const parametersOf = (p: WindowParams): ReadonlyArray<readonly [string, number]> => [
  ['LANES', p.lanes],
  ['BITS', p.bits],
  ['HEIGHT', p.height],
  ['WIDTH', p.width],
  ['GROUPS', p.groups],
  ['KERNEL', p.kernel],
  ['STRIDE', p.stride],
  ['PAD_TOP', p.padTop],
  ['PAD_LEFT', p.padLeft],
  ['OUT_HEIGHT', p.outHeight],
  ['OUT_WIDTH', p.outWidth],
  ['TAPS', p.taps],
  ['ROWS', p.rows],
  ['PAD_VALUE', Number(truncate(p.padValue, p.bits))],
];

/** A period is one frame; both sides wait for whole pixels. */
function intakeOf(p: WindowParams): BufferedIntake {
  const { kernel, stride, padTop, padLeft, height, width, groups, rows, outWidth, outHeight } = p;
  const perPixel = groups * phasesOf(p);
  const issues = outHeight * outWidth * perPixel;
  return {
    kind: 'buffered',
    beats: height * width * groups,
    // The bottom right tap that is not padding.
    need: (step) => {
      const oy = Math.floor(step / outWidth);
      const row = Math.min(oy * stride - padTop + kernel - 1, height - 1);
      const column = Math.min((step % outWidth) * stride - padLeft + kernel - 1, width - 1);
      return (row * width + column + 1) * groups;
    },
    issuesPerStep: perPixel,
    // The beat takes the place of the one `rows` rows above it. Of the output rows that begin at that row or above it
    // the last must have moved past its column.
    room: (step) => {
      let above = Math.floor(step / width) - rows + padTop;
      let frame = 0;
      for (; above < 0; above += height) frame--;
      const oy = Math.min(outHeight - 1, Math.floor(above / stride));
      const ox = Math.min(outWidth, Math.ceil(((step % width) + padLeft + 1) / stride));
      return frame * issues + (oy * outWidth + ox) * perPixel;
    },
    beatsPerStep: groups,
    forwards: false,
  };
}

export const window: BlockKind<'window'> = {
  kind: 'window',
  summary: 'Line buffer that turns raster pixels into the taps of every window, with padding.',
  check: (p) => {
    const problems = [
      ...checkCounts(p, ['height', 'width', 'groups', 'lanes', 'bits', 'kernel', 'stride']),
      ...checkCounts(p, ['outHeight', 'outWidth', 'taps', 'rows']),
      ...checkCounts(p, ['padTop', 'padLeft'], 0),
    ];
    if (problems.length > 0) return problems;
    if (p.taps !== 1 && p.taps !== p.kernel)
      problems.push(`taps ${p.taps} is neither 1 nor the kernel ${p.kernel}`);
    if (p.rows < p.kernel) problems.push(`${p.rows} rows cannot hold a window of ${p.kernel}`);
    if (p.padTop >= p.kernel || p.padLeft >= p.kernel) problems.push('padding reaches over the whole window');
    const reaches = (count: number, before: number): number => (count - 1) * p.stride - before;
    if (reaches(p.outHeight, p.padTop) >= p.height || reaches(p.outWidth, p.padLeft) >= p.width)
      problems.push('its last window holds nothing but padding');
    return problems;
  },
  ports: ({ lanes, bits, taps, ...p }) => ({
    inputs: [{ lanes, bits, beats: p.height * p.width * p.groups }],
    outputs: [
      { lanes: taps * lanes, bits, beats: p.outHeight * p.outWidth * p.groups * phasesOf({ ...p, taps }) },
    ],
  }),
  cyclesPerFrame: (p) =>
    Math.max(p.height * p.width * p.groups, p.outHeight * p.outWidth * p.groups * phasesOf(p)),
  macsPerFrame: () => 0,
  bill: windowBill,
  timing: (p) => ({
    intakes: [intakeOf(p)],
    issues: p.outHeight * p.outWidth * p.groups * phasesOf(p),
    emits: 'all',
    stages: [delay(LATENCY)],
  }),
  roomier: (p, rows) => ({ ...p, rows: p.rows + rows }),
  rtl: (p) => ({
    module: 'blnet_window',
    parameters: parametersOf(p),
    memories: [],
    inputPorts: ['s_axis'],
    outputPorts: ['m_axis'],
  }),
  hls: (p) => oneProcess('blnet_window', parametersOf(p)),
};
