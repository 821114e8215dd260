/** The back end of the SIMD kernels against the reference's `requantize`, where rounding by addition holds and where not. */
import { describe, expect, it } from 'vitest';
import { requantize } from '../../../src/arithmetic/requantize.js';
import { Prng } from '../../../src/ir/prng.js';
import type { Requant } from '../../../src/ir/quant-graph.js';
import { ModuleBuilder } from '../../../src/sim/wasm/encode.js';
import { compileModule, instantiate } from '../../../src/sim/wasm/host.js';
import { MemoryPlan } from '../../../src/sim/wasm/memory-plan.js';
import { i32, increment, repeat, v128 } from '../../../src/sim/wasm/ops.js';
import {
  constantBytes,
  LANES,
  Requantizer,
  roundsByAddition,
  scalingConstants,
  VECTOR_BYTES,
} from '../../../src/sim/wasm/requantizer.js';
import { varyRequant } from '../../support/vary-requant.js';

/** Eight accumulators of one channel each, vector after vector, all with the scale of eight channels. */
function requantizeAll(accs: Int32Array, r: Requant, byAddition: boolean): Int16Array {
  const plan = new MemoryPlan();
  const source = plan.place(accs);
  const target = plan.reserve(2 * accs.length);
  const address = plan.place(scalingConstants(r, LANES, byAddition));
  const module = new ModuleBuilder();
  const f = module.add('run');
  const [from, to, count] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [low, high] = [f.local('v128'), f.local('v128')];
  const bySign = r.corrections !== null;
  const scaling = { ...r, address, bySign, bytes: constantBytes(r), byAddition };
  const requantizer = new Requantizer(f, scaling, i32.const(address));
  f.emit(
    from.set(i32.const(source)),
    to.set(i32.const(target)),
    repeat(
      count,
      accs.length / LANES,
      low.set(v128.load(from.get)),
      high.set(v128.load(from.get, VECTOR_BYTES)),
      v128.store(to.get, requantizer.eight(low, high)),
      increment(from, 2 * VECTOR_BYTES),
      increment(to, VECTOR_BYTES),
    ),
  );
  const memory = plan.build();
  instantiate(compileModule(module.encode()), memory).run();
  return new Int16Array(memory.buffer, target, accs.length).slice();
}

interface Case {
  readonly requant: Requant;
  readonly bound: number;
  readonly accs: Int32Array;
}

/** A layer's scale with accumulators at its ends and on both sides of the steps of its results. */
function randomCase(prng: Prng, shift: number, accBits: number): Case {
  const bound = 2 ** (accBits - 1);
  const multipliers = Int32Array.from({ length: LANES }, () => prng.int(1, 2 ** 17 - 1));
  const biases = Float64Array.from(multipliers, (m) =>
    Math.round(((2 * prng.float() - 1) * 2 ** prng.int(0, 47)) / m),
  );
  const shifts = new Int32Array(LANES).fill(shift);
  const zeroPoint = prng.int(-128, 127);
  const [min, max] = prng.int(0, 1) ? [-128, 127] : [zeroPoint, 127];
  const plain = { multipliers, biases, shifts, corrections: null, zeroPoint, min, max };
  const requant = prng.int(0, 1) ? plain : varyRequant(plain, accBits, prng, 2);
  const accs = new Int32Array(LANES * 512);
  for (let i = 0; i < accs.length; i++) {
    const c = i % LANES;
    const { shifts: s, multipliers: m } = requant;
    // Also around the accumulator at which a product changes its sign.
    const result = prng.int(0, 4) ? prng.int(-300, 300) : 0;
    const wanted = (result * 2 ** s[c]) / Math.max(1, m[c]) - biases[c];
    const near = Math.round(wanted) + prng.int(-1, 1);
    const acc = prng.int(0, 3) ? near : prng.pick([-bound, bound - 1, 0, -1, 1]);
    accs[i] = Math.max(-bound, Math.min(bound - 1, acc));
  }
  return { requant, bound, accs };
}

const differences = ({ requant, accs }: Case, byAddition: boolean): number => {
  const found = requantizeAll(accs, requant, byAddition);
  return found.filter((y, i) => y !== requantize(accs[i], requant, i % LANES)).length;
};

describe('requantizer of the SIMD kernels', () => {
  it('equals the reference, by addition where it may and by floor everywhere', () => {
    const prng = new Prng(1);
    let added = 0;
    let inside = 0;
    for (let k = 0; k < 120; k++) {
      const c = randomCase(prng, prng.int(1, 44), prng.int(8, 31));
      expect({ k, differences: differences(c, false) }).toEqual({ k, differences: 0 });
      const { min, max } = c.requant;
      inside += c.accs.filter((acc, i) => {
        const y = requantize(acc, c.requant, i % LANES);
        return y > min && y < max;
      }).length;
      if (!roundsByAddition(c.requant, c.bound)) continue;
      added++;
      expect({ k, differences: differences(c, true) }).toEqual({ k, differences: 0 });
    }
    expect(added).toBeGreaterThan(30);
    expect(added).toBeLessThan(105);
    expect(inside).toBeGreaterThan(15_000);
  });

  it('would be wrong by addition where an integer of 32 bits does not hold the quotient', () => {
    const prng = new Prng(2);
    const wide = Array.from({ length: 40 }, () => randomCase(prng, prng.int(1, 4), 31));
    expect(wide.every((c) => !roundsByAddition(c.requant, c.bound))).toBe(true);
    expect(wide.some((c) => differences(c, true) > 0)).toBe(true);
  });

  it('takes what eight bits of weights and values need by addition', () => {
    const requant = {
      multipliers: Int32Array.of(2 ** 17 - 1),
      biases: Float64Array.of(2 ** 23),
      shifts: Int32Array.of(26),
      corrections: null,
    };
    expect(roundsByAddition(requant, 2 ** 25)).toBe(true);
  });
});
