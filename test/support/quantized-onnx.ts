/** Random quantized ONNX graphs of one layer, as exporters write them: QDQ and QLinear operators. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LayerProof } from '../../src/arithmetic/proof.js';
import { importOnnx } from '../../src/frontend/onnx/import-onnx.js';
import { DATA_TYPE, type NodeMessage, type TensorMessage } from '../../src/frontend/onnx/onnx-proto.js';
import { SESSION_OPTIONS } from '../../src/io/images/float-model.js';
import { Prng } from '../../src/ir/prng.js';
import { tensorOf } from '../../src/ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../../src/ir/quantize-values.js';
import { foldBatchNorm } from '../../src/passes/fold-batch-norm.js';
import { quantize } from '../../src/passes/quantize.js';
import { IntegerExecutor } from '../../src/sim/integer-executor.js';
import { floats, int8s, node, onnxModel, value } from './onnx-model.js';

const IMAGES = 3;

export interface QuantizedCase {
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Steps by which sums and averages, which are not proved, may differ. */
  readonly unprovedSteps: number;
}

const integers = (
  name: string,
  dims: readonly number[],
  values: readonly number[],
  dataType: number,
): TensorMessage => ({
  name,
  dims: [...dims],
  dataType,
  int32Data: [...values],
});

class Parts {
  readonly nodes: NodeMessage[] = [];
  readonly constants: TensorMessage[] = [];
  private count = 0;

  /** All maps of a graph: the kernels of ONNX Runtime take one type on both sides. */
  private readonly isSigned: boolean;

  constructor(
    readonly p: Prng,
    isUnsigned: boolean,
  ) {
    this.isSigned = !isUnsigned && p.int(0, 1) === 0;
  }

  scale(near: number): number {
    return Math.fround(near * (0.6 + 0.8 * this.p.float()));
  }

  /** Scale and zero point of a map, as constants. */
  format(near: number): readonly [string, string] {
    const n = this.count++;
    const { isSigned } = this;
    const zero = this.p.int(-30, 30) + (isSigned ? 0 : 128);
    this.constants.push(
      floats(`s${n}`, [], [this.scale(near)]),
      integers(`z${n}`, [], [zero], isSigned ? DATA_TYPE.int8 : DATA_TYPE.uint8),
    );
    return [`s${n}`, `z${n}`];
  }

  /** Weights with a scale for each output, or one; names of integers, scales and zero points. */
  weights(dims: readonly number[]): { w: string; scale: string; zero: string; scales: number[] } {
    const isPerChannel = this.p.int(0, 2) > 0;
    const scales = Array.from({ length: isPerChannel ? dims[0] : 1 }, () => this.scale(0.01));
    const size = dims.reduce((a, b) => a * b, 1);
    this.constants.push(
      int8s(
        'w',
        dims,
        Array.from({ length: size }, () => this.p.int(-127, 127)),
      ),
      floats('ws', isPerChannel ? [dims[0]] : [], scales),
      int8s(
        'wz',
        isPerChannel ? [dims[0]] : [],
        scales.map(() => 0),
      ),
    );
    return { w: 'w', scale: 'ws', zero: 'wz', scales };
  }

  bias(outputs: number): void {
    this.constants.push(
      integers(
        'b',
        [outputs],
        Array.from({ length: outputs }, () => this.p.int(-2000, 2000)),
        DATA_TYPE.int32,
      ),
    );
  }

  /** Q and DQ of a map. */
  quantized(x: string, y: string, [s, z]: readonly [string, string]): void {
    this.nodes.push(
      node('QuantizeLinear', [x, s, z], `${y}_q`),
      node('DequantizeLinear', [`${y}_q`, s, z], y),
    );
  }
}

type Make = (t: Parts) => number;

const window = (p: Prng) => {
  const kernel = p.int(1, 3);
  return { kernel, stride: p.int(1, 2), pad: kernel > 1 ? p.int(0, 1) : 0 };
};
const SPREAD = 0.4;

const qdqConv: Make = (t) => {
  const { p } = t;
  const [outputs, { kernel, stride, pad }] = [p.int(1, 5), window(p)];
  t.quantized('x', 'xd', t.format(0.03));
  const { w, scale, zero, scales } = t.weights([outputs, 4, kernel, kernel]);
  t.nodes.push(node('DequantizeLinear', [w, scale, zero], 'wd', scales.length > 1 ? { axis: 0 } : {}));
  const inputScale = (t.constants.find((c) => c.name === 's0') as { floatData: number[] }).floatData[0];
  t.bias(outputs);
  t.constants.push(
    floats(
      'bs',
      scales.length > 1 ? [outputs] : [],
      scales.map((s) => Math.fround(Math.fround(s) * Math.fround(inputScale))),
    ),
    integers(
      'bz',
      scales.length > 1 ? [outputs] : [],
      scales.map(() => 0),
      DATA_TYPE.int32,
    ),
  );
  t.nodes.push(node('DequantizeLinear', ['b', 'bs', 'bz'], 'bd', scales.length > 1 ? { axis: 0 } : {}));
  t.nodes.push(
    node('Conv', ['xd', 'wd', 'bd'], 'c', { strides: [stride, stride], pads: [pad, pad, pad, pad] }),
  );
  const isRectified = p.int(0, 1) === 0;
  if (isRectified) t.nodes.push(node('Relu', ['c'], 'r'));
  t.quantized(isRectified ? 'r' : 'c', 'y', t.format(SPREAD * kernel * 0.1));
  return 0;
};

