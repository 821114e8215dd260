/**
 * The hardware graph: blocks joined by streams, every parameter fixed. One block is one RTL instance.
 * A stream carries pixels in raster order, channels innermost, `lanes` elements a beat, lane 0 in the low bits.
 */

import type { RequantParams, RequantRom } from './requant-params.js';
import type { WeightUse } from './weight-use.js';

export type { RequantParams, RequantRom };

/** One AXI4-Stream link with exactly one producer and one consumer. */
export interface Stream {
  readonly name: string;
  /** Elements per beat (channels, or taps x channels behind a window). */
  readonly lanes: number;
  /** Bits of one element. */
  readonly bits: number;
  readonly signed: boolean;
  readonly beatsPerFrame: number;
}

/** Line buffer: raster pixels in, the taps of each output pixel out. */
export interface WindowParams {
  readonly kind: 'window';
  readonly height: number;
  readonly width: number;
  /** Beats per pixel. */
  readonly groups: number;
  readonly lanes: number;
  readonly bits: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly outHeight: number;
  readonly outWidth: number;
  /** Taps per output beat: 1, or `kernel` (one column of the window). */
  readonly taps: number;
  /** Rows of storage, at least kernel; kernel + stride - 1 take the next rows while a row of windows is read. */
  readonly rows: number;
  readonly padValue: number;
}

/** How an engine multiplies: none of this changes a value. */
export interface PointwiseEngine {
  /** Outputs multiplied in DSPs, the first ones; the others are multiplied in LUTs. */
  readonly peDsp: number;
  /** 0: a product per DSP; else outputs 2i and 2i + 1 share DSPs, their sums being fields this far apart. */
  readonly packShift: number;
  /** Products per chain of DSPs. */
  readonly chain: number;
  /** Weights in block RAM rather than LUTs. */
  readonly weightBlock: boolean;
  /** Requantizer: 0 multiplies in a DSP, 1 in LUTs, more serially in LUTs, a result per so many cycles. */
  readonly scaleCycles: number;
}

export interface DepthwiseEngine {
  /** Products in DSPs rather than LUTs. */
  readonly useDsp: boolean;
  readonly weightBlock: boolean;
  /** As in `PointwiseEngine`. */
  readonly scaleCycles: number;
}

/** Matrix-vector engine: 1x1 convolution, the inner product of a full convolution, the classifier. */
export interface PointwiseParams {
  readonly kind: 'pointwise';
  readonly pixels: number;
  /** Elements per input beat; divides simd. The engine joins beats to words of simd. */
  readonly lanesIn: number;
  /** Input beats per pixel; the last word of a pixel may be short. */
  readonly beatsIn: number;
  /** Input elements per word. */
  readonly simd: number;
  /** Words per pixel. */
  readonly foldIn: number;
  /** Outputs computed at once. */
  readonly pe: number;
  /** Passes over the input vector per pixel. */
  readonly foldOut: number;
  /** Elements per output beat; pe / lanesOut beats leave per pass, the last pass stops after beatsOut. */
  readonly lanesOut: number;
  /** Output beats per pixel. */
  readonly beatsOut: number;
  readonly engine: PointwiseEngine;
  readonly xBits: number;
  readonly xSigned: boolean;
  readonly weightBits: number;
  /** Order [foldOut][foldIn][pe][simd]. */
  readonly weights: Int8Array;
  readonly requant: RequantParams;
  readonly requantRom: RequantRom;
}

/** Depthwise engine: one accumulator per lane, taps in time and space. */
export interface DepthwiseParams {
  readonly kind: 'depthwise';
  readonly pixels: number;
  readonly groups: number;
  readonly lanes: number;
  /** Taps per beat. */
  readonly taps: number;
  /** Beats per output (kernel^2 / taps). */
  readonly foldTaps: number;
  /** Elements per output beat; lanes / lanesOut beats leave per group, the last group stops after beatsOut. */
  readonly lanesOut: number;
  /** Output beats per pixel. */
  readonly beatsOut: number;
  readonly engine: DepthwiseEngine;
  readonly xBits: number;
  readonly xSigned: boolean;
  readonly weightBits: number;
  /** Order [groups][foldTaps][taps][lanes]. */
  readonly weights: Int8Array;
  readonly requant: RequantParams;
  readonly requantRom: RequantRom;
}

/** Two-scale addition of two streams of the same shape and lanes. */
export interface AddParams {
  readonly kind: 'add';
  readonly beats: number;
  readonly lanes: number;
  readonly aBits: number;
  readonly aSigned: boolean;
  readonly bBits: number;
  readonly bSigned: boolean;
  readonly multiplierA: number;
  readonly multiplierB: number;
  readonly offset: number;
  readonly requant: RequantParams;
}

/** Nearest-neighbour x2 in both directions. */
export interface UpsampleParams {
  readonly kind: 'upsample';
  readonly height: number;
  readonly width: number;
  readonly groups: number;
  readonly lanes: number;
  readonly bits: number;
  /** Rows that a row becomes, and pixels that a pixel becomes in a row. */
  readonly rows: number;
  readonly columns: number;
  /** What copies hold: null where they repeat the pixel. */
  readonly fill: number | null;
}

