/**
 * Handlebars in the one way this project uses it: no HTML escaping, a missing name is an error.
 */
import Handlebars from 'handlebars';
import { assertInternal } from '../diagnostics.js';

/** Template texts by file name, e.g. `top.v.hbs`. */
export type Templates = ReadonlyMap<string, string>;

export function render(templates: Templates, name: string, view: object): string {
  const text = templates.get(name);
  assertInternal(text !== undefined, `template '${name}' is missing`);
  return Handlebars.compile(text, { noEscape: true, strict: true })(view);
}
