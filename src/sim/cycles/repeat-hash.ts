/** The handshake hash of a stream whose handshakes repeat with a shift, without going through them. */

/** [31^n, 31^0 + ... + 31^(n-1)] modulo 2^32. */
function powers(n: number): readonly [power: number, sum: number] {
  if (n === 0) return [1, 0];
  const [p, s] = powers(Math.floor(n / 2));
  const even = [Math.imul(p, p), (Math.imul(s, p) + s) | 0] as const;
  if (n % 2 === 0) return even;
  return [Math.imul(even[0], 31), (Math.imul(even[1], 31) + 1) | 0];
}

/**
 * `before` became `after` through `beats` steps hash * 31 + cycle + 1. The result is what `times` more such
 * passes make of `after`, the cycles of pass k being those of the first plus k * shift.
 */
export function repeatHash(
  before: number,
  after: number,
  beats: number,
  shift: number,
  times: number,
): number {
  const [power, sum] = powers(beats);
  // One pass is hash -> hash * power + constant, and the shift adds itself in every step.
  const constant = (after - Math.imul(before, power)) | 0;
  let hash = after;
  for (let k = 1; k <= times; k++) {
    hash = (Math.imul(hash, power) + constant + Math.imul(Math.imul(k, shift), sum)) | 0;
  }
  return hash;
}
