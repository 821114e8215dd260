/** Channels of several maps one behind the other, in the three descriptions. */
import type { LaneFolding } from '../../ir/folding.js';

export interface ConcatOp {
  readonly op: 'concat';
}

export interface QuantConcat {
  readonly op: 'concat';
  /** By input: the output's integer for each of its integers (`lookup/table.ts`); null where they are the same. */
  readonly tables: readonly (Int16Array | null)[];
}

declare module '../../ir/layer-types.js' {
  interface LayerTypes {
    concat: { readonly float: ConcatOp; readonly quant: QuantConcat; readonly folding: LaneFolding };
  }
}
