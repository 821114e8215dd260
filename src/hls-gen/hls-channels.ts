/**
 * Channels of the HLS code: every stream of the hardware graph is one, except that FIFO blocks melt into the depth of
 * the channel in front of them.
 */
import type { HlsBinding } from '../ir/block-kind.js';
import type { Hardware } from '../ir/hardware.js';
import { SHALLOW } from '../kinds/hls.js';

export interface HlsChannel {
  readonly name: string;
  readonly bits: number;
  /** Beats. */
  readonly depth: number;
  /** FIFO implementation, a keyword of the vendor's BIND_STORAGE pragma. */
  readonly storage: 'srl' | 'lutram' | 'bram';
}

/** Beats added to every join FIFO: HLS pipelines are deeper than the RTL's, whose depths were measured. */
const FIFO_SLACK = 16;

/** Deepest FIFO that shift registers hold well, in beats. */
const SRL_DEPTH = 32;
/** Bits from which block RAM is worth its granularity of 18 kbit. */
const BRAM_BITS = 8192;

function storageOf(bits: number, depth: number): HlsChannel['storage'] {
  if (depth <= SRL_DEPTH) return 'srl';
  return bits * depth >= BRAM_BITS ? 'bram' : 'lutram';
}

export const channelOf = (name: string, bits: number, depth: number): HlsChannel => ({
  name,
  bits,
  depth,
  storage: storageOf(bits, depth),
});

export interface StreamChannels {
  /** Without those that melted into another one. */
  readonly channels: readonly HlsChannel[];
  /** Channel name by stream index. */
  readonly nameOf: readonly string[];
}

/** `bindings[i]` belongs to block i. */
export function streamChannels(hw: Hardware, bindings: readonly HlsBinding[]): StreamChannels {
  const root = hw.streams.map((_, i) => i);
  const depth = hw.streams.map(() => SHALLOW);
  // Blocks are in topological order, so the channel in front of a FIFO is final when the FIFO is met.
  hw.blocks.forEach((block, b) => {
    const binding = bindings[b];
    const inputs = block.inputs.map((s) => root[s]);
    if (binding.form === 'processes') {
      for (const s of inputs) depth[s] += Math.max(0, binding.inputDepth - SHALLOW);
      return;
    }
    const from = inputs[0];
    for (const s of block.outputs) root[s] = from;
    depth[from] += binding.depth + FIFO_SLACK;
  });
  const nameOf = root.map((r) => `${hw.streams[r].name}_s`);
  const channels = hw.streams.flatMap((s, i) =>
    root[i] === i ? [channelOf(nameOf[i], s.lanes * s.bits, depth[i])] : [],
  );
  return { channels, nameOf };
}
