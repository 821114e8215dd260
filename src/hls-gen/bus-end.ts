/** A stream as a bus whose width is a power of two of bytes: what DMA engines speak. */
import { ceilDiv } from '../ir/folding.js';
import type { Stream } from '../ir/hardware.js';

/** One end as a bus whose width is a power of two of bytes: what DMA engines speak. */
export type BusEnd = {
  readonly beats: number;
  /** Bits in use. */
  readonly width: number;
  readonly lanes: number;
  readonly bits: number;
  /** Port of the core: whole bytes. */
  readonly portBits: number;
  readonly portMsb: number;
  readonly bytes: number;
  readonly busBits: number;
  readonly busMsb: number;
  readonly keepMsb: number;
};

export function busEnd(stream: Stream): BusEnd {
  const width = stream.lanes * stream.bits;
  const portBits = 8 * ceilDiv(width, 8);
  let bytes = 1;
  while (8 * bytes < width) bytes *= 2;
  return {
    beats: stream.beatsPerFrame,
    width,
    lanes: stream.lanes,
    bits: stream.bits,
    portBits,
    portMsb: portBits - 1,
    bytes,
    busBits: 8 * bytes,
    busMsb: 8 * bytes - 1,
    keepMsb: bytes - 1,
  };
}
