/** Syntax colours for the languages of a build folder. */
import hljs from 'highlight.js/lib/core';
import cpp from 'highlight.js/lib/languages/cpp';
import json from 'highlight.js/lib/languages/json';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import tcl from 'highlight.js/lib/languages/tcl';
import verilog from 'highlight.js/lib/languages/verilog';
import yaml from 'highlight.js/lib/languages/yaml';

const LANGUAGES = { cpp, json, makefile, markdown, python, tcl, verilog, yaml };
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

const BY_END: ReadonlyArray<readonly [RegExp, keyof typeof LANGUAGES]> = [
  [/\.vh?$|\.vlt$/, 'verilog'],
  [/\.(c|h)pp$|\.h$/, 'cpp'],
  [/\.json$/, 'json'],
  [/Makefile$/, 'makefile'],
  [/\.md$/, 'markdown'],
  [/\.py$/, 'python'],
  [/\.(tcl|xdc)$/, 'tcl'],
  [/\.core$/, 'yaml'],
];

/** Colouring more than this takes longer than reading it is worth. */
const MOST = 200_000;

/** Escaped HTML with classes for the colours; undefined for text without a language. */
export function highlighted(path: string, text: string): string | undefined {
  const language = BY_END.find(([end]) => end.test(path))?.[1];
  if (language === undefined || text.length > MOST) return undefined;
  return hljs.highlight(text, { language }).value;
}
