/** Addresses in a WebAssembly memory: handed out first, filled when the memory is made. */
import { allocate, type WasmMemory } from './host.js';

type Data = Int16Array | Int32Array | Float64Array | Uint8Array;

export class MemoryPlan {
  private bytes = 0;
  private readonly placed: { readonly address: number; readonly data: Data }[] = [];

  /** First address that is still free. */
  get size(): number {
    return this.bytes;
  }

  /** Room for `bytes` zeroed bytes, on a cache line of its own. */
  reserve(bytes: number): number {
    const address = Math.ceil(this.bytes / 64) * 64;
    this.bytes = address + bytes;
    return address;
  }

  place(data: Data): number {
    const address = this.reserve(data.byteLength);
    this.placed.push({ address, data });
    return address;
  }

  /** A 32-bit word behind the last one. */
  word(initial = 0): number {
    const address = this.bytes;
    this.bytes += 4;
    if (initial !== 0) this.placed.push({ address, data: Int32Array.of(initial) });
    return address;
  }

  build(): WasmMemory {
    const memory = allocate(this.bytes);
    for (const { address, data } of this.placed) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      new Uint8Array(memory.buffer, address).set(bytes);
    }
    return memory;
  }
}
