/**
 * The part of a hardware graph that one join depends on: from the block where its branches part to the join itself.
 * It runs alone at a fraction of the cost of the whole.
 */
import type { Block, End, Hardware } from '../ir/hardware.js';

/** Blocks with more than one input, in topological order. */
export const joinsOf = (hw: Hardware): readonly Block[] => hw.blocks.filter((b) => b.inputs.length > 1);

/**
 * The smallest such part that is entered by one stream only, as a hardware graph of its own: same streams, fewer
 * blocks. Copies that leave it on the way are taken at once. The whole graph up to the join where nothing is smaller.
 */
export function regionOf(hw: Hardware, join: Block): Hardware {
  const last = hw.blocks.indexOf(join);
  // Walking back in topological order, the first block behind which nothing is open any more closes the region.
  const inside = new Set<number>([last]);
  const open = new Set(join.inputs);
  for (let i = last - 1; i >= 0 && open.size > 1; i--) {
    const block = hw.blocks[i];
    if (!block.outputs.some((s) => open.has(s))) continue;
    inside.add(i);
    for (const s of block.outputs) open.delete(s);
    for (const s of block.inputs) open.add(s);
  }
  const kept = [...inside].sort((a, b) => a - b);
  const used = new Set(kept.flatMap((i) => hw.blocks[i].inputs));
  const blocks = kept.map((i) => {
    const b = hw.blocks[i];
    return b === join ? b : { ...b, outputs: b.outputs.filter((s) => used.has(s)) };
  });
  const end = (port: string, direction: 'in' | 'out', stream: number): End => ({
    port,
    direction,
    role: direction === 'in' ? 'pixels' : 'result',
    tensor: join.layer,
    stream,
  });
  const ends = [end('s_axis', 'in', [...open][0]), end('m_axis', 'out', join.outputs[0])];
  return { name: `${hw.name}_${join.name}`, streams: hw.streams, blocks, ends };
}
