/** A part by its numbers, for one that the list does not have: `lut=20000,dsp=80,bram=60`. */
import { BlnetError } from '../diagnostics.js';
import type { Family } from '../ir/resources.js';
import type { Device } from './devices.js';

const FAMILIES: Readonly<Record<Family, { readonly clockMhz: number }>> = {
  xc7: { clockMhz: 150 },
  xcup: { clockMhz: 250 },
  ecp5: { clockMhz: 100 },
};
const NEEDED = ['lut', 'dsp', 'bram'] as const;
const NUMBERS = [...NEEDED, 'ff', 'clock'] as const;

/** So many of anything that no part has more. */
const MOST = 10_000_000;

export const GENERIC_HELP =
  'lut=N,dsp=N,bram=N, and perhaps ff=N (default: twice the LUTs), clock=MHZ, family=xc7, xcup or ecp5 (default: xc7)';

/** Undefined for a text that is no list of numbers by name. Errors: BLN002 for a list that is none of a part. */
export function genericPart(text: string): Device | undefined {
  if (!text.includes('=')) return undefined;
  const refuse = (found: string): never => {
    throw new BlnetError('BLN002', { where: '--part', found, need: GENERIC_HELP });
  };
  const given = new Map<string, string>();
  for (const item of text.split(',')) {
    const [key, value, ...more] = item.split('=').map((word) => word.trim());
    if (value === undefined || more.length > 0 || given.has(key)) refuse(item);
    given.set(key, value);
  }
  const { family = 'xc7', ...rest } = Object.fromEntries(given);
  if (!Object.hasOwn(FAMILIES, family)) refuse(`family=${family}`);
  const unknown = Object.keys(rest).find((key) => !(NUMBERS as readonly string[]).includes(key));
  if (unknown !== undefined) refuse(`${unknown}=${rest[unknown]}`);
  const missing = NEEDED.filter((key) => !given.has(key));
  if (missing.length > 0) refuse(`no ${missing.join(', no ')}`);
  const numberOf = (key: (typeof NUMBERS)[number], fallback: number): number => {
    const value = rest[key] === undefined ? fallback : rest[key] === '' ? Number.NaN : Number(rest[key]);
    if (!Number.isSafeInteger(value) || value < 1 || value > MOST) refuse(`${key}=${rest[key]}`);
    return value;
  };
  const lut = numberOf('lut', 0);
  return {
    name: text,
    family: family as Family,
    dsp: numberOf('dsp', 0),
    lut,
    ff: numberOf('ff', 2 * lut),
    bram: numberOf('bram', 0),
    clockMhz: numberOf('clock', FAMILIES[family as Family].clockMhz),
    orderingCode: null,
  };
}
