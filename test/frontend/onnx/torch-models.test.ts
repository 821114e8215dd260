/** Classics as torch.onnx.export writes them, fixed and free batch, three opsets: all import, and equal ONNX Runtime. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/import-onnx.js';
import { FloatModel } from '../../../src/io/images/float-model.js';
import { type Shape, sizeOf } from '../../../src/ir/graph.js';
import { Prng } from '../../../src/ir/prng.js';
import { FloatExecutor } from '../../../src/sim/float-executor.js';
import { describeWithTool, PYTHON } from '../../support/tools.js';

const SCRIPT = fileURLToPath(new URL('../../support/export_torch_models.py', import.meta.url));

/** What the host does behind the outputs. */
function hostPart(values: Float32Array, text: string | undefined): Float32Array {
  if (!text) return values;
  const sum = values.reduce((total, v) => total + Math.exp(v), 0);
  return text.startsWith('Log') ? values.map((v) => v - Math.log(sum)) : values.map((v) => Math.exp(v) / sum);
}

describeWithTool('torch', 'PyTorch models', () => {
  it('import, and compute what ONNX Runtime does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'blnet-torch-'));
    try {
      const { status, stderr } = spawnSync(PYTHON, [SCRIPT, folder], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      const files = readdirSync(folder).sort();
      expect(files).toHaveLength(15);
      for (const file of files) {
        const bytes = new Uint8Array(readFileSync(join(folder, file)));
        const graph = importOnnx(bytes);
        const p = new Prng(5);
        const size = sizeOf(graph.shapes.get(graph.input) as Shape);
        const image = Float32Array.from({ length: size }, () => p.float());
        const model = await FloatModel.open(bytes);
        const theirs = (await model.run([image])).get(model.output)?.[0] as Float32Array;
        await model.close();
        const host = graph.notes?.find((n) => n.kind === 'host')?.text;
        const ours = hostPart(new FloatExecutor(graph).run(image), host);
        expect(ours.length, file).toBe(theirs.length);
        const largest = Math.max(...ours.map((v, i) => Math.abs(v - theirs[i])));
        expect(largest, file).toBeLessThan(1e-5);
        const assumed = graph.notes?.find((n) => n.kind === 'assumed')?.text;
        expect(assumed, file).toContain(file.startsWith('normalizing') ? 'pixels, 0 to 255' : 'pixel / 255');
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
