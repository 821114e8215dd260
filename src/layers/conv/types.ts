/** Convolution over all input channels, in its three descriptions. */
import type { QuantFilterOp } from '../shared/filter-layer.js';
import type { Filters } from '../shared/filters.js';

/** 1x1 convolutions, the stem, the classifier. Weights are [outChannels][inChannels][kernel][kernel]. */
export interface ConvOp extends Filters {
  readonly op: 'conv';
  readonly outChannels: number;
}

/** Weights as in `ConvOp`. */
export interface QuantConv extends QuantFilterOp {
  readonly op: 'conv';
}

/**
 * With a window in front, simd = windowLanes * taps; without, windowLanes = simd and the engine joins narrower beats
 * itself.
 */
export interface ConvFolding {
  readonly op: 'conv';
  readonly windowLanes: number;
  readonly taps: number;
  readonly simd: number;
  readonly pe: number;
  readonly lanesOut: number;
  /** Outputs multiplied in DSPs, the first ones; the others are multiplied in LUTs. */
  readonly peDsp: number;
  /** Distance of the two sums that share a DSP, 0 without packing. */
  readonly packShift: number;
  readonly weightBlock: boolean;
  /** See `PointwiseEngine`. */
  readonly scaleCycles: number;
}

/** Where the engine's words come from: `windowLanes` channels of `taps` taps each, `taps` 1 without a window. */
export type WordShape = Pick<ConvFolding, 'windowLanes' | 'taps' | 'simd'>;

declare module '../../ir/layer-types.js' {
  interface LayerTypes {
    conv: { readonly float: ConvOp; readonly quant: QuantConv; readonly folding: ConvFolding };
  }
}
