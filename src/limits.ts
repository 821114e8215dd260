/**
 * What a model and a run may hold: every limit with its unit and its reason, in one place. Each is checked before
 * anything of that size is allocated or computed; `docs/limits.md` prints this table, tests run models at the edge.
 */
import { BlnetError } from './diagnostics.js';

export interface Limit {
  /** The largest that is accepted. */
  readonly most: number;
  /** What is counted, for a sentence: `40,000 nodes in the file`. */
  readonly unit: string;
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string;
}

const EXPORT_AGAIN =
  'simplify the model (onnx-simplifier folds constants and drops dead nodes), or export it again';
const SMALLER = 'use smaller images, or a network with fewer channels';
const MIB = 2 ** 20;

export const LIMITS = {
  modelBytes: {
    most: 256 * MIB,
    unit: 'bytes in the model file',
    reason: 'twice the size of the most weights in float32',
    hint: 'prune the network, or export it without optimizer state',
  },
  modelParts: {
    most: 2 ** 20,
    unit: 'strings and messages in the model file',
    reason: 'a node has about ten; each takes some 200 bytes when read',
    hint: EXPORT_AGAIN,
  },
  modelNumbers: {
    most: 2 ** 24,
    unit: 'numbers outside of raw data in the model file',
    reason: 'each takes 16 bytes when read',
    hint: 'save the weights as raw data, as exporters do',
  },
  nodes: {
    most: 16_384,
    unit: 'nodes in the file',
    reason: 'networks that fit a part have some hundred',
    hint: EXPORT_AGAIN,
  },
  nodeInputs: {
    most: 256,
    unit: 'inputs, outputs or attributes of a node',
    reason: 'Concat of a shape has four',
    hint: EXPORT_AGAIN,
  },
  listNumbers: {
    most: 4096,
    unit: 'numbers in an attribute or a constant shape',
    reason: 'pads of two axes are four',
    hint: 'keep weights in initializers',
  },
  axes: { most: 8, unit: 'axes of a tensor', reason: 'feature maps have four', hint: EXPORT_AGAIN },
  constants: {
    most: 2 ** 25,
    unit: 'values of constants',
    reason: 'twice the most weights, 8 bytes each when read',
    hint: 'prune the network; a part holds a few million weights',
  },
  foldedConstants: {
    most: 2 ** 26,
    unit: 'values of constants made by constant nodes',
    reason: 'weights pass through QuantizeLinear, DequantizeLinear and Transpose once each',
    hint: EXPORT_AGAIN,
  },
  layers: {
    most: 1024,
    unit: 'operations between input and output',
    reason: 'each becomes a block with logic of its own; parts hold a few hundred',
    hint: 'compile a part of the network (onnx.utils.extract_model)',
  },
  extent: {
    most: 8192,
    unit: 'rows or columns of a feature map',
    reason: 'a line buffer holds several rows in block RAM',
    hint: SMALLER,
  },
  pixels: {
    most: 2 ** 22,
    unit: 'pixels of a feature map',
    reason: 'a pixel takes at least a cycle, and every cycle is simulated',
    hint: SMALLER,
  },
  channels: {
    most: 32_768,
    unit: 'channels of a feature map',
    reason: 'ImageNet-21k has 21,841 classes',
    hint: SMALLER,
  },
  tensorValues: {
    most: 2 ** 25,
    unit: 'values of a feature map',
    reason: 'calibration holds several in float32, 128 MiB each',
    hint: SMALLER,
  },
  kernel: {
    most: 32,
    unit: 'rows and columns of a window',
    reason: 'a column of taps is read at once',
    hint: 'use GlobalAveragePool over a whole map, or smaller windows one behind the other',
  },
  stride: {
    most: 32,
    unit: 'pixels from window to window',
    reason: 'a line buffer holds kernel + stride rows',
    hint: 'use several strides of 2',
  },
  weights: {
    most: 2 ** 24,
    unit: 'weights of the network',
    reason: 'the block RAM of the largest part holds 1.4 million',
    hint: 'prune the network',
  },
  macs: {
    most: 2 ** 34,
    unit: 'multiply-accumulates for one image',
    reason: 'a part with 1,728 DSPs does some 500 G a second; calibration does a few',
    hint: SMALLER,
  },
  memoryMiB: {
    most: 1024,
    unit: 'MiB for all feature maps and weights of one image',
    reason: 'the simulators keep every feature map, and WebAssembly ends at 4096 MiB',
    hint: SMALLER,
  },
  wasmMiB: {
    most: 2048,
    unit: 'MiB of WebAssembly memory',
    reason: 'addresses have 32 bits, of which signed offsets leave half',
    hint: SMALLER,
  },
  frameCycles: {
    most: 2 ** 25,
    unit: 'cycles for one frame',
    reason: 'cycle counters have 31 bits and sizing FIFOs runs up to 40 frames, with all of them below',
    hint: 'take a larger part, or a smaller network',
  },
  runCycles: {
    most: 2 ** 29,
    unit: 'cycles of a run',
    reason: 'cycle counters have 31 bits, and stalls may take three times as long',
    hint: 'run fewer frames; a steady state repeats',
  },
  frames: {
    most: 2 ** 20,
    unit: 'frames of a run',
    reason: 'the cycle of every output is kept',
    hint: 'run fewer frames; a steady state repeats',
  },
  runValues: {
    most: 2 ** 26,
    unit: 'values of all frames of a run',
    reason: 'all of them are kept, stimuli as text',
    hint: 'run fewer frames',
  },
  imageBytes: {
    most: 512 * MIB,
    unit: 'bytes of all calibration images',
    reason: 'they are read at once',
    hint: 'calibrate with fewer images (--calibration-images)',
  },
  sweepPoints: {
    most: 10_000,
    unit: 'points of a sweep',
    reason: 'each is a process, a file and a row of the table',
    hint: 'shorten a list, or split the sweep into several documents',
  },
  documentBytes: {
    most: 256 * MIB,
    unit: 'bytes of a JSON document',
    reason: 'network.json takes two a weight; texts end at 512 MiB',
    hint: 'make the file again with blnet',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

const grouped = (n: number): string => (Number.isInteger(n) ? n.toLocaleString('en-US') : `${n}`);

/** Errors: BLN207 with the number and the limit; what is not a number is above every limit. */
export function checkLimit(name: LimitName, found: number, where?: string): void {
  const { most, unit, reason, hint }: Limit = LIMITS[name];
  if (found <= most) return;
  throw new BlnetError('BLN207', {
    ...(where === undefined ? {} : { where }),
    found: `${grouped(found)} ${unit}`,
    need: `at most ${grouped(most)} (${reason})`,
    hint,
  });
}
