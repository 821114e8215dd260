/** The part of the WebAssembly API that is used here; the core has no type library of a platform. */
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

interface Host {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory;
}

const host = (globalThis as unknown as { readonly WebAssembly?: Host }).WebAssembly;

const PAGE = 65536;
const MIB = 2 ** 20;

/** Zeroed memory of at least `bytes` bytes. Errors: BLN207 where there is not so much. */
export function allocate(bytes: number): WasmMemory {
  checkLimit('wasmMiB', Math.ceil(bytes / MIB));
  try {
    return new (host as Host).Memory({ initial: Math.ceil(bytes / PAGE) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new BlnetError('BLN207', {
      found: `${Math.ceil(bytes / MIB)} MiB that this machine does not give`,
      need: 'as much free memory',
      hint: 'close other programs, or use smaller images',
    });
  }
}

/** Whether this machine runs WebAssembly with SIMD: a function that drops a vector. */
export const HAS_SIMD: boolean =
  host?.validate(
    Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
      ...[10, 9, 1, 7, 0, 0x41, 0, 0xfd, 0x11, 0x1a, 0x0b],
    ),
  ) ?? false;

/** Compiles a module of `encode.ts`. */
export const compileModule = (bytes: Uint8Array): object => new (host as Host).Module(bytes);

/** Links a module with its memory; the exports take and return nothing. */
export function instantiate(module: object, memory: WasmMemory): Readonly<Record<string, () => void>> {
  const { Instance } = host as Host;
  return new Instance(module, { env: { memory } }).exports as Record<string, () => void>;
}
