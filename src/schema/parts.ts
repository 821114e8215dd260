/** Pieces that several schemas share. Descriptions say what is needed: errors print them. */
import Type, { type Static, type TSchema } from 'typebox';
import { LIMITS } from '../limits.js';

type DeepReadonly<T> =
  T extends ReadonlyArray<infer E>
    ? ReadonlyArray<DeepReadonly<E>>
    : T extends object
      ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : T;

/** What a schema describes, as a type; documents are never written to. */
export type DocumentOf<S extends TSchema> = DeepReadonly<Static<S>>;

/** An object of these keys and no other. */
export const record = <P extends Record<string, TSchema>>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) });

/** An object of any keys whose values are all of one kind. */
export const mapOf = <S extends TSchema>(values: S) =>
  Type.Unsafe<Readonly<Record<string, Type.Static<S>>>>({ type: 'object', additionalProperties: values });

export const wholeNumber = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: `a whole number from ${minimum} to ${maximum}` });

export const nullOr = <S extends TSchema>(schema: S, description: string) =>
  Type.Union([Type.Null(), schema], { description });

export const aboveZero = (description = 'a number above 0') =>
  Type.Number({ exclusiveMinimum: 0, description });

export const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description: values.join(', ') });

const MOST_NAME = 2 ** 20;
export const name = Type.String({ maxLength: MOST_NAME, description: 'a name' });
export const text = Type.String({ description: 'a text' });

/** Cycles, beats, bits: counts that stay exact. */
export const count = wholeNumber(0, Number.MAX_SAFE_INTEGER);
export const cycles = wholeNumber(0, 2 ** 31 - 1);

const extent = wholeNumber(1, LIMITS.extent.most);
export const shape = record({
  channels: wholeNumber(1, LIMITS.channels.most),
  height: extent,
  width: extent,
});
