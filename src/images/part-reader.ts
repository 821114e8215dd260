/** A file as its parsers read it: in parts, from a disk (`io/read-part.ts`) or from memory. */

export interface PartReader {
  /** The next `length` bytes; fewer at the end of the file. */
  next(length: number): Uint8Array;
  /** Bytes of the file, or null where it is none (a pipe, a device). */
  readonly size: number | null;
}

/** Bytes that are in memory already. */
export function partsOf(bytes: Uint8Array): PartReader {
  let at = 0;
  return {
    size: bytes.length,
    next: (length) => {
      const part = bytes.slice(at, at + length);
      at += part.length;
      return part;
    },
  };
}
