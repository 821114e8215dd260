/** Bills of the blocks that only move beats. */
import type { Bill } from '../../ir/bill.js';
import type {
  FifoParams,
  ForkParams,
  UpsampleParams,
  WidthDownParams,
  WidthUpParams,
} from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { BillWriter, clog2, countBits } from './writer.js';

export function forkBill(p: ForkParams, target: Target): Bill {
  const bits = p.lanes * p.bits;
  return new BillWriter(target).use('fork').fifo2(bits).fifo2(bits).bill;
}

export function fifoBill(p: FifoParams, target: Target): Bill {
  const bits = p.lanes * p.bits;
  return new BillWriter(target)
    .ff(1)
    .use('fifoControl')
    .level(p.depth)
    .counter(p.depth, p.depth)
    .ram(bits, p.depth)
    .fifo2(bits).bill;
}

export function widthUpBill(p: WidthUpParams, target: Target): Bill {
  const w = new BillWriter(target);
  const bits = p.lanesIn * p.bits;
  w.use('widthUp');
  // A single beat per pixel always goes through slot 0, and the other slots stay zero.
  if (p.groupsIn === 1 && target.dropsIdleRegisters) return w.fifo2(bits).bill;
  const wide = p.ratio * bits;
  // Alone, with two beats for many slots, Yosys finds no shared selection and takes two LUTs a bit.
  const isSplit = !target.measuredInDesign && p.groupsIn === 2 && p.ratio > 3;
  const selected = isSplit ? 2 * wide : wide;
  return w
    .ff((p.ratio - 1) * bits + (p.groupsIn === 1 ? 1 : 0))
    .use('widthUpBit', selected)
    .counter(p.ratio, p.groupsIn)
    .fifo2(wide).bill;
}

export function widthDownBill(p: WidthDownParams, target: Target): Bill {
  const w = new BillWriter(target);
  const bits = p.lanesOut * p.bits;
  const wideBeats = Math.ceil(p.groupsOut / p.ratio);
  const last = p.groupsOut - (wideBeats - 1) * p.ratio;
  const heldBits = clog2(p.ratio + 1);
  // Load, shift and keep are one LUT a bit; the topmost beat is never shifted into. Alone they are two, but up to three
  // beats or where the count of wide beats is long.
  const alone = p.ratio > 3 && wideBeats <= 4 ? 2 * p.ratio - 1 : p.ratio;
  const perBit = target.measuredInDesign ? p.ratio - 1 : alone;
  // Wide beats are only counted where the last one is short.
  if (last !== p.ratio) w.counter(wideBeats);
  if (wideBeats === 1 && !target.dropsIdleRegisters) w.ff(1);
  return w
    .ff(p.ratio * bits + heldBits)
    .use('widthDownBit', perBit * bits)
    .use('widthDown')
    .use('counterBit', heldBits)
    .fifo2(bits).bill;
}

export function upsampleBill(p: UpsampleParams, target: Target): Bill {
  const bits = p.lanes * p.bits;
  const depth = p.width * p.groups + p.groups;
  // Which copy, and which reading.
  const copies = [p.columns, p.rows].reduce((sum, n) => sum + (n > 1 ? countBits(n) : 0), 0);
  // The position within the row; what is read; where the row begins and, of several beats, the pixel.
  const addressBits = clog2(depth + 1) + (p.groups > 1 || !target.dropsIdleRegisters ? 3 : 2) * clog2(depth);
  // valid, and whether the beat is a copy.
  return new BillWriter(target)
    .ff(1 + (p.fill === null ? 0 : 1) + copies + addressBits)
    .use('upsample')
    .use('pick', p.fill === null ? 0 : bits)
    .use('addressBit', addressBits)
    .level(depth)
    .counter(depth, p.groups, p.width)
    .ram(bits, depth)
    .fifo2(bits).bill;
}
