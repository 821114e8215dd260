/**
 * The float graph: what every frontend produces and every float pass rewrites.
 * Feature maps are named tensors of one image (channels, height, width); the batch axis is symbolic and left out.
 */
import type { HostPart } from './host-part.js';
import type { FloatOp } from './layer-types.js';
import type { QuantFormat } from './number-format.js';

/** Extent of one image's feature map. A vector is 1 x 1. */
export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Zero rows and columns around a feature map. */
export interface Pads {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Square spatial window. */
export interface WindowShape {
  readonly kernel: number;
  readonly stride: number;
  readonly pads: Pads;
}

/** Integers of a convolution as a model stores them: real = scale * integer. */
export interface StoredWeights {
  /** Layout as the operation's real weights. */
  readonly weights: Int8Array;
  /** One per output channel. */
  readonly scales: readonly number[];
  /** A dense layer, where a runtime treats its scales in a way of its own; an average, of weights that are all 1. */
  readonly operator?: 'dense' | 'average';
  /** In units of input scale * weight scale, with the input scale they were made for; null where the bias is real. */
  readonly bias: { readonly values: Int32Array; readonly scales: readonly number[] } | null;
}

/** Of one of the operations in `src/layers/`. */
export type GraphOp = FloatOp;

/** One operation. `output` is the tensor's name in the source model, so that reports can name it. */
export type GraphNode = GraphOp & {
  /** Unique, stable, taken from the source model where it has one. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
};

/** Something that a frontend did or took for granted, and that a user should know. */
export interface GraphNote {
  /** Rewritten: computed otherwise than the model writes it; assumed: not said by the model; host: left out, to be done outside. */
  readonly kind: 'rewritten' | 'assumed' | 'host';
  /** Tensor in the source model. */
  readonly where: string;
  readonly text: string;
}

export interface Graph {
  readonly name: string;
  readonly input: string;
  /** Tensors that leave, in the order of the model; at least one, none twice. */
  readonly outputs: readonly string[];
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  /** Shape of every tensor, input included. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Key-value pairs of the source model (preprocessing, class names). */
  readonly metadata: Readonly<Record<string, string>>;
  /** Formats that the model itself gives (QuantizeLinear), by tensor; calibration has no say in them. */
  readonly formats?: ReadonlyMap<string, QuantFormat>;
  /** The runtime whose integers the model's source has by default. */
  readonly runtime?: 'tflite-micro';
  /** What is done behind outputs, outside of the hardware. */
  readonly host?: readonly HostPart[];
  /** What the frontend rewrote, assumed or left to the host. */
  readonly notes?: readonly GraphNote[];
}

/** Number of values in one image of this shape. */
export const sizeOf = (s: Shape): number => s.channels * s.height * s.width;

export const formatShape = (s: Shape): string => `${s.channels}x${s.height}x${s.width}`;

export const NO_PADS: Pads = { top: 0, left: 0, bottom: 0, right: 0 };

/** Output extent of a window along one axis. */
export const windowExtent = (
  size: number,
  before: number,
  after: number,
  kernel: number,
  stride: number,
): number => Math.floor((size + before + after - kernel) / stride) + 1;
