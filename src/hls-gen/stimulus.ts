/**
 * Frames as beats of a stream, in the hexadecimal form that the testbenches read.
 */
import { ceilDiv } from '../ir/folding.js';
import { truncate } from '../kinds/words.js';

/**
 * One line per beat, lane 0 in the low bits; lanes beyond the channels are zero. A beat of more lanes than channels holds
 * several pixels.
 * @param values raster order, channels innermost; several frames may follow each other
 */
export function beatsText(values: ArrayLike<number>, ofPixel: number, lanes: number, bits: number): string {
  const channels = Math.max(ofPixel, lanes);
  const groups = ceilDiv(channels, lanes);
  const digits = ceilDiv(lanes * bits, 4);
  const lines: string[] = [];
  for (let pixel = 0; pixel < values.length; pixel += channels) {
    for (let g = 0; g < groups; g++) {
      let word = 0n;
      for (let c = Math.min(channels, (g + 1) * lanes) - 1; c >= g * lanes; c--) {
        word = (word << BigInt(bits)) | truncate(values[pixel + c], bits);
      }
      lines.push(word.toString(16).padStart(digits, '0'));
    }
  }
  return `${lines.join('\n')}\n`;
}
