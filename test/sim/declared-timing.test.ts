/**
 * What a declaration of timing means: the interpreter and the compiled engine agree on any of them, in every handshake,
 * and a few are counted out by hand.
 */
import { describe, expect, it } from 'vitest';
import { type BlockTiming, DIRECT, delay, type Intake, serialize } from '../../src/ir/block-timing.js';
import { type Hardware, outputsOf } from '../../src/ir/hardware.js';
import type { Prng } from '../../src/ir/prng.js';
import { BlockModel } from '../../src/sim/block-model.js';
import { type SimOptions, simulate } from '../../src/sim/engine.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { NO_STALLS, stallsFromSeed } from '../../src/sim/stimulus.js';
import { randomTimedHardware, randomTiming, TIMED } from '../support/random-timing.js';

const SEEDS = Array.from({ length: 150 }, (_, i) => i + 1);

/** Result and hash of the order of all handshakes. */
function observe(engine: typeof simulate, hw: Hardware, options: SimOptions): object {
  let events = 0;
  const onFire = (stream: number, cycle: number): void => {
    events = (Math.imul(events, 31) + 7919 * stream + cycle) | 0;
  };
  const {
    steadyFrom: _,
    steadyCycles: __,
    ...result
  } = {
    steadyFrom: null,
    steadyCycles: null,
    ...engine(TIMED, hw, { ...options, onFire }),
  };
  return { ...result, events };
}

describe('interpreter and compiled engine', () => {
  it('agree on random declarations in random designs, with and without stalls', () => {
    let [finished, stuck, joins, several] = [0, 0, 0, 0];
    for (const seed of SEEDS) {
      const hw = randomTimedHardware(seed);
      const options = { frames: 4, stalls: seed % 3 ? stallsFromSeed(seed) : NO_STALLS, hash: true };
      const plain = observe(simulate, hw, options);
      expect({ seed, ...observe(simulateFast, hw, options) }).toEqual({ seed, ...plain });
      if ((plain as { deadlock: unknown }).deadlock) stuck++;
      else finished++;
      if (hw.blocks.some((b) => b.inputs.length > 1)) joins++;
      if (hw.ends.length > 2) several++;
    }
    // Random rates rarely fit each other behind a fork: both ends of a run are met often.
    expect(Math.min(finished, stuck, joins, several)).toBeGreaterThan(30);
  });

  it('agree when most frames are added and not stepped', () => {
    let steady = 0;
    for (const seed of SEEDS.slice(0, 50)) {
      const random = randomTimedHardware(seed);
      // More output than can come, so that all frames are sent whatever the rates are.
      const ends = new Set(outputsOf(random).map((e) => e.stream));
      const streams = random.streams.map((s, i) => (ends.has(i) ? { ...s, beatsPerFrame: 1000 } : s));
      const hw = { ...random, streams };
      const { steadyFrom, steadyCycles: _, ...fast } = simulateFast(TIMED, hw, { frames: 12, hash: true });
      expect({ seed, ...fast }).toEqual({ seed, ...simulate(TIMED, hw, { frames: 12, hash: true }) });
      if (steadyFrom !== null) steady++;
    }
    expect(steady).toBeGreaterThan(5);
  });

  it.each<[string, (t: BlockTiming) => BlockTiming]>([
    ['a stage more', (t) => ({ ...t, stages: [...t.stages, delay(1)] })],
    ['a place less', (t) => ({ ...t, intakes: t.intakes.map(tight) })],
    ['a beat more needed', (t) => ({ ...t, intakes: t.intakes.map(late) })],
  ])('disagree when only one of them has %s', (_, change) => {
    const differ = SEEDS.slice(0, 60).filter((seed) => {
      const changed = randomTimedHardware(seed, (r: Prng, inputs) => change(randomTiming(r, inputs)));
      const options = { frames: 3, hash: true };
      const [a, b] = [
        observe(simulate, randomTimedHardware(seed), options),
        observe(simulateFast, changed, options),
      ];
      return JSON.stringify(a) !== JSON.stringify(b);
    });
    expect(differ.length).toBeGreaterThan(10);
  });
});

