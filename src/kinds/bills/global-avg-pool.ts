/** Bill of the mean over a frame. */
import type { Bill } from '../../ir/bill.js';
import type { GlobalAvgPoolParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { requant } from './requant.js';
import { BillWriter, countBits } from './writer.js';

export function globalAvgPoolBill(p: GlobalAvgPoolParams, target: Target): Bill {
  const { lanes, groups, multiplier, scaleCycles } = p;
  const { accBits } = p.requant;
  const w = new BillWriter(target);
  // valid, first, last, done; the address a cycle later, the input, the sum.
  w.ff(4 + (groups > 1 ? countBits(groups) : 0) + lanes * (p.xBits + accBits))
    .use('globalAvgPool')
    .use('addBit', lanes * accBits)
    .counter(groups, p.pixels)
    .ram(lanes * accBits, groups, 1, false);
  const constants = Array.from({ length: lanes }, () => multiplier);
  requant(w, p.requant, { scaleCycles, multiplierColumns: 0, constants, isConstantBias: true });
  return w.bill;
}
