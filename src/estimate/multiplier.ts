/**
 * DSPs that Yosys takes for a signed multiplication: one that is too wide for a DSP is cut as its library mul2dsp.v
 * does, one whose product is very narrow stays logic. Exact, not fitted.
 */
import type { Family } from './resources.js';

export interface Multiplier {
  /** Bits of the operands as signed numbers. */
  readonly a: number;
  readonly b: number;
}

interface DspPorts {
  readonly wide: number;
  readonly narrow: number;
  /** Width of the pieces that a wider operand is cut into, sign included. */
  readonly piece: number;
  /** Narrowest product that goes to a DSP. */
  readonly narrowestProduct: number;
}

const PORTS: Readonly<Record<Family, DspPorts>> = {
  xc7: { wide: 25, narrow: 18, piece: 18, narrowestProduct: 9 },
  xcup: { wide: 27, narrow: 18, piece: 18, narrowestProduct: 9 },
  ecp5: { wide: 18, narrow: 18, piece: 18, narrowestProduct: 0 },
};

const pieces = (bits: number, port: number, piece: number): number =>
  bits <= port ? 1 : 1 + Math.floor((bits - port + piece - 2) / (piece - 1));

export function dspsOf({ a, b }: Multiplier, family: Family): number {
  const { wide, narrow, piece, narrowestProduct } = PORTS[family];
  if (a + b < narrowestProduct) return 0;
  return pieces(Math.max(a, b), wide, piece) * pieces(Math.min(a, b), narrow, piece);
}
