/**
 * The promise, as a property: for random small networks with random legal foldings, reference = simulator = RTL, in
 * values and in the cycle of every handshake of every stream, under three stall patterns, frames back to back.
 * `make soak` runs 500 of them.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { differences, PATTERNS } from '../support/compare-rtl.js';
import { networkCase, randomNetwork } from '../support/random-network.js';
import { RtlBuild } from '../support/rtl-build.js';
import { describeWithTool } from '../support/tools.js';

const FRAMES = 3;
const COMPARED = ['steady', 'backpressure', 'both'] as const;
/** Builds of all networks take this long on a busy machine. */
const BUILD_TIMEOUT_MS = 480_000;

describeWithTool('verilator', 'random networks in Verilator', () => {
  const some = Array.from({ length: 20 }, (_, i) => i + 1);
  // The last two hold a row more than their windows need, and a FIFO for a burst.
  const seeds = [...some, 54, 58];
  const cases = seeds.map((seed) =>
    networkCase(randomNetwork(seed, seed > 10 && seed <= 20 ? 'all' : 'first'), FRAMES),
  );
  let build: RtlBuild;
  beforeAll(() => {
    build = new RtlBuild(cases);
    build.buildVerilator(0);
  }, BUILD_TIMEOUT_MS);
  afterAll(() => build.remove());

  it.each(seeds.map((seed, i) => [seed, i] as const))('network %i', (_, i) => {
    const c = cases[i];
    for (const name of COMPARED) {
      const stalls = PATTERNS[name];
      expect(differences(c, stalls, build.run('verilator', c, stalls)), name).toEqual([]);
    }
  });
});

describeWithTool('iverilog', 'random networks in Icarus', () => {
  // The smallest of the seeds above 20: Icarus runs some thousand cycles a second.
  const seeds = [101, 105, 109];
  const cases = seeds.map((seed) => networkCase(randomNetwork(seed), 2));
  let build: RtlBuild;
  beforeAll(() => {
    build = new RtlBuild(cases);
    cases.forEach((c) => void build.buildIcarus(c));
  });
  afterAll(() => build.remove());

  it.each(seeds.map((seed, i) => [seed, i] as const))('network %i', (_, i) => {
    const c = cases[i];
    for (const name of ['steady', 'both'] as const) {
      const stalls = PATTERNS[name];
      expect(differences(c, stalls, build.run('iverilog', c, stalls)), name).toEqual([]);
    }
  });
});
