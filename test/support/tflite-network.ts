/** Small TFLite networks for tests, grown layer by layer, with random weights and scales that use the range of int8. */
import type { Prng } from '../../src/ir/prng.js';
import {
  type OperatorName,
  type TestModel,
  type TestOperator,
  type TestTensor,
  tfliteModel,
} from './tflite-model.js';

export interface Map4 {
  readonly name: string;
  readonly shape: readonly [number, number, number, number];
  /** 0 for reals. */
  readonly scale: number;
  readonly zeroPoint: number;
}

export interface WindowOptions {
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly dilation: readonly [number, number];
  /** 0 SAME, 1 VALID. */
  readonly padding: number;
  /** 0 none, 1 ReLU, 2 ReLU_N1_TO_1, 3 ReLU6. */
  readonly fused: number;
}

const extent = (size: number, kernel: number, w: { stride: number; padding: number }): number =>
  Math.ceil(w.padding === 0 ? size / w.stride : (size - kernel + 1) / w.stride);

export class TestNetwork {
  private readonly tensors: TestTensor[] = [];
  private readonly operators: TestOperator[] = [];
  private count = 0;
  readonly input: Map4;

  constructor(
    private readonly prng: Prng,
    shape: readonly [number, number, number],
    private readonly isQuantized = true,
  ) {
    this.input = this.map([1, ...shape], 0.05);
  }

  private scale(near: number): number {
    return Math.fround(near * (0.6 + 0.8 * this.prng.float()));
  }

  /** A tensor that is computed; one format may be shared with the map before. */
  map(shape: readonly [number, number, number, number], near: number, like?: Map4): Map4 {
    const name = `t${this.count++}`;
    const scale = this.isQuantized ? (like?.scale ?? this.scale(near)) : 0;
    const zeroPoint = this.isQuantized ? (like?.zeroPoint ?? this.prng.int(-60, 60)) : 0;
    this.tensors.push(
      this.isQuantized
        ? { name, type: 'int8', shape, scales: [scale], zeroPoints: [zeroPoint] }
        : { name, type: 'float32', shape },
    );
    return { name, shape, scale, zeroPoint };
  }

  constant(type: TestTensor['type'], shape: readonly number[], data: ArrayLike<number>, more = {}): string {
    const name = `c${this.count++}`;
    this.tensors.push({ name, type, shape, data, ...more });
    return name;
  }

  operator(op: OperatorName, inputs: readonly string[], y: Map4, options?: TestOperator['options']): Map4 {
    this.operators.push({ op, inputs, output: y.name, ...(options ? { options } : {}) });
    return y;
  }

  /** Weights and bias of a layer and where its output should lie; `axis` runs over the outputs. */
  private weights(shape: readonly number[], axis: number, x: Map4, taps: number) {
    const size = shape.reduce((a, b) => a * b, 1);
    const outputs = shape[axis];
    const gauss = () => this.prng.float() + this.prng.float() - 1;
    if (!this.isQuantized) {
      const w = this.constant('float32', shape, Float32Array.from({ length: size }, gauss));
      const b = this.constant('float32', [outputs], Float32Array.from({ length: outputs }, gauss));
      return { w, b, near: 0 };
    }
    const isPerChannel = this.prng.int(0, 3) > 0;
    const scales = Array.from({ length: isPerChannel ? outputs : 1 }, () => this.scale(0.01));
    const integers = Int8Array.from({ length: size }, () => this.prng.int(-127, 127));
    const zeros = scales.map(() => 0);
    const w = this.constant('int8', shape, integers, { scales, zeroPoints: zeros, axis });
    const steps = Int32Array.from({ length: outputs }, () => this.prng.int(-2000, 2000));
    const biasScales = scales.map((s) => Math.fround(s * x.scale));
    const b = this.constant('int32', [outputs], steps, { scales: biasScales, zeroPoints: zeros });
    return { w, b, near: Math.sqrt(taps) * 0.01 * x.scale * 73 * 74 * 0.02 };
  }

  conv(x: Map4, outputs: number, o: WindowOptions): Map4 {
    const [, h, w, c] = x.shape;
    const k = this.weights([outputs, ...o.kernel, c], 0, x, o.kernel[0] * o.kernel[1] * c);
    return this.window('CONV_2D', x, k, outputs, o, h, w, {});
  }

  depthwise(x: Map4, multiplier: number, o: WindowOptions): Map4 {
    const [, h, w, c] = x.shape;
    const k = this.weights([1, ...o.kernel, c * multiplier], 3, x, o.kernel[0] * o.kernel[1]);
    return this.window('DEPTHWISE_CONV_2D', x, k, c * multiplier, o, h, w, { multiplier });
  }

  private window(
    op: OperatorName,
    x: Map4,
    k: { w: string; b: string; near: number },
    outputs: number,
    o: WindowOptions,
    h: number,
    w: number,
    more: Record<string, number>,
  ): Map4 {
    const reach = [0, 1].map((i) => (o.kernel[i] - 1) * o.dilation[i] + 1);
    const y = this.map([1, extent(h, reach[0], o), extent(w, reach[1], o), outputs], k.near);
    return this.operator(op, [x.name, k.w, k.b], y, {
      padding: o.padding,
      strideW: o.stride,
      strideH: o.stride,
      dilationW: o.dilation[1],
      dilationH: o.dilation[0],
      fused: o.fused,
      ...more,
    });
  }

