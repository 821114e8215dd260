/**
 * Foreign text on a terminal: no escape sequence, no control, nothing that reverses the line. Colour is ours alone, as
 * `Painted` text.
 */
import { Text } from './text.js';
import { visible } from './visible.js';

export type Painted = Text<'terminal'>;

/** Text as it may be printed. */
export const terminalText = (text: string): string => visible(text);

/** Escape sequences of colour, as chalk writes them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they start with
const COLOUR = /\u001b\[[0-9;]*m/;

/** `colour` paints a text that is already fit to print. */
export const painted = (colour: (text: string) => string, text: string): Painted =>
  new Text(colour(visible(text)), ['terminal']);

export const cellText = (cell: string | Painted): string =>
  typeof cell === 'string' ? visible(cell) : cell.in('terminal');

/** What is about to be printed as a whole: lines, tabs and colours stay, every other control is named. */
export const printable = (text: string): string =>
  text
    .split(new RegExp(`(${COLOUR.source})`))
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part
            .split(/([\n\t])/)
            .map((p, j) => (j % 2 === 1 ? p : visible(p)))
            .join(''),
    )
    .join('');

/** JSON for a terminal: characters that a terminal acts on become escapes of JSON, which mean the same. */
export const printableJson = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) =>
    c === '\n'
      ? c
      : Array.from(
          { length: c.length },
          (_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
