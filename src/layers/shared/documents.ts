/** Pieces of the schemas of nodes and foldings that layers share, and what a folding's numbers must be to each other. */
import Type, { type TSchema } from 'typebox';
import type { LaneFolding } from '../../ir/folding.js';
import type { LayerTensors } from '../../ir/quant-graph.js';
import { LIMITS } from '../../limits.js';
import { record, wholeNumber } from '../../schema/parts.js';
import { MOST_BIAS, MOST_MULTIPLIER } from './requant-limits.js';

export const byte = wholeNumber(-128, 255);
export const shift = wholeNumber(1, 47);
export const multiplier = wholeNumber(0, MOST_MULTIPLIER);
export const offset = wholeNumber(-(2 ** 47), 2 ** 47);
export const accBits = wholeNumber(1, 48);
const pad = wholeNumber(0, LIMITS.kernel.most - 1);

export const windowFields = {
  kernel: wholeNumber(1, LIMITS.kernel.most),
  stride: wholeNumber(1, LIMITS.stride.most),
  pads: record({ top: pad, left: pad, bottom: pad, right: pad }),
};

const perChannel = (of: TSchema) => Type.Array(of, { maxItems: LIMITS.channels.most });
const correction = wholeNumber(-(2 ** 31), 2 ** 31 - 1);

export const requantSchema = record({
  multipliers: perChannel(multiplier),
  biases: perChannel(wholeNumber(-MOST_BIAS, MOST_BIAS)),
  shifts: perChannel(shift),
  corrections: Type.Union([
    Type.Null(),
    record({ unit: wholeNumber(0, 46), above: perChannel(correction), below: perChannel(correction) }),
  ]),
  zeroPoint: byte,
  min: byte,
  max: byte,
});

export const filterFields = {
  ...windowFields,
  weightBits: wholeNumber(2, 8),
  weights: Type.String({
    pattern: '^([0-9a-f]{2})*$',
    description: 'weights of two hexadecimal digits each',
  }),
  bias: Type.Array(wholeNumber(-(2 ** 31), 2 ** 31 - 1), { maxItems: LIMITS.channels.most }),
  accBits,
  requant: requantSchema,
};

/** Numbers of foldings. */
export const lanes = wholeNumber(1, LIMITS.channels.most);
export const outputsInDsps = wholeNumber(0, LIMITS.channels.most);
export const products = wholeNumber(1, 2 ** 16);
export const scaleCycles = wholeNumber(0, 64);
export const yes = Type.Boolean({ description: 'true or false' });

export const laneFoldingSchema = record({ op: Type.Literal('lanes'), lanes });

export const atMost = (key: string, value: number, most: number): string[] =>
  value > most ? [`${key} ${value}, of ${most}`] : [];

export const divides = (key: string, value: number, whole: number): string[] =>
  whole % value === 0 ? [] : [`${key} ${value}, which does not divide ${whole}`];

/** Taps of a beat are one, or a column of the window. */
export const tapProblems = (taps: number, kernel: number): string[] =>
  taps === 1 || taps === kernel ? [] : [`taps ${taps}, neither 1 nor ${kernel}`];

export const laneFoldingProblems = (_: unknown, { inputs: [x] }: LayerTensors, f: LaneFolding): string[] =>
  atMost('lanes', f.lanes, x.shape.channels);
