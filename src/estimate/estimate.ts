/**
 * Resource estimate of an accelerator: the bill of every block, priced for a family, summed and held against a part.
 * It predicts what Yosys makes of the RTL, not what Vivado or Diamond would.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { Block, Hardware } from '../ir/hardware.js';
import { billOf } from './bills/index.js';
import type { Device } from './devices.js';
import { priceOf } from './price.js';
import { addResources, blockMemory, type Family, type Resources } from './resources.js';

export interface BlockEstimate {
  readonly name: string;
  readonly kind: string;
  readonly layer: string;
  readonly resources: Resources;
}

/** What a part has of one resource, and what a design takes of it. */
export interface Share {
  readonly resource: 'lut' | 'ff' | 'dsp' | 'blockMemory';
  readonly used: number;
  readonly available: number;
  readonly share: number;
}

export interface Estimate {
  readonly part: string;
  readonly family: Family;
  readonly blocks: readonly BlockEstimate[];
  /** What the top module adds around the blocks: the frame markers. */
  readonly frame: Resources;
  readonly total: Resources;
  readonly shares: readonly Share[];
  /** Resource with the largest share. */
  readonly limit: Share;
  readonly fits: boolean;
}

export function estimateBlock(kinds: KindTable, block: Block, family: Family): Resources {
  return priceOf(billOf(kinds, block), family);
}

/** Shares of a part, the largest first. */
export function sharesOf(r: Resources, device: Device): Share[] {
  const share = (resource: Share['resource'], used: number, available: number): Share => ({
    resource,
    used,
    available,
    share: used / available,
  });
  return [
    share('lut', r.lut, device.lut),
    share('ff', r.ff, device.ff),
    share('dsp', r.dsp, device.dsp),
    share('blockMemory', blockMemory(r, device.family), device.bram),
  ].sort((a, b) => b.share - a.share);
}
