/**
 * The registry of operations, by name. It is empty here: the file of each operation in `src/layers/` adds its own line by
 * declaration merging, so that the unions of the float graph, the quantized graph and the foldings follow from the
 * operations there are, and nothing else has to list them.
 *
 *     declare module '../ir/layer-types.js' {
 *       interface LayerTypes { add: { float: AddOp; quant: QuantAdd; folding: LaneFolding } }
 *     }
 *
 * `quant` and `folding` are `never` for an operation that a pass replaces before quantization.
 */
// biome-ignore lint/suspicious/noEmptyInterface: declaration merging fills it
export interface LayerTypes {}

/** What an operation is in one of the three descriptions that passes work on. */
type Of<K extends LayerName, D extends 'float' | 'quant' | 'folding'> =
  LayerTypes[K] extends Readonly<Record<D, infer T>> ? T : never;

export type LayerName = keyof LayerTypes;
export type FloatOp<K extends LayerName = LayerName> = { [N in K]: Of<N, 'float'> }[K];
export type QuantOpOf<K extends LayerName = LayerName> = { [N in K]: Of<N, 'quant'> }[K];
export type FoldingOf<K extends LayerName = LayerName> = { [N in K]: Of<N, 'folding'> }[K];

/** Operations that become hardware. */
export type QuantName = { [K in LayerName]: [QuantOpOf<K>] extends [never] ? never : K }[LayerName];
