/**
 * Foreign text in comments of generated code. What ends a comment, continues a line, opens another language or cannot
 * be seen is named instead (`<U+0022>`), so that the text is as tame in a docstring as behind `//`. Texts carry marks
 * that `documentOf` takes off again, and only where they stand in a comment: a template that places one elsewhere is
 * refused.
 */
import { assertInternal } from '../diagnostics.js';
import { type Language, Text } from './text.js';
import { shortened, visible } from './visible.js';

const COMMENTED = ['verilog', 'cpp', 'tcl', 'python', 'yaml', 'make'] as const;
type Commented = (typeof COMMENTED)[number];

/** Private code points, which `visible` lets nobody else use. */
const [BEGIN, END] = ['\ue000', '\ue001'];

const code = (c: string): string => `<U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`;

/** Printable ASCII but quotes, backslash, backtick; neither C comments nor trigraphs (`??/` is a backslash). */
const tame = (text: string): string =>
  shortened(visible(text))
    .replace(
      /[^ -~]/gu,
      (c) => `<U+${(c.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}>`,
    )
    .replace(/["\\`]|(?<=\/)\*|\*(?=\/)|(?<=\?)\?/g, code);

export const comment = (text: string): Text<Commented> => new Text(`${BEGIN}${tame(text)}${END}`, COMMENTED);

const LEADERS: Readonly<Record<Commented, string>> = {
  verilog: '//',
  cpp: '//',
  tcl: '#',
  python: '#',
  yaml: '#',
  make: '#',
};

function isInComment(language: Language, before: string): boolean {
  const leader = LEADERS[language as Commented];
  if (leader === undefined) return false;
  if (before.slice(before.lastIndexOf('\n') + 1).includes(leader)) return true;
  return language === 'python' && before.split('"""').length % 2 === 0;
}

/** The finished file. Errors: BLN901 for a foreign text of comments outside of any. */
export function documentOf(language: Language, text: Text<never>): string {
  const marked = text.in(language);
  for (let at = marked.indexOf(BEGIN); at >= 0; at = marked.indexOf(BEGIN, at + 1))
    assertInternal(
      isInComment(language, marked.slice(0, at)),
      `a comment's text in the code of a ${language} file`,
    );
  return marked.replaceAll(BEGIN, '').replaceAll(END, '');
}
