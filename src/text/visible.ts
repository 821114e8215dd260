/**
 * Characters that cannot be seen, or that change how others are seen or read, in a form that can: `<U+202E>`. That is
 * every control, format (bidi, zero-width), surrogate, private and unassigned code point, and the separators of lines
 * and paragraphs.
 */

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

const named = (character: string): string =>
  `<U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}>`;

/** One line of text. */
export const visible = (text: string): string => text.replace(UNSEEN, named);

/** Several lines: what a tool printed. */
export const visibleLines = (text: string): string =>
  text.replace(UNSEEN, (c) => (c === '\n' || c === '\t' ? c : named(c)));

/** Longest text of a name in a comment; longer ones keep their ends. */
const LONGEST = 160;

/** A text short enough for one line, with what was left out. */
export const shortened = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, 100)} (${text.length} characters) ${text.slice(-30)}`;
