/**
 * Resource estimate of an accelerator: the bill of every block, priced for a family, summed and held against a part.
 * It predicts what Yosys makes of the RTL, not what Vivado or Diamond would.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { Block, Hardware, Stream } from '../ir/hardware.js';
import { addBills, type Bill } from './bill.js';
import { billOf } from './bills/index.js';
import { counter } from './bills/parts.js';
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

/** The marker that counts the beats of a frame at either end of the accelerator. */
const markerBill = (beats: number): Bill => addBills({ ff: 1, parts: { marker: 1 } }, counter(beats));

export function estimateHardware(kinds: KindTable, hw: Hardware, device: Device): Estimate {
  const { family } = device;
  const blocks = hw.blocks.map((b) => ({
    name: b.name,
    kind: b.params.kind,
    layer: b.layer,
    resources: estimateBlock(kinds, b, family),
  }));
  const ends = [hw.input, hw.output].map((id) => markerBill((hw.streams[id] as Stream).beatsPerFrame));
  const frame = priceOf(addBills(...ends), family);
  const total = addResources(frame, ...blocks.map((b) => b.resources));
  const shares = sharesOf(total, device);
  const limit = shares[0] as Share;
  return { part: device.name, family, blocks, frame, total, shares, limit, fits: limit.share <= 1 };
}
