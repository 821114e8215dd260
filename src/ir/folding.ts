/**
 * Folding: how far each layer is spread over lanes. Chosen by the search, read by lowering; counts need not divide,
 * the rest is padding.
 */

/**
 * Full or 1x1 convolution. With a window in front, simd = windowLanes * taps; without, windowLanes = simd and the
 * engine joins narrower beats itself.
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

export interface DepthwiseFolding {
  readonly op: 'depthwise';
  readonly lanes: number;
  readonly taps: number;
  readonly lanesOut: number;
  readonly useDsp: boolean;
  readonly weightBlock: boolean;
  readonly scaleCycles: number;
}

export interface PoolFolding {
  readonly op: 'maxPool';
  readonly lanes: number;
  readonly taps: number;
}

/** Everything that works on one pixel at a time. */
export interface LaneFolding {
  readonly op: 'lanes';
  readonly lanes: number;
}

export type Folding = ConvFolding | DepthwiseFolding | PoolFolding | LaneFolding;

/** By layer name. */
export type FoldingPlan = ReadonlyMap<string, Folding>;

export const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);
