/**
 * What an operator handler of the TFLite frontend sees of its operator, and how it appends to the graph. Handlers live
 * in `operators-*.ts`; the driver in `import-tflite.ts` calls them in the order of the file.
 */
import { BlnetError, type Code, type DiagnosticDetail } from '../../diagnostics.js';
import { formatShape, type GraphOp, NO_PADS, sizeOf } from '../../ir/graph.js';
import { type QuantFormat, sameFormat } from '../../ir/number-format.js';
import { perChannel } from '../../layers/depthwise/index.js';
import type { GraphBuilder } from '../../layers/graph-builder.js';
import { floatLayer } from '../../layers/index.js';
import { constantOf, type TfliteConstant } from './constants.js';
import { type Feature, formatOf, sameReals } from './feature.js';
import type { FlatTable } from './flat-table.js';
import type { TfliteModel, TfliteOperator, TfliteTensor } from './read-tflite.js';

export type Handler = (c: OperatorContext) => Feature;

/** Values of the schema's enum ActivationFunctionType that a clamp can say. */
const FUSED: Readonly<Record<number, readonly [min: number, max: number] | null>> = {
  0: null,
  1: [0, Number.POSITIVE_INFINITY],
  2: [-1, 1],
  3: [0, 6],
};
const FUSED_NAMES = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'];

export class OperatorContext {
  readonly where: string;

  constructor(
    readonly operator: TfliteOperator,
    private readonly model: TfliteModel,
    /** Graph name of every tensor. */
    private readonly names: readonly string[],
    private readonly features: ReadonlyMap<number, Feature>,
    private readonly constants: ReadonlyMap<number, TfliteConstant>,
    private readonly builder: GraphBuilder,
    /** Which of the operator's outputs is asked for. */
    readonly at = 0,
  ) {
    this.where = `${operator.name} ${this.layerName}`;
  }

  error(code: Code, detail: DiagnosticDetail): BlnetError {
    return new BlnetError(code, { where: this.where, ...detail });
  }

  get inputs(): number {
    return this.operator.inputs.length;
  }

  /** The operator's options; every field has a default, so a file may leave them out. */
  get options(): Pick<FlatTable, 'int8' | 'int32' | 'bool' | 'int32s' | 'float32'> {
    return this.operator.options ?? NO_OPTIONS;
  }

  tensor(i: number): TfliteTensor {
    const t = this.model.tensors[this.operator.inputs[i] ?? -1];
    if (!t) throw this.error('BLN102', { found: `input ${i} is missing` });
    return t;
  }

  get output(): TfliteTensor {
    return this.model.tensors[this.operator.outputs[this.at]];
  }

  /** Name of the output in the graph. */
  get outputName(): string {
    return this.names[this.operator.outputs[this.at]];
  }

  /** A converted model joins the names of all that it fused; the first is the layer's. */
  get layerName(): string {
    return this.outputName.split(';')[0];
  }

