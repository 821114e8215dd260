/** Mutants that compiled, run in RTL: every output beat and the cycle of every handshake as the models say. */

import { BlnetError } from '../../src/diagnostics.js';
import { Prng } from '../../src/ir/prng.js';
import { differences, PATTERNS } from '../../test/support/compare-rtl.js';
import { randomFrame } from '../../test/support/quant-builder.js';
import { RtlBuild } from '../../test/support/rtl-build.js';
import { caseOf, type RtlCase } from '../../test/support/rtl-case.js';
import type { Ground } from './cases.js';

const FRAMES = 2;
const BATCH = 10;
/** Cycles of a frame beyond which a sample takes too long in RTL. */
const MOST_CYCLES = 20_000;

export interface RtlReport {
  readonly networks: number;
  readonly beats: number;
  readonly faults: readonly string[];
}

function nextCases(
  ground: Ground,
  from: number,
  count: number,
): { cases: RtlCase[]; seeds: number[]; next: number } {
  const cases: RtlCase[] = [];
  const seeds: number[] = [];
  let seed = from;
  for (; cases.length < count; seed++) {
    try {
      const { graph, isSmall } = ground.graphOf(new Prng(seed));
      if (!isSmall) continue;
      const { quantized, sized, folding } = ground.compiled(graph);
      if (folding.cycles > MOST_CYCLES) continue;
      const name = `fuzz_${seed}`;
      const prng = new Prng(seed);
      const frames = Array.from({ length: FRAMES }, () => randomFrame(prng, quantized));
      cases.push(caseOf(quantized, { ...sized.hardware, name }, frames));
      seeds.push(seed);
    } catch (error) {
      if (!(error instanceof BlnetError)) throw error;
    }
  }
  return { cases, seeds, next: seed };
}

export function verifyMutants(ground: Ground, first: number, networks: number): RtlReport {
  const faults: string[] = [];
  let beats = 0;
  let next = first;
  for (let done = 0; done < networks; done += BATCH) {
    const batch = nextCases(ground, next, Math.min(BATCH, networks - done));
    next = batch.next;
    const build = new RtlBuild(batch.cases);
    build.buildVerilator(0);
    batch.cases.forEach((c, i) => {
      for (const name of ['steady', 'both'] as const) {
        const run = build.run('verilator', c, PATTERNS[name]);
        beats += run.received;
        const found = differences(c, PATTERNS[name], run);
        faults.push(...found.map((d) => `RTL of model ${batch.seeds[i]}, ${name}: ${d}`));
      }
    });
    build.remove();
  }
  return { networks, beats, faults };
}
