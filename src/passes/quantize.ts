/**
 * Float graph + ranges → quantized graph. Activations are asymmetric per tensor, weights symmetric per output
 * channel, biases in the accumulator's units. Input pixels enter as they are: the preprocessing
 * real = (pixel - mean) / std is itself an 8-bit format with scale 1/std and zero point mean.
 */
import { BlnetError } from '../diagnostics.js';
import { accumulatorBits, fittingAccumulator, poolAccumulatorBits } from '../ir/accumulator.js';
import type { ConvOp, Graph, GraphNode, Shape } from '../ir/graph.js';
import { formatText, sameFormat } from '../ir/number-format.js';
import {
  type QuantConv,
  type QuantFormat,
  type QuantGraph,
  type QuantNode,
  type QuantTensor,
  rangeOf,
} from '../ir/quant-graph.js';
import { absorbClamp, type Layer } from './absorb-clamp.js';
import { chooseRequant, chooseShift, clampBounds } from './choose-requant.js';
import { quantizeWeights, takeWeights } from './quantize-weights.js';

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
  // Adding 0 turns -0 into 0.
  const zeroPoint = Math.min(qmax, Math.max(qmin, Math.round(qmin - low / scale))) + 0;
  return { bits, signed: true, scale, zeroPoint };
}

/** Format of a layer's output: the calibrated range within the activation's bounds. */
function outputFormat(
  layer: Layer,
  options: QuantizeOptions,
  bits: number,
  given?: QuantFormat,
): QuantFormat {
  if (given) return given;
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

function quantizeConv(
  layer: Layer & { node: ConvOp & GraphNode },
  x: QuantFormat,
  y: QuantFormat,
  bits: number,
): QuantConv {
  const { node, clamp } = layer;
  const { kernel, stride, pads, groups } = node;
  const { top, left, bottom, right } = pads;
  if (Math.max(top, left, bottom, right) >= kernel) {
    throw new BlnetError('BLN202', {
      where: node.name,
      found: `pads [${top}, ${left}, ${bottom}, ${right}] around a ${kernel}x${kernel} window`,
      need: 'pads below the kernel',
      hint: 'such a border holds the bias alone: crop it, or pad the images',
    });
  }
  const { weights, bias, scales } = node.stored
    ? takeWeights(node, node.stored, x.scale, node.name)
    : quantizeWeights(node, x.scale, bits, node.name);
  const weightBits = node.stored ? 8 : bits;
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
    weightBits,
    weights,
    bias,
    accBits: fittingAccumulator(accumulatorBits(weights, node.outChannels, x), node.name),
    requant: chooseRequant(factors, constants, y, clamp, node.name),
  };
}

/** Formats can only be given where a layer ends: behind its activation. */
function checkPlaces(graph: Graph, layers: readonly Layer[]): void {
  const ends = new Set([graph.input, ...layers.map((l) => l.output)]);
  for (const tensor of graph.formats?.keys() ?? []) {
    if (!ends.has(tensor)) {
      throw new BlnetError('BLN203', {
        where: `tensor ${tensor}`,
        found: 'QuantizeLinear between a layer and its activation',
        need: 'QuantizeLinear behind Relu or Clip',
        hint: 'fuse the activation into the layer before the quantizers are inserted',
      });
    }
  }
}

/** What moves values without arithmetic keeps their format; a model may repeat it, not change it. */
function carried(x: QuantFormat, given: QuantFormat | undefined, layer: string): QuantFormat {
  if (!given || sameFormat(x, given)) return x;
  throw new BlnetError('BLN203', {
    where: layer,
    found: `its input is ${formatText(x)}, its output ${formatText(given)}`,
    need: 'one format on both sides: it only moves values',
    hint: 'share the quantizer of its input and its output',
  });
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
  define(graph.input, graph.formats?.get(graph.input) ?? options.inputFormat);

  const nodes: QuantNode[] = [];
  const layers = absorbClamp(graph);
  checkPlaces(graph, layers);
  for (const layer of layers) {
    const { node, output } = layer;
    const given = graph.formats?.get(output);
    const x = tensors.get(node.inputs[0] as string) as QuantTensor;
    const base = { name: node.name, inputs: node.inputs, output };
    switch (node.op) {
      case 'conv': {
        const y = define(output, outputFormat(layer, options, activationBits, given));
        nodes.push({ ...base, ...quantizeConv({ ...layer, node }, x, y, weightBits) });
        break;
      }
      case 'add': {
        const b = tensors.get(node.inputs[1] as string) as QuantTensor;
        const y = define(output, outputFormat(layer, options, activationBits, given));
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
        define(output, carried(x, given, node.name));
        nodes.push({ ...base, op: 'upsample' });
        break;
      case 'maxPool':
        define(output, carried(x, given, node.name));
        nodes.push({ ...base, op: 'maxPool', kernel: node.kernel, stride: node.stride, pads: node.pads });
        break;
      case 'globalAvgPool': {
        const y = define(output, outputFormat(layer, options, activationBits, given));
        const pixels = x.shape.height * x.shape.width;
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
          accBits: fittingAccumulator(poolAccumulatorBits(pixels, x), node.name),
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
