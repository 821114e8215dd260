/** Bills of the line buffer and of the maximum over its taps. */
import type { Bill } from '../../ir/bill.js';
import type { MaxPoolParams, WindowParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { BillWriter, clog2, countBits, selectLuts } from './writer.js';

export function windowBill(p: WindowParams, target: Target): Bill {
  const w = new BillWriter(target);
  const beat = p.lanes * p.bits;
  const rowBeats = p.width * p.groups;
  const lastStep = p.height - (p.outHeight - 1) * p.stride;
  const aheadBits = clog2(p.rows + Math.max(lastStep, p.stride) + 1) + 2;
  const xBits = clog2(p.width + p.kernel + p.stride) + 2;
  const yBits = clog2(p.height + p.kernel + p.stride) + 2;
  const address = countBits(rowBeats);
  const bank = countBits(p.rows);
  // Signed positions: the writer's row and column, the window's left column and the rows below it, two addresses.
  // A single tap has no columns to step through, and no padding below.
  const stepped = p.kernel > 1 ? yBits + address + 1 : 0;
  const positions = aheadBits + 2 * xBits + address + 1 + stepped;
  w.ff(positions + 2 * bank + 1)
    .use('window')
    .use('addressBit', positions + 2 * bank)
    .counter(p.groups, rowBeats, p.outHeight, p.outWidth, p.groups, p.kernel);
  if (p.taps === 1) w.counter(p.kernel);
  return w
    .ram(beat, rowBeats, p.rows)
    .ff(p.taps * (bank + 1))
    .use('tapSelectLut', p.taps * beat * selectLuts(p.rows, target))
    .use('addressBit', p.taps * (bank + 1))
    .fifo2(p.taps * beat).bill;
}

export function maxPoolBill(p: MaxPoolParams, target: Target): Bill {
  const beat = p.lanes * p.bits;
  // valid, first, last, done; the maximum of a beat and the running one.
  return new BillWriter(target)
    .ff(4 + 2 * beat)
    .use('maxPool')
    .use('compareBit', beat)
    .use('tapCompareBit', (p.taps - 1) * beat)
    .counter(p.foldTaps)
    .fifo2(beat).bill;
}