  pool(op: 'AVERAGE_POOL_2D' | 'MAX_POOL_2D', x: Map4, o: Omit<WindowOptions, 'dilation'>): Map4 {
    const [, h, w, c] = x.shape;
    const y = this.map([1, extent(h, o.kernel[0], o), extent(w, o.kernel[1], o), c], 0, x);
    const [filterH, filterW] = o.kernel;
    const { stride: strideW, padding, fused } = o;
    return this.operator(op, [x.name], y, { padding, strideW, strideH: strideW, filterW, filterH, fused });
  }

  dense(x: Map4, outputs: number, fused = 0): Map4 {
    const size = x.shape.reduce((a, b) => a * b, 1);
    const k = this.weights([outputs, size], 0, x, size);
    const y = this.map([1, 1, 1, outputs], k.near);
    // A dense layer ends in two axes.
    this.tensors[this.tensors.findIndex((t) => t.name === y.name)] = {
      ...(this.tensors.find((t) => t.name === y.name) as TestTensor),
      shape: [1, outputs],
    };
    return this.operator('FULLY_CONNECTED', [x.name, k.w, k.b], y, { fused });
  }

  add(a: Map4, b: Map4, fused = 0): Map4 {
    const y = this.map(a.shape, Math.max(a.scale, b.scale) * 1.4);
    return this.operator('ADD', [a.name, b.name], y, { fused });
  }

  concat(maps: readonly Map4[], axis: number): Map4 {
    const [first] = maps as [Map4];
    const channels = maps.reduce((sum, x) => sum + x.shape[3], 0);
    const [n, h, w] = first.shape;
    // TFLite wants one format on all sides.
    const y = this.map([n, h, w, channels], 0, first);
    return this.operator(
      'CONCATENATION',
      maps.map((x) => x.name),
      y,
      { axis, fused: 0 },
    );
  }

  pad(x: Map4, [top, bottom, left, right]: readonly [number, number, number, number]): Map4 {
    const amounts = this.constant('int32', [4, 2], [0, 0, top, bottom, left, right, 0, 0]);
    const [, h, w, c] = x.shape;
    return this.operator(
      'PAD',
      [x.name, amounts],
      this.map([1, h + top + bottom, w + left + right, c], 0, x),
    );
  }

  mean(x: Map4): Map4 {
    const axes = this.constant('int32', [2], [1, 2]);
    const y = this.map([1, 1, 1, x.shape[3]], x.scale / 8);
    return this.operator('MEAN', [x.name, axes], y, { keepDims: 1 });
  }

  resize(x: Map4, factor: number): Map4 {
    const [, h, w, c] = x.shape;
    const size = this.constant('int32', [2], [h * factor, w * factor]);
    return this.operator(
      'RESIZE_NEAREST_NEIGHBOR',
      [x.name, size],
      this.map([1, h * factor, w * factor, c], 0, x),
      {
        alignCorners: 0,
        halfPixelCenters: this.prng.int(0, 1),
      },
    );
  }

  /** Of a vector, in the format that TFLite fixes. */
  softmax(x: Map4, beta = 1): Map4 {
    const y = this.map(x.shape, 0, { ...x, scale: 1 / 256, zeroPoint: -128 });
    const of = (name: string) => this.tensors.findIndex((t) => t.name === name);
    const { shape } = this.tensors[of(x.name)];
    this.tensors[of(y.name)] = { ...this.tensors[of(y.name)], shape };
    return this.operator('SOFTMAX', [x.name], y, { beta });
  }

  /** A table: outputs in the formats that TFLite fixes for some. */
  table(op: 'LOGISTIC' | 'TANH' | 'HARD_SWISH' | 'LEAKY_RELU' | 'ELU', x: Map4, alpha?: number): Map4 {
    const fixed = { LOGISTIC: [1 / 256, -128], TANH: [1 / 128, 0] }[op as string];
    const like = fixed && { ...x, scale: fixed[0], zeroPoint: fixed[1] };
    const y = this.map(x.shape, x.scale, like);
    return this.operator(op, [x.name], y, alpha === undefined ? undefined : { alpha });
  }

  /** A sum, difference or product with constants of int8: one, or one for each channel. */
  withConstant(op: 'ADD' | 'SUB' | 'MUL', x: Map4, isScalar: boolean, fused = 0): Map4 {
    const count = isScalar ? 1 : x.shape[3];
    const scale = this.scale(0.02);
    const values = Int8Array.from({ length: count }, () => this.prng.int(-127, 127));
    const integers = { scales: [scale], zeroPoints: [op === 'MUL' ? 0 : this.prng.int(-20, 20)] };
    const reals = Float32Array.from(values, (v) => v * scale);
    const k = this.isQuantized
      ? this.constant('int8', isScalar ? [] : [count], values, integers)
      : this.constant('float32', isScalar ? [] : [count], reals);
    return this.operator(op, [x.name, k], this.map(x.shape, op === 'MUL' ? x.scale * 1.2 : x.scale * 1.4), {
      fused,
    });
  }

  /** A change of format, or an activation between two formats. */
  pointwise(op: 'QUANTIZE' | 'RELU' | 'RELU6', x: Map4): Map4 {
    return this.operator(op, [x.name], this.map(x.shape, x.scale));
  }

  model(output: Map4, more: Partial<TestModel> = {}): TestModel {
    return {
      tensors: this.tensors,
      operators: this.operators,
      input: this.input.name,
      output: output.name,
      ...more,
    };
  }

  bytes(output: Map4): Uint8Array {
    return tfliteModel(this.model(output));
  }

  indexOf(map: Map4): number {
    return this.tensors.findIndex((t) => t.name === map.name);
  }
}
