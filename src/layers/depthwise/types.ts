/** Convolution of every channel by itself, in its three descriptions. */
import type { QuantFilterOp } from '../shared/filter-layer.js';
import type { Filters } from '../shared/filters.js';

/** As many outputs as inputs. Weights are [channels][kernel][kernel]. */
export interface DepthwiseOp extends Filters {
  readonly op: 'depthwise';
}

/** Weights as in `DepthwiseOp`. */
export interface QuantDepthwise extends QuantFilterOp {
  readonly op: 'depthwise';
}

export interface DepthwiseFolding {
  readonly op: 'depthwise';
  readonly lanes: number;
  readonly taps: number;
  readonly lanesOut: number;
  readonly useDsp: boolean;
  readonly weightBlock: boolean;
  /** See `DepthwiseEngine`. */
  readonly scaleCycles: number;
}

declare module '../../ir/layer-types.js' {
  interface LayerTypes {
    depthwise: {
      readonly float: DepthwiseOp;
      readonly quant: QuantDepthwise;
      readonly folding: DepthwiseFolding;
    };
  }
}
