/** manifest.json of a build folder: what made the build, and what it promises. It holds no time and no path. */
import Type from 'typebox';
import { FOLDING_SCHEMA } from '../layers/document-schemas.js';
import { LIMITS } from '../limits.js';
import { ARITHMETICS, CONFIG_SCHEMA } from '../schema/config.js';
import {
  aboveZero,
  cycles,
  type DocumentOf,
  mapOf,
  name,
  oneOf,
  record,
  text,
  wholeNumber,
} from '../schema/parts.js';

const number = Type.Number({ description: 'a number' });
const lanes = wholeNumber(1, LIMITS.channels.most);
const yes = Type.Boolean({ description: 'true or false' });

/** Far more than any plan asks for. */
const MOST_EXTRA_ROWS = 64;

/** What a frontend did or took for granted; `ir/graph.ts`. */
const NOTE_SCHEMA = record({ kind: oneOf(['rewritten', 'assumed', 'host']), where: text, text });

const count = wholeNumber(0, 2 ** 31 - 1);

/** `arithmetic/proof.ts`, of every layer that computes; none for blnet's own arithmetic. */
const ARITHMETIC_SCHEMA = record({
  name: oneOf(ARITHMETICS),
  layers: Type.Array(
    record({
      layer: name,
      channels: count,
      differing: Type.Array(record({ channel: count, steps: count })),
      unproved: Type.Optional(text),
    }),
  ),
});

export const MANIFEST_SCHEMA = record({
  blnet: text,
  format: Type.Literal(1),
  model: text,
  top: name,
  config: CONFIG_SCHEMA,
  clockMhz: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: 'a clock in MHz above 0' }),
  calibrationImages: wholeNumber(1, 2 ** 31 - 1),
  /** What they were, in words. */
  calibration: Type.Optional(text),
  /** How to fill the input stream: pixels as they are, or quantized reals. */
  input: record({
    takesPixels: yes,
    lanes,
    bits: wholeNumber(1, 16),
    scale: aboveZero(),
    zeroPoint: Type.Integer({ description: 'a whole number' }),
    /** real = (pixel - mean) / std; where the model does not say so, a note says that it is assumed. */
    preprocessing: record({
      mean: Type.Array(number, { minItems: 1, maxItems: LIMITS.channels.most }),
      std: Type.Array(aboveZero(), { minItems: 1, maxItems: LIMITS.channels.most }),
    }),
  }),
  /** What the frontend rewrote, assumed or left to the host. */
  notes: Type.Array(NOTE_SCHEMA),
  /** Whose integers the network has, and how far it is proved, over every value that an accumulator can have. */
  arithmetic: ARITHMETIC_SCHEMA,
  /** Cycles of the folding search; resources of the whole design, as `blnet estimate` tells them. */
  planned: record({
    cycles,
    dsp: number,
    lut: number,
    ff: number,
    /** In the part's blocks. */
    bram: number,
    /** Layer that bounds the interval. */
    bound: name,
    /** Why no shorter interval was planned. */
    reason: text,
  }),
  simulated: record({ latencyCycles: cycles, intervalCycles: cycles, framesPerSecond: number }),
  /**
   * Where several pipelines take frames in turn: how many, beats of one's input that come as one, and places of the FIFO in front of
   * each. What is planned and said below is of one pipeline, but resources and what was simulated are of all.
   */
  copies: Type.Optional(
    record({
      count: wholeNumber(2, 16),
      pack: wholeNumber(1, LIMITS.channels.most),
      depth: wholeNumber(1, 2 ** 26),
    }),
  ),
  folding: mapOf(FOLDING_SCHEMA),
  fifoDepths: mapOf(wholeNumber(1, 2 ** 26)),
  /** Rows of line buffers beyond those that a window needs, by block. */
  extraRows: mapOf(wholeNumber(1, MOST_EXTRA_ROWS)),
});

export type Manifest = DocumentOf<typeof MANIFEST_SCHEMA>;

/** What the network was calibrated on. */
export const calibrationText = ({ calibration, calibrationImages }: Manifest): string =>
  calibration === undefined ? `${calibrationImages} images` : `${calibrationImages} of ${calibration}`;
