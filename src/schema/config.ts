/** What a compilation may be told: the keys of `--config FILE` and of the manifest's `config`. */
import Type from 'typebox';
import { LIMITS } from '../limits.js';
import { aboveZero, type DocumentOf, nullOr, oneOf, record, wholeNumber } from './parts.js';

/** Boards that a build may be for; `targets/boards.ts` describes them. */
export const BOARD_NAMES = ['ulx3s'] as const;
export type BoardName = (typeof BOARD_NAMES)[number];

export const BACKENDS = ['verilog', 'hls', 'both'] as const;

/** Where results may be scaled to the format of the next layer. */
export const REQUANTIZERS = ['any', 'luts'] as const;

/** Whose integers a network has: a runtime's, blnet's own, or what the model's source says. */
export const ARITHMETICS = ['auto', 'blnet', 'tflite-micro', 'tflite-single', 'onnxruntime'] as const;

const clock = Type.Number({ exclusiveMinimum: 0, maximum: 10_000 });
const most = (least: number) => Type.Integer({ minimum: least, maximum: 2 ** 31 - 1 });
const bits = wholeNumber(2, 8);
const MOST_LANES = LIMITS.channels.most;
const lanes = wholeNumber(1, MOST_LANES);

export const CONFIG_SCHEMA = record({
  /** Name of a device in `estimate/devices.ts`, or one of its ordering codes (`estimate/ordering-codes.ts`). */
  part: Type.String({ description: 'the name of a part' }),
  /** Board that the build is for, beside the accelerator alone; its part must be the build's. Absent in documents of earlier versions. */
  board: Type.Optional(nullOr(oneOf(BOARD_NAMES), `${BOARD_NAMES.join(', ')}, or null`)),
  /** Planned clock; null takes the device's. */
  clockMhz: nullOr(clock, 'a clock in MHz above 0, at most 10000, or null'),
  /** Frames per second to reach with the fewest resources; null fills the device. */
  fps: nullOr(aboveZero(), 'frames per second above 0, or null'),
  /** Copies of the pipeline that take frames in turn; null takes one, or as many as the frames per second need. */
  copies: nullOr(wholeNumber(1, 16), 'a number of copies from 1 to 16, or null'),
  /** Limits on the design; null takes all DSPs of the device and its usual share of LUTs and block RAM. */
  maxDsp: nullOr(most(0), 'a number of DSPs, or null'),
  maxLut: nullOr(most(1), 'a number of LUTs, or null'),
  /** Blocks of 36 kbit, of 18 kbit on ECP5. */
  maxBram: nullOr(most(0), 'a number of block RAMs, or null'),
  /** Percent of LUTs and block RAM that may be taken where they have no limit; null takes the family's. */
  fillPercent: nullOr(
    Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
    'a number of percent above 0 up to 100, or null',
  ),
  /** `any`: in DSPs or LUTs, whichever serves speed; `luts`: DSPs are left to the network's own products. */
  requantizeIn: oneOf(REQUANTIZERS),
  /** Channels of a beat at the input: `pixel` is a whole pixel of up to four channels, `plan` what suits the first layer. */
  inputLanes: Type.Union([oneOf(['pixel', 'plan']), lanes], {
    description: `"pixel", "plan", or a whole number from 1 to ${MOST_LANES}`,
  }),
  /** Channels of a beat at every output; `plan` is what the last layer gives. */
  outputLanes: Type.Union([oneOf(['plan']), lanes], {
    description: `"plan", or a whole number from 1 to ${MOST_LANES}`,
  }),
  /** Whose integers; `auto` is TFLite Micro's for an int8 TFLite model, blnet's own for all others. */
  arithmetic: oneOf(ARITHMETICS),
  /** Take layers that are not equal to a runtime that was asked for by name. */
  allowInexact: Type.Boolean({ description: 'true or false' }),
  activationBits: bits,
  weightBits: bits,
  calibration: Type.Union(
    [Type.Literal('min-max'), record({ percentile: Type.Number({ exclusiveMinimum: 50, maximum: 100 }) })],
    { description: '"min-max", or {"percentile": P} with P above 50 up to 100' },
  ),
  backend: oneOf(BACKENDS),
});

/** What a file or a command line says of it; the rest keeps its defaults. */
export const GIVEN_CONFIG_SCHEMA = Type.Partial(CONFIG_SCHEMA, { additionalProperties: false });

export type CompileConfig = DocumentOf<typeof CONFIG_SCHEMA>;
