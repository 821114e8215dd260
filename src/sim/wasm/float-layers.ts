/**
 * Float layers without a matrix product as WebAssembly SIMD: depthwise 3x3 windows and clamps. Exactly what the plain
 * loops of `float-kernels.ts` compute: taps of a row in double precision, every row of them rounded to single.
 */
import { type Code, ModuleBuilder, sequence } from './encode.js';
import { compileModule, instantiate, type WasmMemory } from './host.js';
import { MemoryPlan } from './memory-plan.js';
import { f32x4, f64x2, i32, increment, repeat, v128 } from './ops.js';

/** A channel's bias and nine weights, in doubles. */
const CONSTANTS = 10;
/** Vectors read and write some values beyond the last one. */
const SLACK_BYTES = 64;

/** Lanes of 32 bits, the first two of which count. */
const EVEN = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];
const ODD = [4, 5, 6, 7, 12, 13, 14, 15, 4, 5, 6, 7, 12, 13, 14, 15];

/** A padded image of `channels` planes, and the output of a 3x3 window over it. */
export interface WindowSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly stride: number;
}

const takes = (s: WindowSize): boolean => s.stride === 1 || s.stride === 2;

/** Words of the memory that the loops read their sizes and addresses from. */
const CONTROL = ['count', 'rows', 'pairs', 'rowBytes', 'planeBytes', 'outRowBytes'] as const;
type Word = (name: (typeof CONTROL)[number]) => Code;

interface Places {
  readonly word: Word;
  readonly bounds: number;
  readonly constants: number;
  readonly x: number;
  readonly y: number;
}

/** Two neighbouring outputs at a time; planes, rows and outputs lie one behind the other. */
function emitWindows(module: ModuleBuilder, name: string, stride: 1 | 2, at: Places): void {
  const f = module.add(name);
  const local = () => f.local('i32');
  const [planes, rows, pairs, constant, plane, row, from, to, outRow] = Array.from({ length: 9 }, local);
  const factors = Array.from({ length: CONSTANTS }, () => f.local('v128'));
  const sum = f.local('v128');
  const below = f.local('i32');
  // Taps of both outputs, in doubles.
  const tap = (address: Code, column: number): Code =>
    stride === 1
      ? f64x2.promoteLow(v128.loadZero64(address, 4 * column))
      : f64x2.promoteLow(
          v128.shuffle(v128.load(address, column === 2 ? 8 : 0), v128.zero, column === 1 ? ODD : EVEN),
        );
  const addRow = (address: Code, ky: number): Code => {
    const product = (kx: number) => f64x2.mul(factors[1 + 3 * ky + kx].get, tap(address, kx));
    return f64x2.add(sum.get, f64x2.add(f64x2.add(product(0), product(1)), product(2)));
  };
  const rounded = (value: Code): Code => f64x2.promoteLow(f32x4.demoteZero(value));
  const nextRow = below.set(i32.add(below.get, at.word('rowBytes')));
  const pair = sequence(
    below.set(from.get),
    sum.set(factors[0].get),
    sum.set(rounded(addRow(below.get, 0))),
    nextRow,
    sum.set(rounded(addRow(below.get, 1))),
    nextRow,
    v128.storeLane64(to.get, f32x4.demoteZero(addRow(below.get, 2))),
    increment(from, 8 * stride),
    increment(to, 8),
  );
  f.emit(
    constant.set(i32.const(at.constants)),
    plane.set(i32.const(at.x)),
    outRow.set(i32.const(at.y)),
    repeat(
      planes,
      at.word('count'),
      ...factors.map((v, i) => v.set(v128.loadSplat64(constant.get, 8 * i))),
      increment(constant, 8 * CONSTANTS),
      row.set(plane.get),
      repeat(
        rows,
        at.word('rows'),
        from.set(row.get),
        to.set(outRow.get),
        repeat(pairs, at.word('pairs'), pair),
        row.set(i32.add(row.get, i32.mul(at.word('rowBytes'), i32.const(stride)))),
        outRow.set(i32.add(outRow.get, at.word('outRowBytes'))),
      ),
      plane.set(i32.add(plane.get, at.word('planeBytes'))),
    ),
  );
}

