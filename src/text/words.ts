/** Words that mean themselves in every language: identifiers of ours, paths in a build, numbers. */
import { assertInternal } from '../diagnostics.js';
import { isIdentifier } from '../ir/identifiers.js';
import { LANGUAGES, type Language, literalOf, Text } from './text.js';

type Code = Exclude<Language, 'yaml'>;
const CODE = LANGUAGES.filter((l): l is Code => l !== 'yaml');

/** A name that `ir/identifiers.ts` made. In YAML some of them are no strings: `yamlScalar`. Errors: BLN901. */
export function identifier(name: string): Text<Code> {
  assertInternal(isIdentifier(name), `'${name}' is no identifier`);
  return new Text(name, CODE);
}

/** What is put behind an identifier to tell it from others: nothing, or `_` and a word. Errors: BLN901. */
export function suffix(text: string): Text<Language> {
  assertInternal(/^(?:_[A-Za-z0-9_]+)?$/.test(text), `'${text}' is no suffix`);
  return new Text(text, LANGUAGES);
}

/** Version, ordering code, core name: letters, digits and . : - + _ behind a letter or digit. Errors: BLN901. */
export function word(text: string): Text<Code> {
  assertInternal(/^[A-Za-z0-9][A-Za-z0-9.:+_-]*$/.test(text), `'${text}' is no word`);
  return new Text(text, CODE);
}

/** A file below the build folder, with a letter first and an extension. Errors: BLN901. */
export function path(text: string): Text<Language> {
  const parts = text.split('/');
  const isSound = parts.every((p) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(p)) && /^[A-Za-z]/.test(text);
  assertInternal(isSound && text.includes('.'), `'${text}' is no path in a build`);
  return new Text(text, LANGUAGES);
}

/** Part of a file's name of ours: letters, digits and . _ - behind a letter. Errors: BLN901. */
export function fileWord(text: string): Text<Language> {
  assertInternal(/^[A-Za-z][A-Za-z0-9._-]*$/.test(text), `'${text}' is no name of a file`);
  return new Text(text, LANGUAGES);
}

/** 4, 4, 3 as lists of C++, Python, Tcl. */
export const numbers = (values: readonly number[], separator: ', ' | ',' | ' x '): Text<Language> =>
  new Text(values.map((v) => literalOf('python', v)).join(separator), LANGUAGES);

/** `digits` hexadecimal digits. */
export const hex = (value: number, digits: number): Text<Language> =>
  new Text((value >>> 0).toString(16).padStart(digits, '0'), LANGUAGES);

/** A number with so many digits behind its point. */
export const decimal = (value: number, digits: number): Text<Language> => {
  assertInternal(Number.isFinite(value), `${value} in a generated file`);
  return new Text(value.toFixed(digits), LANGUAGES);
};
