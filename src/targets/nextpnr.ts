/**
 * Parts that nextpnr can place and route with delays worth a claim: Lattice ECP5, measured by Project Trellis. The
 * package is the largest of the part that boards carry; timing does not depend on it.
 */

/** A part as nextpnr-ecp5 names it. */
export interface NextpnrPart {
  readonly flag: string;
  readonly package: string;
}

const NEXTPNR_PARTS: ReadonlyMap<string, NextpnrPart> = new Map([
  ['LFE5U-25F', { flag: '--25k', package: 'CABGA381' }],
  ['LFE5U-45F', { flag: '--45k', package: 'CABGA381' }],
  ['LFE5U-85F', { flag: '--85k', package: 'CABGA381' }],
]);

export const NEXTPNR_PART_NAMES: readonly string[] = [...NEXTPNR_PARTS.keys()];

/** Undefined for a part that nextpnr cannot time. */
export const nextpnrPart = (device: string): NextpnrPart | undefined => NEXTPNR_PARTS.get(device);

/** Slowest first; a design that meets a clock at one meets it at the next. */
export const SPEED_GRADES = ['6', '7', '8'] as const;
export type SpeedGrade = (typeof SPEED_GRADES)[number];
