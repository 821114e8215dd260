/**
 * The table of kinds. A missing kind is a type error.
 */
import type { Bill } from '../ir/bill.js';
import type { BlockKind, HlsBinding, KindTable, RtlBinding } from '../ir/block-kind.js';
import type { BlockPorts } from '../ir/block-ports.js';
import type { BlockTiming } from '../ir/block-timing.js';
import type { Block, BlockParams, KindName } from '../ir/hardware.js';
import type { Target } from '../ir/target.js';
import { add } from './add.js';
import { concat } from './concat.js';
import { depthwise } from './depthwise.js';
import { fifo } from './fifo.js';
import { fork } from './fork.js';
import { globalAvgPool } from './global-avg-pool.js';
import { lookup } from './lookup.js';
import { maxPool } from './max-pool.js';
import { merge } from './merge.js';
import { pointwise } from './pointwise.js';
import { product } from './product.js';
import { select } from './select.js';
import { turn } from './turn.js';
import { upsample } from './upsample.js';
import { widthDown } from './width-down.js';
import { widthUp } from './width-up.js';
import { window } from './window.js';

export const KINDS: KindTable = {
  window,
  pointwise,
  depthwise,
  add,
  concat,
  upsample,
  maxPool,
  globalAvgPool,
  lookup,
  product,
  select,
  fork,
  turn,
  merge,
  fifo,
  widthUp,
  widthDown,
};

/** Whether a block of these parameters can be given more room. */
export const takesRoom = (params: BlockParams): boolean => KINDS[params.kind].roomier !== undefined;

/** The block with room for so many steps more of its input; as it is where its kind has nothing to add. */
export function withRoom(params: BlockParams, steps: number): BlockParams {
  const { roomier } = KINDS[params.kind] as BlockKind<KindName>;
  return roomier && steps > 0 ? roomier(params as never, steps) : params;
}

/** A block with its kind applied: what engines ask. */
export interface BoundBlock {
  check(): readonly string[];
  ports(): BlockPorts;
  cyclesPerFrame(): number;
  macsPerFrame(): number;
  bill(target: Target): Bill;
  timing(): BlockTiming;
  rtl(): RtlBinding;
  hls(): HlsBinding;
}

/** Binds a block to its kind. */
export function bind(kinds: KindTable, block: Block): BoundBlock {
  // The table pairs each name with its own parameters; TypeScript cannot follow that through an index.
  const kind = kinds[block.params.kind] as BlockKind<KindName>;
  const p = block.params as never;
  return {
    check: () => kind.check(p),
    ports: () => kind.ports(p),
    cyclesPerFrame: () => kind.cyclesPerFrame(p),
    macsPerFrame: () => kind.macsPerFrame(p),
    bill: (target) => kind.bill(p, target),
    timing: () => kind.timing(p),
    rtl: () => kind.rtl(p),
    hls: () => kind.hls(p),
  };
}
