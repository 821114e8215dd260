/**
 * Text that is safe in a language. Everything that comes from outside (names, files, parts) is a plain string; a
 * generated file takes only numbers and `Text` of its own language, so an unescaped string does not type-check, and is
 * refused at run time as well. Only the files of this folder make texts (`test/text/text.test.ts` holds that).
 */
import { assertInternal } from '../diagnostics.js';

export const LANGUAGES = [
  'verilog',
  'cpp',
  'tcl',
  'python',
  'yaml',
  'make',
  'markdown',
  'html',
  'terminal',
] as const;
export type Language = (typeof LANGUAGES)[number];

/** Text that may stand in a file of any of the languages `L`; text of two languages serves where one is wanted. */
export class Text<in L extends Language> {
  /** Never set: it makes a text of one language no text of another to the type checker. */
  declare private readonly servesFor: (language: L) => void;

  private readonly languages: readonly Language[];

  constructor(
    private readonly value: string,
    languages: readonly L[],
  ) {
    this.languages = languages;
  }

  /** Errors: BLN901 for another language. */
  in(language: Language): string {
    const { languages } = this;
    assertInternal(languages.includes(language), `text of ${languages.join(', ')} in a file of ${language}`);
    return this.value;
  }
}

/** What may stand in a hole of a code template, or in a view: nothing that came as a string. */
export type Safe<L extends Language> = number | Text<L>;

/** Numbers as they are; NaN and infinities are nobody's literal. */
export function literalOf(language: Language, value: Safe<never>): string {
  if (value instanceof Text) return value.in(language);
  assertInternal(
    typeof value === 'number' && Number.isFinite(value),
    `${typeof value} '${String(value)}' in a file of ${language}`,
  );
  return String(value);
}

/** Calls of tags have the parts of a template that stands in our sources, never a text of others. */
const isLiteral = (parts: TemplateStringsArray): boolean => Array.isArray(parts.raw);

export function joined<L extends Language>(
  language: L,
  parts: TemplateStringsArray,
  holes: readonly string[],
): Text<L> {
  assertInternal(isLiteral(parts), `a template of ${language} that is no literal`);
  return new Text(parts.map((part, i) => part + (holes[i] ?? '')).join(''), [language]);
}

/** Tag for code: verilog`{${spare}'d0, ${name}_tdata}`. */
const codeTag =
  <L extends Language>(language: L) =>
  (parts: TemplateStringsArray, ...holes: ReadonlyArray<Safe<L>>): Text<L> =>
    joined(
      language,
      parts,
      holes.map((hole) => literalOf(language, hole)),
    );

export const verilog = codeTag('verilog');
export const cpp = codeTag('cpp');
export const tcl = codeTag('tcl');
export const python = codeTag('python');
export const yaml = codeTag('yaml');

/** Texts one after the other. */
export const listed = <L extends Language>(
  language: L,
  items: ReadonlyArray<Safe<L>>,
  separator: ', ' | ',' | ' ' | '\n' | ' | ' | ':',
): Text<L> => new Text(items.map((item) => literalOf(language, item)).join(separator), [language]);
