/** Random QDQ and QLinear graphs against ONNX Runtime with its own arithmetic. Usage: onnx-equality.js [GRAPHS] */
import { compareCase, quantizedCases } from '../test/support/quantized-onnx.js';

const [GRAPHS = 300] = process.argv.slice(2).map(Number);

const byKind = new Map<string, { graphs: number; equal: number; named: number }>();
let wrong = 0;
for (const [i, c] of quantizedCases(GRAPHS).entries()) {
  const { largest, allowed, proofs } = await compareCase(c, i);
  const kind = c.title.replace(/ \d+$/, '');
  const count = byKind.get(kind) ?? { graphs: 0, equal: 0, named: 0 };
  byKind.set(kind, count);
  count.graphs++;
  if (largest === 0) count.equal++;
  else if (largest <= allowed) count.named++;
  else {
    wrong++;
    console.log(`${c.title}: ${largest} steps where ${allowed} were named: ${JSON.stringify(proofs)}`);
  }
}
for (const [kind, { graphs, equal, named }] of byKind)
  console.log(
    `${kind}: ${graphs} graphs; ${equal} equal in every integer, ${named} within the difference that the build names beforehand`,
  );
console.log(`${GRAPHS} graphs: ${wrong} differ by more than was named`);
if (wrong > 0) process.exitCode = 1;
