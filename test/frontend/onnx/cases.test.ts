/**
 * Small models that people met, with the values of ONNX Runtime (cases.json beside them): within 2.5 steps of the output
 * where blnet quantizes, exact where the model brings its integers, or open with a reason that docs/models.md repeats.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepare } from '../../../src/compile.js';
import { DEFAULT_CONFIG } from '../../../src/config.js';
import { inputOf } from '../../../src/frontend/onnx/model-input.js';
import { readModel } from '../../../src/frontend/onnx/read-model.js';
import { loadModel } from '../../../src/io/load-model.js';
import { preprocess } from '../../../src/ir/preprocess.js';
import { tensorOf } from '../../../src/ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../../../src/ir/quantize-values.js';
import { IntegerExecutor } from '../../../src/sim/integer-executor.js';
import { itWithFile, SHARED } from '../../support/shared-models.js';

interface Case {
  readonly file: string;
  readonly input: readonly number[];
  /** ONNX Runtime's first 48 values. */
  readonly expected: readonly number[];
}

/** What is not taken yet: the error's first words. */
const OPEN: Readonly<Record<string, string>> = {
  'r12b_ap_excl.onnx': 'BLN202 unsupported attribute',
};

/** Models that bring their integers: exact. One step, where a half lies between ONNX's even and blnet's upper neighbour. */
const INTEGER_STEPS: Readonly<Record<string, number>> = {
  'min41.onnx': 0,
  'min17.onnx': 0,
  'r16g_q_between.onnx': 0,
  'r16j_pool_scale.onnx': 1,
  't21_torch_q.onnx': 0,
  't22_torch_fakeq.onnx': 0,
  'r19_qlinearconv.onnx': 0,
};
const FLOAT_STEPS = 2.5;

/** Pixel i is (37 i + 11) mod 256 in the order of the model's input; an image has its channels one after the other. */
function pixelsOf(path: string, onnx: Uint8Array): Uint8Array {
  const model = readModel(onnx);
  const [declared] = model.inputs;
  expect(declared, path).toBeDefined();
  const { shape, order } = inputOf(model, declared);
  const { channels, height, width } = shape;
  const area = height * width;
  const place = (i: number) => (order === 'chw' ? i : (i % area) * channels + Math.floor(i / area));
  return Uint8Array.from({ length: channels * area }, (_, i) => (37 * place(i) + 11) % 256);
}

const softmax = (values: Float32Array): Float32Array => {
  const powers = values.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
};

/** Largest difference to the expected values, in steps of the output. */
function difference(path: string, c: Case): number {
  const { graph, onnx } = loadModel(path);
  const pixels = pixelsOf(path, onnx);
  const config = { ...DEFAULT_CONFIG, calibration: 'min-max' } as const;
  const { quantized, preprocessing } = prepare({ graph, images: [pixels], config });
  const [input, output] = [tensorOf(quantized, quantized.input), tensorOf(quantized, quantized.outputs[0])];
  const integers = quantizeValues(preprocess(pixels, input.shape, preprocessing), input.shape, input);
  const reals = dequantizeValues(new IntegerExecutor(quantized).run(integers), output.shape, output);
  const isSoftmax = graph.notes?.some((n) => n.kind === 'host') === true;
  const ours = isSoftmax ? softmax(reals) : reals;
  expect(ours.length).toBeGreaterThanOrEqual(c.expected.length);
  return Math.max(...c.expected.map((v, i) => Math.abs(v - ours[i]))) / output.scale;
}

const LIST = join(SHARED, 'cases/cases.json');
const cases = existsSync(LIST) ? (JSON.parse(readFileSync(LIST, 'utf8')) as { cases: Case[] }).cases : [];

for (const c of cases) {
  const path = join(SHARED, 'cases', c.file);
  const reason = OPEN[c.file];
  if (reason === undefined) {
    const steps = INTEGER_STEPS[c.file];
    it(`${c.file} ${steps === undefined ? 'within 2.5 steps' : `off by ${steps} steps`}`, () => {
      const found = difference(path, c);
      // Rounding to a step of the output in float32 leaves a little.
      expect(found).toBeLessThanOrEqual(steps === undefined ? FLOAT_STEPS : steps + 1e-3);
    });
  } else {
    it(`${c.file} is refused still`, () => expect(() => difference(path, c)).toThrow(reason));
  }
}
itWithFile('cases/cases.json', 'all cases are in docs/models.md', () => {
  const page = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');
  for (const c of cases) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${c.file} `));
    expect(row, c.file).toBeDefined();
    expect(row?.includes('| passes'), c.file).toBe(OPEN[c.file] === undefined);
  }
  expect(cases.length).toBeGreaterThan(40);
});
