/** Arrays of numbers in JSON: `{ "Int8Array": "base64 of its little-endian bytes" }`. Replacer and reviver. */
const ARRAYS = { Int8Array, Int16Array, Int32Array, Float64Array } as const;
type ArrayName = keyof typeof ARRAYS;

export const encode = (_: string, value: unknown): unknown =>
  ArrayBuffer.isView(value)
    ? {
        [value.constructor.name]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString(
          'base64',
        ),
      }
    : value;

export function decode(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const name = Object.keys(value)[0] as ArrayName;
  if (!(name in ARRAYS)) return value;
  const bytes = Buffer.from((value as Record<ArrayName, string>)[name], 'base64');
  return new ARRAYS[name](Uint8Array.from(bytes).buffer);
}
