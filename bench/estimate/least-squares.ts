/**
 * Non-negative least squares with a pull towards expected values: minimises
 * sum over points of (weight * (row * x - y))^2 + ridge * sum over unknowns of (scale * (x - expected))^2, x >= 0.
 * Coordinate descent, since there are a few dozen unknowns.
 */

export interface Point {
  readonly row: readonly number[];
  readonly y: number;
  readonly weight: number;
}

const SWEEPS = 4000;
const SETTLED = 1e-9;

export function solve(points: readonly Point[], expected: readonly number[], ridge: number): number[] {
  const n = expected.length;
  const a = Array.from({ length: n }, () => new Float64Array(n));
  const b = new Float64Array(n);
  for (const { row, y, weight } of points) {
    const w = weight * weight;
    for (let i = 0; i < n; i++) {
      const ri = row[i];
      if (ri === 0) continue;
      b[i] += w * ri * y;
      const ai = a[i] as Float64Array;
      for (let j = 0; j < n; j++) ai[j] += w * ri * row[j];
    }
  }
  // The pull is relative to how much the points say about an unknown, and never nothing.
  for (let i = 0; i < n; i++) {
    const ai = a[i] as Float64Array;
    const pull = ridge * Math.max(ai[i], 1e-6);
    ai[i] += pull;
    b[i] += pull * expected[i];
  }
  const x = Float64Array.from(expected);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (let i = 0; i < n; i++) {
      const ai = a[i] as Float64Array;
      let rest = b[i];
      for (let j = 0; j < n; j++) if (j !== i) rest -= ai[j] * x[j];
      const next = Math.max(0, rest / ai[i]);
      moved = Math.max(moved, Math.abs(next - x[i]));
      x[i] = next;
    }
    if (moved < SETTLED) break;
  }
  return [...x];
}
