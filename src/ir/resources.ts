/**
 * What a design takes of a part: one vocabulary for search, estimate and synthesis, so that they are compared column
 * by column.
 */

/** Families of parts; `targets/` has one object for each. */
export type Family = 'xc7' | 'xcup' | 'ecp5';

export interface Resources {
  /** LUT6 (LUT4 on ECP5), those that serve as memory included; inverters are not counted, see targets/cells.ts. */
  readonly lut: number;
  /** Of these, LUTs that serve as memory or shift register. */
  readonly lutram: number;
  readonly ff: number;
  readonly dsp: number;
  /** 18-kbit blocks. */
  readonly ramb18: number;
  /** 36-kbit blocks; none on ECP5. */
  readonly ramb36: number;
}

export type ResourceName = keyof Resources;

export const RESOURCE_NAMES: readonly ResourceName[] = ['lut', 'lutram', 'ff', 'dsp', 'ramb18', 'ramb36'];

export const NO_RESOURCES: Resources = { lut: 0, lutram: 0, ff: 0, dsp: 0, ramb18: 0, ramb36: 0 };

export function addResources(...all: readonly Resources[]): Resources {
  const sum = { ...NO_RESOURCES };
  for (const r of all) for (const name of RESOURCE_NAMES) sum[name] += r[name];
  return sum;
}

/** Block RAM in blocks of 18 kbit. */
export const halfBlocks = (r: Pick<Resources, 'ramb18' | 'ramb36'>): number => r.ramb18 + 2 * r.ramb36;
