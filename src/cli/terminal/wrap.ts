/** Text that fits a width: cells and values broken at spaces and within identifiers, colour codes not counted. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colour codes start with
const COLOUR = /\u001b\[[0-9;]*m/g;

export const visibleLength = (text: string): number => text.replaceAll(COLOUR, '').length;

/** Narrowest that a column of text becomes. */
const NARROWEST = 12;
const GAP = 2;

/** Column widths whose sum, with gaps, fits `width`: the widest columns of text give way, numbers never do. */
export function fitColumns(
  natural: readonly number[],
  isText: readonly boolean[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, w) => sum + w, 0) + GAP * (widths.length - 1);
  while (total() > width) {
    let widest = -1;
    widths.forEach((w, i) => {
      if (isText[i] && w > NARROWEST && (widest < 0 || w > widths[widest])) widest = i;
    });
    if (widest < 0) break;
    widths[widest] = widths[widest] - 1;
  }
  return widths;
}

/** Lines of at most `width` characters; a coloured text stays whole, since it is short. */
export function wrap(text: string, width: number): readonly string[] {
  if (visibleLength(text) <= width || text.includes('\u001b')) return text.split('\n');
  // A piece ends behind a space or a joint of an identifier or path.
  const pieces = text.split(/(?<=[\s_/.,;]|\w-)/).flatMap((piece) => {
    const parts: string[] = [];
    for (let i = 0; i < piece.length; i += width) parts.push(piece.slice(i, i + width));
    return parts;
  });
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line && (line + piece).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}
