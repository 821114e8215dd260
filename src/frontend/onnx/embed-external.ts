/**
 * Weights that a model keeps in files beside it (external data) put into the model itself, so that all that follows has
 * one self-contained file. Works on the bytes: what the schema here does not know stays as it is.
 */
import protobuf from 'protobufjs/light.js';
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';

/** Where a tensor's bytes lie; without a length they reach to the end of the file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number | undefined;
}
export type ReadExternal = (data: ExternalData) => Uint8Array;

const BYTES = 2;
const tagOf = (id: number): number => id * 8 + BYTES;
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { rawData: 9, externalData: 13, dataLocation: 14 } as const;
const EXTERNAL = 1;

interface Field {
  readonly id: number;
  readonly wire: number;
  /** Of the whole field, and of its content where it has a length. */
  readonly start: number;
  readonly end: number;
  readonly content: Uint8Array;
}

/** The fields of a message, one after the other. Throws what protobufjs throws on malformed bytes. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < bytes.length) {
    const start = reader.pos;
    const tag = reader.uint32();
    const [id, wire] = [tag >>> 3, tag & 7];
    let content = new Uint8Array();
    if (wire === BYTES) {
      const length = reader.uint32();
      content = bytes.subarray(reader.pos, reader.pos + length) as typeof content;
      reader.skip(length);
    } else if (wire === 0 || wire === 1 || wire === 5) reader.skipType(wire);
    else throw new Error(`wire type ${wire}`);
    yield { id, wire, start, end: reader.pos, content };
  }
}

/** The message with the content of some fields replaced; null drops one, undefined leaves it. */
function rewritten(
  bytes: Uint8Array,
  replace: (f: Field) => Uint8Array | null | undefined,
  more?: () => readonly [id: number, content: Uint8Array] | undefined,
): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const put = (part: Uint8Array): void => {
    size += part.length;
    checkLimit('modelBytes', size);
    if (part.length > 0) parts.push(part);
  };
  const add = (id: number, content: Uint8Array): void => {
    put(protobuf.Writer.create().uint32(tagOf(id)).uint32(content.length).finish());
    put(content);
  };
  // Fields that stay are one part together: a file may have millions of them.
  let kept = 0;
  for (const f of fieldsOf(bytes)) {
    const content = replace(f);
    if (content === undefined) continue;
    put(bytes.subarray(kept, f.start));
    kept = f.end;
    if (content !== null) add(f.id, content);
  }
  put(bytes.subarray(kept));
  const last = more?.();
  if (last) add(...last);
  const result = new Uint8Array(size);
  let at = 0;
  for (const p of parts) {
    result.set(p, at);
    at += p.length;
  }
  return result;
}

/** The last field of each of these numbers, which is the one that counts. */
function lastOf(bytes: Uint8Array, ids: readonly number[]): (Field | undefined)[] {
  const found = ids.map((): Field | undefined => undefined);
  for (const f of fieldsOf(bytes)) {
    const at = ids.indexOf(f.id);
    if (at >= 0) found[at] = f;
  }
  return found;
}

const text = (bytes: Uint8Array): string => {
  const reader = protobuf.Reader.create(protobuf.Writer.create().bytes(bytes).finish());
  return reader.string();
};

/** Key and value of a StringStringEntryProto. */
function entryOf(bytes: Uint8Array): [string, string] {
  const [key, value] = lastOf(bytes, [1, 2]).map((f) => text(f?.content ?? new Uint8Array()));
  return [key, value];
}

function externalData(entries: readonly (readonly [string, string])[]): ExternalData {
  const given = new Map(entries);
  const number = (key: string): number | undefined => {
    const value = given.get(key);
    if (value === undefined) return undefined;
    if (/^\d{1,15}$/.test(value)) return Number(value);
    throw new BlnetError('BLN102', { where: 'external data', found: `${key} "${value.slice(0, 40)}"` });
  };
  return { location: given.get('location') ?? '', offset: number('offset') ?? 0, length: number('length') };
}

function embedTensor(bytes: Uint8Array, read: ReadExternal): Uint8Array {
  const [location] = lastOf(bytes, [TENSOR.dataLocation]);
  const isExternal = location !== undefined && bytes[location.end - 1] === EXTERNAL;
  if (!isExternal) return bytes;
  const entries: [string, string][] = [];
  for (const f of fieldsOf(bytes)) {
    if (f.id !== TENSOR.externalData) continue;
    entries.push(entryOf(f.content));
    checkLimit('axes', entries.length, 'external data');
  }
  const data = externalData(entries);
  const isOld = (id: number) =>
    id === TENSOR.externalData || id === TENSOR.dataLocation || id === TENSOR.rawData;
  return rewritten(
    bytes,
    (f) => (isOld(f.id) ? null : undefined),
    () => [TENSOR.rawData, read(data)],
  );
}

/** The same bytes where nothing is external, or where they are no model. Errors: those of `read`, BLN102, BLN207. */
export function embedExternal(bytes: Uint8Array, read: ReadExternal): Uint8Array {
  let changed = false;
  const embedded = (tensor: Uint8Array): Uint8Array => {
    const result = embedTensor(tensor, read);
    if (result !== tensor) changed = true;
    return result;
  };
  try {
    const result = rewritten(bytes, (f) =>
      f.id === MODEL_GRAPH && f.wire === BYTES
        ? rewritten(f.content, (g) =>
            g.id === GRAPH_INITIALIZER && g.wire === BYTES ? embedded(g.content) : undefined,
          )
        : undefined,
    );
    return changed ? result : bytes;
  } catch (error) {
    // Malformed bytes are for the reader of models to judge.
    if (error instanceof BlnetError) throw error;
    return bytes;
  }
}
