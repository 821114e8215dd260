/**
 * Some channels of every pixel, in any order: slices, splits and shuffles. A pixel is stored while the one before leaves.
 */
import type { BlockKind } from '../ir/block-kind.js';
import { checkCounts } from '../ir/block-ports.js';
import { delay } from '../ir/block-timing.js';
import { bitCount } from './bills/rom-logic.js';
import { BillWriter, countBits, pickLuts } from './bills/writer.js';
import { oneProcess, SHALLOW } from './hls.js';
import { packWords } from './words.js';

export interface SelectParams {
  readonly kind: 'select';
  readonly pixels: number;
  readonly lanes: number;
  readonly bits: number;
  /** Beats per pixel that come, and that leave. */
  readonly groupsIn: number;
  readonly groupsOut: number;
  /** Channel of the input for every lane of every beat that leaves; any where there are no more channels. */
  readonly places: Int32Array;
}

declare module '../ir/hardware.js' {
  interface BlockTypes {
    select: SelectParams;
  }
}

/** The memory's output register. */
const LATENCY = 1;

/** Whether every beat that leaves is one that came. */
function isWhole({ lanes, places }: SelectParams): boolean {
  return places.every((channel, i) => {
    const first = places[i - (i % lanes)];
    return first % lanes === 0 && channel === first + (i % lanes);
  });
}

/**
 * Lanes that one lane of the output is picked from, as synthesis sees it: those that differ from its first in index bits
 * that change from beat to beat. The memory of the lane keeps few others. A table of one line it does not look into.
 */
function sourcesOf(
  { lanes, places, groupsOut }: SelectParams,
  lane: number,
): { readonly ways: number; readonly indexBits: number } {
  if (groupsOut === 1) return { ways: lanes, indexBits: lanes > 1 ? countBits(lanes) : 0 };
  const first = places[lane] % lanes;
  let changing = 0;
  for (let at = lane; at < places.length; at += lanes) changing |= (places[at] % lanes) ^ first;
  let ways = 0;
  for (let source = 0; source < lanes; source++) if (((source ^ first) & ~changing) === 0) ways++;
  return { ways, indexBits: bitCount(changing) };
}

const placeBits = (p: SelectParams): number => countBits(p.groupsIn);

/** By beat: where it lies, or where each lane's beat lies, with the lane below. */
const wordsOf = (
  p: SelectParams,
): { readonly fields: Int32Array; readonly count: number; readonly bits: number } => {
  if (isWhole(p)) {
    const fields = Int32Array.from({ length: p.groupsOut }, (_, g) => p.places[g * p.lanes] / p.lanes);
    return { fields, count: 1, bits: placeBits(p) };
  }
  const laneBits = countBits(p.lanes);
  const fields = p.places.map((c) => Math.floor(c / p.lanes) * 2 ** laneBits + (c % p.lanes));
  return { fields, count: p.lanes, bits: placeBits(p) + laneBits };
};

export const select: BlockKind<'select'> = {
  kind: 'select',
  summary: 'Some channels of every pixel, in any order.',
  check: (p) => {
    const problems = checkCounts(p, ['pixels', 'lanes', 'bits', 'groupsIn', 'groupsOut']);
    if (problems.length > 0) return problems;
    const channels = p.groupsIn * p.lanes;
    if (p.places.length !== p.groupsOut * p.lanes)
      problems.push(`${p.places.length} places for ${p.groupsOut} beats of ${p.lanes}`);
    if (!p.places.every((c) => c >= 0 && c < channels))
      problems.push(`a place outside of ${channels} channels`);
    return problems;
  },
  ports: ({ pixels, lanes, bits, groupsIn, groupsOut }) => ({
    inputs: [{ lanes, bits, beats: pixels * groupsIn }],
    outputs: [{ lanes, bits, beats: pixels * groupsOut }],
  }),
  cyclesPerFrame: (p) => p.pixels * Math.max(p.groupsIn, p.groupsOut),
  macsPerFrame: () => 0,
  bill: (p, target) => {
    const { fields, count, bits } = wordsOf(p);
    const content = {
      depth: p.groupsOut,
      fields: [{ bits, count, values: fields, first: 0, wordStep: count, fieldStep: 1 }],
    };
    const width = p.lanes * p.bits;
    const w = new BillWriter(target)
      // Half, valid.
      .ff(2)
      .use('fifoControl')
      .level(2 * p.groupsIn)
      .counter(2 * p.groupsIn, p.groupsOut)
      .rom(content, 'logic')
      .fifo2(width);
    if (isWhole(p)) return w.ram(width, 2 * p.groupsIn).bill;
    for (let lane = 0; lane < p.lanes; lane++) {
      const { ways, indexBits } = sourcesOf(p, lane);
      w.ram(ways * p.bits, 2 * p.groupsIn)
        .ff(indexBits)
        .use('pick', p.bits * pickLuts(ways, target));
    }
    return w.bill;
  },
  // A period is one pixel.
  timing: (p) => ({
    intakes: [
      {
        kind: 'buffered',
        beats: p.groupsIn,
        need: () => p.groupsIn,
        issuesPerStep: p.groupsOut,
        room: () => -p.groupsOut,
        beatsPerStep: p.groupsIn,
        forwards: false,
      },
    ],
    issues: p.groupsOut,
    emits: 'all',
    stages: [delay(LATENCY)],
  }),
  rtl: (p) => {
    const { fields, count, bits } = wordsOf(p);
    return {
      module: 'blnet_select',
      parameters: [
        ['LANES', p.lanes],
        ['BITS', p.bits],
        ['GROUPS_IN', p.groupsIn],
        ['GROUPS_OUT', p.groupsOut],
        ['WHOLE', isWhole(p) ? 1 : 0],
      ],
      memories: [
        {
          parameter: 'PLACE_FILE',
          suffix: 'places',
          wordBits: count * bits,
          words: packWords(fields, count, bits),
        },
      ],
      inputPorts: ['s_axis'],
      outputPorts: ['m_axis'],
    };
  },
  hls: (p) => {
    const bits = countBits(p.groupsIn * p.lanes);
    const { calls, ...rest } = oneProcess('blnet_select', [
      ['PIXELS', p.pixels],
      ['LANES', p.lanes],
      ['BITS', p.bits],
      ['GROUPS_IN', p.groupsIn],
      ['GROUPS_OUT', p.groupsOut],
      ['PLACE_BITS', bits],
    ]);
    const places = { name: 'places', bits, signed: false, lanes: p.lanes, block: false, values: p.places };
    return { ...rest, calls: calls.map((c) => ({ ...c, roms: [places] })), inputDepth: p.groupsIn + SHALLOW };
  },
};
