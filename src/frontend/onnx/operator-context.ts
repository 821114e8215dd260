/**
 * What an operator handler sees of its node, and what it gives back. Handlers live in `operators-*.ts`, one small
 * function per ONNX operator; the driver in `import-onnx.ts` calls them in the order of the file.
 */
import { BlnetError, type Code, type DiagnosticDetail } from '../../diagnostics.js';
import { formatShape, type GraphOp, type Pads, type Shape } from '../../ir/graph.js';
import type { QuantFormat } from '../../ir/number-format.js';
import type { GraphBuilder } from '../../layers/graph-builder.js';
import type { Attributes } from './attributes.js';
import type { ConstTensor } from './const-tensor.js';
import type { SourceNode } from './read-model.js';

/** A tensor that depends on the image. Batch is 1; a vector may appear with any number of trailing ones. */
export interface Feature {
  /** Name of the graph tensor; reshapes and identities share the one they look at. */
  readonly tensor: string;
  readonly shape: Shape;
  /** Extents as ONNX sees them, batch first: [1, C, H, W], or [1, C] and the like when H = W = 1. */
  readonly dims: readonly number[];
  /** Zeros that a Pad node put around `tensor`; the convolution or mean behind it takes them over. */
  readonly border?: Pads;
  /** Behind QuantizeLinear: the integers of `tensor`. Only views and DequantizeLinear may read them. */
  readonly integers?: QuantFormat;
}

export type Value =
  | { readonly kind: 'feature'; readonly feature: Feature }
  | { readonly kind: 'constant'; readonly constant: ConstTensor };

export type Handler = (c: OperatorContext) => Value;

export const constantValue = (constant: ConstTensor): Value => ({ kind: 'constant', constant });

export class OperatorContext {
  constructor(
    readonly node: SourceNode,
    readonly where: string,
    readonly opset: number,
    readonly attributes: Attributes,
    /** One per input; undefined where an optional input is left out. */
    readonly values: readonly (Value | undefined)[],
    private readonly builder: GraphBuilder,
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
    const value = this.values[i];
    if (!value) throw this.error('BLN102', { found: `input ${i} is missing` });
    if (value.kind === 'feature') return value.feature;
    throw this.error('BLN203', {
      found: `input ${i} (${this.node.inputs[i]}) is a constant`,
      need: 'a tensor computed from the image',
      hint: 'fold constants first, for example with onnx-simplifier',
    });
  }

  /** Input i as a feature map with spatial axes; only with `allowBorder` may it be padded. */
  image(i: number, allowBorder = false): Feature {
    const x = allowBorder ? this.bordered(i) : this.feature(i);
    if (x.dims.length === 4) return x;
    throw this.error('BLN103', {
      found: `input ${i} has extents [${x.dims.join(', ')}]`,
      need: 'N x C x H x W',
      hint: 'move the Flatten behind this node',
    });
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
    return c.values[0] as number;
  }

  /** States the number format of x's tensor. */
  setFormat(x: Feature, format: QuantFormat): void {
    this.builder.setFormat(x.tensor, format);
  }

  /** Appends a graph node for this ONNX node. `dims` defaults to N x C x H x W of the inferred shape. */
  emit(op: GraphOp, inputs: readonly Feature[], dims?: readonly number[]): Value {
    if (inputs.some((f) => f.integers)) {
      throw this.error('BLN203', {
        found: 'it computes with the integers of a QuantizeLinear',
        need: 'DequantizeLinear directly behind QuantizeLinear',
        hint: 'export the model in QDQ form (quant_format=QuantFormat.QDQ)',
      });
    }
    const output = this.node.outputs[0] as string;
    const tensor = this.builder.add(
      this.node.name || output,
      op,
      inputs.map((f) => f.tensor),
      output,
    );
    const shape = this.builder.shapeOf(tensor);
    return {
      kind: 'feature',
      feature: { tensor, shape, dims: dims ?? [1, shape.channels, shape.height, shape.width] },
    };
  }

  /** The same tensor, looked at with other extents; makes no node. */
  view(x: Feature, dims: readonly number[]): Value {
    const isVector = x.shape.height === 1 && x.shape.width === 1;
    const isSame = dims.length === 4 && x.dims.length === 4 && dims.every((d, i) => d === x.dims[i]);
    const keepsChannels = dims.length >= 2 && dims.every((d, i) => d === (i === 1 ? x.shape.channels : 1));
    if (isSame || (isVector && keepsChannels)) return { kind: 'feature', feature: { ...x, dims } };
    throw this.error('BLN203', {
      found: `${this.node.opType} of ${formatShape(x.shape)} to [${dims.join(', ')}]`,
      need: 'reshaping a C x 1 x 1 map to a vector',
      hint: isVector
        ? 'keep the channels on axis 1'
        : `put GlobalAveragePool before it, or replace the first Gemm by a Conv with kernel ${x.shape.height}`,
    });
  }
}
