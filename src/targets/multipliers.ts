/**
 * DSPs that Yosys takes for a signed multiplication: one that is too wide for a DSP is cut as its library mul2dsp.v
 * does, one whose product is very narrow stays logic. Exact, not fitted.
 */
import type { Multiplier, MultiplierMapping } from '../ir/target.js';

export interface DspPorts {
  readonly wide: number;
  readonly narrow: number;
  /** Width of the pieces that a wider operand is cut into, sign included. */
  readonly piece: number;
  /** Narrowest piece, and narrowest product, that go to a DSP. */
  readonly narrowestPiece: number;
  readonly narrowestProduct: number;
}

interface Pieces {
  /** Those that go to DSPs. */
  readonly dsp: number;
  /** Bits of a last one that is too narrow for that; 0 where there is none. */
  readonly rest: number;
}

function pieces(bits: number, port: number, { piece, narrowestPiece }: DspPorts): Pieces {
  if (bits <= port) return { dsp: 1, rest: 0 };
  const before = Math.floor((bits - port + piece - 2) / (piece - 1));
  const last = bits - before * (piece - 1);
  return last < narrowestPiece ? { dsp: before, rest: last } : { dsp: before + 1, rest: 0 };
}

export function mapMultiplier({ a, b }: Multiplier, ports: DspPorts): MultiplierMapping {
  if (a + b < ports.narrowestProduct) return { dsp: 0, addBits: 0 };
  const [long, short] = [Math.max(a, b), Math.min(a, b)];
  const across = pieces(long, ports.wide, ports);
  const down = pieces(short, ports.narrow, ports);
  // Every further product is added above the bits of the piece below; a narrow piece is one made of additions.
  const products = (across.dsp + (across.rest ? 1 : 0)) * (down.dsp + (down.rest ? 1 : 0));
  const addBits = (products - 1) * (a + b - ports.piece + 1) + across.rest * short + down.rest * long;
  return { dsp: across.dsp * down.dsp, addBits };
}
