/**
 * Builds WebAssembly modules in memory: binary encoding of functions, one imported memory and exports
 * (WebAssembly Core Specification 2.0, chapter 5). Instructions are in `ops.ts`. Pure, so the core stays portable.
 */

/** A piece of code, an expression or statements: bytes, and pieces in their place, which are copied once at the end. */
export type Code = readonly (number | Code)[];

export type ValueType = 'i32' | 'f64' | 'v128';
const TYPE_BYTES: Record<ValueType, number> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

/** Pieces one after the other. */
export const sequence = (...codes: readonly Code[]): Code => codes;

function bytesIn(code: Code): number {
  let bytes = 0;
  for (const piece of code) bytes += typeof piece === 'number' ? 1 : bytesIn(piece);
  return bytes;
}

/** Writes the bytes from `at` on; returns where they end. */
function write(code: Code, bytes: Uint8Array, at: number): number {
  for (const piece of code) {
    if (typeof piece === 'number') bytes[at++] = piece;
    else at = write(piece, bytes, at);
  }
  return at;
}

/** Its length in front. */
const counted = (code: Code): Code => [unsigned(bytesIn(code)), code];

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** A local variable of the function that made it. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** One function without parameters; `index` is what `call` takes. */
export class FunctionBuilder {
  private readonly locals: ValueType[] = [];
  private readonly body: Code[] = [];

  constructor(readonly index: number) {}

  local(type: ValueType): Local {
    const id = unsigned(this.locals.push(type) - 1);
    const [get, set] = [
      [0x20, ...id],
      [0x21, ...id],
    ];
    return { get, set: (value) => [value, set] };
  }

  /** Appends statements. */
  emit(...codes: readonly Code[]): void {
    this.body.push(...codes);
  }

  encode(): Code {
    const locals = this.locals.flatMap((t) => [1, TYPE_BYTES[t]]);
    return counted([unsigned(this.locals.length), locals, this.body, 0x0b]);
  }
}

const name = (text: string): Code => [unsigned(text.length), [...text].map((c) => c.charCodeAt(0))];

const section = (id: number, items: readonly Code[]): Code => [id, counted([unsigned(items.length), items])];

/** A module whose functions take nothing and return nothing, over the memory imported as `env.memory`. */
export class ModuleBuilder {
  private readonly functions: FunctionBuilder[] = [];
  private readonly exported: { readonly name: string; readonly index: number }[] = [];

  add(exportName?: string): FunctionBuilder {
    const f = new FunctionBuilder(this.functions.length);
    this.functions.push(f);
    if (exportName) this.exported.push({ name: exportName, index: f.index });
    return f;
  }

  encode(): Uint8Array {
    const parts = [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [[0x60, 0, 0]]),
      section(2, [[name('env'), name('memory'), 2, 0, 0]]),
      section(
        3,
        this.functions.map(() => [0]),
      ),
      section(
        7,
        this.exported.map((e) => [name(e.name), 0, unsigned(e.index)]),
      ),
      section(
        10,
        this.functions.map((f) => f.encode()),
      ),
    ];
    const bytes = new Uint8Array(bytesIn(parts));
    write(parts, bytes, 0);
    return bytes;
  }
}
