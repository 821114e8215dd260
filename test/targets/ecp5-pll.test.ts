/** Dividers of ECP5's PLL: those that Project Trellis's ecppll finds, and the limits of the guide for any clock. */
import { expect, it } from 'vitest';
import { ecp5Pll } from '../../src/targets/ecp5-pll.js';

it.each([
  // By `ecppll -i 25 -o MHZ`.
  [100, 1, 4, 6],
  [200, 1, 8, 3],
  [50, 1, 2, 12],
  [300, 1, 12, 2],
])('makes %f MHz of 25 as ecppll does', (mhz, refDiv, feedbackDiv, outputDiv) => {
  const pll = ecp5Pll(25, mhz);
  expect(pll).toEqual({ refDiv, feedbackDiv, outputDiv, clockMhz: mhz, vcoMhz: mhz * outputDiv });
});

it('never exceeds what was asked for, and stays near it and within the limits', () => {
  for (let mhz = 4; mhz <= 400; mhz += 0.7) {
    const pll = ecp5Pll(25, mhz);
    expect(pll.clockMhz).toBeLessThanOrEqual(mhz + 1e-6);
    expect(pll.clockMhz).toBeGreaterThan(mhz - 5);
    expect(pll.clockMhz).toBeCloseTo((25 * pll.feedbackDiv) / pll.refDiv, 9);
    expect(pll.vcoMhz).toBeGreaterThanOrEqual(400);
    expect(pll.vcoMhz).toBeLessThanOrEqual(800);
    expect(25 / pll.refDiv).toBeGreaterThanOrEqual(3.125);
  }
});

it('refuses what it cannot make', () => {
  expect(() => ecp5Pll(25, 2)).toThrow(/BLN001.*2 MHz.*3.125 to 400 MHz/s);
});
