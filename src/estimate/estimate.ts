/**
 * Resource estimate of an accelerator: the bill of every block, priced for a part's family, summed and held against
 * the part. It predicts what Yosys makes of the RTL, not what Vivado or Diamond would.
 */
import type { KindTable } from '../ir/block-kind.js';
import type { Block, Hardware } from '../ir/hardware.js';
import { addResources, type Family, type Resources } from '../ir/resources.js';
import type { Target } from '../ir/target.js';
import { BillWriter } from '../kinds/bills/writer.js';
import { bind } from '../kinds/index.js';
import type { Device } from '../targets/devices.js';
import { targetOf } from '../targets/index.js';

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

export const estimateBlock = (kinds: KindTable, block: Block, target: Target): Resources =>
  target.price(bind(kinds, block).bill(target));

/** Shares of a part, the largest first. */
function sharesOf(r: Resources, device: Device): Share[] {
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
    share('blockMemory', targetOf(device).blocks(r), device.bram),
  ].sort((a, b) => b.share - a.share);
}

/** The markers that count the beats of a frame at the ends of the accelerator. */
function frameOf(hw: Hardware, target: Target): Resources {
  const writer = new BillWriter(target);
  for (const { stream } of hw.ends) {
    writer.ff(1).use('marker').counter(hw.streams[stream].beatsPerFrame);
  }
  return target.price(writer.bill);
}

export function estimateHardware(kinds: KindTable, hw: Hardware, device: Device): Estimate {
  const target = targetOf(device);
  const blocks = hw.blocks.map((b) => ({
    name: b.name,
    kind: b.params.kind,
    layer: b.layer,
    resources: estimateBlock(kinds, b, target),
  }));
  const frame = frameOf(hw, target);
  const total = addResources(frame, ...blocks.map((b) => b.resources));
  const shares = sharesOf(total, device);
  const limit = shares[0];
  const { name: part, family } = device;
  return { part, family, blocks, frame, total, shares, limit, fits: limit.share <= 1 };
}
