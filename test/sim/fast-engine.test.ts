/** The compiled engine gives the plain engine's results: every handshake, count, peak and deadlock, with and without stalls. */
import { describe, expect, it } from 'vitest';
import type { KindTable } from '../../src/ir/block-kind.js';
import { delay } from '../../src/ir/block-timing.js';
import type { Hardware } from '../../src/ir/hardware.js';
import { KINDS } from '../../src/kinds/index.js';
import { lower } from '../../src/passes/lower.js';
import { type SimOptions, type SimResult, simulate } from '../../src/sim/engine.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { SteadyStateMeter } from '../../src/sim/steady-state.js';
import { stallsFromSeed } from '../../src/sim/stimulus.js';
import { type RandomNetwork, randomNetwork } from '../support/random-network.js';

const NETWORKS: readonly RandomNetwork[] = Array.from({ length: 16 }, (_, i) => randomNetwork(100 + i));

type Engine = (kinds: KindTable, hw: Hardware, options: SimOptions) => SimResult;

/** Result and hash of the order of all handshakes. */
function observe(engine: Engine, hw: Hardware, options: SimOptions, kinds = KINDS): object {
  let events = 0;
  const onFire = (stream: number, cycle: number): void => {
    events = (Math.imul(events, 31) + 7919 * stream + cycle) | 0;
  };
  const {
    steadyFrom: _,
    steadyCycles: __,
    ...result
  } = engine(kinds, hw, { ...options, onFire }) as SimResult & {
    steadyFrom?: unknown;
    steadyCycles?: unknown;
  };
  return { ...result, events };
}

function withoutSteady(result: SimResult & { steadyFrom?: unknown; steadyCycles?: unknown }): object {
  const { steadyFrom: _, steadyCycles: __, ...rest } = result;
  return rest;
}

describe('fast engine', () => {
  it.each([1, 2, 3])(
    'reports every handshake of a stalled run as the plain engine does, pattern %i',
    (seed) => {
      const options = { frames: 3, stalls: stallsFromSeed(seed), hash: true };
      for (const { sized } of NETWORKS) {
        expect(observe(simulateFast, sized.hardware, options)).toEqual(
          observe(simulate, sized.hardware, options),
        );
      }
    },
  );

  it('gives the same results over many frames, most of them added and not stepped', () => {
    let steady = 0;
    for (const { sized } of NETWORKS) {
      const options = { frames: 11, hash: true };
      const fast = simulateFast(KINDS, sized.hardware, options);
      expect(withoutSteady(fast)).toEqual(simulate(KINDS, sized.hardware, options));
      const stepped = simulateFast(KINDS, sized.hardware, { ...options, mayRepeat: false });
      expect(stepped).toEqual({ ...fast, steadyFrom: null, steadyCycles: null });
      if (fast.steadyFrom === null) continue;
      steady++;
      // The meter finds the same rate on its own.
      const { isSteady, intervalCycles } = new SteadyStateMeter(KINDS, sized.hardware).measure();
      expect({ isSteady: true, intervalCycles: fast.steadyCycles }).toEqual({ isSteady, intervalCycles });
    }
    // One or two take longer to fill.
    expect(steady).toBeGreaterThan(0.8 * NETWORKS.length);
  });

  it('gives the same results with a paced source', () => {
    for (const { sized, boundCycles } of NETWORKS) {
      const options = { frames: 9, paceCycles: boundCycles + 7, hash: true };
      const fast = simulateFast(KINDS, sized.hardware, options);
      expect(withoutSteady(fast)).toEqual(simulate(KINDS, sized.hardware, options));
    }
  });

  it('finds the same deadlocks', () => {
    let deadlocks = 0;
    for (const { graph, plan } of NETWORKS) {
      const hw = lower(graph, plan, () => 1);
      const plain = simulate(KINDS, hw, { frames: 2 });
      expect(withoutSteady(simulateFast(KINDS, hw, { frames: 2 }))).toEqual(plain);
      if (plain.deadlock) deadlocks++;
    }
    expect(deadlocks).toBeGreaterThan(2);
  });

  it('sees one stage too many in one kind', () => {
    const late: KindTable = {
      ...KINDS,
      depthwise: {
        ...KINDS.depthwise,
        timing: (p) => ({
          ...KINDS.depthwise.timing(p),
          stages: [delay(1), ...KINDS.depthwise.timing(p).stages],
        }),
      },
    };
    const options = { frames: 2, hash: true };
    const differ = NETWORKS.filter(({ sized }) => {
      const plain = JSON.stringify(observe(simulate, sized.hardware, options));
      return JSON.stringify(observe(simulateFast, sized.hardware, options, late)) !== plain;
    });
    expect(differ.length).toBeGreaterThan(3);
  });
});