  /** Input i as whatever depends on the image, the result of an operator left to the host included. */
  anyFeature(i: number): Feature {
    const x = this.features.get(this.operator.inputs[i] ?? -1);
    if (!x) {
      throw this.error('BLN203', {
        found: `input ${i} (${this.tensor(i).name}) is a constant, or is not computed before it`,
        need: 'a tensor computed from the image',
      });
    }
    return x;
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

  feature(i: number): Feature {
    const x = this.bordered(i);
    if (!x.border) return x;
    throw this.error('BLN203', {
      found: `input ${i} is padded by a PAD`,
      need: 'PAD directly before CONV_2D or DEPTHWISE_CONV_2D',
      hint: 'use padding="same" or "valid" of the next layer',
    });
  }

  /** Input i as a feature map with rows and columns. */
  image(i: number, allowBorder = false): Feature {
    const x = allowBorder ? this.bordered(i) : this.feature(i);
    if (x.dims.length === 4) return x;
    throw this.error('BLN103', {
      found: `input ${i} has extents [${x.dims.join(', ')}]`,
      need: 'batch x height x width x channels',
    });
  }

  isConstant(i: number): boolean {
    return this.constants.has(this.operator.inputs[i] ?? -1);
  }

  /** Undefined where the input is left out. */
  optionalConstant(i: number): TfliteConstant | undefined {
    const index = this.operator.inputs[i] ?? -1;
    if (index === -1) return undefined;
    const c = this.constants.get(index);
    if (c) return c;
    const t = this.tensor(i);
    if (t.data.length > 0) return constantOf(t);
    throw this.error('BLN203', {
      found: `input ${i} (${t.name}) is computed`,
      need: 'a constant',
      hint: 'convert a model with fixed shapes and weights',
    });
  }

  constant(i: number): TfliteConstant {
    const c = this.optionalConstant(i);
    if (!c) throw this.error('BLN102', { found: `input ${i} is missing` });
    return c;
  }

  /** The activation in field `id` of the options, null for none. */
  fused(id: number): readonly [min: number, max: number] | null {
    const code = this.options.int8(id);
    const limits = FUSED[code];
    if (limits !== undefined) return limits;
    throw this.error('BLN202', {
      found: `fused activation ${FUSED_NAMES[code] ?? code}`,
      need: 'NONE, RELU, RELU6 or RELU_N1_TO_1',
    });
  }

  /** Says what is not as the model has it. */
  rewritten(text: string): void {
    this.builder.note({ kind: 'rewritten', where: this.layerName, text });
  }

  leftToHost(text: string): void {
    this.builder.note({ kind: 'host', where: this.layerName, text });
  }

  /**
   * Appends a layer that ends in the operator's output, with the activation behind it.
   * `dims` defaults to [1, H, W, C] of the inferred shape.
   */
  emit(
    op: GraphOp,
    inputs: readonly Feature[],
    fused: readonly [min: number, max: number] | null,
    dims?: readonly number[],
  ): Feature {
    const [name, layer] = [this.outputName, this.layerName];
    const sources = inputs.map((f) => f.tensor);
    if (fused) {
      const linear = this.builder.add(layer, op, sources, `${name}.linear`);
      this.builder.add(`${layer}.act`, { op: 'clamp', min: fused[0], max: fused[1] }, [linear], name);
    } else {
      this.builder.add(layer, op, sources, name);
    }
    const format = formatOf(this.output);
    // What only moves values keeps the integers that it is given, be they of the other signedness.
    const from = floatLayer(op).carries && inputs[0] ? this.formatOf(inputs[0]) : undefined;
    if (format) this.builder.setFormat(name, from && sameReals(from, format) ? from : format);
    const shape = this.builder.shapeOf(name);
    return this.declared({
      tensor: name,
      shape,
      dims: dims ?? [1, shape.height, shape.width, shape.channels],
    });
  }

  /** The number format of a tensor in the graph; undefined where it is real. */
  formatOf(x: Feature): QuantFormat | undefined {
    return this.builder.formatOf(x.tensor);
  }

  setFormat(x: Feature, format: QuantFormat): void {
    this.builder.setFormat(x.tensor, format);
  }

  /** The same values in another format: a 1x1 depthwise layer of ones, whose requantizer does it. */
  requantize(x: Feature, fused: readonly [min: number, max: number] | null): Feature {
    const [from, to] = [this.formatOf(x), formatOf(this.output)];
    if (from && to && !fused && sameFormat(from, to)) return x;
    const channels = x.shape.channels;
    const ones = new Float32Array(channels).fill(1);
    const stored = {
      weights: new Int8Array(channels).fill(1),
      scales: new Array<number>(channels).fill(1),
      bias: null,
    };
    const op = perChannel(channels, {
      kernel: 1,
      stride: 1,
      pads: NO_PADS,
      weights: ones,
      bias: null,
      ...(from && to ? { stored } : {}),
    });
    return this.emit(op, [x], fused, x.dims);
  }

  /** The same tensor, looked at with other extents. */
  view(x: Feature, dims: readonly number[]): Feature {
    const { height, width, channels } = x.shape;
    const isImage = dims.join() === [1, height, width, channels].join();
    const isFlat = dims.length === 2 && dims[0] === 1 && dims[1] === sizeOf(x.shape);
    const isVector =
      height * width === 1 && dims.every((d, i) => d === (i === dims.length - 1 ? channels : 1));
    if (isImage || isFlat || isVector) return this.declared({ ...x, dims });
    throw this.error('BLN203', {
      found: `${this.operator.name} of ${formatShape(x.shape)} to [${dims.join(', ')}]`,
      need: 'flattening a map, or dropping extents of 1',
    });
  }

  /** The extents that the file declares for the output must be those that we infer, the batch aside. */
  declared(f: Feature): Feature {
    const { shape } = this.output;
    const isFlat = (dims: readonly number[]) => dims.slice(1).join() === f.dims.slice(1).join();
    if (shape.length === 0 || (shape.length === f.dims.length && isFlat(shape))) return f;
    throw this.error('BLN103', {
      found: `the file declares [${shape.join(', ')}], its inputs give [${f.dims.join(', ')}]`,
      hint: 'the file is damaged, or was edited: convert it again',
    });
  }
}

const NO_OPTIONS = {
  int8: (_: number, fallback = 0) => fallback,
  int32: (_: number, fallback = 0) => fallback,
  float32: (_: number, fallback = 0) => fallback,
  bool: () => false,
  int32s: (): number[] => [],
};