/** Maximum over the taps of a window. */
export interface MaxPoolParams {
  readonly kind: 'maxPool';
  readonly beats: number;
  readonly lanes: number;
  readonly bits: number;
  readonly signed: boolean;
  readonly taps: number;
  readonly foldTaps: number;
}

/** Mean over a frame, one result per channel. */
export interface GlobalAvgPoolParams {
  readonly kind: 'globalAvgPool';
  readonly pixels: number;
  readonly groups: number;
  readonly lanes: number;
  readonly xBits: number;
  readonly xSigned: boolean;
  readonly multiplier: number;
  readonly bias: number;
  /** As in `RequantRom`. */
  readonly above: number;
  readonly below: number;
  readonly requant: RequantParams;
  /** Requantizer: 0 multiplies in DSPs, 1 in LUTs. */
  readonly scaleCycles: 0 | 1;
}

/** Copies a stream to two consumers. */
export interface ForkParams {
  readonly kind: 'fork';
  readonly beats: number;
  readonly lanes: number;
  readonly bits: number;
}

export interface FifoParams {
  readonly kind: 'fifo';
  readonly beats: number;
  readonly lanes: number;
  readonly bits: number;
  /** Beats in the memory; three more fit in its output stage. */
  readonly depth: number;
}

/** Joins `ratio` narrow beats to a wide one; the last wide beat of a pixel may be partly padding. */
export interface WidthUpParams {
  readonly kind: 'widthUp';
  readonly pixels: number;
  readonly lanesIn: number;
  readonly bits: number;
  readonly ratio: number;
  readonly groupsIn: number;
}

/** Splits a wide beat into up to `ratio` narrow ones; sub-beats of pure padding are left out. */
export interface WidthDownParams {
  readonly kind: 'widthDown';
  readonly pixels: number;
  readonly lanesOut: number;
  readonly bits: number;
  readonly ratio: number;
  readonly groupsOut: number;
}

/** Parameters by kind; a kind that is defined in its own file alone adds its line there, by declaration merging. */
export interface BlockTypes {
  window: WindowParams;
  pointwise: PointwiseParams;
  depthwise: DepthwiseParams;
  add: AddParams;
  upsample: UpsampleParams;
  maxPool: MaxPoolParams;
  globalAvgPool: GlobalAvgPoolParams;
  fork: ForkParams;
  fifo: FifoParams;
  widthUp: WidthUpParams;
  widthDown: WidthDownParams;
}

export type KindName = keyof BlockTypes;
export type ParamsOf<K extends KindName> = BlockTypes[K];
export type BlockParams = ParamsOf<KindName>;

/** Contents of memories: large, and of no meaning to cycles or prices. */
type Contents = 'weights' | 'requantRom' | 'table' | 'places';
export type ContentsOf<K extends KindName> = Pick<ParamsOf<K>, Contents & keyof ParamsOf<K>>;
/** Everything but the contents of memories: what decides legality of shapes, cycles and resources. */
export type ShapeOf<K extends KindName> = Omit<ParamsOf<K>, Contents>;
/** What a bill is written from: parameters, or all but the weights and what it asks of them. */
export type BilledOf<K extends KindName> =
  | ParamsOf<K>
  | (K extends 'pointwise' ? Omit<ParamsOf<K>, 'weights'> & { readonly weights: WeightUse } : never);
export type BlockShape = { [K in KindName]: ShapeOf<K> }[KindName];

export interface Block {
  /** Unique Verilog identifier. */
  readonly name: string;
  /** Layer of the quantized graph that this block works for. */
  readonly layer: string;
  readonly params: BlockParams;
  /** Indices into `Hardware.streams`. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Set where it works on one of so many frames: a block of one of several copies. */
  readonly everyFrames?: number;
  /** Another block that is the same in all but its name, and whose memory files it reads. */
  readonly twin?: string;
}

/** What a stream end carries. */
export type EndRole = 'pixels' | 'weights' | 'result';

/** A stream end of the design: where beats come in from the world, or go out to it. */
export interface End {
  /**
   * Prefix of its ports, an identifier: `s_axis` for the sole input, `m_axis` for the sole output, `m_axis_<name>` for one
   * of several.
   */
  readonly port: string;
  readonly direction: 'in' | 'out';
  readonly role: EndRole;
  /** Its tensor in the quantized graph. */
  readonly tensor: string;
  /** Index into `Hardware.streams`. */
  readonly stream: number;
}

export interface Hardware {
  readonly name: string;
  readonly streams: readonly Stream[];
  /** In topological order. */
  readonly blocks: readonly Block[];
  /** Inputs and outputs, each in the order of the model. */
  readonly ends: readonly End[];
}

export const inputsOf = (hw: Pick<Hardware, 'ends'>): readonly End[] =>
  hw.ends.filter((e) => e.direction === 'in');
export const outputsOf = (hw: Pick<Hardware, 'ends'>): readonly End[] =>
  hw.ends.filter((e) => e.direction === 'out');

/** What tells an end from others of its direction in generated names: nothing for a sole one, else `_<name>`. */
export const suffixOf = (end: End): string => end.port.slice(1).replace(/^_axis/, '');

/** Frames after which everything repeats: as many as there are copies that take them in turn. */
export const roundOf = (hw: Pick<Hardware, 'blocks'>): number =>
  hw.blocks.reduce((most, b) => Math.max(most, b.everyFrames ?? 1), 1);
