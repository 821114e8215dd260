/**
 * Handlebars in the one way this project uses it: a missing name is an error, nothing is escaped here, because a view
 * holds nothing but numbers and `Text` of the file's language. Neither a template nor a view can pass a plain string.
 */
import Handlebars from 'handlebars';
import { assertInternal } from '../diagnostics.js';
import { documentOf } from '../text/comment.js';
import { type Language, literalOf, Text } from '../text/text.js';

/** Template texts by file name, e.g. `top.v.hbs`. */
export type Templates = ReadonlyMap<string, string>;

/** Ends of template names and the language of what they make. */
const LANGUAGE_OF = {
  '.v.hbs': 'verilog',
  '.cpp.hbs': 'cpp',
  '.hpp.hbs': 'cpp',
  '.h.hbs': 'cpp',
  '.c.hbs': 'cpp',
  '.rdl.hbs': 'cpp',
  '.xml.hbs': 'html',
  '.tcl.hbs': 'tcl',
  '.xdc.hbs': 'tcl',
  '.py.hbs': 'python',
  '.core.hbs': 'yaml',
  '.md.hbs': 'markdown',
  'akefile.hbs': 'make',
} as const satisfies Readonly<Record<string, Language>>;
type Ends = typeof LANGUAGE_OF;

export type LanguageOf<Name extends string> = {
  [End in keyof Ends]: Name extends `${string}${End}` ? Ends[End] : never;
}[keyof Ends];

/** What a template of the language may place. */
export type View<L extends Language> =
  | number
  | boolean
  | null
  | Text<L>
  | ReadonlyArray<View<L>>
  | { readonly [key: string]: View<L> };

/** The view as Handlebars takes it. Errors: BLN901 for anything but `View` of the language. */
function plain(language: Language, view: unknown): unknown {
  if (view === null || typeof view === 'boolean') return view;
  if (view instanceof Text || typeof view !== 'object') return literalOf(language, view as number);
  if (Array.isArray(view)) return view.map((item) => plain(language, item));
  return Object.fromEntries(Object.entries(view).map(([key, value]) => [key, plain(language, value)]));
}

/** Statements that a template may hold: text, comments, {{name}}, and blocks of `if` and `each`. */
function checkProgram(name: string, program: hbs.AST.Program): void {
  for (const statement of program.body) {
    const kind = statement.type;
    if (kind === 'ContentStatement' || kind === 'CommentStatement') continue;
    if (kind === 'MustacheStatement') {
      const { escaped, params } = statement as hbs.AST.MustacheStatement;
      assertInternal(escaped && params.length === 0, 'only {{name}} places a value', name);
      continue;
    }
    const { path, inverse, program: body } = statement as hbs.AST.BlockStatement;
    const word = (path as hbs.AST.PathExpression | undefined)?.original;
    const isBlock = kind === 'BlockStatement' && (word === 'if' || word === 'each');
    assertInternal(isBlock, `a ${kind} is none of {{name}}, {{#if}} and {{#each}}`, name);
    checkProgram(name, body);
    if (inverse) checkProgram(name, inverse);
  }
}

/** The file that the template makes of the view. */
export function render<Name extends string>(
  templates: Templates,
  name: Name,
  view: { readonly [key: string]: View<LanguageOf<Name>> },
): string {
  const text = templates.get(name);
  assertInternal(text !== undefined, `template '${name}' is missing`);
  const end = (Object.keys(LANGUAGE_OF) as (keyof Ends)[]).find((e) => name.endsWith(e));
  assertInternal(end !== undefined, `template '${name}' is of no known language`);
  const language = LANGUAGE_OF[end];
  const program = Handlebars.parse(text);
  checkProgram(name, program);
  const made = Handlebars.compile(program, { noEscape: true, strict: true })(plain(language, view));
  return documentOf(language, new Text(made, [language]));
}
