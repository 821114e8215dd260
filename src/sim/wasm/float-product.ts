/**
 * Matrix product in single precision as WebAssembly SIMD: what a float convolution spends its time on. One module for
 * all sizes; a tile of 4 outputs x 8 pixels stays in registers. Sums are in the order of the inputs, so that results
 * are the same on every machine.
 */
import { largestOf } from '../../ir/extremes.js';
import { type Code, ModuleBuilder, sequence } from './encode.js';
import { compileModule, instantiate, type WasmMemory } from './host.js';
import { MemoryPlan } from './memory-plan.js';
import { f32x4, i32, increment, repeat, v128 } from './ops.js';

const OUTPUTS = 4;
const PIXELS = 8;
const VECTOR_BYTES = 16;

/** y[outputs][pixels] = bias[outputs] + w[outputs][inputs] * x[inputs][pixels]. */
export interface ProductSize {
  readonly outputs: number;
  readonly inputs: number;
  readonly pixels: number;
}

const roundUp = (n: number, unit: number): number => Math.ceil(n / unit) * unit;

/** Loops of the product; all sizes and addresses come from words of the memory. */
function emitProduct(word: (index: number) => number): Uint8Array {
  const module = new ModuleBuilder();
  const f = module.add('run');
  const local = () => f.local('i32');
  const [blocks, tiles, inputs, weight, block, column, x, y, row] = Array.from({ length: 9 }, local);
  const [blocksLeft, tilesLeft, inputsLeft] = [local(), local(), local()];
  const sums = Array.from({ length: OUTPUTS }, () => [f.local('v128'), f.local('v128')] as const);
  const [left, right, factor] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const load = (index: number): Code => i32.load(i32.const(0), word(index));
  const bytesOfRow = i32.shl(tiles.get, i32.const(Math.log2(4 * PIXELS)));

  // A block of weights is its biases, then OUTPUTS weights for every input.
  const multiply = sequence(
    left.set(v128.load(row.get)),
    right.set(v128.load(row.get, VECTOR_BYTES)),
    ...sums.map(([a, b], o) =>
      sequence(
        factor.set(v128.loadSplat32(weight.get, 4 * o)),
        a.set(f32x4.add(a.get, f32x4.mul(factor.get, left.get))),
        b.set(f32x4.add(b.get, f32x4.mul(factor.get, right.get))),
      ),
    ),
    increment(weight, 4 * OUTPUTS),
    row.set(i32.add(row.get, bytesOfRow)),
  );
  const store = sums.map(([a, b]) =>
    sequence(
      v128.store(row.get, a.get),
      v128.store(row.get, b.get, VECTOR_BYTES),
      row.set(i32.add(row.get, bytesOfRow)),
    ),
  );
  const tile = sequence(
    weight.set(block.get),
    ...sums.map(([a, b], o) => sequence(a.set(v128.loadSplat32(weight.get, 4 * o)), b.set(a.get))),
    increment(weight, 4 * OUTPUTS),
    row.set(i32.add(x.get, column.get)),
    repeat(inputsLeft, inputs.get, multiply),
    row.set(i32.add(y.get, column.get)),
    ...store,
    increment(column, 4 * PIXELS),
  );
  f.emit(
    blocks.set(load(0)),
    tiles.set(load(1)),
    inputs.set(load(2)),
    block.set(load(3)),
    x.set(load(4)),
    y.set(load(5)),
    repeat(
      blocksLeft,
      blocks.get,
      column.set(i32.const(0)),
      repeat(tilesLeft, tiles.get, tile),
      // `weight` stands behind this block, `row` behind its last output row of the last tile.
      block.set(weight.get),
      y.set(i32.add(y.get, i32.mul(bytesOfRow, i32.const(OUTPUTS)))),
    ),
  );
  return module.encode();
}

/** Blocks of OUTPUTS biases, then OUTPUTS weights for every input; zeros where there is no output. */
function pack(outputs: number, inputs: number, w: Float32Array, bias: Float32Array | null): Float32Array {
  const packed = new Float32Array(roundUp(outputs, OUTPUTS) * (inputs + 1));
  for (let o = 0; o < outputs; o++) {
    let at = (o - (o % OUTPUTS)) * (inputs + 1) + (o % OUTPUTS);
    packed[at] = bias ? bias[o] : 0;
    for (let i = 0; i < inputs; i++) {
      at += OUTPUTS;
      packed[at] = w[o * inputs + i];
    }
  }
  return packed;
}

/** Room for the largest of several products, and the code that all of them run. */
export class FloatProduct {
  private readonly memory: WasmMemory;
  private readonly run: () => void;
  private readonly control: number;
  private readonly weights: number;
  private readonly x: number;
  private readonly y: number;
  /** Weights as the loops take them, once for all images; by what they are made from. */
  private readonly packed = new Map<Float32Array, Float32Array>();

  /** @param sizes of every product that will be asked for */
  constructor(sizes: readonly ProductSize[]) {
    const plan = new MemoryPlan();
    const most = (count: (s: ProductSize) => number): number => 4 * largestOf(sizes.map(count), 0);
    const padded = ({ pixels }: ProductSize): number => roundUp(pixels, PIXELS);
    this.control = plan.reserve(6 * 4);
    this.weights = plan.reserve(most((s) => roundUp(s.outputs, OUTPUTS) * (s.inputs + 1)));
    this.x = plan.reserve(most((s) => s.inputs * padded(s)));
    this.y = plan.reserve(most((s) => roundUp(s.outputs, OUTPUTS) * padded(s)));
    this.memory = plan.build();
    this.run = instantiate(compileModule(emitProduct((i) => this.control + 4 * i)), this.memory).run;
  }

  /** Overwrites `y`. Weights must not change between calls. The size must be one of those that the constructor was told, or smaller in every way. */
  multiply(
    { outputs, inputs, pixels }: ProductSize,
    w: Float32Array,
    bias: Float32Array | null,
    x: Float32Array,
    y: Float32Array,
  ): void {
    const { buffer } = this.memory;
    const blocks = Math.ceil(outputs / OUTPUTS);
    const stride = roundUp(pixels, PIXELS);
    new Int32Array(buffer, this.control, 6).set([
      blocks,
      stride / PIXELS,
      inputs,
      this.weights,
      this.x,
      this.y,
    ]);
    const packed = this.packed.get(w) ?? pack(outputs, inputs, w, bias);
    this.packed.set(w, packed);
    new Float32Array(buffer, this.weights, packed.length).set(packed);
    const columns = new Float32Array(buffer, this.x, inputs * stride);
    if (stride === pixels) columns.set(x.subarray(0, inputs * pixels));
    else for (let i = 0; i < inputs; i++) columns.set(x.subarray(i * pixels, (i + 1) * pixels), i * stride);
    this.run();
    const results = new Float32Array(buffer, this.y, outputs * stride);
    if (stride === pixels) y.set(results);
    else
      for (let o = 0; o < outputs; o++) y.set(results.subarray(o * stride, o * stride + pixels), o * pixels);
  }
}
