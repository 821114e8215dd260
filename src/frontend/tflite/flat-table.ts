/**
 * Tables of a flatbuffer, read with the `flatbuffers` library. That library trusts its input (a wild offset reads as 0),
 * so every position is checked here first, and a damaged file ends in BLN101 whatever its offsets say.
 */
import { ByteBuffer } from 'flatbuffers';
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';

/** Names and keys are short; what is longer is cut, so that no message grows with the file. */
const MAX_STRING = 1024;

export class FlatTable {
  /** @param counts of the whole file: tables may share their content, so its size bounds nothing */
  private constructor(
    private readonly buffer: ByteBuffer,
    private readonly at: number,
    private readonly counts: { parts: number; numbers: number },
  ) {
    checkLimit('modelParts', ++counts.parts);
    this.check(at, 4);
    const vtable = at - buffer.readInt32(at);
    this.check(vtable, 4);
    const [vtableSize, tableSize] = [buffer.readUint16(vtable), buffer.readUint16(vtable + 2)];
    if (vtableSize < 4 || tableSize < 4) throw this.damaged(vtable, 'a table description that is too short');
    this.check(vtable, vtableSize);
    this.check(at, tableSize);
  }

  /** The root of a file that starts with an offset and an identifier of four letters. */
  static root(bytes: Uint8Array, identifier: string): FlatTable {
    const buffer = new ByteBuffer(bytes);
    if (bytes.length < 8 || !buffer.__has_identifier(identifier)) {
      throw new BlnetError('BLN101', {
        found: `no flatbuffer with the identifier ${identifier}`,
        need: 'a complete file',
        hint: 'check the path and that the file was copied whole',
      });
    }
    return new FlatTable(buffer, buffer.readUint32(0), { parts: 0, numbers: 0 });
  }

  private damaged(at: number, found: string): BlnetError {
    return new BlnetError('BLN101', {
      found: `at byte ${at}: ${found}`,
      need: 'a complete file',
      hint: 'the file is damaged: export or download it again',
    });
  }

  private check(at: number, length: number): void {
    const end = this.buffer.capacity();
    if (at >= 0 && length >= 0 && at + length <= end) return;
    throw this.damaged(at, `an offset or a length beyond the ${end} bytes of the file`);
  }

  /** Position of a field's value, 0 where the table leaves it out. */
  private position(id: number, size: number): number {
    const offset = this.buffer.__offset(this.at, 4 + 2 * id);
    if (offset === 0) return 0;
    this.check(this.at + offset, size);
    return this.at + offset;
  }

  private target(id: number): number {
    const p = this.position(id, 4);
    if (p === 0) return 0;
    const target = p + this.buffer.readUint32(p);
    this.check(target, 4);
    return target;
  }

  /** First element and number of elements of a vector. */
  private vector(id: number, size: number): { readonly start: number; readonly count: number } {
    const target = this.target(id);
    if (target === 0) return { start: 0, count: 0 };
    const count = this.buffer.readUint32(target);
    this.check(target + 4, count * size);
    return { start: target + 4, count };
  }

  private numbers(id: number, size: number, read: (at: number) => number): number[] {
    const { start, count } = this.vector(id, size);
    this.counts.numbers += count;
    checkLimit('modelNumbers', this.counts.numbers);
    return Array.from({ length: count }, (_, i) => read(start + i * size));
  }

  int8(id: number, fallback = 0): number {
    const p = this.position(id, 1);
    return p === 0 ? fallback : this.buffer.readInt8(p);
  }

  uint8(id: number, fallback = 0): number {
    const p = this.position(id, 1);
    return p === 0 ? fallback : this.buffer.readUint8(p);
  }

  bool(id: number): boolean {
    return this.uint8(id) !== 0;
  }

  int32(id: number, fallback = 0): number {
    const p = this.position(id, 4);
    return p === 0 ? fallback : this.buffer.readInt32(p);
  }

  uint32(id: number, fallback = 0): number {
    const p = this.position(id, 4);
    return p === 0 ? fallback : this.buffer.readUint32(p);
  }

  float32(id: number, fallback = 0): number {
    const p = this.position(id, 4);
    return p === 0 ? fallback : this.buffer.readFloat32(p);
  }

  /** Exact below 2^53; larger values cannot be positions in a file. */
  uint64(id: number): number {
    const p = this.position(id, 8);
    return p === 0 ? 0 : Number(this.buffer.readUint64(p));
  }

  string(id: number): string {
    const { start, count } = this.vector(id, 1);
    if (count === 0) return '';
    const text = this.buffer.__string(this.position(id, 4)) as string;
    return start > 0 && text.length > MAX_STRING ? `${text.slice(0, MAX_STRING)}…` : text;
  }

  int32s(id: number): number[] {
    return this.numbers(id, 4, (at) => this.buffer.readInt32(at));
  }

  float32s(id: number): number[] {
    return this.numbers(id, 4, (at) => this.buffer.readFloat32(at));
  }

  int64s(id: number): number[] {
    return this.numbers(id, 8, (at) => Number(this.buffer.readInt64(at)));
  }

  /** A view, not a copy. */
  bytes(id: number): Uint8Array {
    const { start, count } = this.vector(id, 1);
    return this.slice(start, count);
  }

  /** Bytes of the file itself, which a table may name by position. */
  slice(start: number, count: number): Uint8Array {
    this.check(start, count);
    return this.buffer.bytes().subarray(start, start + count);
  }

  /** Whether the table has the field at all. */
  has(id: number): boolean {
    return this.position(id, 1) !== 0;
  }

  table(id: number): FlatTable | null {
    const target = this.target(id);
    return target === 0 ? null : new FlatTable(this.buffer, target, this.counts);
  }

  tables(id: number): FlatTable[] {
    const { start, count } = this.vector(id, 4);
    return Array.from({ length: count }, (_, i) => {
      const at = start + 4 * i;
      return new FlatTable(this.buffer, at + this.buffer.readUint32(at), this.counts);
    });
  }
}
