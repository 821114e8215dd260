/** The bill of any block. A kind without one is a type error. */
import type { KindTable, RtlBinding } from '../../ir/block-kind.js';
import type { Block, BlockParams, KindName, ParamsOf } from '../../ir/hardware.js';
import { bind, KINDS } from '../../kinds/index.js';
import type { Bill } from '../bill.js';
import { addBill, depthwiseBill, globalAvgPoolBill, pointwiseBill } from './engines.js';
import { fifoBill, forkBill, upsampleBill, widthDownBill, widthUpBill } from './streams.js';
import { maxPoolBill, windowBill } from './windows.js';

/** Bill from the parameters; the binding gives memory contents and derived RTL parameters. */
type BillOf<K extends KindName> = (p: ParamsOf<K>, rtl: RtlBinding) => Bill;

const BILLS: { readonly [K in KindName]: BillOf<K> } = {
  window: windowBill,
  pointwise: (p, rtl) => pointwiseBill(rtl, KINDS.pointwise.cost(p).dsp),
  depthwise: (p, rtl) => depthwiseBill(rtl, KINDS.depthwise.cost(p).dsp),
  add: (_, rtl) => addBill(rtl),
  upsample: upsampleBill,
  maxPool: maxPoolBill,
  globalAvgPool: (p, rtl) => globalAvgPoolBill(rtl, KINDS.globalAvgPool.cost(p).dsp),
  fork: forkBill,
  fifo: fifoBill,
  widthUp: widthUpBill,
  widthDown: widthDownBill,
};

export function billOf(kinds: KindTable, block: Block): Bill {
  const make = BILLS[block.params.kind] as (p: BlockParams, rtl: RtlBinding) => Bill;
  return make(block.params, bind(kinds, block).rtl());
}
