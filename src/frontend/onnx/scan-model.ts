/**
 * A walk over the bytes of a model before it is decoded: counts what decoding would allocate, and allocates nothing. A
 * few bytes of protobuf can stand for an object of a few hundred, so that the size of the file alone bounds little.
 */
import protobuf from 'protobufjs/light.js';
import { checkLimit } from '../../limits.js';
import { MODEL_TYPE } from './onnx-proto.js';

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

interface Counts {
  parts: number;
  numbers: number;
  nodes: number;
}

/** Fields of this message type between the reader's place and `end`. */
function scanMessage(reader: protobuf.Reader, type: protobuf.Type, end: number, counts: Counts): void {
  /** Inputs, outputs and attributes of a node or a function, by field. */
  const own = new Map<string, number>();
  const isCall = type.name === 'Node' || type.name === 'Function';
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wire = tag & 7;
    const field = type.fieldsById[tag >>> 3] as protobuf.Field | undefined;
    if (wire !== WIRE.bytes) {
      // Groups nest without a length; ONNX has none.
      if (wire !== WIRE.varint && wire !== WIRE.fixed32 && wire !== WIRE.fixed64)
        throw new Error(`wire type ${wire}`);
      if (field) checkLimit('modelNumbers', ++counts.numbers);
      reader.skipType(wire);
      continue;
    }
    const length = reader.uint32();
    const next = reader.pos + length;
    if (next > end)
      throw new Error(`a field of ${length} bytes at ${reader.pos}, ${end - reader.pos} are left`);
    if (!field) {
      reader.skip(length);
      continue;
    }
    if (isCall && field.name !== 'node') {
      const seen = (own.get(field.name) ?? 0) + 1;
      own.set(field.name, seen);
      checkLimit('nodeInputs', seen);
    }
    const inner = field.resolve().resolvedType;
    if (inner instanceof protobuf.Type) {
      checkLimit('modelParts', ++counts.parts);
      if (inner.name === 'Node') checkLimit('nodes', ++counts.nodes);
      scanMessage(reader, inner, next, counts);
    } else if (field.type === 'string' || field.type === 'bytes') {
      checkLimit('modelParts', ++counts.parts);
      reader.skip(length);
    } else {
      counts.numbers += packedNumbers(reader, field.type, length);
      checkLimit('modelNumbers', counts.numbers);
    }
    if (reader.pos !== next) throw new Error(`a message that does not end where it should, at ${next}`);
  }
}

/** How many numbers a packed field holds; leaves the reader behind it. */
function packedNumbers(reader: protobuf.Reader, type: string, length: number): number {
  if (type === 'float' || type === 'double') {
    reader.skip(length);
    return length / (type === 'float' ? 4 : 8);
  }
  // Every varint ends with a byte below 128.
  let count = 0;
  const { buf, pos } = reader;
  for (let i = pos; i < pos + length; i++) if (buf[i] < 128) count++;
  reader.skip(length);
  return count;
}

/** Errors: BLN207 for more than a model may hold; what protobufjs throws on malformed bytes. */
export function scanModel(bytes: Uint8Array): void {
  checkLimit('modelBytes', bytes.length);
  const reader = protobuf.Reader.create(bytes);
  scanMessage(reader, MODEL_TYPE, bytes.length, { parts: 0, numbers: 0, nodes: 0 });
}