const tight = (i: Intake): Intake => (i.kind === 'direct' ? i : { ...i, room: (step) => i.room(step) + 1 });
const late = (i: Intake): Intake => (i.kind === 'direct' ? i : { ...i, need: (step) => i.need(step) + 1 });

/**
 * One line a stream, a character a cycle: `1` a handshake, `.` none. Inputs are streams 0 up, each offering a beat in
 * the cycles that its line marks with `1` until it is taken; outputs are always taken.
 */
function run(timing: BlockTiming, offers: readonly string[], outputs = 1): string[] {
  const n = offers.length;
  const streams = Array.from({ length: n + outputs }, (_, i) => i);
  const model = new BlockModel(timing, streams.slice(0, n), streams.slice(n));
  const [valid, fire] = [new Uint8Array(n + outputs), new Uint8Array(n + outputs)];
  const lines = streams.map(() => '');
  for (let cycle = 0; cycle < offers[0].length; cycle++) {
    for (let i = 0; i < n; i++) if (offers[i][cycle] === '1') valid[i] = 1;
    model.plan(valid, fire);
    for (let i = n; i < n + outputs; i++) fire[i] = valid[i];
    for (const s of streams) lines[s] += fire[s] ? '1' : '.';
    model.commit(valid, fire);
    for (let i = 0; i < n; i++) if (fire[i]) valid[i] = 0;
  }
  return lines;
}

describe('a declaration, counted by hand', () => {
  it('a join waits for both inputs; what it emits passes two stages and the FIFO', () => {
    const join: BlockTiming = { intakes: [DIRECT, DIRECT], issues: 1, emits: 'all', stages: [delay(2)] };
    expect(run(join, ['1..11.....', '...1..1...'])).toEqual(['...1..1...', '...1..1...', '......1..1']);
  });

  it('a concatenation takes two beats of one input, then one of the other', () => {
    const first = (i: number): boolean => i < 2;
    const concat: BlockTiming = {
      intakes: [
        { kind: 'direct', takes: first },
        { kind: 'direct', takes: (i) => !first(i) },
      ],
      issues: 3,
      emits: 'all',
      stages: [],
    };
    expect(run(concat, ['11111.....', '1......1..'])).toEqual(['11.11.....', '..1....1..', '.11111..1.']);
  });

  it('a fork offers to both consumers', () => {
    const fork: BlockTiming = { intakes: [DIRECT], issues: 1, emits: 'all', stages: [] };
    expect(run(fork, ['1.1..'], 2)).toEqual(['1.1..', '.1.1.', '.1.1.']);
  });

  it('weights that come late hold up the issues of their tile, not the pixels', () => {
    // Two issues a tile of two weights; pixels pass through, one an issue.
    const engine: BlockTiming = {
      intakes: [
        {
          kind: 'buffered',
          beats: 1,
          need: () => 1,
          issuesPerStep: 2,
          room: () => -2,
          beatsPerStep: 1,
          forwards: false,
        },
        {
          kind: 'buffered',
          beats: 2,
          need: () => 2,
          issuesPerStep: 2,
          room: () => 0,
          beatsPerStep: 2,
          forwards: false,
        },
      ],
      issues: 2,
      emits: (i) => i === 1,
      stages: [],
    };
    expect(run(engine, ['1..1......', '..1..1.11.'])).toEqual(['1..1......', '..1..1..1.', '........1.']);
  });

  it('a result of three beats leaves a beat every second cycle', () => {
    const slow: BlockTiming = { intakes: [DIRECT], issues: 1, emits: 'all', stages: [serialize(3, 2)] };
    expect(run(slow, ['1........'])).toEqual(['1........', '..1.1.1..']);
  });
});
