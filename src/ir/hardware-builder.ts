/**
 * Collects blocks and streams; hands out names that are unique in the generated top module, whatever is made of them.
 */
import type { Block, BlockParams, End, Hardware, Stream } from './hardware.js';
import { identifierOf, NameScope } from './identifiers.js';

/** What the generated top module holds beside its streams and blocks. */
const TOP_SCOPE = `
  clk rst frame_error trace_fire trace_valid trace_ready input_marker output_marker library_check weights
  s_axis s_axis_tdata s_axis_tvalid s_axis_tready s_axis_tlast
  m_axis m_axis_tdata m_axis_tvalid m_axis_tready m_axis_tlast`
  .trim()
  .split(/\s+/);

const wiresOf = (stream: string): string[] => ['tdata', 'tvalid', 'tready'].map((w) => `${stream}_${w}`);
const instanceOf = (block: string): string[] => [`u_${block}`];

/**
 * Name of the top module. It must not begin as the library's modules do, whose files lie beside it, nor make a class
 * of Verilator's own of it: `V` and the name is the class that Verilator generates.
 */
export function topNameOf(network: string): string {
  const id = identifierOf(network);
  const lower = id.toLowerCase();
  const isTaken =
    lower === 'blnet' || lower.startsWith('blnet_') || lower.startsWith('erilated') || /^l_/.test(lower);
  return isTaken || TOP_SCOPE.includes(lower) ? `n_${id}` : id;
}

/** An end before it has ports. */
export type EndPlan = Pick<End, 'role' | 'tensor' | 'stream'>;

const portsOf = (port: string): string[] => [
  ...wiresOf(port),
  `${port}_tlast`,
  `input_marker${port.slice(6)}`,
  `output_marker${port.slice(6)}`,
  `frame_error${port.slice(6)}`,
];

export class HardwareBuilder {
  private readonly streams: Stream[] = [];
  private readonly blocks: Block[] = [];
  private readonly scope = new NameScope(TOP_SCOPE);
  private readonly reserved = new Set<string>();

  /** Name for a block that is added later, or never. */
  reserve(name: string): string {
    const id = this.scope.claim(name, instanceOf);
    this.reserved.add(id);
    return id;
  }

  stream(s: Stream): number {
    this.streams.push({ ...s, name: this.scope.claim(s.name, wiresOf) });
    return this.streams.length - 1;
  }

  streamAt(index: number): Stream {
    return this.streams[index];
  }

  block(
    name: string,
    layer: string,
    params: BlockParams,
    inputs: readonly number[],
    outputs: readonly number[],
    copy: Pick<Block, 'everyFrames' | 'twin'> = {},
  ): string {
    const id = this.reserved.delete(name) ? name : this.scope.claim(name, instanceOf);
    this.blocks.push({ name: id, layer, params, inputs, outputs, ...copy });
    return id;
  }

  /** One end of several of its direction is called after its tensor. */
  finish(name: string, inputs: readonly EndPlan[], outputs: readonly EndPlan[]): Hardware {
    const ends = [
      ...inputs.map((end): End => ({ ...end, direction: 'in', port: this.port('s_axis', end, inputs) })),
      ...outputs.map((end): End => ({ ...end, direction: 'out', port: this.port('m_axis', end, outputs) })),
    ];
    return { name: topNameOf(name), streams: this.streams, blocks: this.blocks, ends };
  }

  private port(prefix: string, end: EndPlan, all: readonly EndPlan[]): string {
    if (all.length === 1) return prefix;
    return this.scope.claim(`${prefix}_${identifierOf(end.tensor)}`, portsOf);
  }
}