/** Vectors at `x`, where they are. */
function emitClamp(module: ModuleBuilder, at: Places): void {
  const f = module.add('clamp');
  const [vectors, place] = [f.local('i32'), f.local('i32')];
  const [min, max] = [f.local('v128'), f.local('v128')];
  f.emit(
    min.set(v128.loadSplat32(i32.const(at.bounds))),
    max.set(v128.loadSplat32(i32.const(at.bounds), 4)),
    place.set(i32.const(at.x)),
    repeat(
      vectors,
      at.word('count'),
      v128.store(place.get, f32x4.min(f32x4.max(v128.load(place.get), min.get), max.get)),
      increment(place, 16),
    ),
  );
}

/** Room for the largest of several layers, and the code that all of them run. */
export class FloatLayers {
  private readonly memory: WasmMemory;
  private readonly run: Readonly<Record<string, () => void>>;
  private readonly control: number;
  private readonly bounds: number;
  private readonly constants: number;
  private readonly x: number;
  private readonly y: number;

  /** @param clamped values of the tensors that are clamped */
  constructor(windows: readonly WindowSize[], clamped: readonly number[]) {
    const most = (counts: readonly number[]): number => counts.reduce((a, b) => Math.max(a, b), 0);
    const plan = new MemoryPlan();
    this.control = plan.reserve(4 * CONTROL.length);
    this.bounds = plan.reserve(8);
    this.constants = plan.reserve(8 * CONSTANTS * most(windows.map((s) => s.channels)));
    const inputs = windows.map((s) => s.channels * s.height * s.width);
    this.x = plan.reserve(4 * most([...inputs, ...clamped]) + SLACK_BYTES);
    this.y = plan.reserve(4 * most(windows.map((s) => s.channels * s.outHeight * s.outWidth)) + SLACK_BYTES);
    this.memory = plan.build();
    const { bounds, constants, x, y } = this;
    const word: Word = (name) => i32.load(i32.const(0), this.control + 4 * CONTROL.indexOf(name));
    const module = new ModuleBuilder();
    emitWindows(module, 'windows1', 1, { word, bounds, constants, x, y });
    emitWindows(module, 'windows2', 2, { word, bounds, constants, x, y });
    emitClamp(module, { word, bounds, constants, x, y });
    this.run = instantiate(compileModule(module.encode()), this.memory);
  }

  /** Depthwise 3x3 over a padded image; false, and nothing done, for other strides than 1 and 2. Overwrites `y`. */
  windows(
    s: WindowSize,
    w: Float32Array,
    bias: Float32Array | null,
    x: Float32Array,
    y: Float32Array,
  ): boolean {
    if (!takes(s)) return false;
    const { buffer } = this.memory;
    const constants = new Float64Array(buffer, this.constants, CONSTANTS * s.channels);
    for (let c = 0, at = 0; c < s.channels; c++) {
      constants[at++] = bias ? bias[c] : 0;
      for (let tap = 0; tap < 9; tap++) constants[at++] = w[9 * c + tap];
    }
    new Int32Array(buffer, this.control, CONTROL.length).set([
      s.channels,
      s.outHeight,
      Math.ceil(s.outWidth / 2),
      4 * s.width,
      4 * s.width * s.height,
      4 * s.outWidth,
    ]);
    new Float32Array(buffer, this.x, x.length).set(x);
    this.run[`windows${s.stride}`]?.();
    y.set(new Float32Array(buffer, this.y, y.length));
    return true;
  }

  /** Values below `min` become `min`, those above `max` become `max`; what is not a number stays. */
  clamp(min: number, max: number, x: Float32Array, y: Float32Array): void {
    const { buffer } = this.memory;
    new Float32Array(buffer, this.bounds, 2).set([min, max]);
    new Int32Array(buffer, this.control, 1)[0] = Math.ceil(x.length / 4);
    const values = new Float32Array(buffer, this.x, x.length);
    values.set(x);
    this.run.clamp?.();
    y.set(values);
  }
}
