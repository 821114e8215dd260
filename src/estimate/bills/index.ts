/** The bill of any block. A kind without one is a type error. */
import type { KindTable, RtlBinding } from '../../ir/block-kind.js';
import type { Block, BlockParams, KindName, ParamsOf } from '../../ir/hardware.js';
import { bind } from '../../kinds/index.js';
import type { Bill } from '../bill.js';
import { addBill, depthwiseBill, globalAvgPoolBill, pointwiseBill } from './engines.js';
import { fifoBill, forkBill, upsampleBill, widthDownBill, widthUpBill } from './streams.js';
import { maxPoolBill, windowBill } from './windows.js';

/** Bill from the parameters; the binding gives memory contents and derived RTL parameters. */
type BillOf<K extends KindName> = (p: ParamsOf<K>, rtl: RtlBinding) => Bill;

const BILLS: { readonly [K in KindName]: BillOf<K> } = {
  window: windowBill,
  pointwise: (_, rtl) => pointwiseBill(rtl),
  depthwise: (_, rtl) => depthwiseBill(rtl),
  add: (_, rtl) => addBill(rtl),
  upsample: upsampleBill,
  maxPool: maxPoolBill,
  globalAvgPool: (_, rtl) => globalAvgPoolBill(rtl),
  fork: forkBill,
  fifo: fifoBill,
  widthUp: widthUpBill,
  widthDown: widthDownBill,
};

export function billOf(kinds: KindTable, block: Block): Bill {
  const make = BILLS[block.params.kind] as (p: BlockParams, rtl: RtlBinding) => Bill;
  return make(block.params, bind(kinds, block).rtl());
}
