/**
 * Builds WebAssembly modules in memory: binary encoding of functions, one imported memory and exports
 * (WebAssembly Core Specification 2.0, chapter 5). Instructions are in `ops.ts`. Pure, so the core stays portable.
 */

/** A piece of code: an expression, or statements. */
export type Code = readonly number[];

export type ValueType = 'i32' | 'f64' | 'v128';
const TYPE_BYTES: Record<ValueType, number> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

/** Pieces one after the other; much faster than spreading or flattening arrays of numbers. */
export function sequence(...codes: readonly Code[]): Code {
  const all: number[] = [];
  for (const code of codes) for (let i = 0; i < code.length; i++) all.push(code[i] as number);
  return all;
}

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
  private readonly body: number[] = [];

  constructor(readonly index: number) {}

  local(type: ValueType): Local {
    const id = unsigned(this.locals.push(type) - 1);
    return { get: [0x20, ...id], set: (value) => [...value, 0x21, ...id] };
  }

  /** Appends statements. */
  emit(...codes: readonly Code[]): void {
    for (const code of codes) for (const byte of code) this.body.push(byte);
  }

  encode(): number[] {
    const locals = this.locals.flatMap((t) => [1, TYPE_BYTES[t]]);
    const code = [...unsigned(this.locals.length), ...locals, ...this.body, 0x0b];
    return [...unsigned(code.length), ...code];
  }
}

const name = (text: string): number[] => [...unsigned(text.length), ...[...text].map((c) => c.charCodeAt(0))];

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = unsigned(items.length);
  for (const item of items) for (const byte of item) content.push(byte);
  const bytes = [id, ...unsigned(content.length)];
  for (const byte of content) bytes.push(byte);
  return bytes;
}

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
      section(2, [[...name('env'), ...name('memory'), 2, 0, 0]]),
      section(
        3,
        this.functions.map(() => [0]),
      ),
      section(
        7,
        this.exported.map((e) => [...name(e.name), 0, ...unsigned(e.index)]),
      ),
      section(
        10,
        this.functions.map((f) => f.encode()),
      ),
    ];
    const bytes = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
    let at = 0;
    for (const p of parts) {
      bytes.set(p, at);
      at += p.length;
    }
    return bytes;
  }
}
