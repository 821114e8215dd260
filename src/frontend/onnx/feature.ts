/** What flows between the nodes of an ONNX model while it is read: feature maps as ONNX looks at them, and constants. */
import type { Pads, Shape } from '../../ir/graph.js';
import type { QuantFormat } from '../../ir/number-format.js';
import type { FlatOrder } from '../shared/regular-conv.js';
import type { ConstTensor } from './const-tensor.js';

/** A tensor that depends on the image. Batch is 1; a vector may appear with any number of trailing ones. */
export interface Feature {
  /** Name of the graph tensor; reshapes and identities share the one they look at. */
  readonly tensor: string;
  readonly shape: Shape;
  /** Extents as ONNX sees them, batch first: those of the map in `order`, [1, C] and the like when H = W = 1, or [1, all]. */
  readonly dims: readonly number[];
  /** Order of the values: channels first, or last where a Transpose put them there. It moves no value in the hardware. */
  readonly order: FlatOrder;
  /** Zeros that a Pad node put around `tensor`; the convolution or mean behind it takes them over. */
  readonly border?: Pads;
  /** What the border holds, where it is not zero; only a maximum can take that over. */
  readonly fill?: number;
  /** Behind QuantizeLinear: the integers of `tensor`. Only views and DequantizeLinear may read them. */
  readonly integers?: QuantFormat;
  /** The model's input as integers whose format is not known yet: Cast or DequantizeLinear says what they stand for. */
  readonly raw?: { readonly signed: boolean };
  /** Behind an operator that is left to the host: its name. */
  readonly host?: string;
  /** Extents that no layer can read, as the end of a network may have them; what was done to the map, for errors. */
  readonly loose?: string;
  /** Channels of `tensor` in the order that a Transpose of their groups gave them; a Reshape back makes a layer of it. */
  readonly shuffled?: readonly number[];
}

/** How a tensor is looked at. */
export type Look = Pick<Feature, 'dims' | 'order'>;

/** Extents of a whole map in an order. */
export const mapDims = ({ channels, height, width }: Shape, order: FlatOrder): readonly number[] =>
  order === 'chw' ? [1, channels, height, width] : [1, height, width, channels];

/** How pixels become the reals of the model's input, where the model itself says so. */
export interface InputPreprocessing {
  mean: number;
  std: number;
}

export type Value =
  | { readonly kind: 'feature'; readonly feature: Feature }
  | { readonly kind: 'constant'; readonly constant: ConstTensor };

export const constantValue = (constant: ConstTensor): Value => ({ kind: 'constant', constant });
