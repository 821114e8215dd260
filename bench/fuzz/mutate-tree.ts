/**
 * Mutations of a tree of plain values (a JSON document, a decoded protobuf message): somewhere inside a value is
 * replaced, removed, repeated, moved or exchanged. With `typed` a number stays a number and a text a text, as protobuf
 * needs it.
 */
import type { Prng } from '../../src/ir/prng.js';
import { NUMBERS, OPERATORS, TEXTS } from './breaking-values.js';

export type Tree = null | boolean | number | string | Uint8Array | Tree[] | { [key: string]: Tree };

interface Place {
  readonly parent: Tree[] | { [key: string]: Tree };
  readonly key: string | number;
}

const isNode = (t: Tree): t is Tree[] | { [key: string]: Tree } =>
  typeof t === 'object' && t !== null && !(t instanceof Uint8Array);

const childrenOf = (t: Tree[] | { [key: string]: Tree }): (string | number)[] =>
  Array.isArray(t) ? Array.from(t.keys()) : Object.keys(t);

const at = ({ parent, key }: Place): Tree => (parent as { [key: string]: Tree })[key];

const put = ({ parent, key }: Place, value: Tree): void => {
  if (Array.isArray(parent)) parent[key as number] = value;
  else Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
};

/** A place inside, deeper ones as likely as shallow ones. */
function placeIn(tree: Tree[] | { [key: string]: Tree }, prng: Prng): Place | undefined {
  let parent = tree;
  for (;;) {
    const keys = childrenOf(parent);
    if (keys.length === 0) return undefined;
    const place = { parent, key: prng.pick(keys) };
    const value = at(place);
    if (!isNode(value) || childrenOf(value).length === 0 || prng.int(0, 4) === 0) return place;
    parent = value;
  }
}

function numberNear(value: number, prng: Prng): number {
  switch (prng.int(0, 5)) {
    case 0:
      return value + prng.pick([-1, 1, 2, -2]);
    case 1:
      return value * prng.pick([2, 3, 10, 0.5, -1, 1000]);
    default:
      return prng.pick(NUMBERS);
  }
}

/** Another text that the document holds, a known one, or a piece of this one. */
function textLike(value: string, root: Tree, prng: Prng): string {
  switch (prng.int(0, 4)) {
    case 0: {
      const other = isNode(root) ? placeIn(root, prng) : undefined;
      const text = other && at(other);
      return typeof text === 'string' ? text : value.slice(1);
    }
    case 1:
      return prng.pick(OPERATORS);
    case 2:
      return value.slice(0, prng.int(0, value.length)) + prng.pick(TEXTS);
    default:
      return prng.pick(TEXTS);
  }
}

function bytesLike(value: Uint8Array, prng: Prng): Uint8Array {
  if (prng.int(0, 2) === 0) return value.slice(0, prng.int(0, value.length));
  const bytes = value.slice();
  for (let i = prng.int(1, 8); i > 0 && bytes.length > 0; i--)
    bytes[prng.int(0, bytes.length - 1)] = prng.pick([0, 127, 128, 255, prng.int(0, 255)]);
  return bytes;
}

const nested = (depth: number): Tree => {
  let tree: Tree = [];
  for (let i = 0; i < depth; i++) tree = [tree];
  return tree;
};

/** A value of another type. */
const strange = (prng: Prng): Tree =>
  prng.pick<() => Tree>([
    () => null,
    () => true,
    () => prng.pick(NUMBERS),
    () => prng.pick(TEXTS),
    () => [],
    () => ({}),
    () => [1, 'x', null],
    () => nested(prng.pick([3, 2000])),
    () => ({ ['__proto__']: 1, constructor: 2 }),
    () => Array.from({ length: prng.pick([10, 5000]) }, () => 0),
  ])();

function changeKeys(place: Place, prng: Prng): void {
  const value = at(place);
  if (!isNode(value)) return;
  if (Array.isArray(value)) {
    const [i, j] = [0, 0].map(() => prng.int(0, Math.max(0, value.length - 1))) as [number, number];
    const kind = prng.int(0, 3);
    if (kind === 0) value.splice(i, 1);
    else if (kind === 1) value.splice(i, 0, structuredClone(value[j] ?? 0));
    else if (kind === 2) [value[i], value[j]] = [value[j], value[i]];
    else for (let n = prng.pick([10, 300]); n > 0; n--) value.push(structuredClone(value[j] ?? 0));
    return;
  }
  const keys = Object.keys(value);
  if (keys.length === 0) return;
  const key = prng.pick(keys);
  if (prng.int(0, 1)) delete value[key];
  else put({ parent: value, key: prng.pick(prng.int(0, 1) ? keys : TEXTS) }, structuredClone(value[key]));
}

/** Changes `tree` in place, once. */
export function mutateTree(tree: Tree, prng: Prng, typed: boolean): void {
  if (!isNode(tree)) return;
  const place = placeIn(tree, prng);
  if (!place) return;
  const value = at(place);
  const kind = prng.int(0, 9);
  if (kind === 0 && !typed) put(place, strange(prng));
  else if (kind === 1 && !Array.isArray(place.parent)) delete place.parent[place.key];
  else if (isNode(value)) changeKeys(place, prng);
  else if (typeof value === 'number') put(place, numberNear(value, prng));
  else if (typeof value === 'string') put(place, textLike(value, tree, prng));
  else if (value instanceof Uint8Array) put(place, bytesLike(value, prng));
  else put(place, typed ? value : strange(prng));
}

/** Text of a document whose numbers JSON has no word for stand there as words that parse to them. */
export const jsonText = (tree: Tree): string =>
  JSON.stringify(tree, (_, v: unknown) =>
    typeof v === 'number' && !Number.isFinite(v)
      ? Number.isNaN(v)
        ? null
        : v > 0
          ? '\u0001+'
          : '\u0001-'
      : v,
  )
    .replaceAll('"\\u0001+"', '1e999')
    .replaceAll('"\\u0001-"', '-1e999');

/** Bytes of any file: cut, flipped, repeated, overwritten, joined. */
export function mutateBytes(bytes: Uint8Array, prng: Prng): Uint8Array {
  const length = bytes.length;
  const place = (): number => prng.int(0, Math.max(0, length - 1));
  switch (prng.int(0, 6)) {
    case 0:
      return bytes.slice(0, prng.int(0, length));
    case 1: {
      const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
      return Uint8Array.of(
        ...bytes.slice(0, Math.min(from, 60_000)),
        ...bytes.slice(Math.max(to, length - 60_000)),
      );
    }
    case 2: {
      const from = place();
      const piece = bytes.slice(from, from + prng.int(1, 64));
      const result = new Uint8Array(length + piece.length);
      result.set(bytes.subarray(0, from));
      result.set(piece, from);
      result.set(bytes.subarray(from), from + piece.length);
      return result;
    }
    default: {
      const result = bytes.slice();
      // Most of a model is weights, most of what decides lies in its first bytes and in the texts between them.
      const near = prng.int(0, 1) ? Math.min(length, 400) : length;
      for (let n = prng.pick([1, 1, 2, 4, 16]); n > 0 && length > 0; n--)
        result[prng.int(0, near - 1)] = prng.pick([0, 1, 127, 128, 255, prng.int(0, 255)]);
      return result;
    }
  }
}
