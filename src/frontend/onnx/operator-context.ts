/**
 * What an operator handler sees of its node, and what it gives back. Handlers live in `operators-*.ts`, one small
 * function per ONNX operator; the driver in `import-onnx.ts` calls them in the order of the file.
 */
import { BlnetError, type Code, type DiagnosticDetail } from '../../diagnostics.js';
import {
  formatShape,
  type GraphNode,
  type GraphNote,
  type GraphOp,
  NO_PADS,
  sizeOf,
} from '../../ir/graph.js';
import { type QuantFormat, sameFormat } from '../../ir/number-format.js';
import { perChannel } from '../../layers/depthwise/index.js';
import type { GraphBuilder } from '../../layers/graph-builder.js';
import { floatLayer } from '../../layers/index.js';
import type { FlatOrder } from '../shared/regular-conv.js';
import type { Attributes } from './attributes.js';
import type { ConstTensor } from './const-tensor.js';
import { type Feature, type InputPreprocessing, type Look, mapDims, type Value } from './feature.js';
import type { SourceNode } from './read-model.js';

export type Handler = (c: OperatorContext) => Value;

export class OperatorContext {
  constructor(
    readonly node: SourceNode,
    readonly where: string,
    readonly opset: number,
    readonly attributes: Attributes,
    /** One per input; undefined where an optional input is left out. */
    readonly values: readonly (Value | undefined)[],
    private readonly builder: GraphBuilder,
    /** Told by the handlers that meet an input of integers. */
    private readonly pixels: { stated?: InputPreprocessing } = {},
    /** Images that the model takes at once, where that is fixed. */
    readonly batch = 1,
  ) {}

  error(code: Code, detail: DiagnosticDetail): BlnetError {
    return new BlnetError(code, { where: this.where, ...detail });
  }

  /** Input i as a feature map without border. BLN102 if missing, BLN203 if constant or padded by a Pad node. */
  feature(i: number): Feature {
    const x = this.bordered(i);
    if (!x.border) return x;
    throw this.error('BLN203', {
      found: `input ${i} (${this.node.inputs[i]}) is padded by a Pad node`,
      need: 'Pad directly before Conv or AveragePool',
      hint: 'move the padding into the pads of the next Conv',
    });
  }

  /** Input i as a feature map that may have a border of zeros. */
  bordered(i: number): Feature {
    const x = this.anyFeature(i);
    if (x.host) {
      throw this.error('BLN203', {
        found: `it computes with the result of ${x.host}`,
        need: `${x.host} at the end, where the host does it`,
      });
    }
    return x;
  }

  /** Input i as whatever depends on the image, the result of an operator left to the host included. */
  anyFeature(i: number): Feature {
    const value = this.values[i];
    if (!value) throw this.error('BLN102', { found: `input ${i} is missing` });
    if (value.kind === 'feature') return value.feature;
    throw this.error('BLN203', {
      found: `input ${i} (${this.node.inputs[i]}) is a constant`,
      need: 'a tensor computed from the image',
      hint: 'fold constants first, for example with onnx-simplifier',
    });
  }

