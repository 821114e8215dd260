/** Bills of the blocks that only move beats. */
import type {
  FifoParams,
  ForkParams,
  UpsampleParams,
  WidthDownParams,
  WidthUpParams,
} from '../../ir/hardware.js';
import type { Bill } from '../bill.js';
import { addBills, clog2, countBits, counter, fifo2, level, ram } from './parts.js';

export function forkBill(p: ForkParams): Bill {
  const bits = p.lanes * p.bits;
  return addBills({ parts: { fork: 1 } }, fifo2(bits), fifo2(bits));
}

export function fifoBill(p: FifoParams): Bill {
  const bits = p.lanes * p.bits;
  return addBills(
    { ff: 1, parts: { fifoControl: 1 } },
    level(p.depth),
    counter(p.depth),
    counter(p.depth),
    ram(bits, p.depth),
    fifo2(bits),
  );
}

export function widthUpBill(p: WidthUpParams): Bill {
  const bits = p.lanesIn * p.bits;
  // A single beat per pixel always goes through slot 0, and the other slots stay zero.
  if (p.groupsIn === 1) return addBills({ parts: { widthUp: 1 } }, fifo2(bits));
  const wide = p.ratio * bits;
  // With two beats for many slots Yosys finds no shared selection and takes two LUTs a bit.
  const selected = p.groupsIn === 2 && p.ratio > 3 ? 2 * wide : wide;
  return addBills(
    { ff: (p.ratio - 1) * bits, parts: { widthUpBit: selected, widthUp: 1 } },
    counter(p.ratio),
    counter(p.groupsIn),
    fifo2(wide),
  );
}

export function widthDownBill(p: WidthDownParams): Bill {
  const bits = p.lanesOut * p.bits;
  const wideBeats = Math.ceil(p.groupsOut / p.ratio);
  const last = p.groupsOut - (wideBeats - 1) * p.ratio;
  const heldBits = clog2(p.ratio + 1);
  // Load, shift and keep are one LUT a bit up to three beats or where the count of wide beats is long, else two;
  // the topmost beat is never shifted into.
  const perBit = p.ratio > 3 && wideBeats <= 4 ? 2 * p.ratio - 1 : p.ratio;
  return addBills(
    {
      ff: p.ratio * bits + heldBits,
      parts: { widthDownBit: perBit * bits, widthDown: 1, counterBit: heldBits },
    },
    // Wide beats are only counted where the last one is short.
    last === p.ratio ? {} : counter(wideBeats),
    fifo2(bits),
  );
}

export function upsampleBill(p: UpsampleParams): Bill {
  const bits = p.lanes * p.bits;
  const depth = p.width * p.groups + p.groups;
  const address = clog2(depth);
  return addBills(
    // repeat, second, valid; the position within the row; where the pixel and the row begin.
    {
      ff: 3 + clog2(depth + 1) + 3 * address,
      parts: { upsample: 1, addressBit: clog2(depth + 1) + 3 * address },
    },
    level(depth),
    counter(depth),
    counter(p.groups),
    counter(p.width),
    ram(bits, depth),
    fifo2(bits),
  );
}

export { countBits };
