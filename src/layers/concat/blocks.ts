/** What a concatenation becomes: tables where formats differ, and blocks that join two streams each. */
import type { LayerTensors } from '../../ir/quant-graph.js';
import { type PlannedBlock, planned, type Source } from '../layer-kind.js';
import { tableBlock } from '../lookup/index.js';
import { groupsOf, letterOf, outputOf, pixelsOf } from '../shared/lanes.js';
import type { QuantConcat } from './types.js';

/** A table in front of every input that needs one, then a join for every input after the first. */
export function blocksOf(
  node: QuantConcat,
  { inputs, output: y }: LayerTensors,
  lanes: number,
): PlannedBlock[] {
  const blocks: PlannedBlock[] = [];
  const add = (block: PlannedBlock): Source => ({ block: blocks.push(block) - 1 });
  const pixels = pixelsOf(y);
  const sources = inputs.map((x, i): Source => {
    const table = node.tables[i];
    if (!table) return { input: i };
    const role = `table_${letterOf(i)}`;
    const output = { ...outputOf(x, lanes), role: `${role}_out`, bits: y.bits, signed: y.signed };
    return add(tableBlock(table, x, y, lanes, { sources: [{ input: i }], role, output }));
  });
  let [joined] = sources;
  let aBeats = groupsOf(inputs[0], lanes);
  inputs.slice(1).forEach((x, i) => {
    const bBeats = groupsOf(x, lanes);
    const isLast = i === inputs.length - 2;
    const role = isLast ? '' : `join_${letterOf(i + 1)}`;
    const output = {
      ...outputOf(y, lanes),
      role: isLast ? 'out' : `${role}_out`,
      beatsPerFrame: pixels * (aBeats + bBeats),
    };
    const shape = { kind: 'concat' as const, pixels, lanes, bits: y.bits, aBeats, bBeats };
    joined = add(planned(shape, () => ({}), { sources: [joined, sources[i + 1]], role, output }));
    aBeats += bBeats;
  });
  return blocks;
}
