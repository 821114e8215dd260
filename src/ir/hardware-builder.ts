/**
 * Collects blocks and streams; hands out unique Verilog names.
 */
import type { Block, BlockParams, Hardware, Stream } from './hardware.js';
import { VERILOG_KEYWORDS } from './verilog-keywords.js';

/** Turns a model's layer name into an identifier: letters, digits and single underscores, a letter first. */
export function identifierOf(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  const id = /^[A-Za-z]/.test(clean) ? clean : `n_${clean}`;
  return VERILOG_KEYWORDS.has(id.toLowerCase()) ? `${id}_layer` : id;
}

export class HardwareBuilder {
  private readonly streams: Stream[] = [];
  private readonly blocks: Block[] = [];
  private readonly taken = new Set<string>();
  private readonly reserved = new Set<string>();

  /** First free one of name, name_1, name_2 ... */
  unique(name: string): string {
    const base = identifierOf(name);
    let candidate = base;
    for (let i = 1; this.taken.has(candidate.toLowerCase()); i++) candidate = `${base}_${i}`;
    this.taken.add(candidate.toLowerCase());
    return candidate;
  }

  /** Name for a block that is added later, or never. */
  reserve(name: string): string {
    const id = this.unique(name);
    this.reserved.add(id);
    return id;
  }

  stream(s: Stream): number {
    this.streams.push({ ...s, name: this.unique(s.name) });
    return this.streams.length - 1;
  }

  block(
    name: string,
    layer: string,
    params: BlockParams,
    inputs: readonly number[],
    outputs: readonly number[],
  ): void {
    const id = this.reserved.delete(name) ? name : this.unique(name);
    this.blocks.push({ name: id, layer, params, inputs, outputs });
  }

  finish(name: string, input: number, output: number): Hardware {
    return { name: identifierOf(name), streams: this.streams, blocks: this.blocks, input, output };
  }
}
