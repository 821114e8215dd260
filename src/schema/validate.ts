/**
 * Whether a JSON document is what its schema says, and if not, where and how: the place inside the document, what was
 * found, what is needed. Schemas are JSON Schema (draft 2020-12) as TypeBox makes them; `schemas/` publishes them.
 *
 * TypeBox is asked by interpretation, never by generated code, so that the check also runs under a policy without eval.
 */
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { BlnetError, type Code } from '../diagnostics.js';
import type { DocumentOf } from './parts.js';

/** Who brought the document, and what a reader is told when it is wrong. */
export interface DocumentSource {
  /** Name of the file, or of what stands for one. */
  readonly where: string;
  readonly code: Code;
  readonly hint?: string;
}

/** The keywords that the schemas of this project use. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Problem {
  readonly path: string;
  readonly found: string;
  readonly need: string;
}

type Json = Readonly<Record<string, unknown>>;

const MOST_CHARACTERS = 60;

/** A value in a few words, however large or deep it is. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string')
    return JSON.stringify(value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}...` : value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return `${value}`;
  const entries = Object.entries(value);
  const isSmall = entries.length <= 3 && entries.every(([, v]) => typeof v !== 'object' || v === null);
  return isSmall ? JSON.stringify(value).slice(0, MOST_CHARACTERS) : `an object of ${entries.length} keys`;
}

/** What a schema asks for, in words: its description, or its keywords. */
function needOf(s: Schema): string {
  if (s.description) return s.description;
  if (s.const !== undefined) return JSON.stringify(s.const);
  if (s.enum) return s.enum.map((v) => JSON.stringify(v)).join(', ');
  if (s.anyOf) return s.anyOf.map(needOf).join(', or ');
  const bounds = [
    ...(s.minimum === undefined ? [] : [`from ${s.minimum}`]),
    ...(s.maximum === undefined ? [] : [`to ${s.maximum}`]),
  ].join(' ');
  const article = s.type && /^[aeiou]/.test(s.type) ? 'an' : 'a';
  const noun = s.type === 'array' ? 'a list' : s.type === 'null' ? 'null' : `${article} ${s.type ?? 'value'}`;
  return bounds === '' ? noun : `${noun} ${bounds}`;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `a.b[3].c`; keys that are no words are quoted. */
const join = (path: string, key: string | number): string => {
  if (typeof key === 'number') return `${path}[${key}]`;
  const shown = /^[A-Za-z_][\w-]{0,60}$/.test(key) ? key : describeValue(key);
  return path === '' ? shown : `${path}.${shown}`;
};

const fits = (schema: Schema, value: unknown): boolean => Check(schema as TSchema, value);

/** The branch that an object names itself by a constant key (`op`, `type`), where there is one. */
function namedBranch(branches: readonly Schema[], value: unknown): Schema | undefined {
  if (!isObject(value)) return undefined;
  return branches.find((b) =>
    Object.entries(b.properties ?? {}).some(
      ([key, p]) => p.const !== undefined && Object.hasOwn(value, key) && value[key] === p.const,
    ),
  );
}

function problemOfObject(s: Schema, value: Json, path: string): Problem | undefined {
  const properties = s.properties ?? {};
  for (const key of s.required ?? []) {
    if (!Object.hasOwn(value, key))
      return { path: join(path, key), found: 'nothing', need: needOf(properties[key] ?? {}) };
  }
  for (const [key, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : s.additionalProperties;
    if (known === false) {
      const need = `only the keys ${Object.keys(properties).join(', ')}`;
      return { path, found: `unknown key ${describeValue(key)}`, need };
    }
    if (typeof known === 'object' && !fits(known, inner)) return problemOf(known, inner, join(path, key));
  }
  return undefined;
}

/** The first problem of a value that does not fit. */
function problemOf(s: Schema, value: unknown, path: string): Problem {
  const here = { path, found: describeValue(value), need: needOf(s) };
  if (s.anyOf) {
    const branch = namedBranch(s.anyOf, value);
    return branch ? problemOf(branch, value, path) : here;
  }
  if (s.type === 'object' && isObject(value)) return problemOfObject(s, value, path) ?? here;
  if (s.type === 'array' && Array.isArray(value) && s.items) {
    const { items } = s;
    const wrong = value.findIndex((v) => !fits(items, v));
    if (wrong >= 0) return problemOf(items, value[wrong], join(path, wrong));
  }
  return here;
}

/** The document, typed. Errors: the source's code, with the place inside, what was found and what is needed. */
export function validate<S extends TSchema>(
  schema: S,
  document: unknown,
  source: DocumentSource,
): DocumentOf<S> {
  if (Check(schema, document)) return document as DocumentOf<S>;
  const { path, found, need } = problemOf(schema as Schema, document, '');
  const { where, code, hint } = source;
  throw new BlnetError(code, {
    where: path === '' ? where : `${where}: ${path}`,
    found,
    need,
    ...(hint === undefined ? {} : { hint }),
  });
}
