/**
 * Convolutions as formats write them → the one that the graph has: square kernel, no dilation, one group or depthwise.
 * Every rewrite here is exact: it only moves weights and adds weights of zero. What was rewritten is said, for `inspect`.
 */
import type { Pads, Shape, StoredWeights } from '../../ir/graph.js';
import type { ConvOp } from '../../layers/conv/index.js';
import type { DepthwiseOp } from '../../layers/depthwise/index.js';
import { checkLimit } from '../../limits.js';

export interface SourceConv {
  readonly channels: number;
  readonly outChannels: number;
  readonly groups: number;
  /** Rows, columns. */
  readonly kernel: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly stride: number;
  readonly pads: Pads;
  /** Layout [outChannels][channels / groups][rows][columns]. */
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
  /** Integers in the same layout. */
  readonly stored?: StoredWeights | undefined;
}

export interface RegularConv {
  readonly op: ConvOp | DepthwiseOp;
  /** What is not as the model has it, in words. */
  readonly rewrites: readonly string[];
}

/** Rows and columns between the first and the last tap. */
const reach = (kernel: number, dilation: number): number => (kernel - 1) * dilation + 1;

/** Errors: BLN207 where the zeros would be more than a device could ever hold. */
export function regularConv(c: SourceConv, where: string): RegularConv {
  const { channels, outChannels, groups, pads, stride, bias } = c;
  const [rows, columns] = c.kernel;
  const [height, width] = [reach(rows, c.dilations[0]), reach(columns, c.dilations[1])];
  const kernel = Math.max(height, width);
  const isDepthwise = groups > 1 && groups === channels && outChannels === channels;
  const perOutput = isDepthwise ? 1 : channels;
  const perGroup = channels / groups;
  const perOutputGroup = outChannels / groups;
  const size = outChannels * perOutput * kernel * kernel;
  checkLimit('weights', size, where);
  checkLimit('kernel', kernel, where);
  /** Position in the model's weights of every weight here, by where its tap falls; the others are zero. */
  const spread = <T extends Float32Array | Int8Array>(from: T, to: T): T => {
    let at = 0;
    for (let o = 0; o < outChannels; o++) {
      const group = Math.floor(o / perOutputGroup);
      const first = isDepthwise ? 0 : group * perGroup;
      for (let i = 0; i < perGroup; i++) {
        const plane = (o * perOutput + first + i) * kernel * kernel;
        for (let y = 0; y < rows; y++) {
          for (let x = 0; x < columns; x++) {
            to[plane + y * c.dilations[0] * kernel + x * c.dilations[1]] = from[at++];
          }
        }
      }
    }
    return to;
  };
  const stored = c.stored && { ...c.stored, weights: spread(c.stored.weights, new Int8Array(size)) };
  const filters = {
    kernel,
    stride,
    // Taps of zero at the end look further: the padding there grows by as much.
    pads: { ...pads, bottom: pads.bottom + kernel - height, right: pads.right + kernel - width },
    weights: spread(c.weights, new Float32Array(size)),
    bias,
    ...(stored ? { stored } : {}),
  };
  const op: ConvOp | DepthwiseOp = isDepthwise
    ? { op: 'depthwise', ...filters }
    : { op: 'conv', outChannels, ...filters };
  const rewrites: string[] = [];
  if (rows !== kernel || columns !== kernel) {
    const dilated = c.dilations.some((d) => d > 1) ? ` of dilation ${c.dilations.join('x')}` : '';
    rewrites.push(
      `its ${rows}x${columns} kernel${dilated} is a ${kernel}x${kernel} kernel, filled up with zeros`,
    );
  }
  if (groups > 1 && !isDepthwise) {
    rewrites.push(
      perGroup === 1
        ? `a depthwise convolution with ${perOutputGroup} outputs a channel is a full one, filled up with zeros`
        : `its ${groups} groups are one, filled up with zeros`,
    );
  }
  return { op, rewrites };
}

/** In which order the values of a map lie when it is flattened. */
export type FlatOrder = 'chw' | 'hwc';

/**
 * A dense layer over a whole map as a convolution whose kernel is the map.
 * @param weights layout [outputs][values of the map in `order`]
 */
export function denseOverMap(
  map: Shape,
  order: FlatOrder,
  weights: Float32Array,
  bias: Float32Array | null,
  stored: StoredWeights | undefined,
): SourceConv {
  const { channels, height, width } = map;
  const size = channels * height * width;
  const reorder = <T extends Float32Array | Int8Array>(from: T): T => {
    if (order === 'chw') return from;
    const to = from.slice() as T;
    for (let o = 0; o < from.length; o += size) {
      for (let c = 0; c < channels; c++) {
        for (let p = 0; p < height * width; p++) {
          to[o + c * height * width + p] = from[o + p * channels + c];
        }
      }
    }
    return to;
  };
  return {
    channels,
    outChannels: weights.length / size,
    groups: 1,
    kernel: [height, width],
    dilations: [1, 1],
    stride: 1,
    pads: { top: 0, left: 0, bottom: 0, right: 0 },
    weights: reorder(weights),
    bias,
    stored: stored && { ...stored, weights: reorder(stored.weights) },
  };
}

/** Zeros of SAME padding along one axis, before and after, so that the output is ceil(size / stride). */
export function samePads(
  size: number,
  kernel: number,
  stride: number,
  moreAtEnd = true,
): readonly [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  const before = moreAtEnd ? Math.floor(total / 2) : Math.ceil(total / 2);
  return [before, total - before];
}
