/** Bills of the line buffer and of the maximum over its taps. */
import type { MaxPoolParams, WindowParams } from '../../ir/hardware.js';
import type { Bill } from '../bill.js';
import { addBills, clog2, countBits, counter, fifo2, ram, selectLuts, times } from './parts.js';

export function windowBill(p: WindowParams): Bill {
  const beat = p.lanes * p.bits;
  const rowBeats = p.width * p.groups;
  const lastStep = p.height - (p.outHeight - 1) * p.stride;
  const aheadBits = clog2(p.rows + Math.max(lastStep, p.stride) + 1) + 2;
  const xBits = clog2(p.width + p.kernel + p.stride) + 2;
  const yBits = clog2(p.height + p.kernel + p.stride) + 2;
  const address = countBits(rowBeats);
  const bank = countBits(p.rows);
  const phaseCounters = p.taps === 1 ? [counter(p.kernel), counter(p.kernel)] : [counter(p.kernel)];
  // Signed positions: the writer's row and column, the window's left column and the rows below it, two addresses.
  // A single tap has no columns to step through, and no padding below.
  const stepped = p.kernel > 1 ? yBits + address + 1 : 0;
  const positions = aheadBits + 2 * xBits + address + 1 + stepped;
  return addBills(
    { ff: positions + 2 * bank + 1, parts: { window: 1, addressBit: positions + 2 * bank } },
    ...[p.groups, rowBeats, p.outHeight, p.outWidth, p.groups].map(counter),
    ...phaseCounters,
    times(p.rows, ram(beat, rowBeats)),
    times(p.taps, { ff: bank + 1, parts: { tapSelectLut: beat * selectLuts(p.rows), addressBit: bank + 1 } }),
    fifo2(p.taps * beat),
  );
}

export function maxPoolBill(p: MaxPoolParams): Bill {
  return addBills(
    // valid, first, last, done; the maximum of a beat and the running one.
    {
      ff: 4 + 2 * p.lanes * p.bits,
      parts: { maxPool: 1, compareBit: p.lanes * p.bits, tapCompareBit: (p.taps - 1) * p.lanes * p.bits },
    },
    counter(p.foldTaps),
    fifo2(p.lanes * p.bits),
  );
}
