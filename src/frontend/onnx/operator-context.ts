/**
 * What an operator handler sees of its node, and what it gives back. Handlers live in `operators-*.ts`, one small
 * function per ONNX operator; the driver in `import-onnx.ts` calls them in the order of the file.
 */
import { BlnetError, type Code, type DiagnosticDetail } from '../../diagnostics.js';
import { formatShape, type GraphNode, type GraphNote, type GraphOp, NO_PADS } from '../../ir/graph.js';
import { type QuantFormat, sameFormat } from '../../ir/number-format.js';
import type { GraphBuilder } from '../../layers/graph-builder.js';
import { floatLayer } from '../../layers/index.js';
import type { Attributes } from './attributes.js';
import type { ConstTensor } from './const-tensor.js';
import { type Feature, type InputPreprocessing, type Look, mapDims, type Value } from './feature.js';
import { borderFilters, identityFilters } from './pass-through.js';
import type { SourceNode } from './read-model.js';
import { lookAt } from './views.js';

/** One value, or one for every output. */
export type Handler = (c: OperatorContext) => Value | readonly Value[];

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

  /** The same node with other operands. */
  withValues(values: readonly (Value | undefined)[]): OperatorContext {
    const { node, where, opset, attributes, builder, pixels, batch } = this;
    return new OperatorContext(node, where, opset, attributes, values, builder, pixels, batch);
  }

  error(code: Code, detail: DiagnosticDetail): BlnetError {
    return new BlnetError(code, { where: this.where, ...detail });
  }

  /** Input i as a feature map; a border that a Pad node put around it becomes a layer. BLN102 if missing, BLN203 if constant. */
  feature(i: number): Feature {
    return this.settled(this.bordered(i));
  }

  /** x with its border as a layer of its own. Errors: BLN202 for a border that only a maximum can take. */
  settled(x: Feature): Feature {
    const { border, fill = 0, ...inner } = x;
    if (!border) return x;
    if (!Number.isFinite(fill))
      throw this.error('BLN202', {
        found: `a map padded with ${fill}`,
        need: 'MaxPool directly behind such a Pad',
      });
    this.note('rewritten', `the Pad before it is a depthwise convolution with one tap`);
    // A border of v around x is one of 0 around x - v, with v added everywhere.
    const { channels } = x.shape;
    const lowered =
      fill === 0
        ? x
        : this.emitInner(
            'lowered',
            {
              op: 'batchNorm',
              scale: new Float32Array(channels).fill(1),
              shift: new Float32Array(channels).fill(-fill),
            },
            x,
          );
    const y = this.emitInner('padded', borderFilters(channels, border, fill), lowered);
    const result = { ...inner, tensor: y.tensor, shape: y.shape };
    return fill === 0 ? this.keepingFormat(x, result) : result;
  }

  /** Input i as a feature map that may have a border of zeros. */
  bordered(i: number): Feature {
    const x = this.anyFeature(i);
    if (x.loose !== undefined || x.shuffled) {
      throw this.error('BLN203', {
        found: x.loose ?? `channels that a Transpose put in another order, as [${x.dims.join(', ')}]`,
        need: x.loose
          ? 'flattening a map to N x (C * H * W), or adding and dropping extents of 1'
          : 'a Reshape back to the map behind it, as a channel shuffle has it',
        hint: 'keep height, width and channels apart until the map is flattened',
      });
    }
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
    if (height === 1 && x.dims.join() === [1, channels, width + left + right].join()) return x;
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

  /** Appends a graph node for output `at` of this ONNX node. `look` defaults to N x C x H x W of the inferred shape. */
  emit(op: GraphOp, inputs: readonly Feature[], look?: Look, at = 0): Value {
    const [x] = inputs;
    if (inputs.some((f) => (f.raw || f.integers) && !floatLayer(op).carries)) {
      throw this.error('BLN203', {
        found: 'it computes with the integers of a QuantizeLinear',
        need: 'DequantizeLinear directly behind QuantizeLinear',
        hint: 'export the model in QDQ form (quant_format=QuantFormat.QDQ)',
      });
    }
    const output = this.node.outputs[at];
    const tensor = this.builder.add(
      (at === 0 && this.node.name) || output,
      op,
      inputs.map((f) => f.tensor),
      output,
    );
    const shape = this.builder.shapeOf(tensor);
    // What has no axis of rows keeps none.
    const isFlat = x?.dims.length === 3 && shape.height === 1;
    const own = isFlat ? [1, shape.channels, shape.width] : mapDims(shape, 'chw');
    const { dims = own, order = 'chw' } = look ?? {};
    const feature = { tensor, shape, dims, order };
    const { integers, raw } = x ?? {};
    return { kind: 'feature', feature: { ...feature, ...(integers && { integers }), ...(raw && { raw }) } };
  }

  /**
   * The same tensor, looked at with other extents; makes no node. Extents that no layer can read are kept for the end of the
   * network, where only the order of the values counts.
   */
  view(x: Feature, dims: readonly number[]): Value {
    const look = lookAt(x, dims);
    if (look) return { kind: 'feature', feature: { ...x, ...look } };
    const loose = `${this.node.opType} of ${formatShape(x.shape)} to [${dims.join(', ')}]`;
    return { kind: 'feature', feature: { ...this.settled(x), dims, loose } };
  }
}
