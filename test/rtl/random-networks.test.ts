/**
 * The promise, as a property: for random small networks with random legal foldings, reference = simulator = RTL, in
 * values and in the cycle of every handshake of every stream, under three stall patterns, frames back to back.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { differences, PATTERNS, type PatternName } from '../support/compare-rtl.js';
import { networkCase, randomNetwork } from '../support/random-network.js';
import { RtlBuild } from '../support/rtl-build.js';
import { describeWithTool } from '../support/tools.js';

const FRAMES = 3;
const SEEDS = Array.from({ length: Number(process.env.N ?? 10) }, (_, i) => i + 1+ Number(process.env.S ?? 0));
const THREE: readonly PatternName[] = ['steady', 'backpressure', 'both'];

describeWithTool('verilator', 'random networks in Verilator', () => {
  const cases = SEEDS.map((seed) => {const t=Date.now(); const n= randomNetwork(seed); console.log(seed, n.graph.nodes.length, n.sized.hardware.streams.length, n.boundCycles, n.sized.simulation.cycles, Date.now()-t); return networkCase(n, FRAMES)});
  let build: RtlBuild;
  beforeAll(() => {
    build = new RtlBuild(cases);
    const t=Date.now();
    build.buildVerilator(0);
    console.log('build', Date.now()-t);
  }, 600000);
  afterAll(() => { console.log(build.folder) });

  it.each(SEEDS)('network %i', (seed) => {
    const c = cases[SEEDS.indexOf(seed)] as (typeof cases)[number];
    for (const name of THREE) {
      const stalls = PATTERNS[name];
      expect(differences(c, stalls, build.runVerilator(c, stalls)), name).toEqual([]);
    }
  });
});
