/**
 * What is wrong with a folding plan that somebody may have edited: every layer has a folding of its own kind, and the
 * numbers of it are such that lowering makes blocks of a sane size. Whether the blocks are legal they say themselves.
 */
import type { DiagnosticDetail } from '../diagnostics.js';
import type { Folding, FoldingPlan } from '../ir/folding.js';
import { type QuantGraph, type QuantNode, tensorOf } from '../ir/quant-graph.js';
import { needsWindow } from '../layers/shared/window.js';

/** Kind of folding that a layer takes. */
function kindOf(node: QuantNode): Folding['op'] {
  return node.op === 'conv' || node.op === 'depthwise' || node.op === 'maxPool' ? node.op : 'lanes';
}

function numbersOf(graph: QuantGraph, node: QuantNode, f: Folding): string[] {
  const inputs = tensorOf(graph, node.inputs[0] as string).shape.channels;
  const outputs = tensorOf(graph, node.output).shape.channels;
  const problems: string[] = [];
  const atMost = (key: string, value: number, most: number): void => {
    if (value > most) problems.push(`${key} ${value}, of ${most}`);
  };
  const divides = (key: string, value: number, whole: number): void => {
    if (whole % value !== 0) problems.push(`${key} ${value}, which does not divide ${whole}`);
  };
  const taps = (value: number): void => {
    const { kernel } = node as QuantNode & { kernel: number };
    if (value !== 1 && value !== kernel) problems.push(`taps ${value}, neither 1 nor ${kernel}`);
  };
  switch (f.op) {
    case 'conv':
      taps(f.taps);
      atMost('windowLanes', f.windowLanes, inputs);
      atMost('pe', f.pe, outputs);
      atMost('peDsp', f.peDsp, f.pe);
      if (f.simd !== f.windowLanes * f.taps) problems.push(`simd ${f.simd}, not windowLanes x taps`);
      if (node.op === 'conv' && !needsWindow(node) && f.taps !== 1)
        problems.push(`taps ${f.taps} without a window`);
      divides('lanesOut', f.lanesOut, f.pe);
      break;
    case 'depthwise':
      taps(f.taps);
      atMost('lanes', f.lanes, inputs);
      divides('lanesOut', f.lanesOut, f.lanes);
      break;
    case 'maxPool':
      taps(f.taps);
      atMost('lanes', f.lanes, inputs);
      break;
    case 'lanes':
      atMost('lanes', f.lanes, inputs);
      break;
  }
  return problems;
}

/** Empty for a plan that `lower` can take. `graph` must be sound. */
export function planProblems(graph: QuantGraph, plan: FoldingPlan): DiagnosticDetail[] {
  const layers = new Set(graph.nodes.map((n) => n.name));
  const strange = [...plan.keys()].find((name) => !layers.has(name));
  const problems: DiagnosticDetail[] =
    strange === undefined ? [] : [{ where: `folding of ${strange}`, found: 'there is no such layer' }];
  for (const node of graph.nodes) {
    const where = `folding of ${node.name}`;
    const f = plan.get(node.name);
    if (!f) problems.push({ where, found: 'nothing' });
    else if (f.op !== kindOf(node))
      problems.push({ where, found: `a folding '${f.op}'`, need: `'${kindOf(node)}'` });
    else problems.push(...numbersOf(graph, node, f).map((found) => ({ where, found })));
  }
  return problems;
}
