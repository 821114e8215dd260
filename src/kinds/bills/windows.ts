/** Bills of the line buffer and of the maximum over its taps. */
import type { Bill } from '../../ir/bill.js';
import type { MaxPoolParams, WindowParams } from '../../ir/hardware.js';
import type { Target } from '../../ir/target.js';
import { BillWriter, clog2, countBits, selectLuts } from './writer.js';

/** How far the writer and the reader of a line buffer may be apart; names and values as in hw/rtl/blnet_window.v. */
interface Waiting {
  /** Bits of the signed counters whose sign says whether a beat may come, and whether a window may leave. */
  readonly roomBits: number;
  readonly readyBits: number;
  /** What a pixel and a window move them by. */
  readonly roomSteps: readonly number[];
  readonly readySteps: readonly number[];
}

interface Edge {
  /** The last window in front of the image's edge, and how far the next one moves on. */
  readonly free: number;
  readonly part: number;
  /** Where the first and the last window end. */
  readonly first: number;
  readonly end: number;
}

/** Of columns, or of rows. */
function edgeOf(size: number, padding: number, out: number, { kernel, stride }: WindowParams): Edge {
  const slack = size - kernel + padding;
  const free = slack < 0 ? -1 : Math.min(Math.floor(slack / stride), out);
  const first = slack < 0 ? size - 1 : kernel - 1 - padding;
  return {
    free,
    part: slack < 0 ? 0 : slack - free * stride,
    first,
    end: out - 1 <= free ? first + (out - 1) * stride : size - 1,
  };
}

function waitingOf(p: WindowParams): Waiting {
  const { height, width, kernel, stride, padTop, padLeft, outHeight, outWidth, rows } = p;
  const x = edgeOf(width, padLeft, outWidth, p);
  const y = edgeOf(height, padTop, outHeight, p);
  const back = x.first - x.end;
  const needed = y.first * width + x.first + 1;
  const frameEnd = height * width + needed - (y.end * width + x.end + 1);
  const mostNeeded = Math.max((stride + 1) * width, frameEnd, needed);
  const freeRows = Math.min(Math.floor((height - 1) / stride), outHeight - 1);
  const freeColumn = Math.min(Math.floor((padLeft + stride) / stride), outWidth);
  const lastColumn = Math.min(Math.floor((width + padLeft + stride - 1) / stride), outWidth);
  const framesBack = Math.floor((rows - padTop + height - 1) / height);
  const sameRow = freeColumn - lastColumn;
  const nextFrame = (outHeight - freeRows) * outWidth;
  return {
    roomBits: clog2((rows + kernel + 3) * outWidth + (framesBack + 2) * nextFrame) + 2,
    readyBits: clog2((rows + 1) * width + mostNeeded) + 2,
    roomSteps: [0, 1, sameRow, outWidth + sameRow, nextFrame + sameRow],
    readySteps: [0, stride, x.part, stride * width + back, y.part * width + back, back, frameEnd],
  };
}

/** Registers of a number that is one of these: bits that are always equal are one, and constant ones none. */
function stepRegisters(steps: readonly number[], bits: number): number {
  const columns = Array.from({ length: bits }, (_, bit) =>
    steps.map((v) => Math.floor(v / 2 ** bit) & 1).join(''),
  );
  return new Set(columns.filter((c) => c.includes('0') && c.includes('1'))).size;
}

/** Bits of a register that counts in multiples of `step`, from one of them. */
const bitsAbove = (bits: number, step: number): number => {
  const zeros = 31 - Math.clz32(step & -step);
  return Math.max(0, bits - zeros);
};

/** Bits that carry chains are cut into: an adder keeps the registers of its last cut, whether they are read or not. */
const CHAIN_BITS = 4;

/** The same of an address that wraps, of which no more than `bits` are read. */
function addressBits(bits: number, step: number): number {
  const kept = bitsAbove(bits, step);
  return CHAIN_BITS * Math.ceil(kept / CHAIN_BITS) + (kept < bits ? 1 : 0);
}

export function windowBill(p: WindowParams, target: Target): Bill {
  const { width, height, groups, kernel, stride, outWidth, outHeight, taps, rows } = p;
  const w = new BillWriter(target);
  const beat = p.lanes * p.bits;
  const rowBeats = width * groups;
  const { roomBits, readyBits, roomSteps, readySteps } = waitingOf(p);
  const steps = stepRegisters(roomSteps, roomBits) + stepRegisters(readySteps, readyBits);
  const issues = (groups * kernel * kernel) / taps;
  const address = countBits(rowBeats);
  const bank = rows > 1 ? countBits(rows) : 0;
  // The window's left column and the rows below its top; addresses of that column and, relative to it, of a tap's.
  const positions =
    bitsAbove(clog2(width + kernel + stride) + 2, stride) +
    bitsAbove(clog2(height + kernel + stride) + 2, stride) +
    addressBits(address, stride * groups) +
    (kernel > 1 ? addressBits(address, groups) : 0);
  w.ff(roomBits + readyBits + steps)
    .use('addBit', 2 * (roomBits + readyBits) + 2 * address)
    .use('stepBit', steps)
    // Writer: beat of the pixel and of the row, bank, column and row, both modulo the stride.
    .counter(groups, rowBeats, rows, width, height, stride, stride)
    // Reader: issues of the pixel, the window after this one, this one, group, column and row of the tap.
    .counter(issues, outWidth, outHeight, outWidth, outHeight, groups, kernel, taps === 1 ? kernel : 1)
    // Modulo one a row's phase stays a register.
    .ff((issues > 1 ? 1 : 0) + (stride === 1 ? 1 : 0) + positions + bank)
    .use('window')
    .use('addressBit', positions + bank);
  return (
    w
      .ram(beat, rowBeats, rows)
      // The words once more, whether their column is real, valid; by tap its bank twice, and three of its row.
      .ff(rows * beat + 3 + taps * (2 * bank + 3))
      .use('tapSelectLut', taps * beat * selectLuts(rows, target))
      .use('addressBit', taps * (bank + 1))
      .fifo2(taps * beat).bill
  );
}

export function maxPoolBill(p: MaxPoolParams, target: Target): Bill {
  const beat = p.lanes * p.bits;
  // valid, first, last, done; the maximum of a beat and the running one.
  return new BillWriter(target)
    .ff(4 + 2 * beat)
    .use('maxPool')
    .use('compareBit', beat)
    .use('tapCompareBit', (p.taps - 1) * beat)
    .counter(p.foldTaps)
    .fifo2(beat).bill;
}
