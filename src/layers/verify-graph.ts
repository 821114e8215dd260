/**
 * The invariants of a float graph, checked after every pass: names are unique, tensors are defined once and
 * before use, and every shape is the one that its operation gives.
 */
import { BlnetError } from '../diagnostics.js';
import { formatShape, type Graph } from '../ir/graph.js';
import { inferShape } from './infer-shape.js';

/** Returns the graph, so that a pass may end with it. Errors: BLN102 structure, BLN103 shapes. */
export function verifyGraph(graph: Graph): Graph {
  const fail = (where: string, found: string) => new BlnetError('BLN102', { where, found });
  const names = new Set<string>();
  const defined = new Set([graph.input]);
  const shapeOf = (tensor: string) => {
    const shape = graph.shapes.get(tensor);
    if (!shape) throw fail(`tensor ${tensor}`, 'it has no shape');
    return shape;
  };
  shapeOf(graph.input);
  for (const n of graph.nodes) {
    const where = `node ${n.name}`;
    if (names.has(n.name)) throw fail(where, 'two nodes have this name');
    names.add(n.name);
    for (const t of n.inputs) {
      if (!defined.has(t)) throw fail(where, `its input ${t} is not defined before it`);
    }
    if (defined.has(n.output)) throw fail(where, `its output ${n.output} is already defined`);
    defined.add(n.output);
    const [inferred, stated] = [inferShape(n, n.inputs.map(shapeOf), where), shapeOf(n.output)];
    if (formatShape(inferred) !== formatShape(stated)) {
      throw new BlnetError('BLN103', {
        where,
        found: `${n.output} is stated as ${formatShape(stated)}`,
        need: formatShape(inferred),
      });
    }
  }
  for (const t of graph.outputs) if (!defined.has(t)) throw fail(`output ${t}`, 'no node defines it');
  if (graph.outputs.length === 0) throw fail('the network', 'it has no output');
  if (new Set(graph.outputs).size < graph.outputs.length) throw fail('the outputs', 'one is listed twice');
  for (const t of graph.shapes.keys()) {
    if (!defined.has(t)) throw fail(`tensor ${t}`, 'it has a shape but no node defines it');
  }
  return graph;
}
