/** Parts: a device or one of its ordering codes, in one spelling; whatever else is named is refused with what is alike. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, deviceOf, orderingCodeOf, parseConfig } from '../../src/config.js';
import { Prng } from '../../src/ir/prng.js';
import { DEVICES } from '../../src/targets/devices.js';
import { orderingCodes } from '../../src/targets/ordering-codes.js';
import { diagnosticOf } from '../support/errors.js';

describe('ordering codes', () => {
  it('every device has some, and its usual one is among them', () => {
    for (const d of DEVICES) {
      expect(orderingCodes(d.name).length, d.name).toBeGreaterThan(0);
      if (d.orderingCode !== null) expect(orderingCodes(d.name)).toContain(d.orderingCode);
    }
  });

  it('name their device, in any case, and come out in one spelling', () => {
    for (const device of DEVICES) {
      for (const code of [...orderingCodes(device.name), device.name]) {
        expect(deviceOf({ part: code.toUpperCase() })).toBe(device);
        expect(deviceOf({ part: code.toLowerCase() })).toBe(device);
      }
    }
    expect(orderingCodeOf({ part: 'XC7Z020CLG484-2' })).toBe('xc7z020clg484-2');
    expect(orderingCodeOf({ part: 'XCZU7EV' })).toBe('xczu7ev-ffvc1156-2-e');
  });

  it.each([
    'xc7z020; exec touch PWNED',
    'xc7z020[exec touch PWNED]',
    'xc7z020\n',
    'xc7z020clg400-1 ',
    'xc7z020clg400',
    'xc7z0200',
    '',
    'constructor',
    '__proto__',
  ])('%j is refused, and the answer names known parts', (part) => {
    const d = diagnosticOf(() => parseConfig({ ...DEFAULT_CONFIG, part }, 'test'));
    expect(d.code).toBe('BLN002');
    expect(d.need).toContain('xc7z020');
  });

  it('suggest the nearest code of a device', () => {
    expect(diagnosticOf(() => deviceOf({ part: 'xc7z020clg484-22' })).need).toMatch(/^xc7z020clg484-2,/);
  });

  it('a code with one character changed is another code or none', () => {
    const prng = new Prng(7);
    const all = new Set(
      DEVICES.flatMap((d) => [d.name, ...orderingCodes(d.name)]).map((c) => c.toLowerCase()),
    );
    for (let i = 0; i < 2000; i++) {
      const code = prng.pick([...all]);
      const at = prng.int(0, code.length);
      const letter = String.fromCharCode(prng.int(1, 127));
      const changed = code.slice(0, at) + letter + code.slice(at + prng.int(0, 1));
      if (all.has(changed.toLowerCase())) expect(() => deviceOf({ part: changed })).not.toThrow();
      else
        expect(diagnosticOf(() => deviceOf({ part: changed })).code, JSON.stringify(changed)).toBe('BLN002');
    }
  });
});
