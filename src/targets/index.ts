/** The table of families and the targets made of them. A missing family is a type error. */
import type { Family } from '../ir/resources.js';
import type { Target } from '../ir/target.js';
import type { Device } from './devices.js';
import { ECP5 } from './ecp5.js';
import { type FamilyData, targetOfFamily } from './family.js';
import { XC7 } from './xc7.js';
import { XCUP } from './xcup.js';

export const FAMILY_DATA: { readonly [F in Family]: FamilyData } = { xc7: XC7, xcup: XCUP, ecp5: ECP5 };

export const FAMILIES = Object.keys(FAMILY_DATA) as readonly Family[];

export const TARGETS: { readonly [F in Family]: Target } = {
  xc7: targetOfFamily(XC7),
  xcup: targetOfFamily(XCUP),
  ecp5: targetOfFamily(ECP5),
};

export const targetOf = (device: Pick<Device, 'family'>): Target => TARGETS[device.family];
