/** Vectors for networks without an image: rows of numbers in a CSV file, each perhaps with a label behind it. */
import { BlnetError } from '../diagnostics.js';
import type { Image } from './image.js';

const numbersOf = (line: string): number[] =>
  line.split(/[,;\t]/).map((part) => (part.trim() === '' ? Number.NaN : Number(part)));

/**
 * One vector a line. A first line with words is a head; a number more than `size` in every line is the label.
 * @param where names the file in errors
 * Errors: BLN105 for a line of another length or with something that is no number.
 */
export function* csvVectors(text: string, where: string, size: number): Generator<Image> {
  const lines = text.split(/\r?\n/);
  let labelled: boolean | undefined;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const values = numbersOf(line);
    const isHead = i === 0 && values.some(Number.isNaN);
    if (isHead) continue;
    labelled ??= values.length === size + 1;
    const label = labelled ? values[size] : null;
    const isSound = values.length === size + (labelled ? 1 : 0) && values.every(Number.isFinite);
    if (!isSound || (label !== null && !(Number.isInteger(label) && label >= 0)))
      throw new BlnetError('BLN105', {
        where: `${where}, line ${i + 1}`,
        found: `${values.length} values${values.every(Number.isFinite) ? '' : ', not all of them numbers'}`,
        need: `${size} numbers, the network's input, with or without a label (0, 1, 2 ...) behind them`,
        hint: 'save it in Python: numpy.savetxt(FILE, numpy.column_stack([x, labels]), delimiter=",")',
      });
    yield { pixels: Float32Array.from(values.slice(0, size)), label };
  }
}