const qlinearConv: Make = (t) => {
  const { p } = t;
  const [outputs, { kernel, stride, pad }] = [p.int(1, 5), window(p)];
  const [xs, xz] = t.format(0.03);
  t.nodes.push(node('QuantizeLinear', ['x', xs, xz], 'xq'));
  const { w, scale, zero } = t.weights([outputs, 4, kernel, kernel]);
  t.bias(outputs);
  const [ys, yz] = t.format(SPREAD * kernel * 0.1);
  t.nodes.push(
    node('QLinearConv', ['xq', xs, xz, w, scale, zero, ys, yz, 'b'], 'yq', {
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    }),
    node('DequantizeLinear', ['yq', ys, yz], 'y'),
  );
  return 0;
};

const qdqSum: Make = (t) => {
  t.quantized('x', 'a', t.format(0.03));
  t.nodes.push(node('Relu', ['a'], 'r'));
  t.quantized('r', 'b', t.format(0.03));
  t.nodes.push(node('Add', ['a', 'b'], 'c'));
  t.quantized('c', 'y', t.format(0.05));
  return 1;
};

const qdqMean: Make = (t) => {
  t.quantized('x', 'a', t.format(0.03));
  t.nodes.push(node('GlobalAveragePool', ['a'], 'c'));
  t.quantized('c', 'y', t.format(0.01));
  return 1;
};

const qdqPool: Make = (t) => {
  const [s, z] = t.format(0.03);
  t.quantized('x', 'a', [s, z]);
  t.nodes.push(node('MaxPool', ['a'], 'c', { kernel_shape: [2, 2], strides: [2, 2] }));
  t.quantized('c', 'y', [s, z]);
  return 0;
};

const KINDS: Readonly<Record<string, Make>> = {
  'QDQ convolution': qdqConv,
  QLinearConv: qlinearConv,
  'QDQ sum': qdqSum,
  'QDQ mean': qdqMean,
  'QDQ maximum': qdqPool,
};

/** Convolutions in three of five. */
const ORDER = [
  'QDQ convolution',
  'QLinearConv',
  'QDQ convolution',
  'QDQ sum',
  'QDQ convolution',
  'QLinearConv',
  'QDQ mean',
  'QDQ maximum',
];

export function quantizedCases(count: number): QuantizedCase[] {
  return Array.from({ length: count }, (_, seed) => {
    const kind = ORDER[seed % ORDER.length];
    const t = new Parts(new Prng(5000 + seed), kind === 'QLinearConv');
    const unprovedSteps = KINDS[kind](t);
    const bytes = onnxModel(t.nodes, t.constants, {
      input: [1, 4, 6, 6],
      patch: (m) => {
        const graph = m.graph as { output?: unknown };
        graph.output = [value('y', null)];
      },
    });
    return { title: `${kind} ${seed}`, bytes, unprovedSteps };
  });
}

export interface Compared {
  readonly proofs: readonly LayerProof[];
  /** Of all values of all images, in steps of the output. */
  readonly largest: number;
  /** The most that the proofs allow. */
  readonly allowed: number;
  /** How many different integers came out. */
  readonly distinct: number;
}

/** A case in ONNX Runtime and in the integers that `--arithmetic onnxruntime` gives it. */
export async function compareCase({ bytes, unprovedSteps }: QuantizedCase, seed: number): Promise<Compared> {
  const proofs: LayerProof[] = [];
  const graph = quantize(foldBatchNorm(importOnnx(bytes)), {
    ranges: {},
    inputFormat: { bits: 8, signed: false, scale: 1, zeroPoint: 0 },
    arithmetic: 'onnxruntime',
    onProof: (p) => proofs.push(p),
  });
  const [x, y] = [tensorOf(graph, graph.input), tensorOf(graph, graph.outputs[0])];
  const session = await InferenceSession.create(bytes, SESSION_OPTIONS);
  const run = new IntegerExecutor(graph);
  const p = new Prng(seed);
  const seen = new Set<number>();
  let largest = 0;
  for (let i = 0; i < IMAGES; i++) {
    // Reals that are integers of the input, so that nobody rounds here.
    const q = Int16Array.from({ length: 4 * 36 }, () => p.int(0, 255) - (x.signed ? 128 : 0));
    const image = dequantizeValues(q, x.shape, x);
    const outputs = await session.run({ x: new Tensor('float32', image, [1, 4, 6, 6]) });
    const theirs = outputs.y.data as Float32Array;
    run.run(quantizeValues(image, x.shape, x));
    const ours = dequantizeValues(run.valuesOf(y.name), y.shape, y);
    theirs.forEach((v, k) => {
      const steps = Math.round((v - ours[k]) / y.scale);
      largest = Math.max(largest, Math.abs(steps));
      seen.add(Math.round(v / y.scale));
    });
  }
  await session.release();
  const steps = proofs.flatMap((l) => (l.unproved ? [unprovedSteps] : l.differing.map((d) => d.steps)));
  return { proofs, largest, allowed: Math.max(0, ...steps), distinct: seen.size };
}
