/** Weights in a file beside the model: taken into it, and from nowhere else than the model's own folder. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { importOnnx } from '../../src/frontend/onnx/import-onnx.js';
import { DATA_TYPE } from '../../src/frontend/onnx/onnx-proto.js';
import { FloatModel } from '../../src/io/images/float-model.js';
import { loadModel } from '../../src/io/load-model.js';
import type { ConvOp } from '../../src/layers/conv/index.js';
import { diagnosticOf } from '../support/errors.js';
import { node, onnxModel } from '../support/onnx-model.js';

const folder = mkdtempSync(join(tmpdir(), 'blnet-external-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inner = join(folder, 'models');
mkdirSync(inner);
const values = Float32Array.from({ length: 12 }, (_, i) => i / 4 - 1);
const bytes = new Uint8Array(values.buffer);
writeFileSync(join(inner, 'weights.bin'), Buffer.concat([Buffer.alloc(16), bytes]));
writeFileSync(join(folder, 'secret.bin'), Buffer.concat([Buffer.alloc(16), bytes]));
symlinkSync(join(folder, 'secret.bin'), join(inner, 'link.bin'));

const at = (location: string, offset = '16', length: string | null = '48'): Record<string, string> => ({
  location,
  offset,
  ...(length === null ? {} : { length }),
});

function modelAt(data: Record<string, string>): string {
  const path = join(inner, 'model.onnx');
  const externalData = Object.entries(data).map(([key, value]) => ({ key, value }));
  const weights = { name: 'w', dims: [3, 4, 1, 1], dataType: DATA_TYPE.float, externalData, dataLocation: 1 };
  writeFileSync(path, onnxModel([node('Conv', ['x', 'w'], 'y')], [weights]));
  return path;
}

describe('external data', () => {
  it.each([
    ['with a length', at('weights.bin')],
    ['to the end of the file', at('weights.bin', '16', null)],
    ['by a path within the folder', at('./weights.bin')],
  ])('is taken into the model: %s', async (_, data) => {
    const { graph, onnx } = loadModel(modelAt(data));
    expect(Array.from((graph.nodes[0] as ConvOp).weights)).toEqual(Array.from(values));
    expect(importOnnx(onnx).nodes).toEqual(graph.nodes);
    // The golden has nothing but these bytes.
    const model = await FloatModel.open(onnx);
    expect((await model.run([new Float32Array(144).fill(1)])).get('y')?.[0]?.[0]).toBeCloseTo(-2.5, 5);
    await model.close();
  });

  it('leaves models without it as they are, byte for byte', () => {
    const path = join(inner, 'plain.onnx');
    const plain = onnxModel([node('Relu', ['x'], 'y')]);
    writeFileSync(path, plain);
    expect(Buffer.compare(loadModel(path).onnx, plain)).toBe(0);
  });

  it.each([
    ['above the folder', at('../secret.bin'), 'BLN202'],
    ['above it by a way round', at('x/../../secret.bin'), 'BLN202'],
    ['above it in the other spelling', at('..\\secret.bin'), 'BLN202'],
    ['an absolute path', at(join(folder, 'secret.bin')), 'BLN202'],
    ['a drive', at('C:secret.bin'), 'BLN202'],
    ['a link that leaves the folder', at('link.bin'), 'BLN202'],
    ['the folder itself', at('.'), 'BLN202'],
    ['nothing', at(''), 'BLN202'],
    ['a file that is not there', at('missing.bin'), 'BLN301'],
    ['more than the file holds', at('weights.bin', '20'), 'BLN102'],
    ['an offset that is no number', at('weights.bin', '-1'), 'BLN102'],
    ['a length beyond all limits', at('weights.bin', '0', '900000000000'), 'BLN207'],
  ])('is refused: %s', (_, data, code) => {
    expect(diagnosticOf(() => loadModel(modelAt(data))).code).toBe(code);
  });
});
