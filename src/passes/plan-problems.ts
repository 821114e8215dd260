/**
 * What is wrong with a folding plan that somebody may have edited: every layer has a folding of its own kind, and the
 * numbers of it are such that lowering makes blocks of a sane size. Whether the blocks are legal they say themselves.
 */
import type { DiagnosticDetail } from '../diagnostics.js';
import type { FoldingPlan } from '../ir/folding.js';
import { type QuantGraph, tensorsOf } from '../ir/quant-graph.js';
import { foldingNameOf } from '../layers/document-schemas.js';
import { quantLayer } from '../layers/index.js';

/** Empty for a plan that `lower` can take. `graph` must be sound. */
export function planProblems(graph: QuantGraph, plan: FoldingPlan): DiagnosticDetail[] {
  const layers = new Set(graph.nodes.map((n) => n.name));
  const strange = [...plan.keys()].find((name) => !layers.has(name));
  const problems: DiagnosticDetail[] =
    strange === undefined ? [] : [{ where: `folding of ${strange}`, found: 'there is no such layer' }];
  for (const node of graph.nodes) {
    const where = `folding of ${node.name}`;
    const f = plan.get(node.name);
    if (!f) {
      problems.push({ where, found: 'nothing' });
      continue;
    }
    const layer = quantLayer(node);
    const [found, need] = [`${f.op}`, foldingNameOf(node)];
    if (found !== need) problems.push({ where, found: `a folding '${found}'`, need: `'${need}'` });
    else
      problems.push(
        ...layer.foldingProblems(node, tensorsOf(graph, node), f).map((text) => ({ where, found: text })),
      );
  }
  return problems;
}