  /** Smallest value that x can have, where its format or the clamp before it says so. */
  lowestOf(x: Feature): number | undefined {
    if (x.fill === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY;
    const format = this.formatOf(x);
    if (format) return format.scale * ((format.signed ? -128 : 0) - format.zeroPoint);
    const node = this.builder.producerOf(x.tensor);
    return node && floatLayer(node).activation(node)?.min;
  }

  /** Input i as a feature map with spatial axes, and with the border that the caller can take over. */
  image(i: number, border: 'none' | 'zeros around' | 'any border' = 'none'): Feature {
    const x = border === 'none' ? this.feature(i) : this.bordered(i);
    if (x.fill !== undefined && border !== 'any border') {
      throw this.error('BLN203', {
        found: `input ${i} (${this.node.inputs[i]}) is padded with ${x.fill}`,
        need: 'zeros',
        hint: 'only a maximum takes other values',
      });
    }
    const { top, left, bottom, right } = x.border ?? NO_PADS;
    const { channels, height, width } = x.shape;
    if (x.dims.join() === [1, channels, height + top + bottom, width + left + right].join()) return x;
    throw this.error('BLN103', {
      found: `input ${i} has extents [${x.dims.join(', ')}] for a map of ${formatShape(x.shape)}`,
      need: 'N x C x H x W',
      hint:
        x.dims.length === 4
          ? 'put a Transpose to N x C x H x W before it'
          : 'move the Flatten behind this node',
    });
  }

  /** Axis of the channels in what ONNX sees; undefined for a flattened map. */
  channelAxis(x: Feature): number | undefined {
    if (x.dims.length === 4 && x.dims.join() !== [1, 1, 1, x.shape.channels].join()) {
      return x.order === 'chw' ? 1 : 3;
    }
    if (x.shape.height * x.shape.width > 1) return undefined;
    const at = x.dims.findIndex((d, i) => i > 0 && d === x.shape.channels);
    return at < 0 ? undefined : at;
  }

  /** Input i as a constant, undefined when left out. BLN203 if it is computed. */
  optionalConstant(i: number): ConstTensor | undefined {
    const value = this.values[i];
    if (!value) return undefined;
    if (value.kind === 'constant') return value.constant;
    throw this.error('BLN203', {
      found: `input ${i} (${this.node.inputs[i]}) is computed from the image`,
      need: 'a constant',
      hint: 'weights, sizes and limits must be initializers; fold constants with onnx-simplifier',
    });
  }

  constant(i: number): ConstTensor {
    const c = this.optionalConstant(i);
    if (!c) throw this.error('BLN102', { found: `input ${i} is missing` });
    return c;
  }

  /** Float values of constant input i, which must be finite. */
  finite(i: number): ConstTensor {
    const c = this.constant(i);
    if (!c.values.every(Number.isFinite)) {
      throw this.error('BLN102', {
        found: `${this.node.inputs[i]} holds values that are not finite`,
        hint: 'training diverged or the file is damaged',
      });
    }
    return c;
  }

  /** Value of a constant with a single element. */
  scalar(c: ConstTensor, what: string): number {
    if (c.values.length !== 1)
      throw this.error('BLN102', { found: `${what} has ${c.values.length} values`, need: 'one value' });
    return c.values[0];
  }

  /** The node that makes x's tensor; undefined for the network's input. */
  producerOf(x: Feature): GraphNode | undefined {
    return this.builder.producerOf(x.tensor);
  }

  /** States the number format of x's tensor. */
  setFormat(x: Feature, format: QuantFormat): void {
    this.builder.setFormat(x.tensor, format);
  }

  formatOf(x: Feature): QuantFormat | undefined {
    return this.builder.formatOf(x.tensor);
  }

  note(kind: GraphNote['kind'], text: string): void {
    this.builder.note({ kind, where: this.node.name || this.node.outputs[0], text });
  }

  /** The input is of integers, and this is what they stand for. Errors: BLN203 where two nodes differ. */
  statePixels(mean: number, std: number): void {
    const { stated } = this.pixels;
    if (stated && (stated.mean !== mean || stated.std !== std)) {
      throw this.error('BLN203', { found: 'another reading of the integers of the input', need: 'one' });
    }
    this.pixels.stated = { mean, std };
  }

  /** A step inside this node, with a name of its own. */
  emitInner(suffix: string, op: GraphOp, x: Feature): Feature {
    const output = `${this.node.outputs[0]}.${suffix}`;
    const tensor = this.builder.add(
      `${this.node.name || this.node.outputs[0]}.${suffix}`,
      op,
      [x.tensor],
      output,
    );
    const shape = this.builder.shapeOf(tensor);
    return { tensor, shape, dims: mapDims(shape, 'chw'), order: 'chw' };
  }

  /** What only moves values keeps their format. */
  keepingFormat<T extends Feature | Value>(x: Feature, y: T): T {
    const format = this.formatOf(x);
    const value: Feature | Value = y;
    const feature = 'tensor' in value ? value : value.kind === 'feature' ? value.feature : undefined;
    if (format && feature) this.setFormat(feature, format);
    return y;
  }

  addInner(suffix: string, a: Feature, b: Feature): Feature {
    const output = `${this.node.outputs[0]}.${suffix}`;
    const name = `${this.node.name || this.node.outputs[0]}.${suffix}`;
    const tensor = this.builder.add(name, { op: 'add' }, [a.tensor, b.tensor], output);
    return { ...a, tensor };
  }

  /** The same values, free to have another format: a 1x1 depthwise layer of ones, whose requantizer does it. */
  copied(x: Feature): Feature {
    const { channels } = x.shape;
    const copy = this.emitInner('copy', identityFilters(channels), x);
    return { ...copy, dims: x.dims, order: x.order };
  }

  /** x in a format: a statement where it has none yet, a layer where it has another one. */
  inFormat(x: Feature, format: QuantFormat): Feature {
    const given = this.formatOf(x);
    const result = given && !sameFormat(given, format) ? this.copied(x) : x;
    this.setFormat(result, format);
    return result;
  }

  /** Appends a graph node for this ONNX node. `look` defaults to N x C x H x W of the inferred shape. */
  emit(op: GraphOp, inputs: readonly Feature[], look?: Look): Value {
    const [x] = inputs;
    if (inputs.some((f) => f.raw || (f.integers && !floatLayer(op).carries))) {
      throw this.error('BLN203', {
        found: 'it computes with the integers of a QuantizeLinear',
        need: 'DequantizeLinear directly behind QuantizeLinear',
        hint: 'export the model in QDQ form (quant_format=QuantFormat.QDQ)',
      });
    }
    const output = this.node.outputs[0];
    const tensor = this.builder.add(
      this.node.name || output,
      op,
      inputs.map((f) => f.tensor),
      output,
    );
    const shape = this.builder.shapeOf(tensor);
    const { dims = mapDims(shape, 'chw'), order = 'chw' } = look ?? {};
    const feature = { tensor, shape, dims, order };
    return { kind: 'feature', feature: x?.integers ? { ...feature, integers: x.integers } : feature };
  }

  /** The same tensor, looked at with other extents; makes no node. */
  view(x: Feature, dims: readonly number[]): Value {
    const look = (order: FlatOrder): Value => ({ kind: 'feature', feature: { ...x, dims, order } });
    const { channels, height, width } = x.shape;
    const isVector = height * width === 1;
    if (dims.join() === x.dims.join()) return look(x.order);
    if (!x.border) {
      if (dims.join() === mapDims(x.shape, x.order).join()) return look(x.order);
      // With one channel, or one pixel, both orders are the same.
      const other = x.order === 'chw' ? 'hwc' : 'chw';
      if ((channels === 1 || isVector) && dims.join() === mapDims(x.shape, other).join()) return look(other);
      if (dims.length === 2 && dims[0] === 1 && dims[1] === sizeOf(x.shape)) return look(x.order);
      const wide = dims.flatMap((d, i) => (d === 1 ? [] : [i]));
      const isRow = wide.length === 0 || (wide.length === 1 && wide[0] > 0);
      if (isVector && dims.length >= 2 && isRow && dims.reduce((a, b) => a * b, 1) === channels)
        return look('chw');
    }
    throw this.error('BLN203', {
      found: `${this.node.opType} of ${formatShape(x.shape)} to [${dims.join(', ')}]`,
      need: 'flattening a map to N x (C * H * W), or adding and dropping extents of 1',
      hint: 'keep height, width and channels apart until the map is flattened',
    });
  }
}

/** Depthwise 1x1 convolution by ones, integers included: it keeps every value. */
const identityFilters = (channels: number): GraphOp =>
  perChannel(channels, {
    kernel: 1,
    stride: 1,
    pads: NO_PADS,
    weights: new Float32Array(channels).fill(1),
    bias: null,
    stored: {
      weights: new Int8Array(channels).fill(1),
      scales: new Array<number>(channels).fill(1),
      bias: null,
    },
  });
