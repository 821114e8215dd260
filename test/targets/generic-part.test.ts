/** A part by its numbers, and what is said of texts that are none. */
import { describe, expect, it } from 'vitest';
import { deviceOf } from '../../src/config.js';
import { diagnosticOf } from '../support/errors.js';

describe('a part by its numbers', () => {
  it('has what it says, and usual values for the rest', () => {
    expect(deviceOf({ part: 'lut=20000,dsp=80,bram=60' })).toEqual({
      name: 'lut=20000,dsp=80,bram=60',
      family: 'xc7',
      dsp: 80,
      lut: 20_000,
      ff: 40_000,
      bram: 60,
      clockMhz: 150,
      orderingCode: null,
    });
    const other = deviceOf({ part: 'family=ecp5, lut=9000, dsp=20, bram=40, ff=9000, clock=80' });
    expect(other).toMatchObject({ family: 'ecp5', ff: 9000, clockMhz: 80 });
  });

  it.each([
    ['lut=1000,dsp=2', 'no bram'],
    ['lut=1000,dsp=2,bram=', 'bram='],
    ['lut=1000,dsp=2,bram=1e99', 'bram=1e99'],
    ['lut=1000,dsp=2,bram=1,lut=3', 'lut=3'],
    ['lut=1000,dsp=2,bram=1,family=__proto__', 'family=__proto__'],
    ['lut=1000,dsp=2,bram=1,luts=3', 'luts=3'],
    ['lut=1000,dsp=2,bram=1,x', 'x'],
    ['lut=0,dsp=2,bram=1', 'lut=0'],
  ])('%s is refused by %s', (part, what) => {
    expect(diagnosticOf(() => deviceOf({ part }))).toMatchObject({ code: 'BLN002', found: what });
  });

  it('an unknown name is answered with the nearest first', () => {
    const { need, hint } = diagnosticOf(() => deviceOf({ part: 'xc7z02' }));
    expect(need).toMatch(/^xc7z0[12]0, /);
    expect(hint).toContain('lut=N,dsp=N,bram=N');
  });
});
