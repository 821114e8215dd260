/**
 * WebAssembly instructions as functions from code to code: `i32.add(x.get, i32.const(1))`. Only what the executor and
 * the cycle engine use. Addresses are byte addresses; `offset` is a constant added to them.
 */
import { type Code, type FunctionBuilder, type Local, sequence, signed, unsigned } from './encode.js';

const op1 =
  (...opcode: number[]) =>
  (a: Code): Code => [a, opcode];
const op2 =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [a, b, opcode];
const simd1 = (code: number) => op1(0xfd, ...unsigned(code));
const simd2 = (code: number) => op2(0xfd, ...unsigned(code));

const loadOp =
  (opcode: readonly number[], align: number) =>
  (address: Code, offset = 0): Code => [address, opcode, align, unsigned(offset)];
const storeOp =
  (opcode: readonly number[], align: number) =>
  (address: Code, value: Code, offset = 0): Code => [address, value, opcode, align, unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: loadOp([0x28], 2),
  load8: loadOp([0x2d], 0),
  store: storeOp([0x36], 2),
  store8: storeOp([0x3a], 0),
  eqz: op1(0x45),
  eq: op2(0x46),
  ne: op2(0x47),
  lt: op2(0x48),
  gt: op2(0x4a),
  le: op2(0x4c),
  ge: op2(0x4e),
  add: op2(0x6a),
  sub: op2(0x6b),
  mul: op2(0x6c),
  and: op2(0x71),
  or: op2(0x72),
  xor: op2(0x73),
  shl: op2(0x74),
  shr: op2(0x75),
  shrUnsigned: op2(0x76),
};

/** SIMD with 32-bit, 16-bit and double lanes. */
export const v128 = {
  load: loadOp([0xfd, 0x00], 4),
  loadSplat32: loadOp([0xfd, 0x09], 2),
  loadSplat64: loadOp([0xfd, 0x0a], 3),
  /** 64 bits, and zeros. */
  loadZero64: loadOp([0xfd, 0x5d], 3),
  /** The low 64 bits. */
  storeLane64: (address: Code, value: Code): Code => [address, value, 0xfd, 0x5b, 3, 0, 0],
  store: storeOp([0xfd, 0x0b], 4),
  /** Copies of zero. */
  zero: [0xfd, ...unsigned(0x0c), ...Array<number>(16).fill(0)] as Code,
  and: simd2(0x4e),
  /** Bytes 0..15 are a's, 16..31 b's. */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [a, b, 0xfd, 0x0d, lanes],
};
export const i16x8 = {
  const: (value: number): Code => [
    0xfd,
    0x0c,
    ...Array.from({ length: 8 }, () => [value & 0xff, (value >> 8) & 0xff]).flat(),
  ],
  add: simd2(0x8e),
  min: simd2(0x96),
  max: simd2(0x98),
  /** Saturates 4 + 4 lanes of 32 bits. */
  narrow: simd2(0x85),
};
export const i32x4 = {
  splat: simd1(0x11),
  add: simd2(0xae),
  mul: simd2(0xb5),
  /** Sums of neighbouring products of 16-bit lanes. */
  dot: simd2(0xba),
  extendLow: simd1(0xa7),
  extendHigh: simd1(0xa8),
};
export const f32x4 = {
  /** Two doubles, and zeros. */
  demoteZero: simd1(0x5e),
  /** a < b ? b : a, and b < a ? b : a: what is not a number stays where it is `a`. */
  max: simd2(0xeb),
  min: simd2(0xea),
  add: simd2(0xe4),
  mul: simd2(0xe6),
};
export const f64x2 = {
  const: (value: number): Code => {
    const bytes = [...new Uint8Array(new Float64Array([value]).buffer)];
    return [0xfd, 0x0c, ...bytes, ...bytes];
  },
  convertLow: simd1(0xfe),
  /** The first two of four floats. */
  promoteLow: simd1(0x5f),
  floor: simd1(0x75),
  /** All ones where a < b, else all zeros. */
  lt: simd2(0x49),
  add: simd2(0xf0),
  mul: simd2(0xf2),
  /** a < b ? b : a, and b < a ? b : a. */
  max: simd2(0xf7),
  min: simd2(0xf6),
};

export const memoryCopy = (to: Code, from: Code, bytes: Code): Code => [to, from, bytes, 0xfc, 0x0a, 0, 0];
export const call = (f: FunctionBuilder): Code => [0x10, ...unsigned(f.index)];
export const increment = (x: Local, by: number): Code => x.set(i32.add(x.get, i32.const(by)));

const IF = [0x04, 0x40];
const ELSE = [0x05];
const LOOP = [0x03, 0x40];
const END = [0x0b];
const LOOP_AGAIN_IF_AND_END = [0x0d, 0, 0x0b];

/** Runs statements when the condition is not zero. */
export const when = (condition: Code, then: Code, otherwise: Code = []): Code =>
  otherwise.length > 0
    ? sequence(condition, IF, then, ELSE, otherwise, END)
    : sequence(condition, IF, then, END);

/** Statements `times` times, counted down in `counter`; a constant below 1 leaves them out. */
export function repeat(counter: Local, times: number | Code, ...body: readonly Code[]): Code {
  if (typeof times === 'number' && times < 1) return [];
  const start = counter.set(typeof times === 'number' ? i32.const(times) : times);
  const next = counter.set(i32.sub(counter.get, i32.const(1)));
  return sequence(start, LOOP, ...body, next, counter.get, LOOP_AGAIN_IF_AND_END);
}

/** Statements, and again as long as the condition holds after them. */
export const loopWhile = (body: Code, condition: Code): Code =>
  sequence(LOOP, body, condition, LOOP_AGAIN_IF_AND_END);
