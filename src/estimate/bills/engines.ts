/** Bills of the blocks that compute. */
import type { RtlBinding } from '../../ir/block-kind.js';
import type { Bill } from '../bill.js';
import { addBills, fifo2, rom } from './parts.js';

export const engineBill = (rtl: RtlBinding, dsp: number, outputBits: number): Bill =>
  addBills({ dsp }, fifo2(outputBits), ...rtl.memories.map((m) => rom(m, 'auto')));
