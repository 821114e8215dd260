/**
 * Float graph + ranges → quantized graph. Activations are asymmetric per tensor, weights symmetric per output
 * channel, biases in the accumulator's units. Input pixels enter as they are: the preprocessing
 * real = (pixel - mean) / std is itself an 8-bit format with scale 1/std and zero point mean.
 */
import type { LayerProof } from '../arithmetic/proof.js';
import { type ArithmeticName, runtimeOf } from '../arithmetic/runtimes.js';
import { assertInternal, BlnetError } from '../diagnostics.js';
import type { Graph, Shape } from '../ir/graph.js';
import { formatText, sameFormat } from '../ir/number-format.js';
import {
  type QuantFormat,
  type QuantGraph,
  type QuantNode,
  type QuantTensor,
  rangeOf,
} from '../ir/quant-graph.js';
import { hardwareOf } from '../layers/index.js';
import type { Activation } from '../layers/layer-kind.js';
import { absorbActivation, formattedTensors, type Layer } from './absorb-activation.js';

export interface QuantizeOptions {
  /** Smallest and largest real value of every tensor, from calibration. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  readonly inputFormat: QuantFormat;
  readonly activationBits?: number;
  readonly weightBits?: number;
  /** Whose integers the layers shall have; blnet's own where nothing is said. */
  readonly arithmetic?: ArithmeticName;
  /** Called for every layer that a runtime's arithmetic was asked of. */
  readonly onProof?: (proof: LayerProof) => void;
}

const DEFAULT_BITS = 8;

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

/** Format of a tensor of a layer: the given one, or one of its calibrated range within the activation's bounds. */
function formatOf(
  layer: Layer,
  tensor: string,
  clamp: Activation,
  options: QuantizeOptions,
  given?: QuantFormat,
): QuantFormat {
  if (given) return given;
  const range = options.ranges[tensor];
  if (!range) {
    throw new BlnetError('BLN104', {
      where: layer.node.name,
      found: `no calibrated range for its output '${tensor}'`,
      need: 'a range for every tensor of the model',
      hint: 'calibrate this model again: blnet compile MODEL --calibration DIR',
    });
  }
  const lo = Math.max(range[0], clamp.min);
  const hi = Math.min(range[1], clamp.max);
  return formatFor(
    Number.isFinite(lo) ? lo : 0,
    Number.isFinite(hi) ? hi : 0,
    options.activationBits ?? DEFAULT_BITS,
  );
}

/** Formats can only be given where a layer ends: behind its activation. */
function checkPlaces(graph: Graph, layers: readonly Layer[]): void {
  const ends = new Set([graph.input, ...formattedTensors(layers)]);
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
  const weightBits = options.weightBits ?? DEFAULT_BITS;
  const runtime = runtimeOf(options.arithmetic ?? 'blnet');
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
  const layers = absorbActivation(graph);
  checkPlaces(graph, layers);
  for (const layer of layers) {
    const { node, output, clamp, table } = layer;
    const hardware = hardwareOf(node);
    assertInternal(!('standIn' in hardware), `'${node.op}' reached quantization`, node.name);
    const given = graph.formats?.get(output);
    const inputs = node.inputs.map((t) => tensors.get(t) as QuantTensor);
    const { op, format } = hardware.quantize(node, {
      name: node.name,
      inputs,
      output: shapeOf(output),
      activation: clamp,
      table: table && {
        function: table.function,
        parameters: table.parameters,
        at: table.at,
        activation: table.clamp,
        inner: () => formatOf(layer, table.input, clamp, options, graph.formats?.get(table.input)),
      },
      weightBits,
      runtime,
      prove: (proof) => options.onProof?.({ layer: node.name, ...proof }),
      given,
      calibrated: () => formatOf(layer, output, table ? table.clamp : clamp, options, given),
      carried: () => carried(inputs[0], given, node.name),
    });
    define(output, format);
    nodes.push({ name: node.name, inputs: node.inputs, output, ...op });
  }
  return {
    name: graph.name,
    input: graph.input,
    outputs: graph.outputs,
    nodes,
    tensors,
    metadata: graph.metadata,
    ...(graph.host ? { host: graph.host } : {}),
  };
}
