/** Requantizers as models of other runtimes need them: wide multipliers, a shift for each channel, corrections by sign. */
import type { Prng } from '../../src/ir/prng.js';
import type { QuantGraph, Requant } from '../../src/ir/quant-graph.js';

const MOST_MULTIPLIER = 2 ** 26 - 1;
const MOST_SHIFT = 47;
/** What a double holds exactly. */
const MOST_PRODUCT = 2 ** 52;

/** The same factors in more bits, or in a shift of the channel's own; then corrections, of which some change results. */
export function varyRequant(r: Requant, accBits: number, prng: Prng, spread: number): Requant {
  const { multipliers, shifts, biases } = r;
  const changed = { multipliers: multipliers.slice(), shifts: shifts.slice() };
  const most = Math.min(
    ...Array.from(biases, (b) => MOST_PRODUCT / (2 ** (accBits - 1) + Math.abs(b))),
    MOST_MULTIPLIER,
  );
  for (const [i, m] of multipliers.entries()) {
    const room = Math.floor(Math.log2(most / Math.max(1, m)));
    const by = Math.max(
      -Math.floor(Math.log2(Math.max(1, m))),
      Math.min(prng.int(-spread, spread) + 4, room),
    );
    if (shifts[i] + by < 2 || shifts[i] + by > MOST_SHIFT) continue;
    const wide = Math.max(0, Math.round(m * 2 ** by) + prng.int(-1, 1));
    changed.multipliers[i] = Math.min(Math.floor(most), wide);
    changed.shifts[i] += by;
  }
  const unit = prng.int(0, Math.min(...changed.shifts) - 1);
  const bits = prng.int(0, 6);
  const correction = () => Int32Array.from(multipliers, () => prng.int(-(2 ** bits), 2 ** bits - 1));
  const corrections = prng.int(0, 3) === 0 ? null : { unit, above: correction(), below: correction() };
  return { ...r, ...changed, corrections };
}

/** The graph with such requantizers in every layer that has one. */
export const varyRequants = (graph: QuantGraph, prng: Prng): QuantGraph => ({
  ...graph,
  nodes: graph.nodes.map((n) =>
    n.op === 'conv' || n.op === 'depthwise' || n.op === 'globalAvgPool'
      ? { ...n, requant: varyRequant(n.requant, n.accBits, prng, prng.pick([0, 0, 1, 3])) }
      : n,
  ),
});
