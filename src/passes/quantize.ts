/**
 * Float graph + ranges → quantized graph. Activations are asymmetric per tensor, weights symmetric per output
 * channel, biases in the accumulator's units. Input pixels enter as they are: the preprocessing
 * real = (pixel - mean) / std is itself an 8-bit format with scale 1/std and zero point mean.
 */
import { BlnetError } from '../diagnostics.js';
import type { ConvOp, Graph, GraphNode, Shape } from '../ir/graph.js';
import {
  type QuantConv,
  type QuantFormat,
  type QuantGraph,
  type QuantNode,
  type QuantTensor,
  rangeOf,
  signedBits,
} from '../ir/quant-graph.js';
import { absorbClamp, type Layer } from './absorb-clamp.js';
import { chooseRequant, chooseShift, clampBounds } from './choose-requant.js';

export interface QuantizeOptions {
  /** Smallest and largest real value of every tensor, from calibration. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  readonly inputFormat: QuantFormat;
  readonly activationBits?: number;
  readonly weightBits?: number;
}

/** Asymmetric signed format that covers lo..hi and zero. */
export function formatFor(lo: number, hi: number, bits: number): QuantFormat {
  const low = Math.min(0, lo);
  const high = Math.max(0, hi);
  const [qmin, qmax] = rangeOf({ bits, signed: true });
  const scale = (high - low) / (qmax - qmin) || 1 / (qmax - qmin);
  const zeroPoint = Math.min(qmax, Math.max(qmin, Math.round(qmin - low / scale)));
  return { bits, signed: true, scale, zeroPoint };
}

/** Format of a layer's output: the calibrated range within the activation's bounds. */
function outputFormat(layer: Layer, options: QuantizeOptions, bits: number): QuantFormat {
  const range = options.ranges[layer.output];
  if (!range) {
    throw new BlnetError('BLN104', {
      where: layer.node.name,
      found: `no calibrated range for its output '${layer.output}'`,
      need: 'a range for every tensor of the model',
      hint: 'calibrate this model again: blnet compile MODEL --calibration DIR',
    });
  }
  const lo = Math.max(range[0], layer.clamp.min);
  const hi = Math.min(range[1], layer.clamp.max);
  return formatFor(Number.isFinite(lo) ? lo : 0, Number.isFinite(hi) ? hi : 0, bits);
}

interface QuantizedWeights {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  /** Real value of one weight step, per output channel. */
  readonly scales: readonly number[];
}

/** Symmetric per output channel; a channel of tiny weights keeps a scale that its bias can be expressed in. */
function quantizeWeights(op: ConvOp, inputScale: number, bits: number, layer: string): QuantizedWeights {
  const limit = 2 ** (bits - 1) - 1;
  const perOutput = op.weights.length / op.outChannels;
  const weights = new Int8Array(op.weights.length);
  const bias = new Int32Array(op.outChannels);
  const scales: number[] = [];
  for (let o = 0; o < op.outChannels; o++) {
    const row = op.weights.subarray(o * perOutput, (o + 1) * perOutput);
    const b = op.bias ? (op.bias[o] as number) : 0;
    let largest = 0;
    for (const w of row) largest = Math.max(largest, Math.abs(w));
    if (!Number.isFinite(largest) || !Number.isFinite(b)) {
      throw new BlnetError('BLN205', {
        where: layer,
        found: `a weight or bias of channel ${o} that is not a finite number`,
        need: 'finite weights',
        hint: 'check the training run and the batch normalization statistics',
      });
    }
    const scale = Math.max(largest / limit, Math.abs(b) / (inputScale * 2 ** 22)) || 1;
    scales.push(scale);
    bias[o] = Math.round(b / (inputScale * scale));
    for (let i = 0; i < perOutput; i++) weights[o * perOutput + i] = Math.round((row[i] as number) / scale);
  }
  return { weights, bias, scales };
}

/** Width of sum(w * x) over all inputs of format `x`, for the worst output channel. */
export function accumulatorBits(weights: Int8Array, outChannels: number, x: QuantFormat): number {
  const [xmin, xmax] = rangeOf(x);
  const perOutput = weights.length / outChannels;
  let bits = 2;
  for (let o = 0; o < outChannels; o++) {
    let lo = 0;
    let hi = 0;
    for (let i = o * perOutput; i < (o + 1) * perOutput; i++) {
      const w = weights[i] as number;
      lo += Math.min(w * xmin, w * xmax);
      hi += Math.max(w * xmin, w * xmax);
    }
    bits = Math.max(bits, signedBits(lo, hi));
  }
  return bits;
}

function quantizeConv(
  layer: Layer & { node: ConvOp & GraphNode },
  x: QuantFormat,
  y: QuantFormat,
  bits: number,
): QuantConv {
  const { node, clamp } = layer;
  const { kernel, stride, pads, groups } = node;
  const { weights, bias, scales } = quantizeWeights(node, x.scale, bits, node.name);
  const perOutput = weights.length / node.outChannels;
  const factors = scales.map((s) => (x.scale * s) / y.scale);
  const constants = scales.map((_, o) => {
    let sum = 0;
    for (let i = o * perOutput; i < (o + 1) * perOutput; i++) sum += weights[i] as number;
    return (bias[o] as number) - x.zeroPoint * sum;
  });
  return {
    op: 'conv',
    kernel,
    stride,
    pads,
    groups,
    weightBits: bits,
    weights,
    bias,
    accBits: accumulatorBits(weights, node.outChannels, x),
    requant: chooseRequant(factors, constants, y, clamp, node.name),
  };
}

export function quantize(graph: Graph, options: QuantizeOptions): QuantGraph {
  const activationBits = options.activationBits ?? 8;
  const weightBits = options.weightBits ?? 8;
  const tensors = new Map<string, QuantTensor>();
  const shapeOf = (name: string): Shape => graph.shapes.get(name) as Shape;
  const define = (name: string, format: QuantFormat): QuantTensor => {
    const { bits, signed, scale, zeroPoint } = format;
    const tensor = { name, shape: shapeOf(name), bits, signed, scale, zeroPoint };
    tensors.set(name, tensor);
    return tensor;
  };
  define(graph.input, options.inputFormat);

  const nodes: QuantNode[] = [];
  for (const layer of absorbClamp(graph)) {
    const { node, output } = layer;
    const x = tensors.get(node.inputs[0] as string) as QuantTensor;
    const base = { name: node.name, inputs: node.inputs, output };
    switch (node.op) {
      case 'conv': {
        const y = define(output, outputFormat(layer, options, activationBits));
        nodes.push({ ...base, ...quantizeConv({ ...layer, node }, x, y, weightBits) });
        break;
      }
      case 'add': {
        const b = tensors.get(node.inputs[1] as string) as QuantTensor;
        const y = define(output, outputFormat(layer, options, activationBits));
        const factors = [x.scale / y.scale, b.scale / y.scale];
        const shift = chooseShift(factors, node.name);
        const [ma, mb] = factors.map((f) => Math.round(f * 2 ** shift)) as [number, number];
        const offset = -x.zeroPoint * ma - b.zeroPoint * mb + 2 ** (shift - 1);
        nodes.push({
          ...base,
          op: 'add',
          rounding: 'half_up',
          multipliers: [ma, mb],
          offset,
          shift,
          zeroPoint: y.zeroPoint,
          ...clampBounds(y, layer.clamp),
        });
        break;
      }
      case 'upsample':
        define(output, x);
        nodes.push({ ...base, op: 'upsample' });
        break;
      case 'maxPool':
        define(output, x);
        nodes.push({ ...base, op: 'maxPool', kernel: node.kernel, stride: node.stride, pads: node.pads });
        break;
      case 'globalAvgPool': {
        const y = define(output, outputFormat(layer, options, activationBits));
        const pixels = x.shape.height * x.shape.width;
        const [xmin, xmax] = rangeOf(x);
        const requant = chooseRequant(
          [x.scale / (pixels * y.scale)],
          [-x.zeroPoint * pixels],
          y,
          layer.clamp,
          node.name,
        );
        nodes.push({
          ...base,
          op: 'globalAvgPool',
          accBits: signedBits(pixels * xmin, pixels * xmax),
          requant,
        });
        break;
      }
      case 'batchNorm':
      case 'avgPool':
      case 'clamp':
        throw new BlnetError('BLN901', { where: node.name, found: `'${node.op}' reached quantization` });
    }
  }
  return {
    name: graph.name,
    input: graph.input,
    output: graph.output,
    nodes,
    tensors,
    metadata: graph.metadata,
  };
}
