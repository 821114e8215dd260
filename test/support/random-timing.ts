/**
 * Random declarations of timing, far beyond what today's kinds declare, and hardware made of them: several inputs at
 * rates of their own, buffers of any depth, several outputs. One seed, one design.
 */
import type { KindTable } from '../../src/ir/block-kind.js';
import {
  type BlockTiming,
  DIRECT,
  delay,
  type Intake,
  type Issues,
  type Stage,
  serialize,
} from '../../src/ir/block-timing.js';
import type { Block, End, Hardware, Stream } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const divisorOf = (r: Prng, n: number): number =>
  r.pick(Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0));

/** At least one issue, often all. */
function someOf(r: Prng, issues: number): Issues {
  if (r.int(0, 2) === 0) return 'all';
  const chosen = Array.from({ length: issues }, () => r.int(0, 2) > 0);
  chosen[r.int(0, issues - 1)] = true;
  return (i) => chosen[i];
}

/**
 * A buffer of `places` beats. Issue i needs the first needs[i] beats of its period, and beat b leaves its place after
 * freed[b] issues, not before the last that needs it.
 */
function bufferOf(r: Prng, issues: number): Intake {
  const beats = r.int(1, 10);
  const issuesPerStep = divisorOf(r, issues);
  const needs = sorted(Array.from({ length: issues / issuesPerStep }, () => r.int(0, beats)));
  const beatsPerStep = divisorOf(r, beats);
  const steps = beats / beatsPerStep;
  const freed = sorted(Array.from({ length: steps }, () => r.int(1, issues)));
  const places = r.int(1, 2 * steps);
  return {
    kind: 'buffered',
    beats,
    need: (step) => needs[step],
    issuesPerStep,
    room: (step) => {
      const before = step - places;
      const period = Math.floor(before / steps);
      return freed[before - period * steps] + period * issues;
    },
    beatsPerStep,
    forwards: r.int(0, 1) === 1,
  };
}

const queueOf = (depth: number): Intake => ({
  kind: 'buffered',
  beats: 1,
  need: () => 1,
  issuesPerStep: 1,
  room: () => 1 - depth,
  beatsPerStep: 1,
  forwards: false,
  queue: true,
});

function stagesOf(r: Prng, issues: number, emissions: number): Stage[] {
  const delays = (most: number): Stage[] => Array.from({ length: r.int(0, most) }, () => delay(r.int(1, 31)));
  const stages = delays(2);
  // Results may not come faster than their beats leave.
  if (emissions === 1 && r.int(0, 1)) {
    const beats = r.int(1, issues);
    const cycles = r.int(1, Math.floor(issues / beats));
    stages.push(serialize(beats, cycles, r.int(0, 1) ? beats : r.int(1, 3 * beats)));
  }
  return [...stages, ...delays(2)];
}

export function randomTiming(r: Prng, inputs: number): BlockTiming {
  if (inputs === 1 && r.int(0, 4) === 0)
    return { intakes: [queueOf(r.int(1, 6))], issues: 1, emits: 'all', stages: [delay(r.int(1, 3))] };
  const issues = r.int(1, 12);
  const single = r.int(0, 1) === 1;
  const emits: Issues = single ? (i) => i === issues - 1 : someOf(r, issues);
  const intakes = Array.from({ length: inputs }, (): Intake => {
    const kind = r.int(0, 3);
    if (kind === 0) return DIRECT;
    return kind === 1 ? { kind: 'direct', takes: someOf(r, issues) } : bufferOf(r, issues);
  });
  return { intakes, issues, emits, stages: stagesOf(r, issues, single ? 1 : issues) };
}

/** Blocks carry their timing as parameters; the kind's name means nothing. */
export const TIMED: KindTable = {
  ...KINDS,
  add: {
    ...KINDS.add,
    cyclesPerFrame: () => 1000,
    timing: (p) => (p as unknown as { readonly timing: BlockTiming }).timing,
  },
};

/**
 * A design of random blocks between one or two inputs and one to four outputs: chains, forks of two or three, joins of
 * any rates.
 */
export function randomTimedHardware(seed: number, timingOf = randomTiming): Hardware {
  const r = new Prng(seed);
  const streams: Stream[] = [];
  const blocks: Block[] = [];
  const stream = (beatsPerFrame: number): number => {
    const name = `s${streams.length}`;
    streams.push({ name, lanes: 1, bits: 8, signed: false, beatsPerFrame });
    return streams.length - 1;
  };
  const inputs = Array.from({ length: r.int(0, 4) === 0 ? 2 : 1 }, () => stream(r.int(4, 40)));
  const open = [...inputs];
  const takeOpen = (): number => open.splice(r.int(0, open.length - 1), 1)[0];
  const block = (inputs: number, outputs: number): void => {
    const from = Array.from({ length: inputs }, takeOpen);
    const to = Array.from({ length: outputs }, () => stream(1));
    const params = { kind: 'add', timing: timingOf(r, inputs) } as unknown as Block['params'];
    blocks.push({ name: `b${blocks.length}`, layer: 'b', params, inputs: from, outputs: to });
    open.push(...to);
  };
  for (let left = r.int(1, 7); left > 0; left--) {
    const kind = r.int(0, 3);
    if (kind === 0 && open.length < 4) block(1, r.int(2, 3));
    else if (kind === 1 && open.length > 1) block(r.int(2, open.length), 1);
    else block(1, 1);
  }
  // Every end has a block behind it or before it.
  if (open.length > 1 && r.int(0, 2) > 0) block(open.length, 1);
  while (open.some((s) => inputs.includes(s))) block(1, 1);
  const end = (direction: 'in' | 'out', s: number, i: number, all: readonly number[]): End => ({
    port: `${direction === 'in' ? 's' : 'm'}_axis${all.length > 1 ? `_${i}` : ''}`,
    direction,
    role: direction === 'in' ? 'pixels' : 'result',
    tensor: streams[s].name,
    stream: s,
  });
  for (const s of open) streams[s] = { ...streams[s], beatsPerFrame: r.int(1, open.length > 1 ? 4 : 12) };
  const ends = [
    ...inputs.map((s, i) => end('in', s, i, inputs)),
    ...open.map((s, i) => end('out', s, i, open)),
  ];
  return { name: `timed${seed}`, streams, blocks, ends };
}
