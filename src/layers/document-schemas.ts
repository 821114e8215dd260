/**
 * network.json of a build folder, the quantized graph, and foldings in manifest.json: what each layer says of its own.
 * What numbers mean to each other (references, lengths, widths) is for `verify-quant-graph.ts` and `planProblems`.
 */
import Type, { type TSchema } from 'typebox';
import type { Folding } from '../ir/folding.js';
import type { QuantOp } from '../ir/quant-graph.js';
import { LIMITS } from '../limits.js';
import {
  aboveZero,
  type DocumentOf,
  mapOf,
  name,
  nullOr,
  record,
  shape,
  text,
  wholeNumber,
} from '../schema/parts.js';
import { LAYERS, quantLayer } from './index.js';
import { arityText } from './infer-shape.js';
import { byte } from './shared/documents.js';

interface Described {
  readonly inputs: readonly [least: number, most: number];
  readonly fields: Readonly<Record<string, TSchema>>;
  readonly foldingSchema: TSchema;
}

/** Operations that become hardware, by name. */
const DESCRIBED = Object.entries(LAYERS as unknown as Readonly<Record<string, Partial<Described>>>).filter(
  (entry): entry is [string, Described] => entry[1].fields !== undefined,
);

/** A node of any layer; what its operation adds is for the layer's `decode`. */
interface NodeDocument {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
}

const nodeSchemas = DESCRIBED.map(
  ([
    op,
    {
      inputs: [least, most],
      fields,
    },
  ]) =>
    record({
      op: Type.Literal(op),
      name,
      inputs: Type.Array(name, {
        minItems: least,
        maxItems: Math.min(most, LIMITS.layers.most),
        description: `the names of its inputs, ${arityText([least, most])}`,
      }),
      output: name,
      ...fields,
    }),
);

const LAYER_SCHEMA = Type.Unsafe<NodeDocument>(
  Type.Union(nodeSchemas, { description: `a layer: ${DESCRIBED.map(([op]) => op).join(', ')}` }),
);

const TENSOR_SCHEMA = record({
  name,
  shape,
  bits: wholeNumber(2, 8),
  signed: Type.Boolean({ description: 'true or false' }),
  scale: aboveZero(),
  zeroPoint: byte,
});

const OUTPUT_FORMAT = record({
  bits: wholeNumber(2, 8),
  signed: Type.Boolean({ description: 'true or false' }),
  scale: aboveZero(),
  zeroPoint: byte,
});

/** What is done behind an output on the host. */
const HOST_SCHEMA = Type.Union(
  [
    record({
      computes: Type.Literal('softmax'),
      beta: aboveZero(),
      format: nullOr(OUTPUT_FORMAT, 'a number format, or null'),
      tensor: name,
    }),
    record({ computes: Type.Literal('argmax'), tensor: name }),
  ],
  { description: 'softmax or argmax of an output' },
);

export const NETWORK_SCHEMA = record({
  /** Raised when older readers would misread it: 2 has depthwise convolutions of their own. */
  format: Type.Literal(2),
  name,
  input: name,
  output: Type.Union([name, Type.Array(name, { minItems: 2, maxItems: LIMITS.layers.most })], {
    description: 'the name of the output, or the names of several',
  }),
  metadata: mapOf(text),
  host: Type.Optional(Type.Array(HOST_SCHEMA, { maxItems: LIMITS.layers.most })),
  tensors: Type.Array(TENSOR_SCHEMA, { maxItems: LIMITS.layers.most + 1 }),
  nodes: Type.Array(LAYER_SCHEMA, { minItems: 1, maxItems: LIMITS.layers.most }),
});

export type NetworkDocument = DocumentOf<typeof NETWORK_SCHEMA>;

const foldingSchemas = [...new Set(DESCRIBED.map(([, { foldingSchema }]) => foldingSchema))];
const nameOf = (schema: TSchema): string =>
  (schema as unknown as { readonly properties: { readonly op: { readonly const: string } } }).properties.op
    .const;
const foldingNames = foldingSchemas.map(nameOf);

/** How far one layer is spread over lanes; each layer's folding says what each number means. */
export const FOLDING_SCHEMA = Type.Unsafe<Folding>(
  Type.Union(foldingSchemas, {
    description: `the folding of a layer: ${foldingNames.slice(0, -1).join(', ')} or ${foldingNames.at(-1)}`,
  }),
);

/** What foldings of a layer are called. */
export const foldingNameOf = (node: QuantOp): string => nameOf(quantLayer(node).foldingSchema);
