/**
 * Grids of small designs for one kind of block: every point runs in Icarus, steady and with pauses at either end, and
 * must agree with reference and simulator in every value and every handshake, and end empty.
 */
import { afterAll, expect, it } from 'vitest';
import { foldingOptions } from '../../src/explore/foldings.js';
import { beatsText } from '../../src/hls-gen/stimulus.js';
import type { BlockParams } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { type QuantGraph, rangeOf } from '../../src/ir/quant-graph.js';
import { lower } from '../../src/passes/lower.js';
import { differences, PATTERNS } from './compare-rtl.js';
import { randomFrame } from './quant-builder.js';
import { RtlBuild } from './rtl-build.js';
import { caseOf, type RtlCase } from './rtl-case.js';
import { soleEnds } from './sole-ends.js';
import { describeWithTool } from './tools.js';

export interface GridPoint {
  readonly title: string;
  readonly case: RtlCase;
}

const FRAMES = 2;
const COMPARED = ['steady', 'idle', 'backpressure'] as const;

/** One end of a block that stands alone. */
export interface BeatFormat {
  /** Elements per beat. */
  readonly lanes: number;
  readonly bits: number;
  readonly signed: boolean;
}

const randomBeats = (prng: Prng, f: BeatFormat, beats: number): number[][] => {
  const [lo, hi] = rangeOf(f);
  return Array.from({ length: beats }, () => Array.from({ length: f.lanes }, () => prng.int(lo, hi)));
};

/**
 * A single block with one input and one output. `reference` maps the beats of one frame to the beats that must
 * leave; every lane of every beat is compared.
 */
export function blockCase(
  name: string,
  params: BlockParams,
  input: BeatFormat & { readonly beats: number },
  output: BeatFormat,
  reference: (frame: readonly number[][]) => number[][],
): RtlCase {
  const prng = new Prng(name.length + input.beats);
  const frames = Array.from({ length: FRAMES }, () => randomBeats(prng, input, input.beats));
  const expected = frames.map(reference);
  const text = (beats: readonly number[][], f: BeatFormat): string =>
    beatsText(beats.flat(), f.lanes, f.lanes, f.bits);
  const beatsOut = expected[0].length;
  return {
    hardware: {
      name,
      streams: [
        { ...input, name: 's_in', beatsPerFrame: input.beats },
        { ...output, name: 's_out', beatsPerFrame: beatsOut },
      ],
      blocks: [{ name: 'block', layer: name, params, inputs: [0], outputs: [1] }],
      ends: soleEnds(0, 1),
    },
    frames: FRAMES,
    outputChannels: [output.lanes],
    inputText: frames.map((f) => text(f, input)).join(''),
    expectedText: expected.map((f) => text(f, output)).join(''),
  };
}

/** `count` items spread over a list, the ends included. */
export const spread = <T>(list: readonly T[], count: number): T[] =>
  list.length <= count
    ? [...list]
    : Array.from(
        { length: count },
        (_, i) => list[Math.round((i * (list.length - 1)) / Math.max(1, count - 1))],
      );

/** A graph of one layer under foldings from slowest to fastest. */
export function layerPoints(graph: QuantGraph, foldings: number): GridPoint[] {
  const [node] = graph.nodes;
  if (graph.nodes.length !== 1 || !node) throw new Error('one layer is asked for');
  const options = foldingOptions(graph, node).sort((a, b) => b.cycles - a.cycles || a.lut - b.lut);
  const prng = new Prng(graph.name.length);
  const frames = Array.from({ length: FRAMES }, () => randomFrame(prng, graph));
  return spread(options, foldings).map(({ folding }) => {
    const { op, ...numbers } = folding;
    const hardware = lower(graph, new Map([[node.name, folding]]), () => 0);
    const numbersText = Object.entries(numbers).map(([key, value]) => `${key} ${value}`);
    return { title: `${graph.name}: ${numbersText.join(', ')}`, case: caseOf(graph, hardware, frames) };
  });
}

/** The suite of one kind. */
export function runGrid(kind: string, points: readonly GridPoint[]): void {
  describeWithTool('iverilog', `${kind} in RTL`, () => {
    const builds: RtlBuild[] = [];
    afterAll(() => {
      for (const b of builds) b.remove();
    });

    it.each(points.map((p) => [p.title, p.case] as const))('%s', (_, c) => {
      const build = new RtlBuild([c]);
      builds.push(build);
      build.buildIcarus(c);
      for (const name of COMPARED) {
        const found = differences(c, PATTERNS[name], build.run('iverilog', c, PATTERNS[name]));
        expect(found, name).toEqual([]);
      }
    });
  });
}
