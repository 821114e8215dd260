/** Foreign text as a whole string literal of a language, quotes included. */
import { Text } from './text.js';
import { visible } from './visible.js';

/** C++: printable ASCII as it is, the rest as visible names; `?` apart, since `??/` is a backslash. */
export const cppString = (text: string): Text<'cpp'> =>
  new Text(`"${visible(text).replace(/["\\]|(?<=\?)\?/g, '\\$&')}"`, ['cpp']);

/** Tcl: nothing is substituted, no brace counts. */
export const tclString = (text: string): Text<'tcl'> =>
  new Text(`"${visible(text).replace(/["\\$[\]{}]/g, '\\$&')}"`, ['tcl']);

/** What YAML 1.1 and 1.2 read as something other than a string, or as several things. */
const TYPED = /^(?:y|yes|n|no|true|false|on|off|null|nan|inf|e\d+)$/i;

/** YAML: plain where it then is this string and nothing else, double-quoted otherwise. */
export const yamlScalar = (text: string): Text<'yaml'> => {
  const isPlain = /^[A-Za-z][A-Za-z0-9_.+-]*(?::[A-Za-z0-9_.+-]+)*$/.test(text) && !TYPED.test(text);
  return new Text(isPlain ? text : JSON.stringify(visible(text)), ['yaml']);
};

/** Python: printable ASCII as it is, every other code point by its number, so that a path stays the path it is. */
export const pythonString = (text: string): Text<'python'> => {
  const escaped = [...text].map((c) => {
    if (/^[ -~]$/.test(c)) return c === '"' || c === '\\' ? `\\${c}` : c;
    return `\\U${(c.codePointAt(0) as number).toString(16).padStart(8, '0')}`;
  });
  return new Text(`"${escaped.join('')}"`, ['python']);
};
