/**
 * The invariants of a quantized graph, checked after the passes made it and when a build folder is read: names,
 * references, topological order, formats, and what every layer says of itself (`verify`).
 */
import { type DiagnosticDetail, REPORT_BUG, refuseProblems } from '../diagnostics.js';
import { sizeOf } from '../ir/graph.js';
import { type QuantGraph, type QuantNode, type QuantTensor, rangeOf, tensorsOf } from '../ir/quant-graph.js';
import { LIMITS } from '../limits.js';
import { isQuantName, quantLayer } from './index.js';
import { arityText } from './infer-shape.js';

/** Bits of a value: every format fits the integer reference's 16-bit words, and one byte. */
const LEAST_BITS = 2;
const MOST_BITS = 8;
const MOST_VALUES = LIMITS.tensorValues.most;

const isText = (v: unknown): v is string => typeof v === 'string' && v !== '';
const isCount = (v: unknown): boolean => Number.isSafeInteger(v) && (v as number) >= 1;

function tensorProblems(name: string, t: QuantTensor): DiagnosticDetail[] {
  const where = `tensor ${name}`;
  const is = (found: string, need: string): DiagnosticDetail => ({ where, found, need });
  if (t.name !== name) return [is(`it calls itself ${JSON.stringify(t.name)}`, name)];
  const { channels, height, width } = t.shape ?? {};
  if (![channels, height, width].every(isCount))
    return [is(`a shape of ${channels} x ${height} x ${width}`, 'three whole numbers above 0')];
  const problems: DiagnosticDetail[] = [];
  if (sizeOf(t.shape) > MOST_VALUES)
    problems.push(is(`${sizeOf(t.shape)} values`, `at most ${MOST_VALUES} values`));
  if (!Number.isInteger(t.bits) || t.bits < LEAST_BITS || t.bits > MOST_BITS || typeof t.signed !== 'boolean')
    return [
      ...problems,
      is(`a format of ${t.bits} bits`, `${LEAST_BITS} to ${MOST_BITS} bits, signed or not`),
    ];
  const [lo, hi] = rangeOf(t);
  if (!Number.isInteger(t.zeroPoint) || t.zeroPoint < lo || t.zeroPoint > hi)
    problems.push(is(`zero point ${t.zeroPoint}`, `a whole number from ${lo} to ${hi}`));
  if (!(Number.isFinite(t.scale) && t.scale > 0)) problems.push(is(`scale ${t.scale}`, 'a scale above 0'));
  return problems;
}

/** Names are unique, tensors defined once and before use, and every one is read. */
function referenceProblems(graph: QuantGraph): DiagnosticDetail[] {
  const problems: DiagnosticDetail[] = [];
  const names = new Set<string>();
  const defined = new Set([graph.input]);
  const read = new Set(graph.outputs);
  const known = (where: string, tensor: string): void => {
    if (!graph.tensors.has(tensor))
      problems.push({ where, found: `there is no tensor ${JSON.stringify(tensor)}` });
  };
  known('the input', graph.input);
  if (graph.outputs.length === 0) problems.push({ where: 'the network', found: 'it has no output' });
  for (const t of graph.outputs) known('an output', t);
  if (read.size !== graph.outputs.length)
    problems.push({ where: 'the outputs', found: 'one is listed twice' });
  for (const { computes, tensor } of graph.host ?? []) {
    const shape = graph.tensors.get(tensor)?.shape;
    const isVector = shape && shape.height * shape.width === 1;
    if (!read.has(tensor) || !isVector)
      problems.push({
        where: `the host's ${computes}`,
        found: `${JSON.stringify(tensor)} is no output of one pixel`,
      });
  }
  for (const n of graph.nodes) {
    const where = `layer ${n.name}`;
    if (!isText(n.name)) problems.push({ where, found: 'a layer without a name' });
    if (names.has(n.name)) problems.push({ where, found: 'two layers have this name' });
    names.add(n.name);
    for (const t of n.inputs) {
      known(where, t);
      read.add(t);
      if (!defined.has(t)) problems.push({ where, found: `its input ${t} is not defined before it` });
    }
    known(where, n.output);
    if (defined.has(n.output)) problems.push({ where, found: `its output ${n.output} is already defined` });
    defined.add(n.output);
  }
  if (graph.nodes.length === 0) problems.push({ where: 'the network', found: 'it has no layers' });
  for (const t of graph.outputs) {
    if (!defined.has(t)) problems.push({ where: 'an output', found: `no layer defines ${t}` });
    // What comes in is a stream already; nothing of the network would stand between it and the end.
    if (t === graph.input) problems.push({ where: 'an output', found: 'it is the input' });
  }
  for (const name of graph.tensors.keys()) {
    const where = `tensor ${name}`;
    if (!defined.has(name)) problems.push({ where, found: 'no layer defines it' });
    else if (!read.has(name)) problems.push({ where, found: 'nothing reads it' });
  }
  return problems;
}

/** Problems of one layer; its tensors are known to be sound. */
function layerProblems(graph: QuantGraph, n: QuantNode): readonly string[] {
  if (!isQuantName(n.op)) return [`unknown operation ${JSON.stringify((n as { op: unknown }).op)}`];
  const layer = quantLayer(n);
  const [least, most] = layer.inputs;
  if (n.inputs.length < least || n.inputs.length > most)
    return [`${n.inputs.length} inputs where ${arityText(layer.inputs)} belong`];
  return layer.verify(n, tensorsOf(graph, n));
}

/** All that is wrong; empty for a graph that the integer reference, lowering and RTL agree on. */
export function quantGraphProblems(graph: QuantGraph): DiagnosticDetail[] {
  const tensors = [...graph.tensors].flatMap(([name, t]) => tensorProblems(name, t));
  const wrong = [...referenceProblems(graph), ...tensors];
  // Layers are asked only when everything that they refer to is there.
  if (wrong.length > 0) return wrong;
  return graph.nodes.flatMap((n) =>
    layerProblems(graph, n).map((found) => ({ where: `layer ${n.name}`, found })),
  );
}

/** Returns the graph. Errors: BLN901, since our own passes made it. */
export function verifyQuantGraph(graph: QuantGraph): QuantGraph {
  refuseProblems('BLN901', quantGraphProblems(graph), REPORT_BUG);
  return graph;
}
