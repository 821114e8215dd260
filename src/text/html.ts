/** HTML and SVG: a tag that escapes every string in a hole, for texts and for attributes in double quotes. */
import { joined, literalOf, type Safe, Text } from './text.js';
import { visible } from './visible.js';

export type Html = Text<'html'>;

const NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => visible(text).replaceAll(/[&<>"']/g, (c) => NAMES[c]);

export type HtmlHole = string | number | Html | readonly Html[];

function filled(hole: HtmlHole): string {
  if (typeof hole === 'string') return escapeHtml(hole);
  if (Array.isArray(hole)) return hole.map((part: Html) => part.in('html')).join('\n');
  return literalOf('html', hole as Safe<never>);
}

/** html`<p>${name}</p>`; a list of texts stands line by line. */
export const html = (parts: TemplateStringsArray, ...holes: readonly HtmlHole[]): Html =>
  joined('html', parts, holes.map(filled));

/** One after the other, without anything between. */
export const adjoined = (items: readonly Html[]): Html =>
  new Text(items.map((item) => item.in('html')).join(''), ['html']);

/** Where a long identifier may break: behind its joints. */
export const breakable = (name: string): Html =>
  new Text(escapeHtml(name).replaceAll('_', '_<wbr>'), ['html']);
