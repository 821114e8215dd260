/** The document of `blnet sweep`: lists whose every combination is a point; and what a point leaves behind. */
import Type, { type TSchema } from 'typebox';
import { LIMITS } from '../limits.js';
import { CONFIG_SCHEMA } from './config.js';
import {
  aboveZero,
  cycles,
  type DocumentOf,
  name,
  nullOr,
  oneOf,
  record,
  text,
  wholeNumber,
} from './parts.js';

const listOf = <S extends TSchema>(items: S, description: string) =>
  Type.Array(items, { minItems: 1, maxItems: LIMITS.sweepPoints.most, description });

const { part, fps, activationBits, weightBits, clockMhz, maxDsp, maxLut, maxBram } = CONFIG_SCHEMA.properties;
const { requantizeIn, calibration: ranges } = CONFIG_SCHEMA.properties;

const OPTION_SCHEMA = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40, description: 'a name of up to 40 characters' }),
    ...Type.Partial(record({ clockMhz, maxDsp, maxLut, maxBram, requantizeIn, calibration: ranges }))
      .properties,
  },
  { additionalProperties: false },
);

export const SWEEP_SCHEMA = Type.Object(
  {
    /** Paths from the document's own folder. */
    models: listOf(name, 'a list of model files'),
    parts: listOf(part, 'a list of parts'),
    /** Frames per second to reach with the fewest resources; null fills the part. */
    rates: Type.Optional(listOf(fps, 'a list of frames per second, null for the fastest')),
    widths: Type.Optional(
      listOf(record({ activationBits, weightBits }), 'a list of {"activationBits": A, "weightBits": W}'),
    ),
    /** Other keys of a configuration, each set with a name. */
    options: Type.Optional(listOf(OPTION_SCHEMA, 'a list of options, each with a name')),
    /** Calibration images as `blnet compile` takes them. */
    calibration: Type.Optional(name),
    calibrationImages: Type.Optional(wholeNumber(1, 2 ** 20)),
    /** Of the weights, for a spec. */
    seed: Type.Optional(wholeNumber(1, 2 ** 31 - 1)),
  },
  { additionalProperties: false },
);
export type SweepDocument = DocumentOf<typeof SWEEP_SCHEMA>;

const amount = Type.Number({ minimum: 0, description: 'an amount' });
const resources = { dsp: amount, lut: amount, bram: amount };

export const POINT_RESULT_SCHEMA = record({
  id: name,
  /** Of all that decides the result: models, settings, version. */
  fingerprint: text,
  status: oneOf(['done', 'refused']),
  figures: nullOr(
    record({
      clockMhz: aboveZero(),
      framesPerSecond: aboveZero(),
      intervalCycles: aboveZero(),
      latencyCycles: cycles,
      /** Block RAM in the part's blocks. */
      ...resources,
      ff: amount,
      /** What the design may take. */
      limits: record(resources),
      bound: name,
    }),
    'the figures of a design, or null',
  ),
  /** Why there is no design, in words. */
  refusal: nullOr(text, 'a reason, or null'),
});
export type PointResult = DocumentOf<typeof POINT_RESULT_SCHEMA>;
