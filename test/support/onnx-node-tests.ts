/** ONNX's own node tests, made by the distribution's Python (onnx_node_tests.py), and what blnet computes of one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from '../../src/compile.js';
import { DEFAULT_CONFIG } from '../../src/config.js';
import { type Graph, type Shape, sizeOf } from '../../src/ir/graph.js';
import { preprocess, preprocessingOf, withPreprocessing } from '../../src/ir/preprocess.js';
import { splitOutputs, tensorOf } from '../../src/ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../../src/ir/quantize-values.js';
import { FloatExecutor } from '../../src/sim/float-executor.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { PYTHON } from './tools.js';

export interface NodeTest {
  readonly name: string;
  readonly operator: string;
  /** numpy's name for the type of the input. */
  readonly type: string;
  /** All images, in the model's order. */
  readonly input: readonly number[];
  readonly outputs: readonly (readonly number[])[];
  readonly model: Uint8Array;
}

const SCRIPT = fileURLToPath(new URL('onnx_node_tests.py', import.meta.url));

export function nodeTests(): readonly NodeTest[] {
  const folder = mkdtempSync(join(tmpdir(), 'blnet-nodes-'));
  try {
    const { status, stderr } = spawnSync(PYTHON, [SCRIPT, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Omit<NodeTest, 'model'>[];
    return cases.map((c) => ({ ...c, model: new Uint8Array(readFileSync(join(folder, `${c.name}.onnx`))) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The images of a test, each as the network takes it. */
function imagesOf(test: NodeTest, graph: Graph): Float32Array[] {
  const size = sizeOf(graph.shapes.get(graph.input) as Shape);
  return Array.from({ length: test.input.length / size }, (_, i) =>
    Float32Array.from(test.input.slice(i * size, (i + 1) * size)),
  );
}

const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** Largest difference of the float graph to ONNX's output, as a part of its largest value. */
export function floatError(test: NodeTest, graph: Graph): number {
  const executor = new FloatExecutor(graph);
  const shape = graph.shapes.get(graph.input) as Shape;
  const preprocessing = preprocessingOf(graph.metadata);
  const images = imagesOf(test, graph).map((image) =>
    test.type === 'float32' ? image : preprocess(Uint8Array.from(image), shape, preprocessing),
  );
  const ours = images.flatMap((image) => Array.from(executor.run(image)));
  const [theirs] = test.outputs;
  if (ours.length !== theirs.length) throw new Error(`${ours.length} values for ${theirs.length}`);
  const size = largest(theirs.map(Math.abs)) || 1;
  return largest(ours.map((v, i) => Math.abs(v - theirs[i]) / size));
}

/** Pixels that come near the values of a test: all steps between its smallest and its largest value. */
function withPixels(test: NodeTest, graph: Graph): Graph {
  if (test.type !== 'float32') return graph;
  const [lo, hi] = [Math.min(0, ...test.input), Math.max(0, ...test.input)];
  const std = 255 / (hi - lo || 1);
  return withPreprocessing(graph, [Math.round(-lo * std)], [std]);
}

/** Largest difference between integers and reals of the same pixels, in steps of the output. */
export function integerError(test: NodeTest, imported: Graph): number {
  const graph = withPixels(test, imported);
  const shape = graph.shapes.get(graph.input) as Shape;
  const { mean, std } = preprocessingOf(graph.metadata);
  const pixels = imagesOf(test, graph).map((image) =>
    Uint8Array.from(image, (v) => Math.min(255, Math.max(0, Math.round(v * std[0] + mean[0])))),
  );
  const config = { ...DEFAULT_CONFIG, calibration: 'min-max' } as const;
  const { quantized, preprocessing } = prepare({ graph, images: pixels, config });
  const [executor, float] = [new IntegerExecutor(quantized), new FloatExecutor(graph)];
  const input = tensorOf(quantized, quantized.input);
  return largest(
    pixels.map((image) => {
      const reals = preprocess(image, shape, preprocessing);
      const outputs = splitOutputs(quantized, executor.run(quantizeValues(reals, shape, input)));
      const output = tensorOf(quantized, quantized.outputs[0]);
      const ours = dequantizeValues(outputs[0], output.shape, output);
      const theirs = float.run(reals);
      return largest(Array.from(ours, (v, i) => Math.abs(v - theirs[i]) / output.scale));
    }),
  );
}
