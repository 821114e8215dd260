/**
 * What an operation must be able to tell about itself: the questions that stages ask of the table `LAYERS`. None of them
 * branches on an operation's name. An operation answers for the float graph; one that becomes hardware answers for its
 * integers, foldings and blocks too, and one that does not says what stands in for it.
 */
import type { TSchema } from 'typebox';

import type { LayerProof } from '../arithmetic/proof.js';
import type { Runtime } from '../arithmetic/runtimes.js';
import type { Shape } from '../ir/graph.js';
import type { BilledOf, BlockParams, BlockShape, ContentsOf, KindName, ShapeOf } from '../ir/hardware.js';
import type { FloatOp, FoldingOf, LayerName, QuantName, QuantOpOf } from '../ir/layer-types.js';
import type { QuantFormat } from '../ir/number-format.js';
import type { LayerTensors, QuantTensor } from '../ir/quant-graph.js';
import type { FunctionName, Parameters } from './lookup/functions.js';
import type { FloatKit, FloatRoom, FloatTensor } from './shared/float-kit.js';
import type { SimdKit } from './shared/simd-kit.js';

/** Parameters and multiply-accumulates for one image; padding counts, biases and batch norms do not. */
export interface Count {
  readonly parameters: number;
  readonly macs: number;
}

/** y = scale * x + shift, per channel. */
export interface Affine {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** What a layer does to its results on their way to the output: min(max(y, min), max). */
export interface Activation {
  readonly min: number;
  readonly max: number;
}

export const LINEAR: Activation = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

/** A function of one value that a table can hold. */
export interface Tabulated {
  readonly function: FunctionName;
  readonly parameters: Parameters;
  at(x: number): number;
}

/** A table as a layer's activation, and the clamp behind it. */
export interface TableBehind extends Tabulated {
  readonly activation: Activation;
  /** The format in front of the table: the one that the model gives, or one that covers its calibrated range. */
  inner(): QuantFormat;
}

/** Answers about the operation in the float graph. */
export interface FloatAnswers<F, Q> {
  /** How many inputs it takes. */
  readonly inputs: readonly [least: number, most: number];
  /** Whether it only moves values, so that its output has the number format of its input. */
  readonly carries: boolean;
  /** Shape of the output. Errors: BLN103 when inputs and parameters do not fit, BLN102 for illegal parameters. */
  infer(op: F, inputs: readonly Shape[], where: string): Shape;
  /** Of the float operation and of its integers alike; `output` is the shape of its output. */
  count(op: F | Q, output: Shape): Count;
  /** What `inspect` and reports call it: `conv 3x3`. */
  title(op: F | Q): string;
  /** Its parameters in a printed graph, without weights: `k3 s1 p1 bias`. */
  print(op: F): string;
  /** The map that it is, where it is nothing but one value per channel in, one out, scaled and shifted. */
  affine(op: F): Affine | null;
  /** The operation with such a map behind it taken into its weights; null where it cannot. */
  scaled(op: F, behind: Affine): F | null;
  /** What it does to each value, where the requantizer of the layer in front can do it. */
  activation(op: F): Activation | null;
  /** What it does to each value, where a table can. */
  tabulated(op: F): Tabulated | null;
  /** Room that `run` asks of the kit. */
  room(op: F, inputs: readonly Shape[], output: Shape): FloatRoom;
  /** Writes the output's values, all of them. Channel-major. */
  run(op: F, inputs: readonly FloatTensor[], output: FloatTensor, kit: FloatKit): void;
}

/** What a float layer is quantized in. */
export interface QuantizeContext {
  /** Of the layer, for errors. */
  readonly name: string;
  readonly inputs: readonly QuantTensor[];
  readonly output: Shape;
  /** In front of the table, where there is one. */
  readonly activation: Activation;
  /** Only for layers whose activation may be a table. */
  readonly table: TableBehind | null;
  readonly weightBits: number;
  /** Whose integers the layer shall have; null for blnet's own. */
  readonly runtime: Runtime | null;
  /** Tells how far its results are from those, for the report. */
  prove(proof: Omit<LayerProof, 'layer'>): void;
  /** The format that the model gives the output, where it gives one. */
  readonly given: QuantFormat | undefined;
  /** That format, or one that covers its calibrated range within the activation. */
  calibrated(): QuantFormat;
  /** The input's format, for what moves values without arithmetic. Errors: BLN203 where the model gives another. */
  carried(): QuantFormat;
}

export interface Quantized<Q> {
  readonly op: Q;
  /** Of the output. */
  readonly format: QuantFormat;
}

/** What a family's DSPs can do, and may be used for. */
export interface DspShape {
  /** Bits of the wide input of DSPs that can hold two weights; 0 where packing gains nothing. */
  readonly widePortBits: number;
  /** Whether they may requantize too; where not, all of them are left to the network's own products. */
  readonly requantize: boolean;
}

/**
 * Foldings that differ in how they are built, not in speed nor in what their blocks' memories hold; the first of them
 * at once, all when asked for.
 */
export interface FoldingGroup<G> {
  readonly first: G;
  all(): readonly G[];
}

/** Where a block's beats come from: an input of the layer, or the block of that place in its list. */
export type Source = { readonly input: number } | { readonly block: number };

/** What a block's memories hold, for its bill; an object of a shape's missing fields. */
export type BilledContents =
  | Partial<Pick<BilledOf<'pointwise'>, 'weights' | 'requantRom'>>
  | ContentsOf<KindName>;

/** A block that a layer becomes, without the contents of its memories until they are asked for. */
export interface PlannedBlock {
  readonly shape: BlockShape;
  /** With contents. */
  params(): BlockParams;
  /** Contents as its bill wants them: the same, or with less work. */
  billed(): BilledContents;
  readonly sources: readonly Source[];
  /** Behind the layer's name: `window`, and '' for the block that the layer is named for. */
  readonly role: string;
  readonly output: {
    /** Behind the layer's name: `out`. */
    readonly role: string;
    readonly lanes: number;
    readonly bits: number;
    readonly signed: boolean;
    readonly beatsPerFrame: number;
  };
}

/** One step of an executor, with its buffers: pixels in raster order, channels innermost. */
export type IntegerRun = (inputs: readonly Int16Array[], output: Int16Array) => void;

export type Json = Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, TSchema>>;

/** Answers about the integers and the hardware of the operation. */
export interface HardwareAnswers<F, Q, G> {
  /** The activations that it can do at its end. */
  readonly activates: 'none' | 'clamp' | 'clamp or table';
  quantize(op: F, context: QuantizeContext): Quantized<Q>;
  /** What is wrong with a node, in words; empty when all is right. */
  verify(op: Q, tensors: LayerTensors): readonly string[];
  /** The specification of its values, prepared once. */
  reference(op: Q, tensors: LayerTensors): IntegerRun;
  /** The same as WebAssembly. */
  emit(op: Q, tensors: LayerTensors, kit: SimdKit): void;
  /** Fields of a node in network.json beside its name, operation and tensors. */
  readonly fields: Fields;
  /** A node as JSON, and back from JSON that its schema allows. */
  encode(op: Q): Json;
  decode(json: Json): Q;
  /** Signed width of its accumulators, null where it has none. */
  accumulatorBits(op: Q): number | null;
  /** All legal ways to spread it over lanes. */
  foldings(op: Q, tensors: LayerTensors, dsps: DspShape): readonly FoldingGroup<G>[];
  /** A folding in manifest.json. */
  readonly foldingSchema: TSchema;
  /** What is wrong with a folding that somebody may have edited, in words; its numbers are those of the schema. */
  foldingProblems(op: Q, tensors: LayerTensors, folding: G): readonly string[];
  /** Products, or values, that a folding works on at once. */
  parallel(folding: G): number;
  /** Lanes at which input i may come, ascending; the first are usual, the last are what the network's input has. */
  lanesIn(op: Q, folding: G, input: number): readonly number[];
  /** The blocks that a folding becomes, in topological order; the last one makes the output. `lanes`: of each input. */
  blocks(op: Q, tensors: LayerTensors, folding: G, lanes: readonly number[]): readonly PlannedBlock[];
}

/** An operation that another one stands in for before quantization. */
export interface StandIn<F> {
  standIn(op: F, input: Shape): { readonly op: FloatOp; readonly activation: Activation };
}

export type LayerKind<K extends LayerName> = FloatAnswers<FloatOp<K>, QuantOpOf<K>> &
  (K extends QuantName ? HardwareAnswers<FloatOp<K>, QuantOpOf<K>, FoldingOf<K>> : StandIn<FloatOp<K>>);

export type LayerTable = { readonly [K in LayerName]: LayerKind<K> };

/** For operations of one input. */
export const UNARY = { inputs: [1, 1] } as const;

/** For operations that keep a batch norm behind them, and are none, nor an activation. */
export const NOT_ELEMENTWISE = {
  affine: () => null,
  scaled: () => null,
  activation: () => null,
  tabulated: () => null,
} as const;

/** For operations whose float loops ask nothing of the kit. */
export const NO_ROOM = { room: (): FloatRoom => ({}) } as const;

/** For operations without weights. */
export const NO_WEIGHTS = { count: (): Count => ({ parameters: 0, macs: 0 }) } as const;

/** For operations whose nodes are plain JSON. */
export const plainCodec = <Q extends object>(fields: Fields) => ({
  fields,
  encode: (op: Q): Json => ({ ...op }) as unknown as Json,
  decode: (json: Json): Q => json as unknown as Q,
});

/** A planned block with its shape and contents paired by their kind. */
export const planned = <K extends KindName>(
  shape: ShapeOf<K>,
  contents: () => ContentsOf<K>,
  place: Pick<PlannedBlock, 'sources' | 'role' | 'output'>,
  billed: () => BilledContents = contents,
): PlannedBlock => ({
  shape: shape as unknown as BlockShape,
  params: () => ({ ...shape, ...contents() }) as unknown as BlockParams,
  billed,
  ...place,
});
